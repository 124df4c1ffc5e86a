import type { NetworkSpec } from '../../src/index.js';
import { BAD, ip, run } from '../support/own-namespaces.js';

beforeEach(() => {
  run('ip link add v0 type veth peer name w0; ip link set v0 up; ip link set w0 up; ip link set lo up');
  run('ip link add v1 type veth peer name w1; ip link set v1 up; ip link set w1 up');
  run('ip address add 10.0.0.1/24 dev v0; ip address add fd00::1/64 dev v0 nodad');
});

/** In an order of their own: those of link-local addresses come again with their links. */
const routes = (): string[] => run('ip -4 route show table all; ip -6 route show table all').split('\n').sort();
/** Changes v1, takes a second or two, and then fails. */
const slowly = (...others: NonNullable<NetworkSpec['links']>): NetworkSpec => ({
  links: [...others, { name: 'v1', mtu: 1400, addresses: ['fd01::1/64'] }],
  routes: [{ destination: 'fd09::/64', link: 'v1', source: 'fd01::1' }, BAD],
});

async function fails(wanted: NetworkSpec, meanwhile?: () => void): Promise<void> {
  const attempt = ip.apply(wanted);
  if (meanwhile !== undefined) setTimeout(meanwhile, 300);
  await expect(attempt).rejects.toMatchObject({ code: 'ENETUNREACH' });
}

test.each<[string, string, NetworkSpec]>([
  [
    'of the table local, and of IPv6',
    'ip route add local 192.168.9.0/24 dev lo; ip route add local fd77::/64 dev lo',
    {
      routes: [
        { destination: '192.168.9.0/24', type: 'local', link: 'lo', state: 'absent' },
        { destination: 'fd77::/64', type: 'local', link: 'lo', state: 'absent' },
      ],
    },
  ],
  ['multicast', 'ip route add multicast 239.0.0.0/8 dev v0 proto static', { exact: true, links: [{ name: 'v0' }] }],
  ['of a prefix, link-local', '', { routes: [{ destination: 'fe80::/64', link: 'v0', metric: 256, state: 'absent' }] }],
  [
    'of the table local, with a link that goes down',
    'ip route add local 192.168.9.0/24 dev v0',
    { links: [{ name: 'v0', up: false }] },
  ],
])('a route is given back whatever its type: %s', async (_what, there, wanted) => {
  run(there);
  const before = routes();
  await fails({ ...wanted, routes: [...(wanted.routes ?? []), BAD] });
  expect(routes()).toEqual(before);
});

test('a link-local address that was described as absent is given back', async () => {
  const local = run('ip -6 -o address show dev v0 scope link').match(/fe80::\S+/)![0];
  await fails({ links: [{ name: 'v0', addresses: [{ address: local, state: 'absent' }] }], routes: [BAD] });
  expect(run('ip -6 -o address show dev v0 scope link')).toContain(local);
  expect(run('ip -6 route show fe80::/64 dev v0')).not.toBe('');
});

test('the order of IPv6 routes of one destination and metric stays', async () => {
  run('ip -6 route append fd0a::/32 dev v0; ip -6 route append fd0a::/32 dev v1');
  const before = run('ip -6 route show fd0a::/32');
  await fails({ links: [{ name: 'v0', up: false }], routes: [BAD] });
  expect(run('ip -6 route show fd0a::/32')).toBe(before);
});

