import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../protocol/header.js';
import { type AddressInput, RTM_DELADDR, RTM_GETADDR, RTM_NEWADDR } from '../protocol/rtnetlink/index.js';
import type { RequestOptions, WaitOptions } from '../socket/exchange.js';
import { NetlinkError } from '../socket/netlink-error.js';
import { Address } from './address.js';
import { type AddressSettings, addressInput } from './address-input.js';
import { AF_INET, familyNumber } from './cidr.js';
import { type Context, commonHint, indexOf, linkHint } from './context.js';
import { addressChange, addressChanges, compareAddress, isSameAddress } from './ensure/address.js';
import { type Ensured, ensureObject } from './ensure/ensure.js';
import { type Replaced, replacedBy } from './ensure/replaced.js';
import { checkKeys } from './link-input.js';
import { checkLinkRef, type LinkRef, linkLabel } from './names.js';
import { type AddressCondition, waitForAddress } from './wait-address.js';

/** Which addresses to list; the kernel picks them. */
export interface AddressFilter {
  /** Only those of this link. */
  link?: LinkRef | undefined;
  /** Only IPv4 (4) or IPv6 (6). */
  family?: 4 | 6 | undefined;
}

/** Which addresses to delete: at least one condition is needed. */
export interface AddressFlushFilter extends AddressFilter {
  /** Only those of this scope: `'universe'` leaves link-local addresses alone. */
  scope?: Address['scope'] | undefined;
}

/** What `address.ensure` found or did. */
export interface AddressEnsured extends Ensured {
  /** The address as it is now. */
  readonly address: Address;
}

const FLUSH = ['link', 'family', 'scope'];

/** `ip address`: addresses of links. */
export class Addresses {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Give a link an address: `ip address add 172.20.1.1/24 dev veth1`. Rejects with NetlinkError EEXIST if it has it. The
   * kernel takes 255.255.255.255 and multicast IPv4 addresses too.
   * An IPv6 address takes a second or two of duplicate address detection unless `flags` says `nodad`.
   */
  async add(link: LinkRef, address: string, settings: AddressSettings = {}, options: WaitOptions = {}): Promise<void> {
    await this.#send('add', RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, link, address, settings, options);
  }

  /**
   * Give a link an address, or change the one it has: `ip address replace`. What is not given goes back to its default. Of
   * an IPv4 address the kernel changes metric, lifetimes and protocol and ignores the rest; `ensure` does not.
   *
   * Resolves with whether anything is otherwise than before, by looks at the link's addresses before and after: what
   * others change in between counts too.
   */
  async replace(
    link: LinkRef,
    address: string,
    settings: AddressSettings = {},
    options: WaitOptions = {},
  ): Promise<Replaced> {
    const wanted = addressInput(address, settings);
    const index = await indexOf(this.#context, link, `address replace ${address} dev ${linkLabel(link)}`, options);
    const before = await this.#find(index, wanted, options);
    const flags = NLM_F_CREATE | NLM_F_REPLACE;
    await this.#send('replace', RTM_NEWADDR, flags, link, address, settings, options, index);
    return replacedBy(before, await this.#find(index, wanted, options), addressChanges);
  }

  /** The address of a link that the kernel takes for the one that is wanted. */
  async #find(link: number, wanted: AddressInput, options: WaitOptions): Promise<Address | undefined> {
    const family = wanted.family === AF_INET ? 4 : 6;
    return (await this.list({ link, family, ...options })).find(each => isSameAddress(each, wanted));
  }

  /**
   * See to it that a link has an address as described; what is not given may be as it is. Nothing is sent if all is well,
   * and nothing but what differs is changed. `flags` are all of the flags that can be given; a lifetime that differs by
   * more than a second is renewed.
   *
   * Rejects with ConflictError if it is there in a way that cannot be changed: with another label, broadcast, scope or
   * flags (IPv4), another prefix length (IPv6), another peer.
   */
  async ensure(
    link: LinkRef,
    address: string,
    settings: AddressSettings = {},
    options: WaitOptions = {},
  ): Promise<AddressEnsured> {
    const operation = `address ensure ${address} dev ${linkLabel(link)}`;
    const wanted = addressInput(address, settings);
    const index = await indexOf(this.#context, link, operation, options);
    const send = (flags: number, body: AddressInput): Promise<unknown> => {
      const hint = (code: string): string | undefined => this.#hint(code, address, link);
      return this.#context.socket.request(RTM_NEWADDR, { ...body, index }, { ...options, flags, operation, hint });
    };
    const { found, ...ensured } = await ensureObject<Address>({
      operation,
      look: () => this.#find(index, wanted, options),
      add: () => send(NLM_F_CREATE | NLM_F_EXCL, wanted),
      compare: each => compareAddress(each, wanted, settings),
      change: each => send(NLM_F_REPLACE, addressChange(each, wanted, settings)),
    });
    return { ...ensured, address: found };
  }

  /**
   * Delete all addresses that match: `ip address flush`. At least one condition is needed. Resolves with how many there
   * were.
   */
  async flush(filter: AddressFlushFilter & WaitOptions): Promise<number> {
    const { signal, timeout, ...conditions } = filter;
    checkKeys(conditions, FLUSH, 'address flush');
    if (Object.values(conditions).every(each => each === undefined))
      throw new RangeError(
        `address flush: expected at least one of ${FLUSH.join(', ')}: it would delete all addresses`,
      );
    const { scope, ...listed } = conditions;
    const options = { signal, timeout };
    const found = (await this.list({ ...listed, ...options })).filter(
      each => scope === undefined || each.scope === scope,
    );
    await Promise.all(found.map(each => this.#remove(each, options)));
    return found.length;
  }

  /** An address that is gone, perhaps with the first of its subnet, is what a flush wants. */
  async #remove({ cidr, message }: Address, options: WaitOptions): Promise<void> {
    const { family, prefixlen, index, attrs } = message;
    const body = { family, prefixlen, index, attrs: { local: attrs.local, address: attrs.address } };
    const hint = (code: string): string | undefined => commonHint(this.#context, code);
    try {
      await this.#context.socket.request(RTM_DELADDR, body, { ...options, operation: `address flush ${cidr}`, hint });
    } catch (error) {
      if (!(error instanceof NetlinkError && error.code === 'EADDRNOTAVAIL')) throw error;
    }
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
    known?: number,
  ): Promise<void> {
    checkLinkRef(link);
    const operation = `address ${verb} ${address} dev ${linkLabel(link)}`;
    // No object is spread here: V8 has no fast layout for what comes of it, and a request would take twice as long.
    const { family, prefixlen, flags: word, scope, attrs } = addressInput(address, settings);
    const index = known ?? (await indexOf(this.#context, link, operation, options));
    const hint = (code: string): string | undefined => this.#hint(code, address, link);
    const { signal, timeout } = options;
    const body = { family, prefixlen, flags: word, scope, index, attrs };
    await this.#context.socket.request(type, body, { signal, timeout, flags, operation, hint });
  }

  #hint(code: string, address: string, link: LinkRef): string | undefined {
    if (code === 'EEXIST') return `${linkLabel(link)} has ${address} already`;
    if (code === 'ENODEV') return `there is no link ${linkLabel(link)} in ${this.#context.where}`;
    return commonHint(this.#context, code);
  }
}
