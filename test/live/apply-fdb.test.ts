import type { NetworkSpec } from '../../src/index.js';
import { ABSENT, CALM, failsWithoutATrace, ip, LATE, OLD, PAIR, reasonOf, run } from '../support/own-namespaces.js';

/** Entries that somebody set: learned ones, and those that links have by nature, come by themselves. */
const SHOWN = "bridge fdb show | grep -E '02:00:00:00:00|^00:00:00' | sort";

const ENTRIES = [
  PAIR,
  'ip link add v1 type veth peer name w1; ip link add br0 type bridge',
  'ip link set v0 master br0; ip link set v1 master br0; ip link set lo up',
  'bridge fdb add 02:00:00:00:00:01 dev v0 master static; bridge fdb add 02:00:00:00:00:02 dev v0 master',
  'bridge fdb add 02:00:00:00:00:03 dev v1 master static sticky',
  'bridge fdb add 02:00:00:00:00:04 dev v1 master static extern_learn',
  'bridge fdb add 02:00:00:00:00:05 dev br0 self local',
  'ip link add vx0 type vxlan id 5 dstport 4789 remote 127.0.0.5; ip link set vx0 master br0',
  'bridge fdb append 00:00:00:00:00:00 dev vx0 dst 127.0.0.6; bridge fdb append 00:00:00:00:00:00 dev vx0 dst 127.0.0.7',
  'bridge fdb add 02:00:00:00:00:06 dev vx0 dst 127.0.0.8 port 4790 vni 9 via lo',
  'bridge fdb add 02:00:00:00:00:07 dev vx0 dst 127.0.0.9 static; bridge fdb add 02:00:00:00:00:06 dev vx0 master static',
];

const gone = (...names: string[]) => names.map(name => ({ name, state: 'absent' }) as const);

/** Each takes entries along, and fails after that. */
test.each<[string, NetworkSpec['links']]>([
  ['a bridge that was deleted', gone('br0')],
  ['a port that was deleted', gone('v0')],
  ['a port that left it', [{ name: 'v0', master: null }]],
  ['a vxlan that was deleted', gone('vx0')],
  ['a bridge and a port', gone('vx0', 'br0')],
])('forwarding entries come back with %s', async (_, links = []) => {
  run(CALM, ...OLD, ...ENTRIES);
  const before = run(SHOWN);
  await failsWithoutATrace({ links: [...links, ABSENT], routes: [LATE] });
  expect(run(SHOWN)).toBe(before);
});

test('what others do to forwarding entries elsewhere meanwhile stays', async () => {
  run(CALM, ...OLD, ...ENTRIES, 'ip link add v2 type veth; ip link add br1 type bridge; ip link set v2 master br1');
  run('bridge fdb add 02:00:00:00:00:08 dev v2 master static');
  const attempt = reasonOf(ip.apply({ links: [...gone('vx0'), ABSENT], routes: [LATE] }));
  run('bridge fdb del 02:00:00:00:00:08 dev v2 master; bridge fdb add 02:00:00:00:00:09 dev v0 master static');
  expect(await attempt).toMatchObject({ code: 'ENETUNREACH' });
  const now = run(SHOWN);
  expect(now).not.toMatch('02:00:00:00:00:08');
  expect(now).toMatch('02:00:00:00:00:09');
  expect(now).toMatch('02:00:00:00:00:07');
});
