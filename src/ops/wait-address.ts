import { shown } from '../protocol/errors.js';
import { type Address as AddressMessage, RTM_GETADDR, RTNLGRP } from '../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../socket/exchange.js';
import { NetlinkError } from '../socket/netlink-error.js';
import { Address } from './address.js';
import { parseAddress, parseCidr } from './cidr.js';
import { type Context, indexOf } from './context.js';
import { checkLinkRef, type LinkRef, linkLabel } from './names.js';
import { synchronous, until } from './wait.js';

/**
 * What to wait for: that an address is there, or not, or usable, which is there and past duplicate address detection, or
 * that a function of it holds.
 */
export type AddressCondition = 'present' | 'absent' | 'usable' | ((address: Address | undefined) => boolean);

/** Duplicate address detection found that another host has the address (RFC 4862, 5.4.5): it will not become usable. */
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

/** Waits until the condition holds for the address; resolves with it, or with undefined if there is none. */
export async function waitForAddress(
  context: Context,
  link: LinkRef,
  text: string,
  condition: AddressCondition,
  options: WaitOptions,
): Promise<Address | undefined> {
  checkLinkRef(link);
  const wanted: Wanted = text.includes('/') ? parseCidr(text) : parseAddress(text);
  const what = typeof condition === 'function' ? condition.name || 'a condition' : condition;
  const operation = `address wait ${text} dev ${linkLabel(link)}: ${what}`;
  const joins = [RTNLGRP.link, RTNLGRP.ipv4Ifaddr, RTNLGRP.ipv6Ifaddr, RTNLGRP.ipv6Ifinfo];
  const holds = check(condition, operation);
  const { address } = await until(context, joins, operation, options, async waitOptions => {
    const address = await find(context, link, wanted, operation, waitOptions);
    return holds(address) ? { address } : undefined;
  });
  return address;
}

interface Wanted {
  readonly family: number;
  readonly address: string;
  readonly prefixLength?: number;
}

/** A link that is not there has no addresses. */
async function find(
  context: Context,
  link: LinkRef,
  { family, address, prefixLength }: Wanted,
  operation: string,
  options: WaitOptions,
): Promise<Address | undefined> {
  try {
    const index = await indexOf(context, link, operation, options);
    const messages = await context.socket.dump(RTM_GETADDR, { family, index }, { ...options, operation });
    const addresses = messages.map(message => new Address(message as AddressMessage));
    return addresses.find(
      each => each.address === address && (prefixLength === undefined || each.prefixLength === prefixLength),
    );
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENODEV') return undefined;
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
