import { type NetworkSpec, netns, open } from '../../src/index.js';
import { everythingIn, settlesIn } from '../support/everything.js';
import { ipJson, shell } from '../support/ip.js';
import {
  ABSENT,
  BAD,
  CALM,
  failsWithoutATrace,
  ip,
  LATE,
  link,
  names,
  ns,
  OLD,
  other,
  PAIR,
  PAIR1,
  run,
} from '../support/own-namespaces.js';

const everything = (): string => everythingIn([ns, other], true);

const MACVLAN = 'ip link add mv0 link v0 type macvlan mode bridge; ip link set mv0 up';

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

test('the way that an IPv6 route lost with a link is given back, beside the one that it kept', async () => {
  run(CALM, ...OLD, PAIR, PAIR1);
  run('ip address add fd00::1/64 dev v0; ip address add fd00:1::1/64 dev v1');
  run('ip -6 route add fd08::/48 nexthop via fd00::7 nexthop via fd00:1::7 weight 2');
  await failsWithoutATrace({ links: [{ name: 'v1', state: 'absent' }, ABSENT], routes: [LATE] });
});

test('the route of a prefix goes with the address that it came with, though another without a route has the prefix', async () => {
  run(CALM, PAIR, 'ip address add fd00::2/64 dev v0 noprefixroute');
  await failsWithoutATrace({
    links: [{ name: 'v0', addresses: [{ address: 'fd00::4/64', ...NODAD }] }],
    routes: [BAD],
  });
});

test.each<[string, string[], NetworkSpec]>([
  [
    'permanent neighbours, with another hardware address',
    [
      'ip address add 10.0.0.1/24 dev v0; ip neighbour add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0 nud permanent',
      'ip neighbour add fd00::9 lladdr 02:00:00:00:00:09 dev v0 nud permanent',
    ],
    { links: [{ name: 'v0', address: '02:00:00:00:00:01' }], routes: [BAD] },
  ],
  [
    'and without ARP',
    ['ip neighbour add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0 nud permanent'],
    { links: [{ name: 'v0', arp: false }], routes: [BAD] },
  ],
  [
    'the route of a prefix that was there before its address',
    ['ip -6 route add fd00::/64 dev v0 metric 256 proto static'],
    { links: [{ name: 'v0', addresses: [{ address: 'fd00::1/64', ...NODAD }] }], routes: [BAD] },
  ],
  [
    'that an IPv4 route by a nexthop object has no metrics',
    ['ip address add 10.0.0.1/24 dev v0; ip nexthop add id 1 via 10.0.0.2 dev v0; ip route add 10.9.0.0/16 nhid 1'],
    { routes: [{ destination: '10.9.0.0/16', nexthopId: 1, mtu: 1300 }, BAD] },
  ],
])('what is lost for others is given back: %s', async (_what, there, wanted) => {
  run(CALM, PAIR, ...there);
  await failsWithoutATrace(wanted);
});

test('a macvlan in another namespace comes back with the vxlan below it, which is taken off a link again', async () => {
  run(CALM, PAIR, 'ip link add vx0 type vxlan id 5 dstport 4789; ip link add mv0 link vx0 type macvlan');
  const name = `b${process.pid}`;
  netns.create(name).close();
  await ip.link.set('mv0', { netns: name });
  const links: NetworkSpec['links'] = [{ name: 'vx0', kind: 'vxlan', link: 'v0' }];
  const lower = (): unknown => JSON.parse(run(`ip -n ${name} -j -d link show mv0`))[0];
  const before = lower();
  await failsWithoutATrace({ links, routes: [BAD], namespaces: [{ netns: name }] });
  expect(lower()).toEqual(before);
});

test('a vxlan that came from another namespace is on no link again', async () => {
  for (const each of [ns, other]) shell(each, 'sh', '-c', CALM);
  using there = open({ netns: other });
  await there.link.add({ name: 'vx0', kind: 'vxlan', data: { id: 5, port: 4789 } });
  await there.veth.create({ name: 'x0', up: true }, { name: 'x1', up: true });
  await there.link.set('vx0', { netns: ns });
  run('ip link set vx0 up; ip address add 10.5.0.1/24 dev vx0');
  await failsWithoutATrace({ links: [{ name: 'vx0', kind: 'vxlan', link: 'x0', linkNetns: other }], routes: [BAD] });
});

test('the route of another metric of a prefix is given back that went with a change of an address', async () => {
  run(CALM, PAIR, 'ip address add fd00::2/64 dev v0 nodad; ip address add fd00::3/64 dev v0 nodad metric 7');
  const addresses = [{ address: 'fd00::2/64', validLifetime: 1000 }];
  await failsWithoutATrace({ links: [{ name: 'v0', addresses }], routes: [BAD] });
});

