import { macBytes } from '../protocol/address-codecs.js';
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL } from '../protocol/header.js';
import {
  type LinkAttrsInput,
  type LinkInput,
  RTM_DELLINK,
  RTM_DELLINKPROP,
  RTM_GETLINK,
  RTM_NEWLINK,
  RTM_NEWLINKPROP,
} from '../protocol/rtnetlink/index.js';
import { driverStatistics } from '../socket/ethtool.js';
import type { RequestOptions, WaitOptions } from '../socket/exchange.js';
import type { ReadAs } from '../socket/socket.js';
import { apply } from './apply/apply.js';
import type { PresentLink } from './apply/spec.js';
import { type Context, getLink, indexOf, linkHint, nameAttr, SKIP_STATS } from './context.js';
import { again, type Ensured } from './ensure/ensure.js';
import { hardwareBytes } from './hardware-address.js';
import { type Link, linkCodec } from './link.js';
import { addLink } from './link-add.js';
import { deleteHint, existing, setHint } from './link-hints.js';
import {
  checkKeys,
  ETHERNET,
  type KindData,
  LINK_SETTINGS,
  type LinkSettings,
  linkInput,
  NEW_LINK_SETTINGS,
  type NewLinkSettings,
} from './link-input.js';
import { type LinkPeer, peerOf } from './link-peer.js';
import { checkAlternativeName, checkLinkRef, type LinkRef, linkLabel } from './names.js';
import { type NamespaceRef, withNamespace } from './namespace-ref.js';
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
  /** The namespace the peer is to be born in; by default the one that `ip` works in, wherever the first end is. */
  netns?: NamespaceRef | undefined;
}

/** `ip link add`'s argument: what `data` may hold depends on `kind`. */
export type LinkAddSettings =
  | (NewLink & { kind: 'veth'; peer?: VethPeer | undefined; data?: undefined })
  | {
      [K in Exclude<keyof KindData, 'veth'>]: NewLink & { kind: K; data?: KindData[K] | undefined; peer?: undefined };
    }[Exclude<keyof KindData, 'veth'>]
  | (NewLink & { kind: string & {}; data?: undefined; peer?: undefined });

/** `ip link set`'s argument: what `data` may hold depends on `kind`, which is the link's own. */
export type LinkChanges = AnyLinkChanges &
  (
    | { kind?: undefined; data?: undefined }
    | {
        /** `ip link set br0 type bridge stp_state 1`: `{ kind: 'bridge', data: { stpState: 1 } }`. */
        [K in Exclude<keyof KindData, 'veth'>]: { kind: K; data: KindData[K] };
      }[Exclude<keyof KindData, 'veth'>]
  );

