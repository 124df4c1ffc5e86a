import type { NetworkSpec } from '../../src/index.js';
import {
  BAD,
  CALM,
  failsWithoutATrace,
  ip,
  link,
  PAIR,
  PAIR1,
  routes,
  run,
  settles,
} from '../support/own-namespaces.js';

const gone = (address: string) => ({ address, state: 'absent' }) as const;
const six = (address: string) => ({ address, flags: ['nodad'] }) as const;

describe('a route follows its gateway to another link, if it does not say by which it leads', () => {
  const UPLINK = [
    CALM,
    'ip link add eth0 type veth peer name isp; ip link set eth0 up; ip link set isp up',
    'ip address add 10.0.0.1/24 dev eth0; ip address add fd00::1/64 dev eth0 nodad',
    'ip route add default via 10.0.0.254 metric 7 mtu 1300; ip -6 route add default via fd00::fe mtu 1300',
  ];
  /** The usual way to put an uplink into a bridge. */
  const BRIDGED: NetworkSpec = {
    links: [
      { name: 'br0', kind: 'bridge', up: true, addresses: ['10.0.0.1/24', six('fd00::1/64')] },
      { name: 'eth0', master: 'br0', addresses: [gone('10.0.0.1/24'), gone('fd00::1/64')] },
    ],
    routes: [
      { destination: 'default', gateway: '10.0.0.254', metric: 7 },
      { destination: 'default', family: 6, gateway: 'fd00::fe' },
    ],
  };

  test.each([
    ['and the kernel drops it', ''],
    ['and the kernel leaves it', 'ip address add 192.168.9.1/24 dev eth0'],
  ])('%s', async (_, more) => {
    run(...UPLINK, more);
    await settles(BRIDGED);
    expect(routes()).toMatch(/^default via 10.0.0.254 dev br0 metric 7 mtu 1300 $/m);
    expect(routes()).toMatch(/^default via fd00::fe dev br0 metric 1024 mtu 1300 pref medium$/m);
  });

  test('and back when something fails', async () => {
    run(...UPLINK);
    await failsWithoutATrace({ ...BRIDGED, routes: [...BRIDGED.routes!, BAD] });
  });

  test('with one of several ways', async () => {
    run(...UPLINK, 'ip route add 10.9.0.0/16 nexthop via 10.0.0.254 nexthop via 10.0.0.253 weight 2');
    const nexthops = [{ gateway: '10.0.0.254' }, { gateway: '10.0.0.253', weight: 2 }];
    await settles({ ...BRIDGED, routes: [...BRIDGED.routes!, { destination: '10.9.0.0/16', nexthops }] });
    expect(run('ip route show 10.9.0.0/16').match(/dev br0/g)).toHaveLength(2);
  });

  test.each(['', 'ip route add 10.0.0.254 dev v1 metric 3; ip -6 route add fd00::fe dev v1 metric 3'])(
    'and back to where it is not any more when something fails%#',
    async more => {
      run(...UPLINK, 'ip address add 192.168.9.1/24 dev eth0; ip route add 10.9.0.0/16 nexthop via 10.0.0.254');
      run(PAIR1, more);
      run('ip address del 10.0.0.1/24 dev eth0; ip address del fd00::1/64 dev eth0');
      run('ip address add 10.0.0.1/24 dev v1; ip address add fd00::1/64 dev v1 nodad');
      const nexthops = [{ gateway: '10.0.0.254' }];
      const moved: NetworkSpec = { routes: [...BRIDGED.routes!, { destination: '10.9.0.0/16', nexthops }] };
      await failsWithoutATrace({ routes: [...moved.routes!, BAD] });
      await settles(moved);
      expect(routes()).not.toMatch(/via .* dev eth0/);
    },
  );

  test('unless it says by which', async () => {
    run(...UPLINK, 'ip address add 192.168.9.1/24 dev eth0');
    const [ipv4] = BRIDGED.routes!;
    const wanted = { links: BRIDGED.links!, routes: [{ ...ipv4!, link: 'eth0', onlink: true }] };
    await settles(wanted);
    expect(routes()).toMatch(/^default via 10.0.0.254 dev eth0 metric 7 onlink mtu 1300 $/m);
  });

  test('nor does one whose gateway is on several links', async () => {
    run(...UPLINK, PAIR1);
    run('ip address add 10.0.0.9/24 dev v1 metric 1');
    const before = routes();
    expect(await ip.route.ensure('default', { gateway: '10.0.0.254', metric: 7 })).toMatchObject({ changed: false });
    expect(routes()).toBe(before);
  });

  test.each([
    [
      'is found by a rule',
      'ip address add 10.5.0.1/32 dev v1; ip route add 10.5.0.0/24 dev v1 table 200; ip rule add pref 100 lookup 200',
    ],
    ['is on several links by one route', 'ip route add 10.5.0.0/24 scope link nexthop dev v1 nexthop dev w1'],
    [
      'is on several links by a group of nexthop objects',
      'ip nexthop add id 1 dev v1; ip nexthop add id 2 dev w1; ip nexthop add id 3 group 1/2; ip route add 10.5.0.0/24 scope link nhid 3',
    ],
  ])('nor does one whose gateway %s', async (_, lines) => {
    run(PAIR1, lines);
    run('ip link add v2 type veth peer name w2; ip link set v2 up; ip link set w2 up; ip route add default dev v2');
    const routes = [{ destination: '10.9.0.0/16', gateway: '10.5.0.2' }];
    await settles({ routes });
    const before = run('ip route show 10.9.0.0/16');
    expect(await ip.route.ensure('10.9.0.0/16', { gateway: '10.5.0.2' })).toMatchObject({ changed: false });
    expect(run('ip route show 10.9.0.0/16')).toBe(before);
  });

  test('ensured alone, too: of IPv4 by a gateway of IPv6', async () => {
    run(...UPLINK, 'ip route add 10.9.0.0/16 via inet6 fd00::fe dev eth0');
    run('ip link add br0 type bridge; ip link set br0 up; ip link set eth0 master br0');
    run('ip address del fd00::1/64 dev eth0; ip address add fd00::1/64 dev br0 nodad');
    expect(await ip.route.ensure('10.9.0.0/16', { gateway: 'fd00::fe' })).toMatchObject({ changed: true });
    expect(run('ip route show 10.9.0.0/16')).toMatch('via inet6 fd00::fe dev br0');
    expect(await ip.route.ensure('10.9.0.0/16', { gateway: 'fd00::fe' })).toMatchObject({ changed: false });
  });

  test('ensured alone, too: in a table of its own', async () => {
    run(...UPLINK, 'ip address add 192.168.9.1/24 dev eth0; ip route add default via 10.0.0.254 dev eth0 table 100');
    run('ip link add br0 type bridge; ip link set br0 up; ip link set eth0 master br0');
    run('ip address del 10.0.0.1/24 dev eth0; ip address add 10.0.0.1/24 dev br0');
    const ensured = await ip.route.ensure('default', { gateway: '10.0.0.254', table: 100 });
    expect(ensured.changed).toBe(true);
    expect(run('ip route show table 100')).toMatch('default via 10.0.0.254 dev br0');
    expect(await ip.route.ensure('default', { gateway: '10.0.0.254', table: 100 })).toMatchObject({ changed: false });
  });
});

