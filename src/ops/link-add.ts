import type { AnyCodec } from '../protocol/codec.js';
import { NLM_F_CREATE, NLM_F_ECHO, NLM_F_EXCL } from '../protocol/header.js';
import { link as codec, type LinkInput, linkKinds, RTM_DELLINK, RTM_NEWLINK } from '../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../socket/exchange.js';
import { NetlinkError } from '../socket/netlink-error.js';
import { type Context, getLink } from './context.js';
import { requestBytes } from './ensure/reread.js';
import { type Link, loneLinkCodec } from './link.js';
import { addHint, setHint } from './link-hints.js';
import {
  bornWith,
  checkKeys,
  type LinkSettings,
  lateSettings,
  linkInput,
  NEW_LINK_SETTINGS,
  type ResolvedRefs,
} from './link-input.js';
import type { LinkAddSettings } from './links.js';
import { inNamespace } from './namespace-ref.js';

/** What a new link refers to, by the numbers it has come down to. */
export interface BirthRefs extends ResolvedRefs {
  /** Descriptor of the peer's namespace. */
  peerFd?: number | undefined;
}

/** Makes a link, complete or not at all. */
export async function addLink(
  context: Context,
  settings: LinkAddSettings,
  refs: BirthRefs,
  operation: string,
  options: WaitOptions,
): Promise<Link> {
  const [late, peerLate] = [lateSettings(settings, settings.kind), lateSettings(settings.peer)];
  const { signal, timeout } = options;
  const { results } = await context.socket.request(RTM_NEWLINK, addBody(settings, refs), {
    signal,
    timeout,
    flags: NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO,
    operation,
    hint: (code, words) => addHint(context, code, settings, words),
    as: loneLinkCodec,
  });
  const made = results[0] ?? (await lookUp(context, settings.name, refs.netNsFd, operation, options));
  if (late === undefined && peerLate === undefined) return made;
  return inPlace(context, refs.netNsFd, async own => {
    try {
      if (late !== undefined) await change(own, made.index, late, operation, options);
      if (peerLate !== undefined)
        await inPlace(context, refs.peerFd, peer => change(peer, made.linkIndex!, peerLate, operation, options));
      return await getLink(own, made.index, operation, options);
    } catch (error) {
      await remove(own, { index: made.index }, operation, error);
      throw error;
    }
  });
}

/** Where the kernel did not report the new link (another namespace; a vxlan; up to Linux 6.1): look it up by name. */
async function lookUp(
  context: Context,
  name: string | undefined,
  netNsFd: number | undefined,
  operation: string,
  options: WaitOptions,
): Promise<Link> {
  if (name === undefined) throw new Error(`${operation}: made, but the kernel did not say under which name`);
  return inPlace(context, netNsFd, async own => {
    try {
      return await getLink(own, name, operation, options);
    } catch (error) {
      await remove(own, { attrs: { ifname: name } }, operation, error);
      throw error;
    }
  });
}

function inPlace<T>(context: Context, fd: number | undefined, use: (own: Context) => Promise<T>): Promise<T> {
  return fd === undefined ? use(context) : inNamespace(context.socket, fd, socket => use({ ...context, socket }));
}

async function change(
  context: Context,
  index: number,
  settings: LinkSettings,
  operation: string,
  options: WaitOptions,
): Promise<void> {
  const hint = (code: string): string | undefined => setHint(context, code, index, settings);
  const body = { ...linkInput(settings, {}), index };
  await context.socket.request(RTM_NEWLINK, body, { ...options, operation, hint });
}

async function remove(context: Context, which: LinkInput, operation: string, cause: unknown): Promise<void> {
  try {
    await context.socket.request(RTM_DELLINK, which, { operation: `${operation}: link delete` });
  } catch (failure) {
    if (failure instanceof NetlinkError && failure.code === 'ENODEV') return; // it is gone already
    const words = [cause, failure].map(error => (error as Error).message);
    throw new AggregateError([cause, failure], `${words[0]}; and it could not be removed again: ${words[1]}`);
  }
}

const PEER_SETTINGS = [...NEW_LINK_SETTINGS, 'netns'];

/** Kinds whose drivers refuse to make a link without IFLA_LINK. */
const STACKED: ReadonlySet<string> = new Set(['vlan', 'macvlan', 'macvtap', 'ipvlan', 'ipvtap', 'macsec']);

export function addBody(settings: LinkAddSettings, { peerFd, ...refs }: BirthRefs): LinkInput {
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
  const lower = saysInData(kind) ? { ...refs, link: undefined } : refs;
  checkLate(settings);
  return linkInput(bornWith(settings, kind), lower, {
    linkinfo: { kind, data: peerData ?? dataWithLower(kind, data, refs.link) } as never,
  });
}

/** What cannot be sent afterwards fails before anything is made. */
function checkLate(settings: LinkAddSettings): void {
  const late = lateSettings(settings, settings.kind);
  if (late !== undefined) requestBytes(codec, linkInput(late, {}));
}

/** Kinds that say by their own settings on which link they sit: `ip link add … type vxlan … dev eth0`. */
export function saysInData(kind: string): boolean {
  const layout: AnyCodec | undefined = (linkKinds as Readonly<Record<string, AnyCodec>>)[kind];
  return layout?.shape?.is === 'attributes' && layout.shape.rows.some(row => row.name === 'link');
}

/** The settings of a kind with the link it sits on, if that is where it says so. */
export const dataWithLower = (kind: string, data: object | undefined, link: number | undefined): object | undefined =>
  link === undefined || !saysInData(kind) ? data : { ...data, link };