test('routes are given back that have an address for their source which another link had for a moment', async () => {
  run(CALM, PAIR, PAIR1);
  run('ip address add 10.0.0.3/25 dev v1 noprefixroute; ip route add 10.8.0.0/24 dev v0 src 10.0.0.3');
  await failsWithoutATrace({ links: [{ name: 'v0', addresses: ['10.0.0.3/25'] }], routes: [BAD] });
  const made = { name: 'new0', kind: 'ifb', up: true, addresses: ['10.0.0.3/25'] } as const;
  await failsWithoutATrace({ links: [made], routes: [BAD] });
});

test('the route of a prefix has its lifetime again, which it lost with an address that is for ever', async () => {
  run(CALM, PAIR, 'ip address add fd00::1/64 dev v0 nodad metric 7');
  run('ip address add fd00::2/64 dev v0 nodad valid_lft 500 preferred_lft 400');
  await failsWithoutATrace({
    links: [{ name: 'v0', addresses: [{ address: 'fd00::4/64', ...NODAD }] }],
    routes: [BAD],
  });
  expect(run('ip -6 route show fd00::/64 metric 256')).toMatch('expires');
});

test('the route of a prefix has its lifetime again beside that of another link', async () => {
  run(CALM, PAIR, PAIR1);
  run('ip address add fd00::2/64 dev v1 nodad; ip address add fd00::1/64 dev v0 nodad metric 7');
  run('ip address add fd00::2/64 dev v0 nodad valid_lft 500 preferred_lft 400');
  const shown = () => run('ip -6 route show fd00::/64 metric 256').replace(/\d+sec/g, '');
  const before = shown();
  await failsWithoutATrace({
    links: [{ name: 'v0', addresses: [{ address: 'fd00::4/64', ...NODAD }] }],
    routes: [BAD],
  });
  expect(shown()).toBe(before);
});

test('of several IPv6 routes in one place the one that a route by a gateway replaced is given back', async () => {
  run(CALM, PAIR, PAIR1);
  run('ip address add fd00::1/64 dev v0 nodad');
  run('ip -6 route add fd90::/48 dev v0 metric 2000; ip -6 route append fd90::/48 dev v1 metric 2000');
  await failsWithoutATrace({ routes: [{ destination: 'fd90::/48', metric: 2000, gateway: 'fd00::8' }, BAD] });
});

