import { NLM_F_CREATE, NLM_F_EXCL } from '../protocol/header.js';
import { formatIPv4 } from '../protocol/ip.js';
import {
  type AddressInput,
  addressFlags,
  FOREVER,
  RTM_DELADDR,
  RTM_GETADDR,
  RTM_NEWADDR,
} from '../protocol/rtnetlink/index.js';
import type { RequestOptions, WaitOptions } from '../socket/exchange.js';
import { Address } from './address.js';
import { AF_INET, familyNumber, type Prefix, parseAddress, parseCidr } from './cidr.js';
import { type Context, commonHint, indexOf, linkHint } from './context.js';
import { checkKeys } from './link-input.js';
import { checkLinkRef, type LinkRef, linkLabel } from './names.js';
import { type AddressCondition, waitForAddress } from './wait-address.js';

/** How an address is to be added. What is left out is what `ip address add` takes. */
export interface AddressSettings {
  /** The other end of a point-to-point link, with the prefix length; the address itself then has none to give. */
  peer?: string | undefined;
  /** IPv4 broadcast address; `'+'` for the network's own (all host bits set), as `brd +`. By default none. */
  broadcast?: string | undefined;
  /** 1 to 15 bytes; IPv4 only. By default the link's name. */
  label?: string | undefined;
  /** How far it is valid; by default `host` for 127.0.0.0/8, else `universe`. */
  scope?: AddressInput['scope'];
  /** Seconds until it is gone; `'forever'` is the default. */
  validLifetime?: number | 'forever' | undefined;
  /** Seconds until it is no longer preferred as a source; at most `validLifetime`. */
  preferredLifetime?: number | 'forever' | undefined;
  /** IFA_F_*: `['nodad']`, `['noprefixroute']` …. */
  flags?: readonly AddressFlag[] | undefined;
  /** Metric of the route to the prefix. */
  metric?: number | undefined;
  /** Who made it: IFAPROT_*. */
  protocol?: number | undefined;
}
/** A name from IFA_F_*. */
export type AddressFlag = keyof typeof addressFlags.values;

const SETTINGS = [
  'peer',
  'broadcast',
  'label',
  'scope',
  'validLifetime',
  'preferredLifetime',
  'flags',
  'metric',
  'protocol',
];

/** Which addresses to list; the kernel picks them. */
export interface AddressFilter {
  /** Only those of this link. */
  link?: LinkRef | undefined;
  /** Only IPv4 (4) or IPv6 (6). */
  family?: 4 | 6 | undefined;
}

/** `ip address`: addresses of links. */
export class Addresses {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Give a link an address: `ip address add 172.20.1.1/24 dev veth1`. Rejects with NetlinkError EEXIST if it has it.
   * An IPv6 address takes a second or two of duplicate address detection unless `flags` says `nodad`.
   */
  async add(link: LinkRef, address: string, settings: AddressSettings = {}, options: WaitOptions = {}): Promise<void> {
    await this.#send('add', RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, link, address, settings, options);
  }

  /** Take an address from a link: `ip address delete 172.20.1.1/24 dev veth1`. Rejects with EADDRNOTAVAIL if it has it not. */
  async delete(link: LinkRef, address: string, options: WaitOptions = {}): Promise<void> {
    await this.#send('delete', RTM_DELADDR, 0, link, address, undefined, options);
  }

