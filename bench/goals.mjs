// What is aimed at, as ratios of medians paired within a round. `of` and `to` are labels of one workload's series.

/**
 * @typedef {object} Goal
 * @property {string} workload
 * @property {string} of
 * @property {string} [to] Left out: the figure itself counts.
 * @property {string} measure One of statistics.mjs's.
 * @property {number} [most] The ratio `of / to` may be at most this.
 * @property {number} [least] The ratio `to / of` must be at least this: so many times faster.
 */

const OURS = 'rtnetlink';
const most = (workload, of, to, limit, measure = 'wall') => ({ workload, of, to, most: limit, measure });
const faster = (workload, to, times, measure = 'wall', of = OURS) => ({ workload, of, to, least: times, measure });

/** @type {Goal[]} */
export const goals = [
  most('w1', OURS, 'C', 1.2, 'cpu'),
  most('w1', 'rtnetlink, 100 under way', 'C, packed by 100', 1.15),
  most('w1', OURS, 'ip -batch', 1.1),
  faster('w1', 'npm netlink', 1.8, 'cpu'),
  faster('w1', 'execFile ip', 8),

  most('w2', OURS, 'C', 1.6),
  most('w2', 'rtnetlink, 100 under way', 'C', 0.95),
  faster('w2', 'npm netlink', 3),
  faster('w2', 'vishvananda', 2),
  faster('w2', 'ip -batch', 2),
  faster('w2', 'npm netlink', 5, 'wall', 'rtnetlink, 100 under way'),
  faster('w2', 'execFile ip', 200),

  most('w3', 'rtnetlink, with counters', 'C, not decoded', 1.7),
  faster('w3', 'npm netlink', 5, 'wall', 'rtnetlink, with counters'),
  faster('w3', 'vishvananda', 1.8, 'wall', 'rtnetlink, with counters'),
  faster('w3', 'ip -j -d -s', 1.8, 'wall', 'rtnetlink, with counters'),
  faster('w3', 'pyroute2', 50, 'wall', 'rtnetlink, with counters'),
  most('w3-cold', OURS, 'execFile ip, JSON.parse', 1),
  { workload: 'w3-memory', of: OURS, measure: 'heap', most: 1229 },
  most('w3-memory', OURS, 'npm netlink', 1, 'heap'),

  most('w4', OURS, 'C, not decoded', 2.8),
  faster('w4', 'npm netlink', 6),
  faster('w4', 'vishvananda', 2.2),
  faster('w4', 'pyroute2', 50),

  most('w5', OURS, 'C', 1.8),
  faster('w5', 'npm netlink', 8, 'p50'),
  faster('w5', 'vishvananda', 3, 'p50'),
  faster('w5', 'pyroute2', 40, 'p50'),

  ...['address', 'link'].flatMap(what => [
    most(`w6-drain-${what}`, OURS, 'C', 3),
    faster(`w6-drain-${what}`, 'npm netlink', 4.5),
    { workload: `w6-live-${what}`, of: OURS, measure: 'arrived', least: 1 },
  ]),

  most('w7-decode-link', 'rtnetlink, heavy parts wait', 'C', 3.5, 'cpu'),
  most('w7-decode-link', OURS, 'C', 8, 'cpu'),
  most('w7-encode-link', OURS, 'C', 3, 'cpu'),
  ...['w7-decode-link', 'w7-decode-address'].map(id => faster(id, 'npm netlink', 7, 'cpu')),
  faster('w7-decode-link', 'vishvananda', 2.2, 'cpu'),
  ...['w7-encode-link', 'w7-encode-address'].map(id => faster(id, 'npm netlink', 15, 'cpu')),
  ...['w7-encode-link', 'w7-encode-address'].map(id => faster(id, 'vishvananda', 5, 'cpu')),

  { workload: 'import', of: OURS, measure: 'wall', most: 30_000_000 },
];