describe('an address that goes takes others along, which a route needs', () => {
  beforeEach(() => run(CALM, PAIR, 'ip address add 10.0.0.1/24 dev v0; ip address add 10.0.0.2/24 dev v0'));
  const wanted: NetworkSpec = {
    links: [{ name: 'v0', addresses: [gone('10.0.0.1/24'), '10.0.0.2/24'] }],
    routes: [{ destination: 'default', gateway: '10.0.0.254', source: '10.0.0.2' }],
  };

  test.each([0, 1])('with promote_secondaries %i', async promote => {
    run(`echo ${promote} > /proc/sys/net/ipv4/conf/all/promote_secondaries`);
    const dry = String(await ip.apply(wanted, { dryRun: true }));
    expect(String(await ip.apply(wanted))).toBe(dry);
    expect(String(await ip.apply(wanted))).toBe('nothing to do');
    expect(routes()).toMatch('default via 10.0.0.254 dev v0 src 10.0.0.2');
    await failsWithoutATrace({ links: [{ name: 'v0', addresses: [gone('10.0.0.2/24')] }], routes: [BAD] });
  });

  test('and back when something fails', () => failsWithoutATrace({ ...wanted, routes: [...wanted.routes!, BAD] }));

  test('and is the first again if it is only made anew', async () => {
    run('echo 0 > /proc/sys/net/ipv4/conf/all/promote_secondaries');
    const addresses = ['10.0.0.3/24', '10.0.0.2/24', { address: '10.0.0.1/24', label: 'v0:a' }];
    const exact: NetworkSpec = { exact: true, links: [{ name: 'v0', addresses }] };
    await settles(exact);
    expect(routes()).toMatch('10.0.0.0/24 dev v0 proto kernel scope link src 10.0.0.1');
    expect(run('ip -o address show dev v0 secondary')).not.toMatch('10.0.0.1/24');
  });

  test('and has what is not described of it, if it is changed too', async () => {
    run('echo 0 > /proc/sys/net/ipv4/conf/all/promote_secondaries; ip address add 10.0.0.3/24 dev v0 label v0:b');
    const exact: NetworkSpec = {
      exact: true,
      links: [{ name: 'v0', addresses: [{ address: '10.0.0.3/24', metric: 8 }] }],
    };
    await failsWithoutATrace({ ...exact, routes: [BAD] });
    await settles(exact);
    expect(run('ip -o -4 address show dev v0')).toMatch('inet 10.0.0.3/24 metric 8 scope global v0:b');
  });

  test('and those that are made anew and those that stay are in the order in which they stood', async () => {
    run('echo 0 > /proc/sys/net/ipv4/conf/all/promote_secondaries; ip address add 10.0.0.3/24 dev v0');
    const anew = (n: number) => ({ address: `10.0.0.${n}/24`, label: 'v0:a' });
    const order = () => run('ip -o -4 address show dev v0').match(/10\.0\.0\.\d(?=\/)/g);
    await settles({ exact: true, links: [{ name: 'v0', addresses: [anew(3), anew(2), anew(1)] }] });
    expect(order()).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
    await settles({ exact: true, links: [{ name: 'v0', addresses: [anew(2), '10.0.0.3/24', '10.0.0.4/24'] }] });
    expect(order()).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.4']);
    expect(routes()).toMatch('10.0.0.0/24 dev v0 proto kernel scope link src 10.0.0.2');
  });
});

