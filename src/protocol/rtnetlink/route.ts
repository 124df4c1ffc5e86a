import { ip, ipv4, ipv6 } from '../address-codecs.js';
import { type AttributeSet, attr, attributes, nestedInRequests, padding, selectByHeader } from '../attributes.js';
import type { Decoded, Encodable } from '../codec.js';
import { labelStack } from '../label-stack.js';
import { message } from '../message.js';
import { records } from '../records.js';
import { be16, be32, bytes, s32, u8, u16, u32, u64 } from '../scalar.js';
import { struct } from '../struct.js';
import { encap, encapType } from './encap.js';
import { AF } from './family.js';
import { metricAttrs } from './route-metrics.js';
import {
  nexthopFlags8,
  routeFlags,
  routeProtocol,
  routerPreference,
  routeTable,
  routeTable8,
  routeType,
} from './route-values.js';
import { scope } from './scope.js';
import { rtvia } from './via.js';

/** `struct rtmsg`, linux/rtnetlink.h: begins route messages. */
export const rtmsg = struct(
  'rtmsg',
  'rtm_',
  {
    /** AF_INET (2), AF_INET6 (10), AF_MPLS (28); RTNL_FAMILY_IPMR (128) and IP6MR (129) for multicast routes. */
    family: u8,
    /** Bits of `attrs.dst` that count: 24 in 10.0.0.0/24; 0 for a default route; 20 for MPLS. */
    dstLen: u8,
    /** Bits of `attrs.src` that count. */
    srcLen: u8,
    /** Type of service that a packet must have. */
    tos: u8,
    /** RT_TABLE_*; the kernel ignores it where `attrs.table` is given. */
    table: routeTable8,
    /** RTPROT_*: who made it. */
    protocol: routeProtocol,
    /** RT_SCOPE_*: how far the destination is away. */
    scope,
    /** RTN_*: what happens to a packet. */
    type: routeType,
    /** RTM_F_* of the route, RTNH_F_* of its nexthop: state, and what a request asks for. */
    flags: routeFlags,
  },
  { hot: true },
);

/** `struct rtnexthop`, linux/rtnetlink.h: one of several ways a route can take. */
export const rtnexthop = struct(
  'rtnexthop',
  'rtnh_',
  {
    /** Bytes, attributes included. */
    len: u16,
    /** RTNH_F_*: its state. */
    flags: nexthopFlags8,
    /** Its weight, less one: `nexthop … weight 3` is 2. In multicast routes, the least TTL. */
    hops: u8,
    /** Index of the link. */
    ifindex: s32,
  },
  { hot: true },
);

/** `struct rta_cacheinfo`, linux/rtnetlink.h: age and use of a route. */
export const routeCacheinfo = struct(
  'rta_cacheinfo',
  'rta_',
  {
    /** How many use it. */
    clntref: u32,
    /** Hundredths of a second since it was used. */
    lastuse: u32,
    /** Hundredths of a second until it expires; 0 for never. */
    expires: s32,
    /** Why packets are refused: an errno, negative; 0 where they are not. */
    error: s32,
    /** How often it was used. */
    used: u32,
    /** 0: no longer used, like the next two. */
    id: u32,
    /** 0. */
    ts: u32,
    /** 0. */
    tsage: u32,
  },
  { hot: true },
);

/** `struct rta_mfc_stats`, linux/rtnetlink.h: counters of a multicast route. */
export const mfcStats = struct('rta_mfc_stats', 'mfcs_', {
  /** Packets sent on. */
  packets: u64,
  /** Their bytes. */
  bytes: u64,
  /** Packets that came in by the wrong link. */
  wrongIf: u64,
});

/** An address of the route's family; labels like `100/200` in MPLS. */
const routeAddress = selectByHeader('family', {
  [AF.unspec]: ip,
  [AF.inet]: ipv4,
  [AF.inet6]: ipv6,
  [AF.mpls]: labelStack,
  [AF.ipmr]: ipv4,
  [AF.ip6mr]: ipv6,
});

