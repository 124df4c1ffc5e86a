import { selectBySibling } from '../attributes.js';
import type { Decoded } from '../codec.js';
import { u64 } from '../scalar.js';
import { type WordsCodec, words } from '../words.js';
import type { inet6Conf } from './inet-conf.js';

const ERRORS_AND_PIECES = {
  /** IPSTATS_MIB_INHDRERRORS: packets dropped for a wrong header. */
  inhdrerrors: u64,
  /** IPSTATS_MIB_INTOOBIGERRORS: packets that were larger than the next link takes. */
  intoobigerrors: u64,
  /** IPSTATS_MIB_INNOROUTES: packets without a route. */
  innoroutes: u64,
  /** IPSTATS_MIB_INADDRERRORS: packets to an address that is not here. */
  inaddrerrors: u64,
  /** IPSTATS_MIB_INUNKNOWNPROTOS: packets of an unknown protocol. */
  inunknownprotos: u64,
  /** IPSTATS_MIB_INTRUNCATEDPKTS: packets that were cut short. */
  intruncatedpkts: u64,
  /** IPSTATS_MIB_INDISCARDS: packets in dropped though nothing was wrong with them. */
  indiscards: u64,
  /** IPSTATS_MIB_OUTDISCARDS: packets out dropped though nothing was wrong with them. */
  outdiscards: u64,
  /** IPSTATS_MIB_OUTNOROUTES: packets out without a route. */
  outnoroutes: u64,
  /** IPSTATS_MIB_REASMTIMEOUT: packets of which not all fragments came in time. */
  reasmtimeout: u64,
  /** IPSTATS_MIB_REASMREQDS: fragments that came. */
  reasmreqds: u64,
  /** IPSTATS_MIB_REASMOKS: packets put together again. */
  reasmoks: u64,
  /** IPSTATS_MIB_REASMFAILS: packets that could not be put together. */
  reasmfails: u64,
  /** IPSTATS_MIB_FRAGOKS: packets cut into fragments. */
  fragoks: u64,
  /** IPSTATS_MIB_FRAGFAILS: packets that could not be cut. */
  fragfails: u64,
  /** IPSTATS_MIB_FRAGCREATES: fragments made. */
  fragcreates: u64,
  /** IPSTATS_MIB_INMCASTPKTS: multicast packets in. */
  inmcastpkts: u64,
  /** IPSTATS_MIB_OUTMCASTPKTS: multicast packets out. */
  outmcastpkts: u64,
  /** IPSTATS_MIB_INBCASTPKTS: broadcast packets in. */
  inbcastpkts: u64,
  /** IPSTATS_MIB_OUTBCASTPKTS: broadcast packets out. */
  outbcastpkts: u64,
  /** IPSTATS_MIB_INMCASTOCTETS: bytes of multicast packets in. */
  inmcastoctets: u64,
  /** IPSTATS_MIB_OUTMCASTOCTETS: bytes of multicast packets out. */
  outmcastoctets: u64,
  /** IPSTATS_MIB_INBCASTOCTETS: bytes of broadcast packets in. */
  inbcastoctets: u64,
  /** IPSTATS_MIB_OUTBCASTOCTETS: bytes of broadcast packets out. */
  outbcastoctets: u64,
  /** IPSTATS_MIB_CSUMERRORS: packets with a wrong checksum. */
  csumerrors: u64,
};
const ECN = {
  /** IPSTATS_MIB_NOECTPKTS: packets in without ECN. */
  noectpkts: u64,
  /** IPSTATS_MIB_ECT1PKTS: packets in marked ECT(1). */
  ect1pkts: u64,
  /** IPSTATS_MIB_ECT0PKTS: packets in marked ECT(0). */
  ect0pkts: u64,
  /** IPSTATS_MIB_CEPKTS: packets in marked as having met congestion. */
  cepkts: u64,
};