describe('what others change meanwhile', () => {
  test('on other links stays, and is no failure', async () => {
    run('ip link add t0 type veth peer name t1; ip route add 10.9.0.0/16 via 10.0.0.9');
    await fails(slowly(), () =>
      run(
        'ip link delete t0; ip link set v0 mtu 1300; ip link set w0 alias other; ip link set w1 name w2',
        'ip address delete 10.0.0.1/24 dev v0; ip address add 10.0.0.2/24 dev v0',
      ),
    );
    expect(run('ip -o link show v0; ip -o -4 address show dev v0; ip -d link show w0')).toMatch(
      /mtu 1300.*\n.*inet 10\.0\.0\.2\/24.*\n.*[^]*alias other/,
    );
    expect(run('ip -4 route show')).toBe('10.0.0.0/24 dev v0 proto kernel scope link src 10.0.0.2 \n');
    expect(run('ip -o link show v1')).toContain('mtu 1500');
  });

  test('an address of the same prefix keeps the route of that', async () => {
    const wanted = slowly({ name: 'v0', addresses: [{ address: 'fd33::6/64', flags: ['nodad'] }] });
    await fails(wanted, () => run('ip address add fd33::5/64 dev v0 nodad'));
    expect(run('ip -6 route show fd33::/64')).toContain('dev v0 proto kernel');
    expect(run('ip -6 -o address show dev v0 to fd33::/64')).toMatch(/^[^\n]*fd33::5\/64[^\n]*\n$/);
  });

  test('an address whose time is over is not given back', async () => {
    run('echo 3 > /proc/sys/net/ipv6/conf/v1/dad_transmits'); // three seconds
    run(
      'ip address add 10.77.0.1/24 dev v1 valid_lft 1 preferred_lft 1; ip address add 10.78.0.1/24 dev v1 valid_lft 60 preferred_lft 60',
    );
    await fails(slowly());
    expect(run('ip -4 -o address show dev v1')).toMatch(/^[^\n]*10\.78\.0\.1\/24[^\n]*valid_lft 5[0-9]sec[^\n]*\n$/);
  });
});

test('a point-to-point address can be described, for a source too', async () => {
  const wanted: NetworkSpec = {
    links: [
      {
        name: 'v1',
        addresses: [
          { address: '10.8.0.1', peer: '10.8.0.2/32' },
          { address: 'fd08::1', peer: 'fd08::2/128' },
        ],
      },
    ],
    routes: [{ destination: 'fd09::/64', gateway: 'fd08::2', source: 'fd08::1' }],
  };
  await ip.apply(wanted);
  expect(run('ip -o address show dev v1')).toMatch(
    /inet 10\.8\.0\.1 peer 10\.8\.0\.2\/32[^]*inet6 fd08::1 peer fd08::2\/128/,
  );
  expect(run('ip -6 route show fd09::/64')).toContain('src fd08::1');
  expect(String(await ip.apply(wanted))).toBe('nothing to do');
});

test('what the kernel gives the loopback link is not taken away by exact', async () => {
  run('ip link set lo down; ip address flush dev lo');
  const wanted: NetworkSpec = { exact: true, links: [{ name: 'lo', up: true }] };
  expect(String(await ip.apply({ ...wanted, exact: false }))).toBe('~ link lo up');
  await ip.apply(wanted);
  expect(run('ip -br address show lo')).toContain('127.0.0.1/8 ::1/128');
});

test('all routes in the place of one that is described as absent are deleted, as the plan says', async () => {
  run('for each in 5 6 7 8 9; do ip route append 10.9.0.0/16 via 10.0.0.$each; done; ip nexthop add id 7 blackhole');
  run('ip route add 10.8.0.0/16 nhid 7; for each in v0 v1; do ip -6 route append fd0a::/32 dev $each; done');
  const wanted: NetworkSpec = {
    routes: ['10.9.0.0/16', '10.8.0.0/16', 'fd0a::/32'].map(destination => ({
      destination,
      link: 'v0',
      state: 'absent',
    })),
  };
  const plan = await ip.apply(wanted, { dryRun: true });
  expect(plan.steps).toHaveLength(5 + 1 + 2);
  expect(String(await ip.apply(wanted))).toBe(String(plan));
  expect(run('ip -4 route show; ip -6 route show fd0a::/32')).toBe(
    '10.0.0.0/24 dev v0 proto kernel scope link src 10.0.0.1 \n',
  );
});

