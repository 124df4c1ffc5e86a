import type { NetworkSpec } from '../../src/index.js';
import { ABSENT, CALM, failsWithoutATrace, ip, LATE, OLD, PAIR, reasonOf, run } from '../support/own-namespaces.js';

const SHOWN = 'ip -d nexthop show; ip -d route show table all | grep nhid; ip -d -6 route show table all | grep nhid';

/** Nexthops by v0 and v1, groups that lose all of their members with v0, or some, and routes by them. */
const NEXTHOPS = [
  PAIR,
  'ip link set lo up',
  'ip link add v1 type veth peer name w1; ip link set v1 up; ip link set w1 up',
  'ip address add 10.0.0.1/24 dev v0; ip address add fd00::1/64 dev v0; ip address add 10.1.0.1/24 dev v1',
  'ip nexthop add id 1 via 10.0.0.2 dev v0 proto static; ip nexthop add id 2 dev v0 proto 99',
  'ip nexthop add id 3 via 10.1.0.2 dev v1; ip nexthop add id 6 via fd00::2 dev v0; ip nexthop add id 7 blackhole',
  'ip nexthop add id 8 via 192.168.7.7 dev v0 onlink',
  'ip nexthop add id 10 group 1/3,3; ip nexthop add id 11 group 1/8',
  'ip nexthop add id 12 group 1/3 type resilient buckets 8 idle_timer 60',
  'ip route add 10.10.0.0/16 nhid 1; ip route add 10.11.0.0/16 nhid 10; ip route add 10.12.0.0/16 nhid 11',
  'ip route add 10.13.0.0/16 nhid 2; ip route add fd10::/48 nhid 6; ip route add 10.14.0.0/16 nhid 7',
  'ip route add 10.50.0.0/24 dev v0; ip nexthop add id 9 via 10.50.0.1 dev v0; ip route add 10.17.0.0/16 nhid 9',
  'ip route add 10.15.0.0/16 nhid 12; ip route add 10.16.0.0/16 nhid 8',
].join('\n');

/** Each takes the nexthops by v0 along, and fails after that. */
test.each<[string, NetworkSpec]>([
  ['a link that was deleted', { links: [{ name: 'v0', state: 'absent' }, ABSENT], routes: [LATE] }],
  ['a link that was down', { links: [{ name: 'v0', up: false }, ABSENT], routes: [LATE] }],
  ['a peer of one that was down', { links: [{ name: 'w0', up: false }, ABSENT], routes: [LATE] }],
  ['a peer of one that was deleted', { links: [{ name: 'w0', state: 'absent' }, ABSENT], routes: [LATE] }],
])('nexthop objects come back with %s, with their groups and the routes by them', async (_, wanted) => {
  run(CALM, ...OLD, NEXTHOPS);
  const before = run(SHOWN);
  await failsWithoutATrace(wanted);
  expect(run(SHOWN)).toBe(before);
  expect(before).toMatch(/id 10 group [^\n]*\nid 11/);
});

test('nexthop objects that others made, changed or deleted elsewhere meanwhile stay so', async () => {
  run(CALM, ...OLD, NEXTHOPS);
  const wanted = { links: [{ name: 'v0', up: false }, ABSENT], routes: [LATE] } as const;
  const attempt = reasonOf(ip.apply(wanted));
  run('ip nexthop del id 7; ip nexthop add id 70 blackhole');
  expect(await attempt).toMatchObject({ code: 'ENETUNREACH' });
  expect(run('ip nexthop show id 70')).toMatch('blackhole');
  expect(run('ip nexthop show')).not.toMatch(/^id 7 /m);
});
