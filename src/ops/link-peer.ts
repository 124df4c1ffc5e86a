import { RTM_GETLINK } from '../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../socket/exchange.js';
import { NetlinkError } from '../socket/netlink-error.js';
import { type Context, getLink } from './context.js';
import { type Link, loneLinkCodec } from './link.js';
import { type LinkRef, linkLabel } from './names.js';
import { NamespaceIds, type NamespacePlace } from './netns/ids.js';

/** The other end of a pair, as the end that was asked about knows it. */
export interface LinkPeer {
  /** IFLA_LINK: its index, in its own namespace. */
  readonly index: number;
  /** IFLA_LINK_NETNSID: the id that its namespace has in this one; undefined if both ends are in this one. */
  readonly netnsId: number | undefined;
  /** Where its namespace can be found: `open({ netns: peer.netns.path })`; undefined if both ends are in this one. */
  readonly netns: NamespacePlace | undefined;
  /**
   * The link itself, as seen from here: its `linkIndex` and `linkNetnsid` are this namespace's. Undefined where it may not
   * be looked at, which takes CAP_NET_ADMIN over its namespace: a container is not shown its host's.
   */
  readonly link: Link | undefined;
}

/** Kinds that come in pairs; of all others IFLA_LINK is the link below. */
export const PAIRED: ReadonlySet<string | undefined> = new Set(['veth', 'netkit', 'vxcan']);
/** How often ends that move between the questions are asked about again. */
const TRIES = 10;

/** Undefined if the link is not one of a pair. Rejects with NetlinkError ENODEV if there is no such link. */
export async function peerOf(context: Context, ref: LinkRef, options: WaitOptions): Promise<LinkPeer | undefined> {
  const operation = `link peer ${linkLabel(ref)}`;
  for (let tries = 0; tries < TRIES; tries++) {
    const {
      index: own,
      kind,
      linkIndex: index,
      linkNetnsid: netnsId,
    } = await getLink(context, ref, operation, options);
    if (!PAIRED.has(kind) || index === undefined) return undefined;
    if (netnsId !== undefined && netnsId < 0) return undefined; // its namespace is going, and the pair with it
    const link = await linkIn(context, index, netnsId, operation, options);
    if (link === 'gone' || (link !== undefined && link.linkIndex !== own)) continue;
    const netns = netnsId === undefined ? undefined : await new NamespaceIds(context).find(netnsId, options);
    return { index, netnsId, netns, link };
  }
  throw new Error(`${operation}: the ends moved while they were looked at, ${TRIES} times in a row`);
}

/** A link of the namespace with this id, which is not entered for it. Undefined if it may not be looked at. */
async function linkIn(
  { socket }: Context,
  index: number,
  targetNetnsid: number | undefined,
  operation: string,
  options: WaitOptions,
): Promise<Link | 'gone' | undefined> {
  try {
    return await socket.get(
      RTM_GETLINK,
      { index, attrs: { targetNetnsid } },
      { ...options, operation, as: loneLinkCodec },
    );
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error;
    if (error.code === 'ENODEV') return 'gone';
    // rtnl_get_net_ns_capable in net/core/rtnetlink.c: the id means nothing any more, or not to everybody.
    if (targetNetnsid !== undefined && error.code === 'EINVAL') return 'gone';
    if (targetNetnsid !== undefined && error.code === 'EACCES') return undefined;
    throw error;
  }
}
