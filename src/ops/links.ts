import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_ECHO, NLM_F_EXCL } from '../protocol/header.js';
import {
  type LinkInput,
  RTM_DELLINK,
  RTM_DELLINKPROP,
  RTM_GETLINK,
  RTM_NEWLINK,
  RTM_NEWLINKPROP,
} from '../protocol/rtnetlink/index.js';
import type { RequestOptions, WaitOptions } from '../socket/exchange.js';
import type { ReadAs } from '../socket/socket.js';
import { type Context, getLink, indexOf, linkHint, nameAttr, SKIP_STATS } from './context.js';
import { type Link, linkCodec } from './link.js';
import { addHint, deleteHint, existing, setHint } from './link-hints.js';
import {
  checkKeys,
  type KindData,
  LINK_SETTINGS,
  type LinkSettings,
  linkInput,
  NEW_LINK_SETTINGS,
  type NewLinkSettings,
} from './link-input.js';
import { checkAlternativeName, checkLinkRef, type LinkRef, linkLabel } from './names.js';
import { inNamespace, type NamespaceRef, withNamespace } from './namespace-ref.js';
import { type LinkCondition, type LinkState, waitForLink } from './wait-link.js';

/** A link to be made that is not a veth. */
export interface NewLink extends NewLinkSettings {
  /** The bridge, bond or VRF it is to belong to. */
  master?: LinkRef | undefined;
  /** The link it sits on: for vlan, macvlan, ipvlan, vxlan …. */
  link?: LinkRef | undefined;
  /** The namespace it is to be born in. */
  netns?: NamespaceRef | undefined;
}

/** The other end of a veth pair. */
export interface VethPeer extends NewLinkSettings {
  /** The namespace the peer is to be born in; by default that of the first end. */
  netns?: NamespaceRef | undefined;
}

/** `ip link add`'s argument: what `data` may hold depends on `kind`. */
export type LinkAddSettings =
  | (NewLink & { kind: 'veth'; peer?: VethPeer | undefined; data?: undefined })
  | {
      [K in Exclude<keyof KindData, 'veth'>]: NewLink & { kind: K; data?: KindData[K] | undefined; peer?: undefined };
    }[Exclude<keyof KindData, 'veth'>]
  | (NewLink & { kind: string & {}; data?: undefined; peer?: undefined });

/** `ip link set`'s argument. */
export interface LinkChanges extends LinkSettings {
  /** A new name. */
  name?: string | undefined;
  /** The bridge, bond or VRF it is to belong to; null to leave the one it belongs to. */
  master?: LinkRef | null | undefined;
  /** The namespace to move to. Addresses and routes do not come along, and the link is down there. */
  netns?: NamespaceRef | undefined;
}

/** Which links to list; the kernel picks them. */
export interface LinkFilter {
  /** Only links of this kind. */
  kind?: string | undefined;
  /** Only ports of this bridge, bond or VRF. */
  master?: LinkRef | undefined;
  /** Leave the counters out: `stats` is undefined then. By default they are left out, since they cost most. */
  stats?: boolean | undefined;
}

/** How a list of links is asked for. */
interface Question {
  readonly body: LinkInput;
  readonly how: RequestOptions & ReadAs<Link>;
  /** What is left for us to filter. */
  readonly matches: (link: Link) => boolean;
}