/** What can be changed of a link of any kind. */
export interface AnyLinkChanges extends LinkSettings {
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

/** What `link.ensure` found or did. */
export interface LinkEnsured extends Ensured {
  /** The link as it is now. */
  readonly link: Link;
}

const ADD_SETTINGS = [...NEW_LINK_SETTINGS, 'kind', 'data', 'peer', 'master', 'link', 'netns'];

/** `ip link`: network links. */
export class Links {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Make a link: `ip link add NAME type KIND …`. Resolves with the link as the kernel made it, its index included; the
   * kernel reports it with its acknowledgement, so that no other program's link can be mistaken for it. `alias` and
   * `carrier` the kernel heeds only afterwards, and the MTU of a bridge it would change with its ports if it were not set
   * then: if it refuses them, the link is removed again.
   *
   * Rejects with NetlinkError EEXIST if the name (or the peer's) is taken, EOPNOTSUPP if the kernel lacks the kind.
   */
  async add(settings: LinkAddSettings, options: WaitOptions = {}): Promise<Link> {
    checkKeys(settings, ADD_SETTINGS, 'link add');
    const operation = `link add ${settings.name ?? settings.kind}`;
    const refs = await this.#resolve(settings, operation, options);
    return withNamespace(settings.netns, netNsFd =>
      withNamespace(settings.peer?.netns, peerFd =>
        addLink(this.#context, settings, { ...refs, netNsFd, peerFd }, operation, options),
      ),
    );
  }

  /**
   * See to it that there is a link as described; what is not given may be as it is. It is made if it is not there (with
   * its peer, master and addresses), and changed where it differs, all or nothing. Nothing is sent if all is well. Without
   * `kind` it must be there.
   *
   * Rejects with ConflictError if what is there cannot be made so: a link of another kind, with another number of queues,
   * on another link, with another peer; or if its driver refuses the change (the id of a vxlan).
   */
  async ensure(spec: PresentLink, options: WaitOptions = {}): Promise<LinkEnsured> {
    const operation = `link ensure ${spec?.name}`;
    const { steps, changed } = await again('EEXIST', () => apply(this.#context, { links: [spec] }, options, operation));
    const created = steps.some(step => step.action === 'add' && step.object === 'link');
    const differences = created ? [] : steps.flatMap(step => step.differences);
    return { changed, created, differences, link: await getLink(this.#context, spec.name, operation, options) };
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
   * name it means whichever link has that name at the time. What others change and the kernel does not announce, like the
   * alias or group of a link that is down (see `Monitor`), it finds when the time is over, or with the next change of any
   * link.
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
    checkKeys(changes, [...LINK_SETTINGS, 'name', 'master', 'netns', 'kind', 'data'], 'link set');
    const linkinfo = kindInput(changes);
    const operation = `link set ${linkLabel(ref)}`;
    const refs = await this.#resolve({ master: changes.master ?? undefined }, operation, options);
    const index = await indexOf(this.#context, ref, operation, options);
    if (changes.master === null) refs.master = 0;
    const addressLength = await this.#addressLength(index, changes, operation, options);
    await withNamespace(changes.netns, netNsFd => {
      const body: LinkInput = { ...linkInput(changes, { ...refs, netNsFd }, linkinfo, addressLength), index };
      return this.#context.socket.request(RTM_NEWLINK, body, {
        ...options,
        operation,
        hint: code => setHint(this.#context, code, ref, changes),
      });
    });
  }

  /** How long the addresses must be: the link is asked only for unusual ones, such as InfiniBand's. */
  async #addressLength(
    index: number,
    { address, broadcast }: LinkChanges,
    operation: string,
    options: WaitOptions,
  ): Promise<number> {
    const given = Object.entries({ address, broadcast }).filter(([, value]) => value !== undefined);
    if (given.every(([argument, value]) => hardwareBytes(argument, value!).length === ETHERNET)) return ETHERNET;
    const link = await getLink(this.#context, index, operation, options, true);
    return link.address === undefined ? ETHERNET : macBytes(link.address).length;
  }

  /**
   * The other end of a veth pair (of a netkit or vxcan pair too), in whichever namespace it is: what `veth1@if24` and
   * `link-netns` of `ip link show` stand for. Undefined if the link is not one of a pair.
   *
   * ```ts
   * const peer = await ip.link.peer('veth1');
   * console.log(peer?.link?.name, peer?.netns?.name ?? peer?.netns?.path);
   * ```
   */
  async peer(ref: LinkRef, options: WaitOptions = {}): Promise<LinkPeer | undefined> {
    return peerOf(this.#context, ref, options);
  }

  /**
   * What the driver itself counts, by its own names: `ethtool -S NAME`. Of a veth the index of its peer and its XDP
   * counters: `{ peer_ifindex: 4n, rx_queue_0_xdp_packets: 0n, … }`; empty if the driver keeps none.
   *
   * Rejects with NetlinkError ENODEV if there is no such link, with SyscallError if it has gone meanwhile.
   */
  async driverStats(ref: LinkRef, options: WaitOptions = {}): Promise<Record<string, bigint>> {
    const { name } = await getLink(this.#context, ref, `link driver stats ${linkLabel(ref)}`, options, true);
    return driverStatistics(this.#context.socket, name);
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

function kindInput({ kind, data }: LinkChanges): LinkAttrsInput {
  if (kind === undefined && data === undefined) return {};
  if (kind === undefined) throw new TypeError('kind: the settings in data are of a kind; say which');
  return { linkinfo: { kind, data } as never };
}
