import { s32 } from '../scalar.js';
import { type WordsCodec, words, wordsOrAttributes } from '../words.js';

const inetConfFields = {
  /** IPV4_DEVCONF_FORWARDING: 1 sends packets on to other links. */
  forwarding: s32,
  /** IPV4_DEVCONF_MC_FORWARDING: 1 where multicast is routed; a routing daemon sets it. */
  mcForwarding: s32,
  /** IPV4_DEVCONF_PROXY_ARP: 1 answers ARP requests for addresses that are reached by other links. */
  proxyArp: s32,
  /** IPV4_DEVCONF_ACCEPT_REDIRECTS: 1 believes ICMP redirects. */
  acceptRedirects: s32,
  /** IPV4_DEVCONF_SECURE_REDIRECTS: 1 believes ICMP redirects to known gateways only; with `sharedMedia` to any. */
  secureRedirects: s32,
  /** IPV4_DEVCONF_SEND_REDIRECTS: 1 sends ICMP redirects. */
  sendRedirects: s32,
  /** IPV4_DEVCONF_SHARED_MEDIA: 1: several networks share the medium (RFC 1620), so that redirects may lead to another. */
  sharedMedia: s32,
  /** IPV4_DEVCONF_RP_FILTER: check of source addresses (RFC 3704): 0 none, 1 strict, 2 loose. */
  rpFilter: s32,
  /** IPV4_DEVCONF_ACCEPT_SOURCE_ROUTE: 1 takes packets with a source route. */
  acceptSourceRoute: s32,
  /** IPV4_DEVCONF_BOOTP_RELAY: 1 takes packets from 0.b.c.d that are for others; not implemented. */
  bootpRelay: s32,
  /** IPV4_DEVCONF_LOG_MARTIANS: 1 logs packets with impossible addresses. */
  logMartians: s32,
  /** IPV4_DEVCONF_TAG: any number; the kernel does nothing with it. */
  tag: s32,
  /** IPV4_DEVCONF_ARPFILTER: 1 answers ARP requests only by the link that a packet to the sender would leave by. */
  arpfilter: s32,
  /** IPV4_DEVCONF_MEDIUM_ID: number of the medium, for `proxyArp`; 0: no other link is on it, -1: unknown. */
  mediumId: s32,
  /** IPV4_DEVCONF_NOXFRM: 1: no IPsec encryption, whatever the policies say. Called `disable_xfrm` in /proc. */
  noxfrm: s32,
  /** IPV4_DEVCONF_NOPOLICY: 1: no IPsec policies. Called `disable_policy` in /proc. */
  nopolicy: s32,
  /** IPV4_DEVCONF_FORCE_IGMP_VERSION: version of IGMP, 1 to 3; 0 for the newest that routers speak. */
  forceIgmpVersion: s32,
  /** IPV4_DEVCONF_ARP_ANNOUNCE: source of ARP requests: 0 any, 1 of the target's subnet if possible, 2 the best. */
  arpAnnounce: s32,
  /** IPV4_DEVCONF_ARP_IGNORE: ARP requests answered: 0 for all addresses here, 1 for the link's, 2 from its subnet; up to 8. */
  arpIgnore: s32,
  /** IPV4_DEVCONF_PROMOTE_SECONDARIES: 1: where the first address of a subnet is deleted, the next takes its place. */
  promoteSecondaries: s32,
  /** IPV4_DEVCONF_ARP_ACCEPT: gratuitous ARP of unknown neighbours: 0 ignored, 1 learned, 2 of this subnet only. */
  arpAccept: s32,
  /** IPV4_DEVCONF_ARP_NOTIFY: 1 sends gratuitous ARP when the link goes up or its hardware address changes. */
  arpNotify: s32,
  /** IPV4_DEVCONF_ACCEPT_LOCAL: 1 takes packets from an address of this machine. */
  acceptLocal: s32,
  /** IPV4_DEVCONF_SRC_VMARK: 1 lets `rpFilter` look at the mark of packets. Called `src_valid_mark` in /proc. */
  srcVmark: s32,
  /** IPV4_DEVCONF_PROXY_ARP_PVLAN: 1 lets `proxyArp` answer by the link that the request came in by (RFC 3069). */
  proxyArpPvlan: s32,
  /** IPV4_DEVCONF_ROUTE_LOCALNET: 1 routes 127.0.0.0/8 like any other addresses. */
  routeLocalnet: s32,
  /** IPV4_DEVCONF_IGMPV2_UNSOLICITED_REPORT_INTERVAL: milliseconds until a report of IGMPv1 or IGMPv2 is repeated. */
  igmpv2UnsolicitedReportInterval: s32,
  /** IPV4_DEVCONF_IGMPV3_UNSOLICITED_REPORT_INTERVAL: milliseconds until a report of IGMPv3 is repeated. */
  igmpv3UnsolicitedReportInterval: s32,
  /** IPV4_DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN: 1: routes by a link without carrier do not count. */
  ignoreRoutesWithLinkdown: s32,
  /** IPV4_DEVCONF_DROP_UNICAST_IN_L2_MULTICAST: 1 drops unicast packets in multicast or broadcast frames. */
  dropUnicastInL2Multicast: s32,
  /** IPV4_DEVCONF_DROP_GRATUITOUS_ARP: 1 drops gratuitous ARP. */
  dropGratuitousArp: s32,
  /** IPV4_DEVCONF_BC_FORWARDING: 1 sends directed broadcasts on. */
  bcForwarding: s32,
  /** IPV4_DEVCONF_ARP_EVICT_NOCARRIER: 1 forgets neighbours when the carrier goes. */
  arpEvictNocarrier: s32,
};
/** IPV4_DEVCONF_*, linux/ip.h: what /proc/sys/net/ipv4/conf/NAME holds. Settable one by one. */
export const inetConf: InetConfCodec = wordsOrAttributes('IPV4_DEVCONF_', inetConfFields);
/** By name, like `LinkBody`. */
export interface InetConfCodec extends WordsCodec<typeof inetConfFields> {}

