import { wordOf } from '../../protocol/enumeration.js';
import { type AddressInput, addressFlags, address as codec, FOREVER } from '../../protocol/rtnetlink/index.js';
import { Address, type Lifetime } from '../address.js';
import type { AddressSettings } from '../address-input.js';
import { AF_INET, parseAddress } from '../cidr.js';
import { addressDifferences } from '../monitor/differences.js';
import { type Comparison, Differences } from './difference.js';
import { reread } from './reread.js';

const { nodad, optimistic, homeaddress, managetempaddr, noprefixroute, mcautojoin } = addressFlags.values;
/** The flags that can be given; the kernel sets the others, or drops them (net/ipv4/devinet.c, net/ipv6/addrconf.c). */
const GIVEN = {
  4: noprefixroute | mcautojoin,
  6: nodad | optimistic | homeaddress | managetempaddr | noprefixroute | mcautojoin,
};
const LIFETIMES = ['validLifetime', 'preferredLifetime'] as const;
/** Of the flags, the ones that inet6_addr_modify changes. */
const CHANGEABLE = nodad | homeaddress | managetempaddr | noprefixroute;

/**
 * What the kernel tells the addresses of a link apart by: in IPv6 the address alone (ipv6_get_ifaddr), in IPv4 with the
 * length and the network of its prefix (inet_insert_ifa).
 */
export function addressKey({ family, prefixlen = 0, attrs = {} }: AddressInput): string {
  const local = attrs.local ?? attrs.address;
  return family === AF_INET ? `${local}/${prefixlen} ${network(attrs.address, prefixlen)}` : `${local}`;
}

/** Whether the kernel takes an address for the one that is wanted. */
export const isSameAddress = (found: Address, wanted: AddressInput): boolean =>
  found.message.family === wanted.family && addressKey(found.message) === addressKey(wanted);

function network(address: string | undefined, length: number): number {
  if (address === undefined || length === 0) return 0;
  const { bytes } = parseAddress(address);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) >>> (32 - length);
}

/** What of an address differs from what is wanted; what is not given may be as it is. */
export function compareAddress(found: Address, input: AddressInput, given: AddressSettings): Comparison {
  const wanted = new Address(reread(codec, input));
  const differences = new Differences();
  const is6 = found.family === 6;
  differences.fixed('prefixLength', found.prefixLength, wanted.prefixLength);
  differences.exactly(is6 && wanted.peer !== undefined ? 'changes' : 'conflicts', 'peer', found.peer, wanted.peer);
  differences.fixed('label', found.label, given.label);
  differences.fixed('broadcast', found.broadcast, wanted.broadcast);
  // That of an IPv6 address the kernel tells by the address (ipv6_addr_scope).
  if (given.scope !== undefined && !is6) differences.fixed('scope', found.scope, wanted.scope);
  if (given.flags !== undefined) compareFlags(differences, found, wanted);
  if (given.metric !== undefined) {
    // inet6_addr_modify takes 0 for no metric given.
    const list = is6 && given.metric === 0 ? 'conflicts' : 'changes';
    differences.exactly(list, 'metric', found.metric ?? 0, given.metric);
  }
  if (given.protocol !== undefined) differences.exactly('changes', 'protocol', found.protocol, someProtocol(wanted));
  if ((given.validLifetime ?? given.preferredLifetime) === undefined) return differences;
  for (const field of LIFETIMES) {
    if (!isNear(found[field], wanted[field])) differences.change(field, found[field], wanted[field]);
  }
  return differences;
}

/** The kernel does not report 0 (inet_fill_ifaddr in net/ipv4/devinet.c). */
const someProtocol = ({ protocol }: Address): Address['protocol'] => (protocol === 'unspec' ? undefined : protocol);

function compareFlags(differences: Differences, found: Address, wanted: Address): void {
  // No address stays optimistic: at the latest when duplicate address detection is over (addrconf_dad_completed), at once
  // where the sysctl optimistic_dad is off.
  const meant = GIVEN[found.family] & ~optimistic;
  const words = [found, wanted].map(each => wordOf(addressFlags.values, each.flags) & meant);
  const changeable = found.family === 6 && ((words[0]! ^ words[1]!) & ~CHANGEABLE) === 0;
  const [from, to] = words.map(namesOf);
  differences.exactly(changeable ? 'changes' : 'conflicts', 'flags', from, to);
}

const namesOf = (word: number): string[] =>
  Object.entries(addressFlags.values).flatMap(([name, bit]) => ((word & bit) === 0 ? [] : [name]));

/** Seconds are counted down, and rounded. */
const isNear = (a: Lifetime, b: Lifetime): boolean =>
  a === b || (typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= 1);

/** The fields in which an address differs from what it was just before. */
export const addressChanges = (before: Address, after: Address): string[] => [
  ...addressDifferences(before, after),
  ...LIFETIMES.filter(field => !isNear(before[field], after[field])),
];

/** The request that changes what differs: what is not given it has to repeat, since the kernel would set it back. */
export function addressChange(found: Address, wanted: AddressInput, given: AddressSettings): AddressInput {
  const { attrs } = found.message;
  const keepsLifetimes = (given.validLifetime ?? given.preferredLifetime) === undefined;
  const flags = wordOf(addressFlags.values, given.flags ?? found.flags) & GIVEN[found.family];
  return {
    ...wanted,
    flags: flags & 0xff,
    attrs: {
      ...wanted.attrs,
      flags,
      rtPriority: given.metric ?? attrs.rtPriority,
      proto: given.protocol ?? attrs.proto,
      ...(keepsLifetimes && { cacheinfo: lifetimesOf(found) }),
    },
  };
}

/** The request that gives a link an address that it had once more, with what is wanted of it. */
export function addressWith(lost: Address, wanted: AddressInput, given: AddressSettings): AddressInput {
  const { attrs: before, scope } = addressAgain(lost);
  const { attrs = {}, ...body } = addressChange(lost, wanted, given);
  const said = Object.fromEntries(Object.entries(attrs).filter(([, value]) => value !== undefined));
  return { ...body, scope: given.scope ?? scope, attrs: { ...before, ...said } };
}

/** The request that gives a link an address that it had once more, or takes it away. */
export function addressAgain(found: Address): AddressInput {
  const { message, family } = found;
  const { local, address, label, broadcast, rtPriority, proto, flags } = message.attrs;
  const given = wordOf(addressFlags.values, flags ?? message.flags) & GIVEN[family];
  return {
    ...message,
    flags: given & 0xff,
    attrs: { local, address, label, broadcast, rtPriority, proto, flags: given, cacheinfo: lifetimesOf(found) },
  };
}

function lifetimesOf({ validLifetime, preferredLifetime }: Address): { prefered: number; valid: number } {
  const [valid, prefered] = [validLifetime, preferredLifetime].map(each => (each === 'forever' ? FOREVER : each));
  return { valid: valid!, prefered: prefered! };
}