test('a step alone that does half of what it should loses nothing either', async () => {
  run(CALM, PAIR, 'ip address add fd00::1/64 dev v0; ip -6 route add fd09::/32 via fd00::5 mtu 1400');
  await failsWithoutATrace({ links: [{ name: 'v0', mtu: 1300, carrier: false }] }, 'EOPNOTSUPP');
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

test('what sits on a link that is removed goes before it, is told, and is given back', async () => {
  run(
    CALM,
    ...OLD,
    PAIR,
    MACVLAN,
    'ip link add vx0 type vxlan id 7 dstport 4789 dev v0',
    'ip link add vx1 type vxlan id 8 dstport 4790 dev mv0',
    'for each in vx0 vx1; do ip link set $each up; done',
    `ip link add link w0 name mt0 netns /proc/${process.pid}/fd/${other.fd} type macvtap`,
    'ip address add 10.1.0.1/24 dev mv0; ip route add 10.2.0.0/16 via 10.1.0.9',
  );
  const wanted: NetworkSpec = {
    links: [
      { name: 'v0', state: 'absent' },
      { name: 'vx1', state: 'absent' },
    ],
    namespaces: [{ netns: other, links: [{ name: 'lo' }] }],
  };
  const plan = await ip.apply(wanted, { dryRun: true });
  expect(String(plan).replaceAll(`[${other.inode}]`, 'OTHER')).toBe(`\
- link vx1
- link mv0 with v0
- link vx0 with v0
- link mt0 netns OTHER with w0
- link v0`);
  await failsWithoutATrace({ ...wanted, links: [ABSENT, ...wanted.links!], routes: [LATE] });
  await ip.apply(wanted);
  expect([names().sort(), names(other)]).toEqual([['lo', 'old', 'oldw'], ['lo']]);
});

test('a bridge that is removed and loses its last port in the same step is given back', async () => {
  run(
    CALM,
    PAIR,
    'ip link add br0 type bridge; ip link set w0 master br0; ip link set br0 up',
    'ip address add 10.0.0.1/24 dev br0; ip route add default via 10.0.0.2',
  );
  await failsWithoutATrace({
    links: [
      { name: 'br0', state: 'absent' },
      { name: 'w0', master: null },
    ],
    routes: [{ destination: 'default', gateway: '10.0.0.2' }],
  });
});

test('a bridge that has the hardware address of a port is given back with it, and follows its ports still', async () => {
  run(CALM, ...OLD, PAIR, 'ip link add br0 type bridge; ip link set w0 master br0');
  const low = '02:00:00:00:00:01';
  await failsWithoutATrace({
    links: [ABSENT, { name: 'br0', state: 'absent' }, { name: 'w0', address: low }],
    routes: [LATE],
  });
  run(`ip link set w0 address ${low}`);
  expect(link('br0')['address']).toBe(low);
});

test('a bridge that was given its hardware address is given back with that', async () => {
  run(CALM, ...OLD, PAIR, 'ip link add br0 address fe:00:00:00:00:01 type bridge; ip link set w0 master br0');
  await failsWithoutATrace({ links: [ABSENT, { name: 'br0', state: 'absent' }], routes: [LATE] });
  run('ip link set w0 address 02:00:00:00:00:01');
  expect(link('br0')['address']).toBe('fe:00:00:00:00:01');
});

test.each<[string, string[], NetworkSpec]>([
  [
    'of a macvlan, which follows that of its link',
    [PAIR, MACVLAN],
    { links: [{ name: 'v0', mtu: 1400 }], routes: [BAD] },
  ],
  [
    'of links that sit on each other, each changed',
    [PAIR, MACVLAN, 'ip link add vx0 type vxlan id 7 dstport 4789 dev mv0; ip link set vx0 mtu 1300'],
    {
      links: [
        { name: 'v0', mtu: 1400 },
        { name: 'mv0', mtu: 1350 },
        { name: 'vx0', mtu: 1290 },
      ],
      routes: [BAD],
    },
  ],
  [
    'of a bridge that was removed',
    [...OLD, PAIR, 'ip link add br0 type bridge; ip link set br0 mtu 1300; ip link set v0 master br0'],
    { links: [ABSENT, { name: 'br0', state: 'absent' }], routes: [LATE] },
  ],
])('the MTU is as it was: %s', async (_what, before, wanted) => {
  run(CALM, ...before);
  await failsWithoutATrace(wanted);
});

test('the MTU is as it was: of a bridge that gains its first port', async () => {
  run(PAIR, 'ip link add br0 mtu 1400 type bridge');
  const wanted: NetworkSpec = { links: [{ name: 'v0', master: 'br0' }], routes: [BAD] };
  await expect(ip.apply(wanted)).rejects.toMatchObject({ code: 'ENETUNREACH' });
  expect([link('br0')['mtu'], link('v0')['master']]).toEqual([1400, undefined]);
});

describe('the MTU of a bridge stays as described when it gains a port', () => {
  const port = { name: 'v0', kind: 'veth', master: 'br0', peer: { name: 'w0' } } as const;

  test.each([9000, 1500, 1400])('a new one: %i', async mtu => {
    const wanted: NetworkSpec = {
      links: [
        { name: 'br0', kind: 'bridge', mtu },
        { ...port, mtu: 1450 },
      ],
    };
    await ip.apply(wanted);
    expect(link('br0')['mtu']).toBe(mtu);
    expect(String(await ip.apply(wanted))).toBe('nothing to do');
    run('ip link add n0 type ifb; ip link set n0 master br0');
    expect(link('br0')['mtu']).toBe(mtu);
  });

  test.each([
    ['that joins', 'ip link add br0 type bridge; ip link add v0 mtu 1450 type veth peer name w0', 1450],
    ['that changes', 'ip link add br0 type bridge; ip link add v0 master br0 type veth peer name w0', 1450],
    [
      'that leaves',
      'ip link add br0 type bridge; ip link add v0 mtu 1450 type veth peer name w0; ip link set v0 master br0',
      1450,
    ],
  ])('one that is there, and a port %s', async (what, before, mtu) => {
    run(before);
    const now = Number(link('br0')['mtu']);
    const wanted: NetworkSpec = {
      links: [
        { name: 'br0', mtu: now },
        { name: 'v0', mtu, master: what === 'that leaves' ? null : 'br0' },
      ],
    };
    const plan = await ip.apply(wanted);
    expect(link('br0')['mtu']).toBe(now);
    expect(plan.steps).toHaveLength(1);
    expect(String(await ip.apply(wanted))).toBe('nothing to do');
  });

  test('made or ensured alone', async () => {
    await ip.link.add({ name: 'br1', kind: 'bridge', mtu: 9000 });
    await ip.link.ensure({ name: 'br2', kind: 'bridge', mtu: 1500 });
    for (const name of ['br1', 'br2'])
      run(`ip link add port${name} mtu 1400 type ifb; ip link set port${name} master ${name}`);
    expect([link('br1')['mtu'], link('br2')['mtu']]).toEqual([9000, 1500]);
    await expect(ip.link.add({ name: 'br3', kind: 'bridge', mtu: 70_000 })).rejects.toMatchObject({ code: 'EINVAL' });
    await expect(ip.link.add({ name: 'br3', kind: 'bridge', mtu: -1 })).rejects.toThrow('mtu: expected an integer');
    expect(names()).not.toContain('br3');
  });
});

describe('a route whose source is an IPv6 address that is described too', () => {
  const wanted: NetworkSpec = {
    links: [
      { name: 'v0', kind: 'veth', up: true, addresses: ['fd00::1/64'], peer: { name: 'w0', netns: '', up: true } },
    ],
    routes: [{ destination: 'fd09::/32', gateway: 'fd00::9', source: 'fd00:0::1' }],
  };
  const [pair] = wanted.links!;
  const withPeer = (peer: object): NetworkSpec => ({ ...wanted, links: [{ ...pair, peer } as never] });

  test('is made when that is past duplicate address detection', async () => {
    const plan = await ip.apply(withPeer({ name: 'w0', netns: other, up: true }));
    expect(String(plan).replaceAll(`[${other.inode}]`, 'OTHER')).toBe(`\
+ link v0 kind veth peer w0 netns OTHER
+ address fd00::1/64 dev v0
~ link v0 up
~ link w0 netns OTHER up
+ route fd09::/32 gateway fd00::9 source fd00:0::1`);
    const [route] = ipJson(ns, '-6', 'route', 'show', 'fd09::/32');
    expect(route).toMatchObject({ gateway: 'fd00::9', prefsrc: 'fd00::1' });
  });

  test('is not made when another has it', async () => {
    run('echo 3 > /proc/sys/net/ipv6/conf/default/dad_transmits'); // at the first the other end may not listen yet
    const peer = { name: 'w0', netns: other, up: true, addresses: [{ address: 'fd00::1/64', ...NODAD }] };
    const before = everything();
    await expect(ip.apply(withPeer(peer))).rejects.toMatchObject({ code: 'ERR_NETLINK_DAD_FAILED' });
    await settlesIn([ns, other], before, 'duplicate', true);
  });

  test('is waited for no longer than the timeout says', async () => {
    const before = everything();
    const attempt = ip.apply(withPeer({ name: 'w0', netns: other }), { timeout: 100 });
    await expect(attempt).rejects.toMatchObject({
      name: 'TimeoutError',
      timeout: 100,
      message:
        'apply: address wait fd00::1 dev v0: usable: it did not come true (it is tentative: duplicate address detection ' +
        'takes a link that is up and has a carrier) within 100 ms',
    });
    await settlesIn([ns, other], before, 'timeout', true);
  });

  test('is given back with it', async () => {
    run(
      ...OLD,
      PAIR,
      'ip address add fd00::1/64 dev v0 nodad',
      'ip route add fd09::/32 via fd00::9 src fd00::1',
      'ip address change fd00::1/64 dev v0',
    );
    const seen = (): unknown[] => [
      ipJson(ns, '-6', 'route', 'show', 'fd09::/32'),
      ipJson(ns, 'address', 'show', 'v0', 'to', 'fd00::/16'),
    ];
    const before = seen();
    const gone: NetworkSpec = { links: [ABSENT, { name: 'v0', state: 'absent' }], routes: [LATE] };
    await expect(ip.apply(gone)).rejects.toMatchObject({ code: 'ENETUNREACH' });
    expect(seen()).toEqual(before);
    expect(JSON.stringify(before)).toMatch(/"prefsrc":"fd00::1".*"local":"fd00::1"/);
  });
});

test('neighbours that somebody set and that are not resolved are given back', async () => {
  run(
    CALM,
    PAIR,
    'ip address add 10.1.0.1/24 dev v0',
    'ip neigh add 10.1.0.50 lladdr 02:00:00:00:00:50 dev v0 nud noarp',
    'ip neigh add fd00::50 lladdr 02:00:00:00:00:51 dev v0 nud noarp router',
  );
  const set = (): object[] =>
    ipJson(ns, 'neigh', 'show', 'nud', 'noarp').filter(each => !/^(ff|224)/.test(each['dst'] as string));
  const before = set();
  expect(before).toHaveLength(2);
  await expect(ip.apply({ links: [{ name: 'v0', up: false }], routes: [BAD] })).rejects.toMatchObject({
    code: 'ENETUNREACH',
  });
  expect(set()).toEqual(before);
});

test('text that would look like more than it is is quoted in plans', async () => {
  const links = [{ name: 'n0', kind: 'ifb', alias: 'new\nline + link evil' }] as const;
  const born = await ip.apply({ links }, { dryRun: true });
  expect(String(born)).toBe('+ link n0 alias "new\\nline + link evil" kind ifb');
  run('ip link add n0 type ifb; ip link set n0 alias "to the left"');
  const changed = await ip.apply({ links }, { dryRun: true });
  expect(String(changed)).toBe('~ link n0 alias "to the left" -> "new\\nline + link evil"');
});
