import type { Codec } from '../protocol/codec.js';
import { shown } from '../protocol/errors.js';
import {
  type Address as AddressMessage,
  address as addressBody,
  RTM_DELADDR,
  RTM_GETADDR,
  RTNLGRP,
} from '../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../socket/exchange.js';
import { NetlinkError } from '../socket/netlink-error.js';
import type { Notification } from '../socket/subscription.js';
import { Address } from './address.js';
import { AF_INET6, parseAddress, parseCidr } from './cidr.js';
import { type Context, indexOf } from './context.js';
import { checkLinkRef, type LinkRef, linkLabel } from './names.js';
import { synchronous, until } from './wait.js';

/**
 * What to wait for: that an address is there, or not, or usable, which is there and past duplicate address detection, or
 * that a function of it holds.
 */
export type AddressCondition = 'present' | 'absent' | 'usable' | ((address: Address | undefined) => boolean);

/**
 * Duplicate address detection found that another host has the address (RFC 4862, 5.4.5): it will not become usable. If it
 * has a lifetime, the kernel has deleted it.
 */
export class DuplicateAddressError extends Error {
  override readonly name = 'DuplicateAddressError';
  readonly code = 'ERR_NETLINK_DAD_FAILED';
  constructor(
    readonly operation: string,
    readonly address: Address,
  ) {
    super(`${operation}: duplicate address detection failed: another host has ${address.address}`);
  }
}

/**
 * Waits until the condition holds for the address; resolves with it, or with undefined if there is none. `within` is the
 * operation that it is part of.
 */
export async function waitForAddress(
  context: Context,
  link: LinkRef,
  text: string,
  condition: AddressCondition,
  options: WaitOptions,
  within?: string,
): Promise<Address | undefined> {
  checkLinkRef(link);
  const wanted: Wanted = text.includes('/') ? parseCidr(text) : parseAddress(text);
  const what = typeof condition === 'function' ? condition.name || 'a condition' : condition;
  const operation = `${within === undefined ? '' : `${within}: `}address wait ${text} dev ${linkLabel(link)}: ${what}`;
  const joins = [RTNLGRP.link, RTNLGRP.ipv4Ifaddr, RTNLGRP.ipv6Ifaddr, RTNLGRP.ipv6Ifinfo];
  const holds = check(condition, operation);
  const duplicates = new Duplicates();
  let last: string | undefined;
  const look = async (waitOptions: WaitOptions): Promise<{ address: Address | undefined } | undefined> => {
    const { index, address } = await find(context, link, wanted, operation, waitOptions);
    last = stateOf(address);
    const duplicate = duplicates.take(index, wanted);
    if (condition === 'usable') usable(address ?? duplicate, operation);
    return holds(address) ? { address } : undefined;
  };
  // Only IPv6 has duplicate address detection.
  const heed = condition === 'usable' && wanted.family === AF_INET6 ? duplicates.heed : undefined;
  const watching = { state: () => last, ...(heed !== undefined && { heed }) };
  const { address } = await until(context, joins, operation, options, look, watching);
  return address;
}

function stateOf(address: Address | undefined): string {
  if (address === undefined) return 'there is none';
  const isTentative = address.flags.includes('tentative');
  return isTentative
    ? 'it is tentative: duplicate address detection takes a link that is up and has a carrier'
    : 'it is there';
}

/**
 * Addresses that are gone because another host has them: the kernel deletes one that has a lifetime, and says why in
 * RTM_DELADDR alone (addrconf_dad_stop, net/ipv6/addrconf.c).
 */
class Duplicates {
  #gone: Address[] = [];

  readonly heed = (notification: Notification): void => {
    if (notification.kind !== 'message' || notification.type !== RTM_DELADDR) return;
    const address = new Address(notification.read(addressBody as Codec<AddressMessage, never>));
    if (address.flags.includes('dadfailed')) this.#gone.push(address);
  };

  /** The one that was wanted, if it went since this was last asked. */
  take(index: number | undefined, wanted: Wanted): Address | undefined {
    const gone = this.#gone.splice(0);
    return gone.find(each => each.index === index && isIt(each, wanted));
  }
}

interface Wanted {
  readonly family: number;
  readonly address: string;
  readonly prefixLength?: number;
}

const isIt = (each: Address, { address, prefixLength }: Wanted): boolean =>
  each.address === address && (prefixLength === undefined || each.prefixLength === prefixLength);

/** A link that is not there has no addresses, and no index. */
async function find(
  context: Context,
  link: LinkRef,
  wanted: Wanted,
  operation: string,
  options: WaitOptions,
): Promise<{ index?: number; address?: Address | undefined }> {
  try {
    const index = await indexOf(context, link, operation, options);
    const body = { family: wanted.family, index };
    const messages = await context.socket.dump(RTM_GETADDR, body, { ...options, operation });
    const addresses = messages.map(message => new Address(message as AddressMessage));
    return { index, address: addresses.find(each => isIt(each, wanted)) };
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENODEV') return {};
    throw error;
  }
}

function check(condition: AddressCondition, operation: string): (address: Address | undefined) => boolean {
  if (condition === 'present') return address => address !== undefined;
  if (condition === 'absent') return address => address === undefined;
  if (condition === 'usable') return address => usable(address, operation);
  if (typeof condition === 'function') return synchronous(condition);
  throw new TypeError(`condition: expected 'present', 'absent', 'usable' or a function, got ${shown(condition)}`);
}

function usable(address: Address | undefined, operation: string): boolean {
  if (address?.flags.includes('dadfailed')) throw new DuplicateAddressError(operation, address);
  return address !== undefined && !address.flags.includes('tentative');
}