test.each([
  ['by the same gateway', '10.0.0.254'],
  ['by another', '10.0.0.253'],
])('a route whose preferred source goes has none any more: %s', async (_, gateway) => {
  run(CALM, PAIR, 'ip address add 10.0.0.1/24 dev v0; ip route add default via 10.0.0.254 src 10.0.0.1 mtu 1300');
  await settles({
    exact: true,
    links: [{ name: 'v0', addresses: ['10.0.0.5/24'] }],
    routes: [{ destination: 'default', gateway }],
  });
  expect(routes()).toMatch(new RegExp(`^default via ${gateway} dev v0 mtu 1300 $`, 'm'));
});

test('a vxlan that is there is put on a link that is made with it', async () => {
  run(PAIR, 'ip link add vx0 type vxlan id 5 dstport 4789 local 127.0.0.1 dev v0');
  const wanted: NetworkSpec = {
    links: [
      { name: 'vx0', kind: 'vxlan', link: 'new0', data: { id: 5 } },
      { name: 'new0', kind: 'veth', up: true },
    ],
  };
  expect(String(await ip.apply(wanted, { dryRun: true }))).toMatch('~ link vx0 data.link v0 -> new0');
  await settles(wanted);
  expect(link('vx0')).toMatchObject({ linkinfo: { info_data: { link: 'new0' } } });
  await failsWithoutATrace({
    links: [
      { name: 'vx0', kind: 'vxlan', link: 'new1' },
      { name: 'new1', kind: 'ifb' },
    ],
    routes: [BAD],
  });
});