describe('what is described and lost on the way has again what is not described of it', () => {
  test('a secondary address, when the primary goes, and the route that has it for its source', async () => {
    run('ip address add 10.0.0.2/24 dev v0 metric 7 broadcast 10.0.0.9 label v0:x');
    run('ip route add 10.9.0.0/16 via 10.0.0.7 src 10.0.0.2 proto static mtu 1300');
    const seen = (): string => run('ip -4 -o address show dev v0 to 10.0.0.2; ip route show 10.9.0.0/16');
    const before = seen().replace(' secondary', '');
    await ip.apply({
      links: [{ name: 'v0', addresses: [{ address: '10.0.0.1/24', state: 'absent' }, '10.0.0.2/24'] }],
      routes: [{ destination: '10.9.0.0/16', gateway: '10.0.0.7' }],
    });
    expect(seen()).toBe(before);
    expect(before).toMatch(/metric 7 brd 10\.0\.0\.9[^]*v0:x[^]*proto static src 10\.0\.0\.2 mtu 1300/);
  });

  test('an IPv6 address, when its link goes down', async () => {
    run('ip address add fd44::1/64 dev v1 nodad metric 77');
    const seen = (): string => run('ip -6 -o address show dev v1 to fd44::1');
    const before = seen();
    await ip.apply({ links: [{ name: 'v1', up: false, addresses: ['fd44::1/64'] }] });
    expect(seen()).toBe(before);
    expect(before).toContain('metric 77');
  });
});

test('what the kernel takes for nothing, or tells by itself, is as described', async () => {
  const wanted: NetworkSpec = {
    links: [
      {
        name: 'v0',
        addresses: [
          { address: '10.7.0.1/24', protocol: 0 },
          { address: 'fd07::1/64', scope: 'link' },
        ],
      },
    ],
    routes: [
      { destination: '10.9.0.0/16', gateway: '10.0.0.9', protocol: 0 },
      { destination: '10.10.0.0/16', gateway: '10.0.0.9', mtu: 0, metrics: { initcwnd: 0 } },
    ],
  };
  expect((await ip.apply(wanted)).steps).toHaveLength(4);
  expect(String(await ip.apply(wanted))).toBe('nothing to do');
  run('ip route change 10.10.0.0/16 via 10.0.0.9 mtu 1300');
  await ip.apply(wanted);
  expect(run('ip route show 10.10.0.0/16')).not.toContain('mtu');
});

test('what others do to the ports of a bridge that was touched is not told as if it could not be undone', async () => {
  run('ip link add br0 type bridge; ip link set v0 master br0; ip link set br0 up');
  const attempt = ip.apply({ links: [{ name: 'br0', mtu: 1400, addresses: ['fd02::1/64'] }], routes: [LATE6, BAD] });
  setTimeout(() => run('ip link set v0 alias theirs'), 300);
  await expect(attempt).rejects.toMatchObject({ name: 'NetlinkError', code: 'ENETUNREACH' });
  expect(run('ip link show v0')).toMatch('alias theirs');
});

/** Takes a second or two. */
const LATE6 = { destination: 'fd09::/64', link: 'br0', source: 'fd02::1' } as const;

test('routes are told apart in a plan by what they are told apart by', async () => {
  run('ip route add default via 10.0.0.8 metric 10; ip route add default via 10.0.0.8 metric 20 table 100');
  run('ip -6 route add default via fd00::8 metric 10; ip route add 10.9.0.0/16 via 10.0.0.8 tos 4');
  const wanted: NetworkSpec = {
    routes: [
      { destination: 'default', gateway: '10.0.0.9', metric: 10 },
      { destination: 'default', gateway: '10.0.0.9', metric: 20, table: 100 },
      { destination: 'default', family: 6, metric: 10, state: 'absent' },
      { destination: '10.9.0.0/16', tos: 4, state: 'absent' },
    ],
  };
  expect(String(await ip.apply(wanted, { dryRun: true })).split('\n')).toEqual([
    '- route default family 6 metric 10',
    '- route 10.9.0.0/16 tos 4',
    '~ route default metric 10 via 10.0.0.8 dev v0 -> 10.0.0.9 dev v0',
    '~ route default metric 20 table 100 via 10.0.0.8 dev v0 -> 10.0.0.9 dev v0',
  ]);
});
