import { type AttributeSet, attr, attributes } from '../attributes.js';
import { flags } from '../enumeration.js';
import { kernelCase } from '../names.js';
import { u32 } from '../scalar.js';
import { text } from '../text.js';

/** RTAX_*, linux/rtnetlink.h: numbers of the metrics. */
const RTAX = {
  lock: 1,
  mtu: 2,
  window: 3,
  rtt: 4,
  rttvar: 5,
  ssthresh: 6,
  cwnd: 7,
  advmss: 8,
  reordering: 9,
  hoplimit: 10,
  initcwnd: 11,
  features: 12,
  rtoMin: 13,
  initrwnd: 14,
  quickack: 15,
  ccAlgo: 16,
  fastopenNoCookie: 17,
} as const;

type Metric = keyof typeof RTAX;
const each = <T>(make: (name: Metric) => T): Readonly<Record<Metric, T>> =>
  Object.fromEntries(Object.keys(RTAX).map(name => [name, make(name as Metric)])) as Record<Metric, T>;

/** The metrics that must keep the value they are given: a set of `1 << RTAX_*`. */
export const metricLock = flags(
  u32,
  'RTAX_',
  each(name => 1 << RTAX[name]),
  each(name => `1 << RTAX_${kernelCase(name)}`),
);

/** RTAX_FEATURE_*, linux/rtnetlink.h: what TCP may use towards a destination. */
export const metricFeatures = flags(u32, 'RTAX_FEATURE_', {
  /** RTAX_FEATURE_ECN: explicit congestion notification. */
  ecn: 1 << 0,
  sack: 1 << 1,
  timestamp: 1 << 2,
  allfrag: 1 << 3,
  /** RTAX_FEATURE_TCP_USEC_TS: TCP timestamps in microseconds. */
  tcpUsecTs: 1 << 4,
});

const metricRows = {
  /** RTAX_LOCK: which of the metrics must keep their value. */
  lock: attr(RTAX.lock, metricLock),
  /** RTAX_MTU: bytes. */
  mtu: attr(RTAX.mtu, u32),
  /** RTAX_WINDOW: the largest window to announce, bytes. */
  window: attr(RTAX.window, u32),
  /** RTAX_RTT: the round-trip time to start with, eighths of a millisecond. */
  rtt: attr(RTAX.rtt, u32),
  /** RTAX_RTTVAR: its variance, quarters of a millisecond. */
  rttvar: attr(RTAX.rttvar, u32),
  /** RTAX_SSTHRESH: slow start threshold, segments. */
  ssthresh: attr(RTAX.ssthresh, u32),
  /** RTAX_CWND: the largest congestion window, segments; only if locked. */
  cwnd: attr(RTAX.cwnd, u32),
  /** RTAX_ADVMSS: segment size to announce, bytes. */
  advmss: attr(RTAX.advmss, u32),
  /** RTAX_REORDERING: how much reordering is expected, segments. */
  reordering: attr(RTAX.reordering, u32),
  /** RTAX_HOPLIMIT: TTL or hop limit, 1 to 255; 0 for the default. */
  hoplimit: attr(RTAX.hoplimit, u32),
  /** RTAX_INITCWND: congestion window to start with, segments. */
  initcwnd: attr(RTAX.initcwnd, u32),
  /** RTAX_FEATURES: what TCP may use. */
  features: attr(RTAX.features, metricFeatures),
  /** RTAX_RTO_MIN: the shortest retransmission timeout, milliseconds. */
  rtoMin: attr(RTAX.rtoMin, u32),
  /** RTAX_INITRWND: receive window to start with, segments. */
  initrwnd: attr(RTAX.initrwnd, u32),
  /** RTAX_QUICKACK: 1 to acknowledge at once. */
  quickack: attr(RTAX.quickack, u32),
  /** RTAX_CC_ALGO: name of the congestion control algorithm, at most 15 bytes. */
  ccAlgo: attr(RTAX.ccAlgo, text({ max: 15, terminated: 'replies' })),
  /** RTAX_FASTOPEN_NO_COOKIE: 1 for TCP Fast Open without a cookie. */
  fastopenNoCookie: attr(RTAX.fastopenNoCookie, u32),
};
/** RTAX_*, linux/rtnetlink.h: what TCP and IP take from a route, by default from the link. */
export const metricAttrs: MetricAttrsCodec = attributes('RTAX_', metricRows);
/** By name, like `LinkBody`. */
export interface MetricAttrsCodec extends AttributeSet<typeof metricRows> {}
