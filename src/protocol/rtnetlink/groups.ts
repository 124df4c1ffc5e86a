/** RTNLGRP_*, linux/rtnetlink.h: what can be subscribed to. */
export const RTNLGRP = {
  /** RTNLGRP_LINK: links. */
  link: 1,
  notify: 2,
  /** RTNLGRP_NEIGH: neighbours and forwarding entries. */
  neigh: 3,
  /** RTNLGRP_TC: queueing disciplines, classes, filters. */
  tc: 4,
  /** RTNLGRP_IPV4_IFADDR: IPv4 addresses. */
  ipv4Ifaddr: 5,
  ipv4Mroute: 6,
  /** RTNLGRP_IPV4_ROUTE: IPv4 routes. */
  ipv4Route: 7,
  /** RTNLGRP_IPV4_RULE: IPv4 rules. */
  ipv4Rule: 8,
  /** RTNLGRP_IPV6_IFADDR: IPv6 addresses. */
  ipv6Ifaddr: 9,
  ipv6Mroute: 10,
  /** RTNLGRP_IPV6_ROUTE: IPv6 routes. */
  ipv6Route: 11,
  /** RTNLGRP_IPV6_IFINFO: what router discovery finds out about links, as RTM_NEWLINK of family AF_INET6. */
  ipv6Ifinfo: 12,
  decnetIfaddr: 13,
  nop2: 14,
  decnetRoute: 15,
  decnetRule: 16,
  nop4: 17,
  /** RTNLGRP_IPV6_PREFIX: prefixes that routers announce. */
  ipv6Prefix: 18,
  /** RTNLGRP_IPV6_RULE: IPv6 rules. */
  ipv6Rule: 19,
  /** RTNLGRP_ND_USEROPT: options of router advertisements that are for programs. */
  ndUseropt: 20,
  phonetIfaddr: 21,
  phonetRoute: 22,
  dcb: 23,
  /** RTNLGRP_IPV4_NETCONF: IPv4 settings. */
  ipv4Netconf: 24,
  /** RTNLGRP_IPV6_NETCONF: IPv6 settings. */
  ipv6Netconf: 25,
  /** RTNLGRP_MDB: multicast forwarding entries of bridges. */
  mdb: 26,
  mplsRoute: 27,
  /** RTNLGRP_NSID: ids of namespaces. */
  nsid: 28,
  mplsNetconf: 29,
  ipv4MrouteR: 30,
  ipv6MrouteR: 31,
  /** RTNLGRP_NEXTHOP: nexthop objects. */
  nexthop: 32,
  /** RTNLGRP_BRVLAN: VLANs of bridges. */
  brvlan: 33,
  mctpIfaddr: 34,
  /** RTNLGRP_TUNNEL: VNI filters of tunnels. */
  tunnel: 35,
  /** RTNLGRP_STATS: statistics. */
  stats: 36,
  /** RTNLGRP_IPV4_MCADDR: IPv4 multicast addresses (6.15 and newer). */
  ipv4Mcaddr: 37,
  /** RTNLGRP_IPV6_MCADDR: IPv6 multicast addresses (6.15 and newer). */
  ipv6Mcaddr: 38,
  /** RTNLGRP_IPV6_ACADDR: IPv6 anycast addresses (6.16 and newer). */
  ipv6Acaddr: 39,
} as const;

/** The name of a group, without RTNLGRP_. */
export type GroupName = keyof typeof RTNLGRP;