  /** All addresses, or those that match: `ip address show`. */
  async list(filter: AddressFilter & WaitOptions = {}): Promise<Address[]> {
    const { body, how } = await this.#question(filter);
    return (await this.#context.socket.dump(RTM_GETADDR, body, how)).map(message => new Address(message));
  }

  /**
   * The same one by one, where there are very many: at most 32 KiB of them are in memory, and the loop may be left at any
   * time. If addresses changed meanwhile, DumpInterruptedError comes at the end.
   */
  async *each(filter: AddressFilter & WaitOptions = {}): AsyncGenerator<Address, void, undefined> {
    const { body, how } = await this.#question(filter);
    for await (const message of this.#context.socket.each(RTM_GETADDR, body, how)) yield new Address(message);
  }

  async #question({ link, family, ...options }: AddressFilter & WaitOptions): Promise<{
    body: AddressInput;
    how: RequestOptions;
  }> {
    const index = link === undefined ? 0 : await indexOf(this.#context, link, 'address list', options);
    const hint = (code: string): string | undefined =>
      link === undefined ? commonHint(this.#context, code) : linkHint(this.#context, code, link);
    return {
      body: { family: familyNumber(family), index },
      how: { ...options, operation: 'address list', hint },
    };
  }

  /**
   * Wait until a link's address is usable (there, and past duplicate address detection), or `'present'`, or `'absent'`,
   * or as a function wants it. With a prefix length, the address must have that one. If it is so already, resolves at
   * once; else it looks again whenever the kernel announces a change. A link that is not there has no addresses.
   *
   * Rejects with DuplicateAddressError if another host has the address, with TimeoutError (after the socket's timeout
   * unless `timeout` says otherwise) or AbortError, which say what was being waited for.
   */
  waitFor(link: LinkRef, address: string, condition: 'absent', options?: WaitOptions): Promise<undefined>;
  waitFor(link: LinkRef, address: string, condition?: 'present' | 'usable', options?: WaitOptions): Promise<Address>;
  waitFor(
    link: LinkRef,
    address: string,
    condition: AddressCondition,
    options?: WaitOptions,
  ): Promise<Address | undefined>;
  async waitFor(
    link: LinkRef,
    address: string,
    condition: AddressCondition = 'usable',
    options: WaitOptions = {},
  ): Promise<Address | undefined> {
    return waitForAddress(this.#context, link, address, condition, options);
  }

  async #send(
    verb: string,
    type: typeof RTM_NEWADDR | typeof RTM_DELADDR,
    flags: number,
    link: LinkRef,
    address: string,
    settings: AddressSettings | undefined,
    options: WaitOptions,
  ): Promise<void> {
    checkLinkRef(link);
    const operation = `address ${verb} ${address} dev ${linkLabel(link)}`;
    const body = addressInput(address, settings);
    body.index = await indexOf(this.#context, link, operation, options);
    const hint = (code: string): string | undefined => this.#hint(code, address, link);
    const { signal, timeout } = options;
    await this.#context.socket.request(type, body, { signal, timeout, flags, operation, hint });
  }

  #hint(code: string, address: string, link: LinkRef): string | undefined {
    if (code === 'EEXIST') return `${linkLabel(link)} has ${address} already`;
    if (code === 'ENODEV') return `there is no link ${linkLabel(link)} in ${this.#context.where}`;
    return commonHint(this.#context, code);
  }
}

/** The message for an address, in iproute2's order of attributes. Without settings: to delete it. */
export function addressInput(text: string, settings: AddressSettings | undefined): AddressInput & { index: number } {
  const given = settings ?? {};
  checkKeys(given, SETTINGS, 'address add');
  const [own, prefix] = ownAndPrefix(text, given.peer);
  const flags = flagWord(given.flags);
  return {
    family: own.family,
    prefixlen: prefix.prefixLength,
    index: 0, // the caller's business
    flags: flags & 0xff,
    scope: given.scope ?? (settings !== undefined && own.family === AF_INET && own.bytes[0] === 127 ? 'host' : 0),
    attrs: {
      local: own.address,
      label: given.label,
      rtPriority: given.metric,
      flags: flags > 0xff ? flags : undefined,
      proto: given.protocol,
      address: prefix.address,
      broadcast: broadcast(given.broadcast, prefix),
      cacheinfo: lifetimes(given),
    },
  };
}

/** The link's own address, and the address whose prefix counts: its own, or the peer's. */
function ownAndPrefix(text: string, peer: string | undefined): [Omit<Prefix, 'prefixLength'>, Prefix] {
  if (peer === undefined) {
    const own = parseCidr(text);
    return [own, own];
  }
  const own = parseAddress(text, 'address (without a prefix length, since peer has it)');
  const other = parseCidr(peer, 'peer');
  if (own.family !== other.family) throw new RangeError(`peer: expected the same family as ${text}, got ${peer}`);
  return [own, other];
}

function broadcast(given: string | undefined, prefix: Prefix): string | undefined {
  if (given === undefined) return undefined;
  if (prefix.family !== AF_INET) throw new RangeError('broadcast: IPv6 has none');
  if (given !== '+') return parseAddress(given, 'broadcast').address;
  const host = 0xffffffff >>> prefix.prefixLength;
  const word =
    new DataView(prefix.bytes.buffer, prefix.bytes.byteOffset).getUint32(0) | (prefix.prefixLength === 32 ? 0 : host);
  return formatIPv4(Uint8Array.of(word >>> 24, word >>> 16, word >>> 8, word));
}

function lifetimes({
  validLifetime,
  preferredLifetime,
}: AddressSettings): { prefered: number; valid: number } | undefined {
  if (validLifetime === undefined && preferredLifetime === undefined) return undefined;
  const valid = lifetime('validLifetime', validLifetime, 1);
  const prefered = preferredLifetime === undefined ? valid : lifetime('preferredLifetime', preferredLifetime, 0);
  if (prefered > valid)
    throw new RangeError(`preferredLifetime: expected at most validLifetime (${valid}), got ${prefered}`);
  return { prefered, valid };
}

function lifetime(argument: string, given: number | 'forever' | undefined, min: number): number {
  if (given === undefined || given === 'forever') return FOREVER;
  if (Number.isInteger(given) && given >= min && given <= FOREVER) return given;
  throw new RangeError(`${argument}: expected seconds from ${min} to ${FOREVER}, or 'forever', got ${String(given)}`);
}

function flagWord(names: readonly AddressFlag[] | undefined): number {
  return (names ?? []).reduce((word, name) => {
    if (!Object.hasOwn(addressFlags.values, name)) {
      throw new RangeError(`flags: expected ${Object.keys(addressFlags.values).join(', ')}, got ${String(name)}`);
    }
    return word | addressFlags.values[name];
  }, 0);
}
