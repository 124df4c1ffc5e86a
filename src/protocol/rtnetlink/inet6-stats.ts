import { selectBySibling } from '../attributes.js';
import type { Decoded } from '../codec.js';
import { u64 } from '../scalar.js';
import { words } from '../words.js';
import type { inet6Conf } from './inet-conf.js';

const ERRORS_AND_PIECES = [
  'inhdrerrors',
  'intoobigerrors',
  'innoroutes',
  'inaddrerrors',
  'inunknownprotos',
  'intruncatedpkts',
  'indiscards',
  'outdiscards',
  'outnoroutes',
  'reasmtimeout',
  'reasmreqds',
  'reasmoks',
  'reasmfails',
  'fragoks',
  'fragfails',
  'fragcreates',
  'inmcastpkts',
  'outmcastpkts',
  'inbcastpkts',
  'outbcastpkts',
  'inmcastoctets',
  'outmcastoctets',
  'inbcastoctets',
  'outbcastoctets',
  'csumerrors',
] as const;
const ECN = ['noectpkts', 'ect1pkts', 'ect0pkts', 'cepkts'] as const;

/** IPSTATS_MIB_*, linux/snmp.h; `num` is how many there are. */
export const inet6StatsSince615 = words('IPSTATS_MIB_', u64, [
  'num',
  'inpkts',
  'inoctets',
  'indelivers',
  ...ECN,
  'outrequests',
  'outpkts',
  'outoctets',
  'outforwdatagrams',
  ...ERRORS_AND_PIECES,
  'reasmOverlaps',
]);

/** IPSTATS_MIB_* as they were numbered up to Linux 6.14. */
export const inet6StatsUntil614 = words('IPSTATS_MIB_', u64, [
  'num',
  'inpkts',
  'inoctets',
  'indelivers',
  'outforwdatagrams',
  'outrequests',
  'outoctets',
  ...ERRORS_AND_PIECES,
  ...ECN,
  'reasmOverlaps',
  'outpkts',
]);

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

/** ICMP6_MIB_*, linux/snmp.h; `num` is how many there are. */
export const icmp6Stats = words('ICMP6_MIB_', u64, [
  'num',
  'inmsgs',
  'inerrors',
  'outmsgs',
  'outerrors',
  'csumerrors',
  'ratelimithost',
]);