/** The RTA_* that say how a packet is sent on; of the route, or of each of its nexthops. */
const nexthopRows = {
  /** RTA_GATEWAY: the next router, of the route's family. */
  gateway: attr(5, routeAddress),
  /** RTA_FLOW: realms for accounting: from in the upper 16 bits, to in the lower. */
  flow: attr(11, u32),
  /** RTA_VIA: the next router, of another family than the route's. */
  via: attr(18, rtvia),
  /** RTA_NEWDST: the labels that replace those of the packet. */
  newdst: attr(19, routeAddress),
  /** RTA_ENCAP_TYPE: what is put around the packet. */
  encapType: attr(21, encapType),
  /** RTA_ENCAP: laid out as `encapType` says. */
  encap: nestedInRequests(22, encap),
};

/** RTA_* of `struct rtnexthop`. */
export const nexthopAttrs = attributes('RTA_', nexthopRows);

const routeRows = {
  /** RTA_DST: the destination; absent in default routes. */
  dst: attr(1, routeAddress),
  /** RTA_SRC: the source that a packet must have. */
  src: attr(2, routeAddress),
  /** RTA_IIF: index of the link a packet must come in by. */
  iif: attr(3, u32),
  /** RTA_OIF: index of the link it leaves by. */
  oif: attr(4, u32),
  /** RTA_PRIORITY: the metric; the smallest wins. */
  priority: attr(6, u32),
  /** RTA_PREFSRC: the source address that local senders get. */
  prefsrc: attr(7, routeAddress),
  /** RTA_METRICS: MTU, congestion window and so on. */
  metrics: attr(8, metricAttrs),
  /** RTA_MULTIPATH: several nexthops, chosen by weight. */
  multipath: attr(9, records(rtnexthop, nexthopAttrs)),
  /** RTA_PROTOINFO: no longer used. */
  protoinfo: attr(10, bytes),
  /** RTA_CACHEINFO: age and use. */
  cacheinfo: attr(12, routeCacheinfo),
  /** RTA_SESSION: no longer used. */
  session: attr(13, bytes),
  /** RTA_MP_ALGO: no longer used. */
  mpAlgo: attr(14, bytes),
  /** RTA_TABLE: RT_TABLE_* or any other. */
  table: attr(15, routeTable),
  /** RTA_MARK: with RTM_GETROUTE: the packet's mark. */
  mark: attr(16, u32),
  /** RTA_MFC_STATS: counters of a multicast route. */
  mfcStats: attr(17, mfcStats),
  /** RTA_PREF: which of several IPv6 routers to prefer. */
  pref: attr(20, routerPreference),
  /** RTA_EXPIRES: lifetime, seconds. */
  expires: attr(23, u32),
  /** RTA_UID: with RTM_GETROUTE: the user who sends. */
  uid: attr(25, u32),
  /** RTA_TTL_PROPAGATE: whether the TTL goes from the labels to the packet: 0 or 1. */
  ttlPropagate: attr(26, u8),
  /** RTA_IP_PROTO: with RTM_GETROUTE: the packet's protocol, 6 for TCP. */
  ipProto: attr(27, u8),
  /** RTA_SPORT: with RTM_GETROUTE: the packet's source port; network order. */
  sport: attr(28, be16),
  /** RTA_DPORT: with RTM_GETROUTE: the packet's destination port; network order. */
  dport: attr(29, be16),
  /** RTA_NH_ID: id of the nexthop object (RTM_NEWNEXTHOP) that it takes. */
  nhId: attr(30, u32),
  /** RTA_FLOWLABEL: with RTM_GETROUTE: the packet's flow label, 20 bits; network order. */
  flowlabel: attr(31, be32),
};
/** RTA_*, linux/rtnetlink.h: a route. */
export const routeAttrs: RouteAttrsCodec = attributes(padding('RTA_', 24), { ...routeRows, ...nexthopRows });
/** By name, like `LinkBody`. */
export interface RouteAttrsCodec extends AttributeSet<typeof routeRows & typeof nexthopRows> {}

/** Body of RTM_NEWROUTE, RTM_DELROUTE and RTM_GETROUTE. */
export const route = message(rtmsg, routeAttrs);

/** A decoded route message. */
export interface Route extends Decoded<typeof route> {}
/** A route message to encode. */
export interface RouteInput extends Encodable<typeof route> {}