const inet6StatsSince615Fields = {
  /** IPSTATS_MIB_NUM: how many counters there are. */
  num: u64,
  /** IPSTATS_MIB_INPKTS: packets in. */
  inpkts: u64,
  /** IPSTATS_MIB_INOCTETS: bytes in. */
  inoctets: u64,
  /** IPSTATS_MIB_INDELIVERS: packets handed to a protocol. */
  indelivers: u64,
  ...ECN,
  /** IPSTATS_MIB_OUTREQUESTS: packets that protocols here sent. */
  outrequests: u64,
  /** IPSTATS_MIB_OUTPKTS: packets out, those sent on included. */
  outpkts: u64,
  /** IPSTATS_MIB_OUTOCTETS: bytes out. */
  outoctets: u64,
  /** IPSTATS_MIB_OUTFORWDATAGRAMS: packets sent on. */
  outforwdatagrams: u64,
  ...ERRORS_AND_PIECES,
  /** IPSTATS_MIB_REASM_OVERLAPS: packets whose fragments overlapped. */
  reasmOverlaps: u64,
};
/** IPSTATS_MIB_*, linux/snmp.h; `num` is how many there are. */
export const inet6StatsSince615: Inet6StatsSince615Codec = words('IPSTATS_MIB_', inet6StatsSince615Fields);
/** By name, like `LinkBody`. */
export interface Inet6StatsSince615Codec extends WordsCodec<typeof inet6StatsSince615Fields> {}

const inet6StatsUntil614Fields = {
  /** IPSTATS_MIB_NUM: how many counters there are. */
  num: u64,
  /** IPSTATS_MIB_INPKTS: packets in. */
  inpkts: u64,
  /** IPSTATS_MIB_INOCTETS: bytes in. */
  inoctets: u64,
  /** IPSTATS_MIB_INDELIVERS: packets handed to a protocol. */
  indelivers: u64,
  /** IPSTATS_MIB_OUTFORWDATAGRAMS: packets sent on. */
  outforwdatagrams: u64,
  /** IPSTATS_MIB_OUTREQUESTS: packets that protocols here sent. */
  outrequests: u64,
  /** IPSTATS_MIB_OUTOCTETS: bytes out. */
  outoctets: u64,
  ...ERRORS_AND_PIECES,
  ...ECN,
  /** IPSTATS_MIB_REASM_OVERLAPS: packets whose fragments overlapped. */
  reasmOverlaps: u64,
  /** IPSTATS_MIB_OUTPKTS: packets out, those sent on included. */
  outpkts: u64,
};
/** IPSTATS_MIB_* as they were numbered up to Linux 6.14. */
export const inet6StatsUntil614: Inet6StatsUntil614Codec = words('IPSTATS_MIB_', inet6StatsUntil614Fields);
/** By name, like `LinkBody`. */
export interface Inet6StatsUntil614Codec extends WordsCodec<typeof inet6StatsUntil614Fields> {}

/**
 * IFLA_INET6_STATS. Linux 6.15 numbered the counters anew, and nothing in the array says so: an array of 38 can be
 * either. So the settings beside it tell how old the kernel is: `forceForwarding` came with Linux 6.17. The counters of
 * 6.15 and 6.16, which cannot be told from those of 6.14, get the wrong names; their numbers are kept all the same.
 */
export const inet6Stats = selectBySibling(
  'conf',
  (conf: Decoded<typeof inet6Conf> | undefined) => (conf?.forceForwarding === undefined ? '6.14' : '6.15'),
  { '6.14': inet6StatsUntil614, '6.15': inet6StatsSince615 },
);

const icmp6StatsFields = {
  /** ICMP6_MIB_NUM: how many counters there are. */
  num: u64,
  /** ICMP6_MIB_INMSGS: messages in. */
  inmsgs: u64,
  /** ICMP6_MIB_INERRORS: messages in that were wrong. */
  inerrors: u64,
  /** ICMP6_MIB_OUTMSGS: messages out. */
  outmsgs: u64,
  /** ICMP6_MIB_OUTERRORS: messages that could not be sent. */
  outerrors: u64,
  /** ICMP6_MIB_CSUMERRORS: messages with a wrong checksum. */
  csumerrors: u64,
  /** ICMP6_MIB_RATELIMITHOST: messages not sent for the limit of their rate. */
  ratelimithost: u64,
};
/** ICMP6_MIB_*, linux/snmp.h; `num` is how many there are. */
export const icmp6Stats: Icmp6StatsCodec = words('ICMP6_MIB_', icmp6StatsFields);
/** By name, like `LinkBody`. */
export interface Icmp6StatsCodec extends WordsCodec<typeof icmp6StatsFields> {}