test('a vxlan that sat on no link is as it was when it was put on one that was made with it', async () => {
  run(CALM, 'ip link set lo up; ip link add vx0 type vxlan id 5 dstport 4789; ip address add 10.1.0.1/24 dev vx0');
  run('ip link set vx0 up; bridge fdb append 00:00:00:00:00:00 dev vx0 dst 127.0.0.6');
  run('ip link add mv0 link vx0 address 02:00:00:00:00:05 type macvlan; ip address add 10.2.0.1/24 dev mv0');
  const entries = 'bridge fdb show dev vx0 | grep permanent';
  const before = run(entries);
  const made = { name: 'v0', kind: 'veth', up: true, peer: { name: 'w0', up: true } } as const;
  const links: NetworkSpec['links'] = [{ name: 'vx0', kind: 'vxlan', link: 'v0' }, made];
  await failsWithoutATrace({ links, routes: [BAD] });
  expect(run(entries)).toBe(before);
  run(PAIR);
  await failsWithoutATrace({ links: [{ name: 'vx0', kind: 'vxlan', link: 'v0' }], routes: [BAD] });
});

test('a lower link that is another is told by its name, be it there or not', async () => {
  run(PAIR, 'ip link add v1 type veth peer name w1; ip link add mv0 link v0 type macvlan');
  const reason = (lower: string) =>
    ip
      .apply({
        links: [
          { name: 'new0', kind: 'ifb' },
          { name: 'mv0', kind: 'macvlan', link: lower },
        ],
      })
      .catch(String);
  expect(await reason('v1')).toMatch('ConflictError: apply: link mv0: link is v0, not v1');
  expect(await reason('new0')).toMatch('ConflictError: apply: link mv0: link is v0, not new0');
});

describe('an IPv4 address that is valid for ever is preferred for ever or not at all', () => {
  const shown = (): string => run('ip -o -4 address show dev v0');
  const own = { address: '10.0.0.1/24', preferredLifetime: 0 } as const;
  beforeEach(() => run(PAIR));

  test('deprecated', async () => {
    await settles({ links: [{ name: 'v0', addresses: [own] }] });
    expect(shown()).toMatch('deprecated');
    expect(await ip.address.ensure('v0', '10.0.0.1/24', { preferredLifetime: 0 })).toMatchObject({ changed: false });
    const forever = { validLifetime: 'forever', preferredLifetime: 'forever' } as const;
    expect(await ip.address.ensure('v0', '10.0.0.1/24', forever)).toMatchObject({ changed: true });
    expect(shown()).not.toMatch('deprecated');
  });

  test('and stays so when something else of it changes, or is undone', async () => {
    run('ip address add 10.0.0.1/24 dev v0 preferred_lft 0');
    await settles({ links: [{ name: 'v0', addresses: [{ address: '10.0.0.1/24', metric: 50 }] }] });
    expect(shown()).toMatch(/metric 50 .*deprecated/);
    await failsWithoutATrace({ links: [{ name: 'v0', addresses: [gone('10.0.0.1/24')] }], routes: [BAD] });
    expect(shown()).toMatch(/metric 50 .*deprecated/);
  });

  test('what the kernel would take and not heed is refused', async () => {
    const half = { preferredLifetime: 500 };
    await expect(ip.address.add('v0', '10.0.0.1/24', half)).rejects.toThrow(/preferredLifetime: .* for ever/);
    await ip.address.add('v0', '10.0.0.2/24', { validLifetime: 600, preferredLifetime: 500 });
  });
});
