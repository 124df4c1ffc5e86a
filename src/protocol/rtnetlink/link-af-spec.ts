import { ipv6 } from '../address-codecs.js';
import { type AttributeSet, attr, attributes, nestedInRequests, selectByHeader } from '../attributes.js';
import { enumeration, flags } from '../enumeration.js';
import { bytes, u8, u32 } from '../scalar.js';
import { struct } from '../struct.js';
import { bridgeSpecAttrs } from './bridge-spec.js';
import { AF } from './family.js';
import { inet6Conf, inetConf } from './inet-conf.js';
import { icmp6Stats, inet6Stats } from './inet6-stats.js';

/** IF_RA_* and IF_RS_*, net/if_inet6.h in the kernel's source. */
export const inet6Flags = flags(u32, 'IF_', {
  /** IF_RA_OTHERCONF: routers say that other settings are to be had by DHCPv6. */
  raOtherconf: 0x80,
  /** IF_RA_MANAGED: routers say that addresses are to be had by DHCPv6. */
  raManaged: 0x40,
  /** IF_RA_RCVD: a router advertisement came in. */
  raRcvd: 0x20,
  /** IF_RS_SENT: a router was asked for. */
  rsSent: 0x10,
  /** IF_READY: the link can be used. */
  ready: 0x80000000,
});

/** IN6_ADDR_GEN_MODE_*, linux/if_link.h: where the interface identifier of link-local addresses comes from. */
export const addrGenMode = enumeration(u8, 'IN6_ADDR_GEN_MODE_', { eui64: 0, none: 1, stablePrivacy: 2, random: 3 });

/** `struct ifla_cacheinfo`, linux/if_link.h: what neighbour discovery goes by on this link. */
export const inet6Cacheinfo = struct(
  'ifla_cacheinfo',
  '',
  {
    /** Bytes, at most, of a packet put together from fragments. */
    maxReasmLen: u32,
    /** Last update, hundredths of a second since boot. */
    tstamp: u32,
    /** Milliseconds. */
    reachableTime: u32,
    /** Milliseconds. */
    retransTime: u32,
  },
  { hot: true },
);

/** IFLA_INET_*, linux/if_link.h: what IPv4 has to say of a link. */
export const inetAttrs = attributes('IFLA_INET_', {
  /** IFLA_INET_CONF: per-device IPv4 settings. */
  conf: attr(1, inetConf),
});

const inet6Rows = {
  /** IFLA_INET6_FLAGS: state of router discovery. */
  flags: attr(1, inet6Flags),
  /** IFLA_INET6_CONF: per-device IPv6 settings. */
  conf: attr(2, inet6Conf),
  /** IFLA_INET6_STATS: IPv6 counters of this device. */
  stats: attr(3, inet6Stats),
  /** IFLA_INET6_MCAST: never sent. */
  mcast: attr(4, bytes),
  /** IFLA_INET6_CACHEINFO: what neighbour discovery goes by. Read-only. */
  cacheinfo: attr(5, inet6Cacheinfo),
  /** IFLA_INET6_ICMP6STATS: ICMPv6 counters of this device. */
  icmp6stats: attr(6, icmp6Stats),
  /** IFLA_INET6_TOKEN: the interface identifier for autoconfigured addresses, `::` for none. */
  token: attr(7, ipv6),
  /** IFLA_INET6_ADDR_GEN_MODE: where the interface identifier of link-local addresses comes from. */
  addrGenMode: attr(8, addrGenMode),
  /** IFLA_INET6_RA_MTU: the MTU that routers announced, bytes. */
  raMtu: attr(9, u32),
};
/** IFLA_INET6_*, linux/if_link.h: what IPv6 has to say of a link. */
export const inet6Attrs: Inet6AttrsCodec = attributes('IFLA_INET6_', inet6Rows);
/** By name, like `LinkBody`. */
export interface Inet6AttrsCodec extends AttributeSet<typeof inet6Rows> {}

/** MCTP_PHYS_BINDING_*: which medium, DMTF DSP0239. */
export const mctpPhysBinding = enumeration(u8, 'MCTP_PHYS_BINDING_', {
  unspec: 0,
  smbus: 1,
  pcieVdm: 2,
  usb: 3,
  kcs: 4,
  serial: 5,
  i3c: 6,
  mmbi: 7,
  pcc: 8,
  ucie: 9,
  vendor: 0xff,
});

/** IFLA_MCTP_*, linux/if_link.h: Management Component Transport Protocol. */
export const mctpAttrs = attributes('IFLA_MCTP_', {
  /** IFLA_MCTP_NET: number of the network. */
  net: attr(1, u32),
  /** IFLA_MCTP_PHYS_BINDING: which medium. Read-only (6.16 and newer). */
  physBinding: attr(2, mctpPhysBinding),
});

const afSpecRows = {
  /** AF_INET: IPv4. */
  inet: attr(AF.inet, inetAttrs),
  /** AF_INET6: IPv6. */
  inet6: attr(AF.inet6, inet6Attrs),
  /** AF_MCTP: Management Component Transport Protocol. */
  mctp: nestedInRequests(AF.mctp, mctpAttrs),
};
/** IFLA_AF_SPEC of ordinary link messages: one set an address family, numbered by it (AF_*). */
export const afSpecAttrs: AfSpecAttrsCodec = attributes('AF_', afSpecRows);
/** By name, like `LinkBody`. */
export interface AfSpecAttrsCodec extends AttributeSet<typeof afSpecRows> {}

/** IFLA_AF_SPEC: its layout depends on the family in the message's header. */
export const afSpec = selectByHeader('family', { [AF.unspec]: afSpecAttrs, [AF.bridge]: bridgeSpecAttrs });
