import { wordOf } from '../../protocol/enumeration.js';
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../../protocol/header.js';
import { type AddressInput, addressFlags, FOREVER, RTM_DELADDR, RTM_NEWADDR } from '../../protocol/rtnetlink/index.js';
import type { Address } from '../address.js';
import { networkOf } from '../cidr.js';
import { addressAgain } from '../ensure/address.js';
import { except } from './except.js';
import { addressesOf, giveBack, type Holdings, secondsSince } from './holdings.js';
import type { Place } from './places.js';
import type { Scope } from './scope.js';

/** Gives back the addresses that are missing. Calls `fail` with each error. */
export async function restoreAddresses(
  place: Place,
  before: Holdings,
  scope: Scope,
  fail: (error: unknown) => void,
): Promise<void> {
  const now = await addressesOf(place);
  const lost = missingAddresses(before, now, scope);
  const heirs = heirsOf(lost, before.addresses, now);
  for (const heir of [...heirs].reverse()) await withdraw(place, heir).catch(fail);
  const missing = new Set([...lost, ...heirs]);
  const seconds = secondsSince(before);
  for (const address of inOrder(before.addresses.filter(each => missing.has(each))))
    await give(place, address, seconds).catch(fail);
}

/** Those in question that are not there now, though their time is not over. */
export function missingAddresses(before: Holdings, now: readonly Address[], scope: Scope): Address[] {
  const there = new Set(now.map(addressKey));
  const isLost = concerned(scope);
  const expired = expiredAddresses(before);
  return before.addresses.filter(each => isLost(each) && !there.has(addressKey(each)) && !expired.has(each));
}

/** Those whose time is over by now. */
export function expiredAddresses(before: Holdings): ReadonlySet<Address> {
  const seconds = secondsSince(before);
  const isOver = ({ validLifetime }: Address): boolean => validLifetime !== 'forever' && validLifetime <= seconds;
  return new Set(before.addresses.filter(isOver));
}

/** Whether an address is in question: it was changed itself, or its link, and is none that the kernel makes by itself. */
export const concerned =
  ({ keys, links }: Scope) =>
  (address: Address): boolean =>
    keys.has(addressKey(address)) || (links.has(address.index) && isGiven(address));

/** What addresses of a namespace are told apart by. */
export const addressKey = ({ index, cidr, peer }: Address): string => ['address', index, cidr, peer].join(' ');

/** Link-local addresses of IPv6 the kernel makes by itself. */
const isGiven = ({ protocol }: Address): boolean => protocol !== 'kernelLl' && protocol !== 'kernelRa';

/** The network that its route leads to, and the link. */
export const networkKey = ({ index, prefixLength, message: { attrs } }: Address): string =>
  `${index} ${networkOf(attrs.address ?? attrs.local!, prefixLength)}/${prefixLength}`;

/**
 * Addresses that took the place of a primary one when that went (sysctl `promote_secondaries`, __inet_del_ifa in
 * net/ipv4/devinet.c). They are made anew after it, or it would be secondary to them.
 */
function heirsOf(lost: readonly Address[], before: readonly Address[], now: readonly Address[]): Address[] {
  const orphaned = new Set(lost.filter(each => each.family === 4 && !isSecondary(each)).map(networkKey));
  if (orphaned.size === 0) return [];
  const there = new Set(now.map(addressKey));
  return before.filter(each => each.family === 4 && orphaned.has(networkKey(each)) && there.has(addressKey(each)));
}

export const isSecondary = ({ flags }: Address): boolean => flags.includes('secondary');

/** The kernel puts IPv6 addresses before those that are there (ipv6_link_dev_addr in net/ipv6/addrconf.c). */
const inOrder = (addresses: readonly Address[]): Address[] => [
  ...addresses.filter(each => each.family === 4),
  ...addresses.filter(each => each.family === 6).reverse(),
];

const withdraw = ({ context: { socket } }: Place, address: Address): Promise<unknown> => {
  const operation = `apply: make address ${address.cidr} anew`;
  return except(['EADDRNOTAVAIL', 'ENODEV'], socket.request(RTM_DELADDR, addressAgain(address), { operation }));
};

/** An IPv6 address that was past duplicate address detection is not left to it again: routes have it for their source. */
async function give(place: Place, address: Address, seconds: number): Promise<void> {
  const what = `address ${address.cidr}`;
  const body = after(seconds, addressAgain(address));
  const isChecked = address.family === 6 && !UNCHECKED.some(flag => address.flags.includes(flag));
  const flags = wordOf(addressFlags.values, body.attrs?.flags ?? 0) | (isChecked ? nodad : 0);
  const born = { ...body, flags: flags & 0xff, attrs: { ...body.attrs, flags } };
  await giveBack(place, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, born, what);
  if (isChecked) await giveBack(place, RTM_NEWADDR, NLM_F_REPLACE, body, what);
}

/** What is left of its lifetimes. */
function after(seconds: number, body: AddressInput): AddressInput {
  const { valid = FOREVER, prefered = FOREVER } = body.attrs?.cacheinfo ?? {};
  const less = (lifetime: number): number => (lifetime === FOREVER ? FOREVER : Math.max(0, lifetime - seconds));
  return { ...body, attrs: { ...body.attrs, cacheinfo: { valid: less(valid), prefered: less(prefered) } } };
}

const { nodad } = addressFlags.values;
const UNCHECKED = ['tentative', 'dadfailed', 'nodad'] as const;
