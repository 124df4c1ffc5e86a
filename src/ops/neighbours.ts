import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../protocol/header.js';
import {
  type NeighbourInput,
  type Neighbour as NeighbourMessage,
  type neighbourState,
  RTM_DELNEIGH,
  RTM_GETNEIGH,
  RTM_NEWNEIGH,
} from '../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../socket/exchange.js';
import { NetlinkError } from '../socket/netlink-error.js';
import { AF_INET, familyNumber, parseAddress } from './cidr.js';
import { type Context, commonHint, indexOf } from './context.js';
import { type Ensured, ensureObject } from './ensure/ensure.js';
import { compareNeighbour, neighbourChange } from './ensure/neighbour.js';
import { type Replaced, replacedBy } from './ensure/replaced.js';
import { hardwareBytes } from './hardware-address.js';
import { checkKeys } from './link-input.js';
import { neighbours } from './monitor/neighbours.js';
import { checkLinkRef, type LinkRef, linkLabel } from './names.js';
import { Neighbour } from './neighbour.js';
import type { RouteProtocol } from './route-input.js';

/** A neighbour, beyond its address. */
export interface NeighbourSettings {
  /** Its hardware address, `aa:bb:cc:dd:ee:ff`; without one the kernel resolves it, if `flags` says so. */
  lladdr?: string | undefined;
  /** NUD_*; by default `'permanent'`, with the flag `managed` `'none'`. */
  state?: keyof typeof neighbourState.values | 'none' | undefined;
  /**
   * `'router'`: an IPv6 router; `'use'`: resolve it now; `'extLearned'`: a control plane looks after it; `'managed'`:
   * the kernel keeps it resolved.
   */
  flags?: readonly ('router' | 'use' | 'extLearned' | 'managed')[] | undefined;
  /** Answer for this address on the link (proxy ARP, proxy NDP). */
  proxy?: boolean | undefined;
  /** RTPROT_*: who made it. */
  protocol?: RouteProtocol | undefined;
}

/** Which neighbours to list; the kernel picks them. */
export interface NeighbourFilter {
  /** Only IPv4 (4) or IPv6 (6). */
  family?: 4 | 6 | undefined;
  /** Only those on this link. */
  link?: LinkRef | undefined;
  /** Only those on ports of this bridge, bond or VRF. */
  master?: LinkRef | undefined;
  /** The addresses that are answered for, instead of the neighbours. */
  proxy?: boolean | undefined;
}

const SETTINGS = ['lladdr', 'state', 'flags', 'proxy', 'protocol'];
const FILTER = ['family', 'link', 'master', 'proxy'];
/** What `ip neighbour flush` leaves. */
const STAYING = ['permanent', 'noarp'];

/** Which neighbours to forget: at least one condition is needed. */
export interface NeighbourFlushFilter extends NeighbourFilter {
  /** Only those in this state; by default all but `'permanent'` and `'noarp'`, as `ip neighbour flush` has it. */
  state?: keyof typeof neighbourState.values | undefined;
}

/** What `neighbour.ensure` found or did. */
export interface NeighbourEnsured extends Ensured {
  /** The neighbour as it is now. */
  readonly neighbour: Neighbour;
}

/** `ip neighbour`: which hardware address an IP address has (ARP, NDP). */
export class Neighbours {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Add a neighbour: `ip neighbour add 10.0.0.9 lladdr … dev v0`. Rejects with NetlinkError EEXIST if it is known. */
  async add(link: LinkRef, address: string, settings: NeighbourSettings, options: WaitOptions = {}): Promise<void> {
    await this.#send('add', RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, link, address, settings, options);
  }

