import { ip, ipv4, ipv6 } from '../address-codecs.js';
import { array } from '../array.js';
import { attr, attributes, many, nested, nestedInRequests, padding, selectByHeader } from '../attributes.js';
import type { Decoded, Encodable } from '../codec.js';
import { enumeration, flags } from '../enumeration.js';
import { message } from '../message.js';
import { flag, padded, u8, u16, u32, u64, uint } from '../scalar.js';
import { struct } from '../struct.js';
import { encap, encapType } from './encap.js';
import { AF } from './family.js';
import { nexthopFlags, routeProtocol } from './route-values.js';
import { scope } from './scope.js';

/** `struct nhmsg`, linux/nexthop.h: begins nexthop messages. */
export const nhmsg = struct(
  'nhmsg',
  'nh_',
  {
    /** AF_INET (2), AF_INET6 (10); AF_UNSPEC (0) for groups. */
    family: u8,
    /** RT_SCOPE_*: how far the gateway is away; only in what the kernel sends. */
    scope,
    /** RTPROT_*: who made it. */
    protocol: padded(routeProtocol, 1),
    /** RTNH_F_*: its state. */
    flags: nexthopFlags,
  },
  { hot: true },
);

/** `struct nexthop_grp`, linux/nexthop.h: a member of a group. */
export const nexthopGroup = struct('nexthop_grp', '', {
  /** Id of the member. */
  id: u32,
  /** Its weight less one: the low 8 bits. */
  weight: u8,
  /** The upper 8 bits (6.12 and newer). */
  weightHigh: u8,
  /** Must be 0. */
  resvd2: u16,
});

/** NEXTHOP_GRP_TYPE_*, linux/nexthop.h: how a group chooses. */
export const nexthopGroupType = enumeration(u16, 'NEXTHOP_GRP_TYPE_', {
  /** NEXTHOP_GRP_TYPE_MPATH: by a hash and the weights alone. */
  mpath: 0,
  /** NEXTHOP_GRP_TYPE_RES: by a table of buckets, so that few flows move when the group changes. */
  res: 1,
});

/** NHA_OP_FLAG_*, linux/nexthop.h: what a request asks for beyond the plain nexthop. */
export const nexthopOpFlags = flags(
  u32,
  'NHA_OP_FLAG_',
  {
    /** NHA_OP_FLAG_DUMP_STATS: counters. */
    dumpStats: 0x01,
    /** NHA_OP_FLAG_DUMP_HW_STATS: counters of the hardware. */
    dumpHwStats: 0x02,
    /** NHA_OP_FLAG_RESP_GRP_RESVD_0: set in replies of kernels that send the upper bits of weights. */
    respGrpResvd0: 0x80000000,
  },
  { respGrpResvd0: 'NHA_OP_FLAG_RESP_GRP_RESVD_0' },
);

/** NHA_RES_GROUP_*, linux/nexthop.h: a group with buckets. Times are hundredths of a second. */
export const resGroupAttrs = attributes(padding('NHA_RES_GROUP_', 0), {
  /** NHA_RES_GROUP_BUCKETS: how many. */
  buckets: attr(1, u16),
  /** NHA_RES_GROUP_IDLE_TIMER: how long a bucket has to be unused to be moved, hundredths of a second. */
  idleTimer: attr(2, u32),
  /** NHA_RES_GROUP_UNBALANCED_TIMER: how long the group may be out of balance, hundredths of a second; 0 for ever. */
  unbalancedTimer: attr(3, u32),
  /** NHA_RES_GROUP_UNBALANCED_TIME: how long it has been, hundredths of a second. Read-only. */
  unbalancedTime: attr(4, u64),
});

/** NHA_RES_BUCKET_*, linux/nexthop.h: a bucket of a group. */
export const resBucketAttrs = attributes(padding('NHA_RES_BUCKET_', 0), {
  /** NHA_RES_BUCKET_INDEX: its number in the group, from 0. */
  index: attr(1, u16),
  /** NHA_RES_BUCKET_IDLE_TIME: since it was used, hundredths of a second. */
  idleTime: attr(2, u64),
  /** NHA_RES_BUCKET_NH_ID: id of the nexthop it gives. */
  nhId: attr(3, u32),
});

/** NHA_GROUP_STATS_ENTRY_*, linux/nexthop.h: counters of a member. */
export const groupStatsEntryAttrs = attributes('NHA_GROUP_STATS_ENTRY_', {
  /** NHA_GROUP_STATS_ENTRY_ID: id of the member. */
  id: attr(1, u32),
  /** NHA_GROUP_STATS_ENTRY_PACKETS: packets sent by it, those of the hardware included. */
  packets: attr(2, uint),
  /** NHA_GROUP_STATS_ENTRY_PACKETS_HW: packets sent by it in the hardware. */
  packetsHw: attr(3, uint),
});

/** NHA_GROUP_STATS_*, linux/nexthop.h: counters of a group. */
export const groupStatsAttrs = attributes('NHA_GROUP_STATS_', {
  /** NHA_GROUP_STATS_ENTRY: one a member. */
  entry: many(nested(1, groupStatsEntryAttrs)),
});

/** NHA_*, linux/nexthop.h: a nexthop, a group of them or a bucket. */
export const nexthopObjectAttrs = attributes('NHA_', {
  /** NHA_ID: what routes call it; when one is made, 0 or none has the kernel choose. */
  id: attr(1, u32),
  /** NHA_GROUP: the members. */
  group: attr(2, array(nexthopGroup)),
  /** NHA_GROUP_TYPE: how it chooses one. */
  groupType: attr(3, nexthopGroupType),
  /** NHA_BLACKHOLE: drops packets. */
  blackhole: attr(4, flag),
  /** NHA_OIF: index of the link it leaves by. */
  oif: attr(5, u32),
  /** NHA_GATEWAY: the next router. */
  gateway: attr(6, selectByHeader('family', { [AF.unspec]: ip, [AF.inet]: ipv4, [AF.inet6]: ipv6 })),
  /** NHA_ENCAP_TYPE: what is put around the packet. */
  encapType: attr(7, encapType),
  /** NHA_ENCAP: laid out as `encapType` says. */
  encap: nestedInRequests(8, encap),
  /** NHA_GROUPS: in requests to list: only groups. */
  groups: attr(9, flag),
  /** NHA_MASTER: in requests to list: only those by ports of the link with this index. */
  master: attr(10, u32),
  /** NHA_FDB: for forwarding entries of tunnels, not for routes. */
  fdb: attr(11, flag),
  /** NHA_RES_GROUP: of a group with buckets. */
  resGroup: nested(12, resGroupAttrs),
  /** NHA_RES_BUCKET: of RTM_*NEXTHOPBUCKET. */
  resBucket: nested(13, resBucketAttrs),
  /** NHA_OP_FLAGS: what a request asks for. */
  opFlags: attr(14, nexthopOpFlags),
  /** NHA_GROUP_STATS: counters of the members. */
  groupStats: nested(15, groupStatsAttrs),
  /** NHA_HW_STATS_ENABLE: 1 to count in the hardware. */
  hwStatsEnable: attr(16, u32),
  /** NHA_HW_STATS_USED: 1 where the hardware does count. */
  hwStatsUsed: attr(17, u32),
});

/** Body of RTM_*NEXTHOP: nexthops that exist apart from routes; and of RTM_*NEXTHOPBUCKET. */
export const nexthop = message(nhmsg, nexthopObjectAttrs);

/** A decoded nexthop message. */
export interface Nexthop extends Decoded<typeof nexthop> {}
/** A nexthop message to encode. */
export interface NexthopInput extends Encodable<typeof nexthop> {}
