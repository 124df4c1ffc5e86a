import { enumeration, flags } from '../enumeration.js';
import { u8, u32 } from '../scalar.js';

/** RTN_*, linux/rtnetlink.h: what a route does with a packet. */
export const routeType = enumeration(u8, 'RTN_', {
  unspec: 0,
  /** RTN_UNICAST: sends it on, to a gateway or directly. */
  unicast: 1,
  /** RTN_LOCAL: takes it in. */
  local: 2,
  /** RTN_BROADCAST: takes it in, sends it as broadcast. */
  broadcast: 3,
  /** RTN_ANYCAST: takes it in as broadcast, sends it as unicast. */
  anycast: 4,
  /** RTN_MULTICAST: a multicast route. */
  multicast: 5,
  /** RTN_BLACKHOLE: drops it in silence. */
  blackhole: 6,
  /** RTN_UNREACHABLE: refuses it as unreachable. */
  unreachable: 7,
  /** RTN_PROHIBIT: refuses it as prohibited. */
  prohibit: 8,
  /** RTN_THROW: goes on with the next rule. */
  throw: 9,
  /** RTN_NAT: not implemented. */
  nat: 10,
  /** RTN_XRESOLVE: not implemented. */
  xresolve: 11,
});

/** RTPROT_*, linux/rtnetlink.h: who made a route, rule, neighbour or nexthop. */
export const routeProtocol = enumeration(u8, 'RTPROT_', {
  unspec: 0,
  /** RTPROT_REDIRECT: an ICMP redirect. */
  redirect: 1,
  /** RTPROT_KERNEL: the kernel itself. */
  kernel: 2,
  /** RTPROT_BOOT: made while booting; what `ip` writes when nothing is said. */
  boot: 3,
  /** RTPROT_STATIC: the administrator. */
  static: 4,
  gated: 8,
  /** RTPROT_RA: a router advertisement. */
  ra: 9,
  mrt: 10,
  zebra: 11,
  bird: 12,
  dnrouted: 13,
  xorp: 14,
  ntk: 15,
  dhcp: 16,
  mrouted: 17,
  keepalived: 18,
  babel: 42,
  ovn: 84,
  openr: 99,
  bgp: 186,
  isis: 187,
  ospf: 188,
  rip: 189,
  eigrp: 192,
});

const RT_TABLE = {
  /** RT_TABLE_UNSPEC: none said; `attrs.table` may say it. */
  unspec: 0,
  /** RT_TABLE_COMPAT: in a header: the number does not fit in 8 bits and is in `attrs.table`. */
  compat: 252,
  /** RT_TABLE_DEFAULT: the last table that is looked at; empty at first. */
  default: 253,
  /** RT_TABLE_MAIN: where routes go when nothing is said. */
  main: 254,
  /** RT_TABLE_LOCAL: the kernel's own, of local and broadcast addresses. */
  local: 255,
} as const;

/** RT_TABLE_*, in the headers of messages. */
export const routeTable8 = enumeration(u8, 'RT_TABLE_', RT_TABLE);

/** RT_TABLE_*, linux/rtnetlink.h: a routing table, any number up to 0xffffffff. */
export const routeTable = enumeration(u32, 'RT_TABLE_', RT_TABLE);

const RTNH_F = {
  /** RTNH_F_DEAD: unusable, its link is down or gone. */
  dead: 1,
  /** RTNH_F_PERVASIVE: not used. */
  pervasive: 2,
  /** RTNH_F_ONLINK: the gateway is on this link, whatever its address. */
  onlink: 4,
  /** RTNH_F_OFFLOAD: in the hardware. */
  offload: 8,
  /** RTNH_F_LINKDOWN: its link has no carrier. */
  linkdown: 16,
  /** RTNH_F_UNRESOLVED: a multicast route that waits for its daemon. */
  unresolved: 32,
  /** RTNH_F_TRAP: packets go to the processor. */
  trap: 64,
} as const;

/** RTNH_F_*, in `struct rtnexthop`. */
export const nexthopFlags8 = flags(u8, 'RTNH_F_', RTNH_F);

/** RTNH_F_*, linux/rtnetlink.h: the state of a nexthop. */
export const nexthopFlags = flags(u32, 'RTNH_F_', RTNH_F);

/**
 * RTM_F_*, linux/rtnetlink.h. A route with one nexthop has that one's RTNH_F_* in the same word; the two that are
 * called the same in both are `nexthopOffload` and `nexthopTrap` here.
 */
export const routeFlags = flags(
  u32,
  'RTM_F_',
  {
    dead: RTNH_F.dead,
    pervasive: RTNH_F.pervasive,
    onlink: RTNH_F.onlink,
    nexthopOffload: RTNH_F.offload,
    linkdown: RTNH_F.linkdown,
    unresolved: RTNH_F.unresolved,
    nexthopTrap: RTNH_F.trap,
    /** RTM_F_NOTIFY: tell of changes. */
    notify: 0x100,
    /** RTM_F_CLONED: not a route as configured but one that was made from it for a destination. */
    cloned: 0x200,
    /** RTM_F_EQUALIZE: not implemented. */
    equalize: 0x400,
    /** RTM_F_PREFIX: in dumps: only routes that router advertisements made. */
    prefix: 0x800,
    /** RTM_F_LOOKUP_TABLE: with RTM_GETROUTE: say which table the answer came from. */
    lookupTable: 0x1000,
    /** RTM_F_FIB_MATCH: with RTM_GETROUTE: answer with the route that matches instead of the path it gives. */
    fibMatch: 0x2000,
    /** RTM_F_OFFLOAD: in the hardware. */
    offload: 0x4000,
    /** RTM_F_TRAP: packets go to the processor. */
    trap: 0x8000,
    /** RTM_F_OFFLOAD_FAILED: did not get into the hardware. */
    offloadFailed: 0x20000000,
  },
  {
    dead: 'RTNH_F_DEAD',
    pervasive: 'RTNH_F_PERVASIVE',
    onlink: 'RTNH_F_ONLINK',
    nexthopOffload: 'RTNH_F_OFFLOAD',
    linkdown: 'RTNH_F_LINKDOWN',
    unresolved: 'RTNH_F_UNRESOLVED',
    nexthopTrap: 'RTNH_F_TRAP',
  },
);

/** ICMPV6_ROUTER_PREF_*, linux/icmpv6.h: preference of a router (RFC 4191). */
export const routerPreference = enumeration(u8, 'ICMPV6_ROUTER_PREF_', { medium: 0, high: 1, invalid: 2, low: 3 });