/** `ip link`: network links. */
export class Links {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Make a link: `ip link add NAME type KIND …`. Resolves with the link as the kernel made it, its index included; the
   * kernel reports it with its acknowledgement, so that no other program's link can be mistaken for it.
   *
   * Rejects with NetlinkError EEXIST if the name (or the peer's) is taken, EOPNOTSUPP if the kernel lacks the kind.
   */
  async add(settings: LinkAddSettings, options: WaitOptions = {}): Promise<Link> {
    checkKeys(settings, ADD_SETTINGS, 'link add');
    const operation = `link add ${settings.name ?? settings.kind}`;
    const refs = await this.#resolve(settings, operation, options);
    return withNamespace(settings.netns, netNsFd =>
      withNamespace(settings.peer?.netns, async peerFd => {
        const body = addBody(settings, { ...refs, netNsFd }, peerFd);
        const flags = NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO;
        const hint = (code: string): string | undefined => addHint(this.#context, code, settings);
        const { signal, timeout } = options;
        const how = { signal, timeout, flags, operation, hint, as: linkCodec };
        const { results } = await this.#context.socket.request(RTM_NEWLINK, body, how);
        return results[0] ?? this.#made(settings, netNsFd, operation, options);
      }),
    );
  }

  /** Where the kernel did not report the new link (another namespace; up to Linux 6.1): look it up by name. */
  async #made({ name }: NewLink, netNsFd: number | undefined, operation: string, options: WaitOptions): Promise<Link> {
    if (name === undefined) throw new Error(`${operation}: made, but the kernel did not say under which name`);
    if (netNsFd === undefined) return getLink(this.#context, name, operation, options);
    return inNamespace(netNsFd, socket => getLink({ ...this.#context, socket }, name, operation, options));
  }

  /** One link: `ip link show NAME`. Rejects with NetlinkError ENODEV if there is none. */
  async get(ref: LinkRef, options: WaitOptions = {}): Promise<Link> {
    return getLink(this.#context, ref, `link get ${linkLabel(ref)}`, options);
  }

  /** All links, or those that match: `ip link show`. */
  async list(filter: LinkFilter & WaitOptions = {}): Promise<Link[]> {
    const { body, how, matches } = await this.#question(filter);
    return (await this.#context.socket.dump(RTM_GETLINK, body, how)).filter(matches);
  }

  /**
   * The same one by one, for namespaces with very many links: at most 32 KiB of them are in memory, and the loop may be
   * left at any time. If links changed meanwhile, DumpInterruptedError comes at the end.
   */
  async *each(filter: LinkFilter & WaitOptions = {}): AsyncGenerator<Link, void, undefined> {
    const { body, how, matches } = await this.#question(filter);
    for await (const link of this.#context.socket.each(RTM_GETLINK, body, how)) if (matches(link)) yield link;
  }

  async #question({ kind, master, stats = false, ...options }: LinkFilter & WaitOptions): Promise<Question> {
    const refs = await this.#resolve({ master }, 'link list', options);
    const attrs = {
      ...(!stats && { extMask: SKIP_STATS }),
      ...(refs.master !== undefined && { master: refs.master }),
      ...(kind !== undefined && { linkinfo: { kind } }),
    };
    return {
      body: { attrs },
      how: { ...options, operation: 'link list', as: linkCodec },
      // A kernel that does not have the kind leaves the filter out and sends all links.
      matches: link => kind === undefined || link.kind === kind,
    };
  }

  /**
   * Wait until a link is there, gone or in a state: `{ operState: 'up' }`, `{ carrier: true }`, `'present'`, `'absent'` or
   * a function. If it is so already, resolves at once; else it looks again whenever the kernel announces a change. By
   * name it means whichever link has that name at the time.
   *
   * Rejects with TimeoutError (after the socket's timeout unless `timeout` says otherwise) or AbortError, which say what
   * was being waited for.
   */
  waitFor(ref: LinkRef, condition: 'absent', options?: WaitOptions): Promise<undefined>;
  waitFor(ref: LinkRef, condition: 'present' | LinkState, options?: WaitOptions): Promise<Link>;
  waitFor(ref: LinkRef, condition: LinkCondition, options?: WaitOptions): Promise<Link | undefined>;
  async waitFor(ref: LinkRef, condition: LinkCondition, options: WaitOptions = {}): Promise<Link | undefined> {
    return waitForLink(this.#context, ref, condition, options);
  }

  /** Change a link: `ip link set NAME …`. */
  async set(ref: LinkRef, changes: LinkChanges, options: WaitOptions = {}): Promise<void> {
    checkKeys(changes, [...LINK_SETTINGS, 'name', 'master', 'netns'], 'link set');
    const operation = `link set ${linkLabel(ref)}`;
    const refs = await this.#resolve({ master: changes.master ?? undefined }, operation, options);
    const index = await indexOf(this.#context, ref, operation, options);
    if (changes.master === null) refs.master = 0;
    await withNamespace(changes.netns, netNsFd => {
      const body: LinkInput = { ...linkInput(changes, { ...refs, netNsFd }), index };
      return this.#context.socket.request(RTM_NEWLINK, body, {
        ...options,
        operation,
        hint: code => setHint(this.#context, code, ref, changes),
      });
    });
  }

  /** Delete a link: `ip link delete NAME`. Deleting one end of a veth pair deletes the other. */
  async delete(ref: LinkRef, options: WaitOptions = {}): Promise<void> {
    const checked = checkLinkRef(ref);
    const body: LinkInput = typeof checked === 'number' ? { index: checked } : { attrs: nameAttr(checked) };
    await this.#context.socket.request(RTM_DELLINK, body, {
      ...options,
      operation: `link delete ${linkLabel(ref)}`,
      hint: code => deleteHint(this.#context, code, ref),
    });
  }

  /** Give a link alternative names, by which it is found too: `ip link property add dev NAME altname …`. */
  async addAltNames(ref: LinkRef, names: readonly string[], options: WaitOptions = {}): Promise<void> {
    await this.#properties(RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND, 'add', ref, names, options);
  }

  /** Take alternative names from a link: `ip link property del dev NAME altname …`. */
  async deleteAltNames(ref: LinkRef, names: readonly string[], options: WaitOptions = {}): Promise<void> {
    await this.#properties(RTM_DELLINKPROP, 0, 'delete', ref, names, options);
  }

  async #properties(
    type: typeof RTM_NEWLINKPROP | typeof RTM_DELLINKPROP,
    flags: number,
    verb: string,
    ref: LinkRef,
    names: readonly string[],
    options: WaitOptions,
  ): Promise<void> {
    const altIfname = names.map(name => checkAlternativeName(name));
    const operation = `link property ${verb} ${linkLabel(ref)} altname ${altIfname.join(' ')}`;
    const index = await indexOf(this.#context, ref, operation, options);
    await this.#context.socket.request(
      type,
      { index, attrs: { propList: { altIfname } } },
      {
        ...options,
        operation,
        flags,
        hint: code => (code === 'EEXIST' ? existing(...altIfname) : linkHint(this.#context, code, ref)),
      },
    );
  }

  async #resolve(
    refs: { master?: LinkRef | undefined; link?: LinkRef | undefined },
    operation: string,
    options: WaitOptions,
  ): Promise<{ master?: number | undefined; link?: number | undefined }> {
    const find = (ref: LinkRef | undefined): Promise<number> | undefined =>
      ref === undefined ? undefined : indexOf(this.#context, ref, operation, options);
    const [master, link] = await Promise.all([find(refs.master), find(refs.link)]);
    return { master, link };
  }
}

const PEER_SETTINGS = [...NEW_LINK_SETTINGS, 'netns'];
const ADD_SETTINGS = [...PEER_SETTINGS, 'kind', 'data', 'peer', 'master', 'link'];

/** Kinds whose drivers refuse to make a link without IFLA_LINK. */
const STACKED: ReadonlySet<string> = new Set(['vlan', 'macvlan', 'macvtap', 'ipvlan', 'ipvtap', 'macsec']);

function addBody(
  settings: LinkAddSettings,
  refs: { netNsFd?: number | undefined },
  peerFd: number | undefined,
): LinkInput {
  const { kind, peer, data } = settings;
  if (typeof kind !== 'string' || kind === '')
    throw new TypeError(`kind: expected the name of a kind, got ${String(kind)}`);
  if (peer !== undefined) checkKeys(peer, PEER_SETTINGS, 'link add: peer');
  if (peer?.up === true) {
    // drivers/net/veth.c opens a link only when it has its peer, and tells the peer last: ENOTCONN.
    throw new RangeError('peer.up: the kernel cannot bring the peer up while it makes the pair; set it up afterwards');
  }
  if (peer?.index !== undefined && settings.index === undefined) {
    // drivers/net/veth.c looks at the peer's index only if the first end has one: it would be silently ignored.
    throw new RangeError('peer.index: the kernel heeds it only together with index; give both');
  }
  if (STACKED.has(kind) && settings.link === undefined) {
    throw new TypeError(`link: a ${kind} sits on another link; say on which`);
  }
  const peerData = peer && { peer: linkInput(peer, { netNsFd: peerFd }) };
  return linkInput(settings, refs, { linkinfo: { kind, data: peerData ?? data } as never });
}
