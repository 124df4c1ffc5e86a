import { type Ip, type Namespace, type NetworkSpec, netns, open } from '../../src/index.js';
import { everythingIn, settlesIn } from '../support/everything.js';
import { ipJson, shell } from '../support/ip.js';

let ns: Namespace;
let other: Namespace;
let ip: Ip;
beforeEach(() => {
  ns = netns.create();
  other = netns.create();
  ip = open({ netns: ns });
});
afterEach(() => {
  ip.close();
  ns.close();
  other.close();
  for (const name of netns.list()) netns.delete(name);
});

const run = (...lines: string[]): string => shell(ns, 'sh', '-ec', lines.join('\n'));
const link = (name: string, where = ns): Record<string, unknown> => ipJson(where, 'link', 'show', name)[0]!;
const names = (where = ns): string[] => ipJson(where, 'link', 'show').map(each => String(each['ifname']));
const everything = (): string => everythingIn([ns, other], true);

const CALM = 'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad';
const PAIR = 'ip link add v0 type veth peer name w0; ip link set v0 up; ip link set w0 up';
const MACVLAN = 'ip link add mv0 link v0 type macvlan mode bridge; ip link set mv0 up';
/** What a plan that is made again after its first round finds amiss: the default route goes with the link. */
const OLD = [
  'ip link add old type veth peer name oldw; ip link set old up; ip link set oldw up',
  'ip address add 192.0.2.1/24 dev old',
  'ip route add default via 192.0.2.2',
];
const ABSENT = { name: 'old', state: 'absent' } as const;
const LATE = { destination: 'default', gateway: '192.0.2.2' } as const;
/** Fails in the first round. */
const BAD = { destination: '198.51.100.0/24', gateway: '203.0.113.9' } as const;

/** Applies what fails; all must be as it was, and no more be told than what failed: the error's code. */
async function failsWithoutATrace(wanted: NetworkSpec, code = 'ENETUNREACH'): Promise<void> {
  const before = everything();
  const error: unknown = await ip.apply(wanted).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code });
  await settlesIn([ns, other], before, String(error), true);
}

test('nothing is looked for in a namespace that was made on the way and is unmade again', async () => {
  run(CALM, ...OLD, PAIR);
  await failsWithoutATrace({
    links: [ABSENT, { name: 'br0', kind: 'bridge', mtu: 1300 }, { name: 'v0', master: 'br0' }],
    routes: [LATE],
    namespaces: [{ netns: 'c' }],
  });
  expect(netns.list()).toEqual([]);
});

const NODAD = { flags: ['nodad'] } as const;

test.each<[string, string, NetworkSpec]>([
  ['the address of a loopback link', '', { links: [ABSENT, { name: 'lo', up: true }], routes: [LATE] }],
  [
    'the route of an IPv6 prefix',
    PAIR,
    {
      links: [
        ABSENT,
        {
          name: 'v0',
          addresses: [
            { address: 'fd00::3/64', metric: 8, ...NODAD },
            { address: 'fd00::1/64', ...NODAD },
          ],
        },
      ],
      routes: [LATE],
    },
  ],
  ['a route of a link that went', '', { links: [ABSENT], routes: [{ destination: '10.50.0.0/16', link: 'old' }] }],
])('what the first round did is undone though the second finds other things: %s', async (_what, before, wanted) => {
  run(CALM, ...OLD, before);
  await failsWithoutATrace(wanted, wanted.routes![0] === LATE ? 'ENETUNREACH' : 'ERR_NETLINK_CONFLICT');
});

test('a link that went with its peer is down again', async () => {
  run(CALM, 'ip link add v0 type veth peer name w0');
  const wanted: NetworkSpec = {
    links: [
      { name: 'v0', state: 'absent' },
      { name: 'w0', up: true },
    ],
  };
  await failsWithoutATrace(wanted, 'ERR_NETLINK_CONFLICT');
});