  /**
   * Add a neighbour, or change the one that is known: `ip neighbour replace`.
   *
   * Resolves with whether anything is otherwise than before, by looks at it before and after: what others change in
   * between, and the kernel by itself, counts too.
   */
  async replace(
    link: LinkRef,
    address: string,
    settings: NeighbourSettings,
    options: WaitOptions = {},
  ): Promise<Replaced> {
    neighbourInput(address, settings, 'replace'); // bad settings fail before anything is sent
    const index = await indexOf(this.#context, link, `neighbour replace ${address} dev ${linkLabel(link)}`, options);
    const look = (): Promise<Neighbour | undefined> =>
      this.#get('replace', index, address, settings.proxy, options).catch(none);
    const before = await look();
    await this.#replace(index, address, settings, options);
    return replacedBy(before, await look(), (was, is) => neighbours.differences(was, is, false));
  }

  async #replace(link: LinkRef, address: string, settings: NeighbourSettings, options: WaitOptions): Promise<void> {
    await this.#send('replace', RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, link, address, settings, options);
  }

  /**
   * See to it that a neighbour is known as described; what is not given may be as it is, and between reachable, stale,
   * delay and probe the kernel moves it by itself. Nothing is sent if all is well.
   */
  async ensure(
    link: LinkRef,
    address: string,
    settings: NeighbourSettings,
    options: WaitOptions = {},
  ): Promise<NeighbourEnsured> {
    const operation = `neighbour ensure ${address} dev ${linkLabel(link)}`;
    const wanted = neighbourInput(address, settings, 'ensure');
    const index = await indexOf(this.#context, link, operation, options);
    const family = wanted.family === AF_INET ? 4 : 6;
    const listed = { link: index, family, proxy: settings.proxy, ...options } as const;
    const { found, ...ensured } = await ensureObject<Neighbour>({
      operation,
      look: async () => (await this.list(listed)).find(each => each.address === wanted.attrs?.dst),
      add: () => this.add(index, address, settings, options),
      compare: each => compareNeighbour(each, wanted, settings),
      change: each => this.#replace(index, address, neighbourChange(each, settings), options),
    });
    return { ...ensured, neighbour: found };
  }

  /**
   * Forget all neighbours that match: `ip neighbour flush`. At least one condition is needed. Permanent ones stay unless
   * `state` says otherwise. Resolves with how many there were.
   */
  async flush(filter: NeighbourFlushFilter & WaitOptions): Promise<number> {
    const { signal, timeout, state, ...conditions } = filter;
    checkKeys(conditions, FILTER, 'neighbour flush');
    if ([state, ...Object.values(conditions)].every(each => each === undefined))
      throw new RangeError(`neighbour flush: expected at least one of ${[...FILTER, 'state'].join(', ')}`);
    const options = { signal, timeout };
    const matches = (each: Neighbour): boolean =>
      conditions.proxy === true || (state === undefined ? !STAYING.includes(each.state) : each.state === state);
    const found = (await this.list({ ...conditions, ...options })).filter(matches);
    const proxy = conditions.proxy === true || undefined;
    await Promise.all(found.map(each => this.delete(each.index, each.address, { proxy }, options).catch(none)));
    return found.length;
  }

  /** Forget a neighbour, or with `proxy` no longer answer for it: `ip neighbour delete`. Rejects with ENOENT. */
  async delete(
    link: LinkRef,
    address: string,
    settings: Pick<NeighbourSettings, 'proxy'> = {},
    options: WaitOptions = {},
  ): Promise<void> {
    checkKeys(settings, ['proxy'], 'neighbour delete');
    await this.#send('delete', RTM_DELNEIGH, 0, link, address, settings, options);
  }

  /** One neighbour: `ip neighbour get 10.0.0.9 dev v0`. Rejects with ENOENT if it is not known. */
  async get(link: LinkRef, address: string, options: WaitOptions = {}): Promise<Neighbour> {
    return this.#get('get', link, address, false, options);
  }

  async #get(
    verb: string,
    link: LinkRef,
    address: string,
    proxy: boolean | undefined,
    options: WaitOptions,
  ): Promise<Neighbour> {
    const operation = `neighbour ${verb} ${address} dev ${linkLabel(link)}`;
    const { family, address: dst } = parseAddress(address);
    const ifindex = await indexOf(this.#context, link, operation, options);
    const hint = (code: string): string | undefined => this.#hint(code, address, link);
    const body: NeighbourInput = { family, ifindex, flags: proxy === true ? ['proxy'] : [], attrs: { dst } };
    const message = await this.#context.socket.get(RTM_GETNEIGH, body, { ...options, operation, hint });
    return new Neighbour(message as NeighbourMessage);
  }

  /** All neighbours, or those that match: `ip neighbour show nud all`. Look at `state`: failed ones are listed too. */
  async list(filter: NeighbourFilter & WaitOptions = {}): Promise<Neighbour[]> {
    const { signal, timeout, ...conditions } = filter;
    checkKeys(conditions, FILTER, 'neighbour list');
    const { family, link, master, proxy } = conditions;
    const options = { signal, timeout };
    const find = (ref: LinkRef | undefined): Promise<number> | undefined =>
      ref === undefined ? undefined : indexOf(this.#context, ref, 'neighbour list', options);
    const [ifindex, masterIndex] = await Promise.all([find(link), find(master)]);
    const body: NeighbourInput = {
      family: familyNumber(family),
      flags: proxy === true ? ['proxy'] : [],
      attrs: { ifindex, master: masterIndex },
    };
    const messages = await this.#context.socket.dump(RTM_GETNEIGH, body, { ...options, operation: 'neighbour list' });
    return messages.map(message => new Neighbour(message as NeighbourMessage));
  }

  async #send(
    verb: string,
    type: typeof RTM_NEWNEIGH | typeof RTM_DELNEIGH,
    flags: number,
    link: LinkRef,
    address: string,
    settings: NeighbourSettings,
    options: WaitOptions,
  ): Promise<void> {
    checkLinkRef(link);
    const operation = `neighbour ${verb} ${address} dev ${linkLabel(link)}`;
    const body = neighbourInput(address, settings, verb);
    const ifindex = await indexOf(this.#context, link, operation, options);
    const hint = (code: string): string | undefined => this.#hint(code, address, link);
    await this.#context.socket.request(type, { ...body, ifindex }, { ...options, flags, operation, hint });
  }

  #hint(code: string, address: string, link: LinkRef): string | undefined {
    if (code === 'EEXIST') return `${linkLabel(link)} has a neighbour ${address} already; replace() changes it`;
    if (code === 'ENOENT') return `${linkLabel(link)} has no neighbour ${address}`;
    if (code === 'ENODEV') return `there is no link ${linkLabel(link)} in ${this.#context.where}`;
    return commonHint(this.#context, code);
  }
}

/** One that is not known: what a flush wants of those that are forgotten meanwhile. */
function none(error: unknown): undefined {
  if (!(error instanceof NetlinkError && error.code === 'ENOENT')) throw error;
}

function neighbourInput(text: string, settings: NeighbourSettings, verb: string): NeighbourInput {
  checkKeys(settings, SETTINGS, `neighbour ${verb}`);
  const { lladdr, flags = [], proxy, protocol } = settings;
  const { family, address: dst } = parseAddress(text);
  if (lladdr !== undefined) hardwareBytes('lladdr', lladdr);
  if (proxy === true && lladdr !== undefined)
    throw new RangeError('lladdr: an address that is answered for has none; leave out lladdr or proxy');
  const managed = flags.includes('managed');
  const state = settings.state ?? (managed ? 'none' : 'permanent');
  const own = flags.filter(flag => flag !== 'managed');
  return {
    family,
    state: state === 'none' ? [] : [state],
    flags: proxy === true ? ['proxy', ...own] : own,
    attrs: { protocol, dst, lladdr, ...(managed && { flagsExt: ['managed'] }) },
  };
}