const inet6ConfFields = {
  /** DEVCONF_FORWARDING: 1 sends packets on to other links, and is a router. */
  forwarding: s32,
  /** DEVCONF_HOPLIMIT: hop limit of packets, 1 to 255. */
  hoplimit: s32,
  /** DEVCONF_MTU6: bytes; not more than the link's own. */
  mtu6: s32,
  /** DEVCONF_ACCEPT_RA: router advertisements: 0 ignored, 1 taken unless forwarding, 2 taken. */
  acceptRa: s32,
  /** DEVCONF_ACCEPT_REDIRECTS: 1 believes ICMPv6 redirects. */
  acceptRedirects: s32,
  /** DEVCONF_AUTOCONF: 1 makes addresses from prefixes that routers announce. */
  autoconf: s32,
  /** DEVCONF_DAD_TRANSMITS: how many probes duplicate address detection sends; 0 for none. */
  dadTransmits: s32,
  /** DEVCONF_RTR_SOLICITS: how many times routers are asked for; -1 for ever. */
  rtrSolicits: s32,
  /** DEVCONF_RTR_SOLICIT_INTERVAL: milliseconds between two such questions. */
  rtrSolicitInterval: s32,
  /** DEVCONF_RTR_SOLICIT_DELAY: milliseconds before the first one. */
  rtrSolicitDelay: s32,
  /** DEVCONF_USE_TEMPADDR: privacy addresses (RFC 8981): 0 or less none, 1 made, 2 made and preferred. */
  useTempaddr: s32,
  /** DEVCONF_TEMP_VALID_LFT: seconds that privacy addresses stay valid. */
  tempValidLft: s32,
  /** DEVCONF_TEMP_PREFERED_LFT: seconds that privacy addresses stay preferred. */
  tempPreferedLft: s32,
  /** DEVCONF_REGEN_MAX_RETRY: how often a privacy address is tried to be made. */
  regenMaxRetry: s32,
  /** DEVCONF_MAX_DESYNC_FACTOR: seconds, at most, that a lifetime is shortened by at random. */
  maxDesyncFactor: s32,
  /** DEVCONF_MAX_ADDRESSES: how many addresses are made from announced prefixes; 0 for no limit. */
  maxAddresses: s32,
  /** DEVCONF_FORCE_MLD_VERSION: version of MLD, 1 or 2; 0 for the newest that routers speak. */
  forceMldVersion: s32,
  /** DEVCONF_ACCEPT_RA_DEFRTR: 1 makes a default route of a router advertisement. */
  acceptRaDefrtr: s32,
  /** DEVCONF_ACCEPT_RA_PINFO: 1 takes prefixes from router advertisements. */
  acceptRaPinfo: s32,
  /** DEVCONF_ACCEPT_RA_RTR_PREF: 1 takes preferences of routers from their advertisements. */
  acceptRaRtrPref: s32,
  /** DEVCONF_RTR_PROBE_INTERVAL: milliseconds between two probes of a router (RFC 4191). */
  rtrProbeInterval: s32,
  /** DEVCONF_ACCEPT_RA_RT_INFO_MAX_PLEN: longest prefix of routes to take from router advertisements, bits. */
  acceptRaRtInfoMaxPlen: s32,
  /** DEVCONF_PROXY_NDP: 1 answers for the addresses listed as proxy neighbours. */
  proxyNdp: s32,
  /** DEVCONF_OPTIMISTIC_DAD: 1 uses addresses before duplicate address detection is over (RFC 4429). */
  optimisticDad: s32,
  /** DEVCONF_ACCEPT_SOURCE_ROUTE: routing header type 2: 0 or more takes it, less than 0 does not. */
  acceptSourceRoute: s32,
  /** DEVCONF_MC_FORWARDING: 1 where multicast is routed; a routing daemon sets it. */
  mcForwarding: s32,
  /** DEVCONF_DISABLE_IPV6: 1: no IPv6 here. */
  disableIpv6: s32,
  /** DEVCONF_ACCEPT_DAD: duplicate address detection: 0 off, 1 on, 2 on and IPv6 off after a duplicate of link-local. */
  acceptDad: s32,
  /** DEVCONF_FORCE_TLLAO: 1 sends the hardware address in answers to unicast solicitations too. */
  forceTllao: s32,
  /** DEVCONF_NDISC_NOTIFY: 1 sends advertisements when the link goes up or its hardware address changes. */
  ndiscNotify: s32,
  /** DEVCONF_MLDV1_UNSOLICITED_REPORT_INTERVAL: milliseconds until a report of MLDv1 is repeated. */
  mldv1UnsolicitedReportInterval: s32,
  /** DEVCONF_MLDV2_UNSOLICITED_REPORT_INTERVAL: milliseconds until a report of MLDv2 is repeated. */
  mldv2UnsolicitedReportInterval: s32,
  /** DEVCONF_SUPPRESS_FRAG_NDISC: 1 drops neighbour discovery in fragments (RFC 6980). */
  suppressFragNdisc: s32,
  /** DEVCONF_ACCEPT_RA_FROM_LOCAL: 1 takes router advertisements of this machine itself. */
  acceptRaFromLocal: s32,
  /** DEVCONF_USE_OPTIMISTIC: 1 prefers addresses of `optimisticDad` like any others. */
  useOptimistic: s32,
  /** DEVCONF_ACCEPT_RA_MTU: 1 takes the MTU from router advertisements. */
  acceptRaMtu: s32,
  /** DEVCONF_STABLE_SECRET: what stable privacy addresses are made from; always 0 here. */
  stableSecret: s32,
  /** DEVCONF_USE_OIF_ADDRS_ONLY: 1 takes source addresses of the outgoing link only. */
  useOifAddrsOnly: s32,
  /** DEVCONF_ACCEPT_RA_MIN_HOP_LIMIT: least hop limit to take from router advertisements. */
  acceptRaMinHopLimit: s32,
  /** DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN: 1: routes by a link without carrier do not count. */
  ignoreRoutesWithLinkdown: s32,
  /** DEVCONF_DROP_UNICAST_IN_L2_MULTICAST: 1 drops unicast packets in multicast or broadcast frames. */
  dropUnicastInL2Multicast: s32,
  /** DEVCONF_DROP_UNSOLICITED_NA: 1 drops advertisements of neighbours that nobody asked for. */
  dropUnsolicitedNa: s32,
  /** DEVCONF_KEEP_ADDR_ON_DOWN: addresses when the link goes down: above 0 kept, 0 as `all` says, below deleted. */
  keepAddrOnDown: s32,
  /** DEVCONF_RTR_SOLICIT_MAX_INTERVAL: milliseconds, at most, between two questions for routers. */
  rtrSolicitMaxInterval: s32,
  /** DEVCONF_SEG6_ENABLED: 1 takes packets with a segment routing header. */
  seg6Enabled: s32,
  /** DEVCONF_SEG6_REQUIRE_HMAC: their signature: -1 ignored, 0 checked where there is one, 1 demanded. */
  seg6RequireHmac: s32,
  /** DEVCONF_ENHANCED_DAD: 1 tells its own probes by a nonce (RFC 7527). */
  enhancedDad: s32,
  /** DEVCONF_ADDR_GEN_MODE: where the interface identifier comes from, IN6_ADDR_GEN_MODE_*. */
  addrGenMode: s32,
  /** DEVCONF_DISABLE_POLICY: 1: no IPsec policies. */
  disablePolicy: s32,
  /** DEVCONF_ACCEPT_RA_RT_INFO_MIN_PLEN: shortest prefix of routes to take from router advertisements, bits. */
  acceptRaRtInfoMinPlen: s32,
  /** DEVCONF_NDISC_TCLASS: traffic class of neighbour discovery, 0 to 255. */
  ndiscTclass: s32,
  /** DEVCONF_RPL_SEG_ENABLED: 1 takes packets with an RPL source routing header. */
  rplSegEnabled: s32,
  /** DEVCONF_RA_DEFRTR_METRIC: metric of the default route that a router advertisement makes. */
  raDefrtrMetric: s32,
  /** DEVCONF_IOAM6_ENABLED: 1 takes part in in-situ OAM. */
  ioam6Enabled: s32,
  /** DEVCONF_IOAM6_ID: number of the link in in-situ OAM, 0 to 65535. */
  ioam6Id: s32,
  /** DEVCONF_IOAM6_ID_WIDE: the same, of 32 bits. */
  ioam6IdWide: s32,
  /** DEVCONF_NDISC_EVICT_NOCARRIER: 1 forgets neighbours when the carrier goes. */
  ndiscEvictNocarrier: s32,
  /** DEVCONF_ACCEPT_UNTRACKED_NA: advertisements of unknown neighbours: 0 ignored, 1 learned, 2 of this subnet only. */
  acceptUntrackedNa: s32,
  /** DEVCONF_ACCEPT_RA_MIN_LFT: least lifetime to take from router advertisements, seconds. */
  acceptRaMinLft: s32,
  /** DEVCONF_FORCE_FORWARDING: 1 sends packets on whatever `all` says (6.17 and newer). */
  forceForwarding: s32,
};
/** DEVCONF_*, linux/ipv6.h: what /proc/sys/net/ipv6/conf/NAME holds. Read-only here. */
export const inet6Conf: Inet6ConfCodec = words('DEVCONF_', inet6ConfFields);
/** By name, like `LinkBody`. */
export interface Inet6ConfCodec extends WordsCodec<typeof inet6ConfFields> {}
