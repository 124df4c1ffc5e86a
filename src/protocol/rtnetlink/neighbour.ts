import { hwaddr, ip, ipv4, ipv6 } from '../address-codecs.js';
import { attr, attributes, nested, selectByHeader } from '../attributes.js';
import type { Decoded, Encodable } from '../codec.js';
import { message } from '../message.js';
import { be16, flag, padded, s32, u8, u16, u32 } from '../scalar.js';
import { struct } from '../struct.js';
import { AF } from './family.js';
import { fdbNotify, neighbourFlags, neighbourFlagsExt, neighbourState } from './neighbour-values.js';
import { routeProtocol, routeType } from './route-values.js';

/** `struct ndmsg`, linux/neighbour.h: begins neighbour messages. */
export const ndmsg = struct(
  'ndmsg',
  'ndm_',
  {
    /** AF_INET (2), AF_INET6 (10); AF_BRIDGE (7) for forwarding entries. */
    family: padded(u8, 3),
    /** Index of the link. */
    ifindex: s32,
    /** NUD_*: state. */
    state: neighbourState,
    /** NTF_*: what it is, and whose table a request means. */
    flags: neighbourFlags,
    /** RTN_*: what kind of address it is; 0 in most requests. */
    type: routeType,
  },
  { hot: true },
);

/** `struct nda_cacheinfo`, linux/neighbour.h. Times are ages, hundredths of a second. */
export const neighbourCacheinfo = struct(
  'nda_cacheinfo',
  'ndm_',
  {
    /** Since it was confirmed. */
    confirmed: u32,
    /** Since it was used. */
    used: u32,
    /** Since it was changed. */
    updated: u32,
    /** How many hold it. */
    refcnt: u32,
  },
  { hot: true },
);

/** NFEA_*, linux/neighbour.h: more on entries of a bridge's forwarding table. */
export const fdbExtAttrs = attributes('NFEA_', {
  /** NFEA_ACTIVITY_NOTIFY: which activity is told. */
  activityNotify: attr(1, fdbNotify),
  /** NFEA_DONT_REFRESH: in requests: the entry's age stays as it is. */
  dontRefresh: attr(2, flag),
});

/** NDA_*, linux/neighbour.h: a neighbour or forwarding entry. */
export const neighbourAttrs = attributes('NDA_', {
  /** NDA_DST: the neighbour's address; in forwarding entries of tunnels, the other end's. */
  dst: attr(1, selectByHeader('family', { [AF.unspec]: ip, [AF.inet]: ipv4, [AF.inet6]: ipv6, [AF.bridge]: ip })),
  /** NDA_LLADDR: its hardware address. */
  lladdr: attr(2, hwaddr),
  /** NDA_CACHEINFO: ages. */
  cacheinfo: attr(3, neighbourCacheinfo),
  /** NDA_PROBES: how many probes were sent without an answer. */
  probes: attr(4, u32),
  /** NDA_VLAN: VLAN of a forwarding entry, 1 to 4094. */
  vlan: attr(5, u16),
  /** NDA_PORT: UDP port of the tunnel's other end; network order. */
  port: attr(6, be16),
  /** NDA_VNI: network identifier that the tunnel's other end expects, 0 to 16777215. */
  vni: attr(7, u32),
  /** NDA_IFINDEX: index of the link by which the tunnel's other end is reached. */
  ifindex: attr(8, u32),
  /** NDA_MASTER: index of the bridge; in requests to list: only entries of its ports. */
  master: attr(9, u32),
  /** NDA_LINK_NETNSID: id of the namespace that `ifindex` is in. */
  linkNetnsid: attr(10, s32),
  /** NDA_SRC_VNI: network identifier of the frames that the entry is for, 0 to 16777215. */
  srcVni: attr(11, u32),
  /** NDA_PROTOCOL: RTPROT_*: who made it. */
  protocol: attr(12, routeProtocol),
  /** NDA_NH_ID: id of the nexthop object that a forwarding entry of a tunnel takes. */
  nhId: attr(13, u32),
  /** NDA_FDB_EXT_ATTRS: more on an entry of a bridge. */
  fdbExtAttrs: nested(14, fdbExtAttrs),
  /** NDA_FLAGS_EXT: more flags, NTF_EXT_*. */
  flagsExt: attr(15, neighbourFlagsExt),
  /** NDA_NDM_STATE_MASK: with RTM_DELNEIGH and NLM_F_BULK: which bits of the state are compared. */
  ndmStateMask: attr(16, neighbourState),
  /** NDA_NDM_FLAGS_MASK: with RTM_DELNEIGH and NLM_F_BULK: which bits of the flags are compared. */
  ndmFlagsMask: attr(17, neighbourFlags),
});

/** Body of RTM_NEWNEIGH, RTM_DELNEIGH and RTM_GETNEIGH: neighbours, and forwarding entries of bridges and tunnels. */
export const neighbour = message(ndmsg, neighbourAttrs);

/** A decoded neighbour message. */
export interface Neighbour extends Decoded<typeof neighbour> {}
/** A neighbour message to encode. */
export interface NeighbourInput extends Encodable<typeof neighbour> {}
