import { type Ip, type Namespace, netns, open, type Route, type RouteSettings } from '../../src/index.js';
import { ipBatch, shell } from '../support/ip.js';
import { PAIR_UP } from '../support/pair-up.js';

let ns: Namespace;
let ip: Ip;
beforeEach(async () => {
  ns = netns.create();
  ip = open({ netns: ns });
  await ipBatch(ns, PAIR_UP);
});
afterEach(() => {
  ip.close();
  ns.close();
});

/** What `ip` says of the routes to a destination, a line each. */
function shown(destination: string): string[] {
  const family = destination.includes(':') ? '-6' : '-4';
  const lines = shell(ns, 'ip', '-d', family, 'route', 'show', 'exact', destination).split('\n');
  return lines.map(line => line.trim().replace(/ +/g, ' ')).filter(Boolean);
}

describe.each([
  ['10.9.0.0/16', '10.0.0'],
  ['fd09::/32', 'fd00::'],
])('a route by a nexthop object: %s', (destination, network) => {
  const gateway = (n: number): string => (network.includes(':') ? `${network}${n}` : `${network}.${n}`);
  beforeEach(() =>
    ipBatch(ns, [
      `nexthop add id 1 via ${gateway(2)} dev v0`,
      `nexthop add id 2 via ${gateway(3)} dev v0`,
      'nexthop add id 7 group 1/2',
    ]),
  );
  const add = (id: number): Promise<void> => ipBatch(ns, [`route add ${destination} nhid ${id}`]);
  const found = async (): Promise<Route[]> =>
    (await ip.route.list()).filter(route => route.destination === destination);

  test.each([1, 7])('of nexthop %i it is deleted as it was listed, flushed, and described as absent', async id => {
    await add(id);
    await ip.route.delete((await found())[0]!);
    expect(shown(destination)).toEqual([]);
    await add(id);
    expect(await ip.route.flush({ protocol: 'boot' })).toBe(1);
    expect(shown(destination)).toEqual([]);
    await add(id);
    await ip.apply({ routes: [{ destination, state: 'absent' }] });
    expect(shown(destination)).toEqual([]);
  });

  test('it stays by that where only something else differs', async () => {
    await add(1);
    await ip.route.ensure(destination, { gateway: gateway(2), mtu: 1300 });
    expect(shown(destination)[0]).toMatch(/nhid 1 .*mtu 1300/);
    await expect(ip.route.ensure(destination, { gateway: gateway(2), nexthopId: 1 })).rejects.toThrow(/give either/);
  });

  test.each([1, 7])('of nexthop %i it is ensured and changed', async id => {
    expect(await ip.route.ensure(destination, { nexthopId: id })).toMatchObject({ created: true });
    expect(await ip.route.ensure(destination, { nexthopId: id })).toMatchObject({ changed: false });
    await ip.route.ensure(destination, { nexthopId: 2 });
    expect(shown(destination)[0]).toContain('nhid 2');
    const { differences } = await ip.route.ensure(destination, { gateway: gateway(2) });
    expect(differences.map(each => each.field)).toEqual(['via']);
    expect(shown(destination)[0]).not.toContain('nhid');
  });
});

describe('what is not given stays', () => {
  const cases: [string, string, RouteSettings, RegExp][] = [
    [
      'what it wraps packets in',
      'fd20::/64 encap seg6 mode encap segs fd00::9 dev v0',
      { link: 'v0' },
      /encap seg6 .*fd00::9.* dev v0 /,
    ],
    ['the realm', '10.20.0.0/16 via 10.0.0.2 realm 5', { gateway: '10.0.0.2' }, /via 10.0.0.2 dev v0 .*realm 5/],
    ['the scope', '10.20.0.0/16 dev v0 scope global', { link: 'v0' }, /scope global/],
    ['onlink', '10.20.0.0/16 via 192.0.2.9 dev v0 onlink', { gateway: '192.0.2.9', link: 'v0' }, /192.0.2.9 .*onlink/],
    ['the link', 'fd20::/64 via fe80::9 dev v0', { gateway: 'fe80::9' }, /via fe80::9 dev v0/],
    [
      'the links of several ways',
      'fd20::/64 nexthop via fe80::8 dev v0 nexthop via fe80::9 dev v0 weight 3',
      { nexthops: [{ gateway: 'fe80::9', weight: 3 }, { gateway: 'fe80::8' }] },
      /fe80::8 dev v0 weight 1.*fe80::9 dev v0 weight 3|fe80::9 dev v0 weight 3.*fe80::8 dev v0 weight 1/,
    ],
  ];
  test.each(cases)('%s', async (_what, command, settings, kept) => {
    await ipBatch(ns, [`route add ${command}`]);
    const destination = command.split(' ')[0]!;
    expect(shown(destination).join(' ')).toMatch(kept);
    const { differences } = await ip.route.ensure(destination, { ...settings, mtu: 1290 });
    expect(differences).toEqual([{ field: 'mtu', from: undefined, to: 1290 }]);
    expect(shown(destination).join(' ')).toMatch(kept);
    expect(shown(destination).join(' ')).toContain('mtu 1290');
    expect(await ip.route.ensure(destination, { ...settings, mtu: 1290 })).toMatchObject({ changed: false });
  });
});

test.each(['10.9.0.0/16', 'fd09::/32'])('a nexthop object that leads nowhere: %s', async destination => {
  const family = destination.includes(':') ? '-6' : '-4';
  shell(ns, 'ip', 'link', 'set', 'lo', 'up');
  shell(ns, 'ip', family, 'nexthop', 'add', 'id', '9', 'blackhole');
  expect(await ip.route.ensure(destination, { nexthopId: 9 })).toMatchObject({ created: true });
  expect(await ip.route.ensure(destination, { nexthopId: 9 })).toMatchObject({ changed: false });
  expect(String(await ip.apply({ routes: [{ destination, nexthopId: 9 }] }))).toBe('nothing to do');
});

test('table 0 is the main one', async () => {
  const route = { destination: '10.20.0.0/16', link: 'v0', table: 0 };
  await ip.apply({ routes: [route] });
  expect(String(await ip.apply({ routes: [route] }))).toBe('nothing to do');
  expect(shown('10.20.0.0/16')).toHaveLength(1);
});

test.each(['nat', 'xresolve'] as const)('a type that needs no way is made without one: %s', async type => {
  const route = { type, scope: 'nowhere', table: 'main' } as const;
  shell(ns, 'ip', 'route', 'add', type, '10.21.0.0/16', 'table', 'main', 'scope', 'nowhere');
  await ip.route.add('10.20.0.0/16', route);
  expect(shown('10.20.0.0/16')).toEqual([expect.stringMatching(`^${type} 10.20.0.0/16`)]);
  expect(shown('10.20.0.0/16')).toEqual(shown('10.21.0.0/16').map(line => line.replace('10.21', '10.20')));
  expect(await ip.route.ensure('10.20.0.0/16', route)).toMatchObject({ changed: false });
});

test('each of several ways is wanted once', async () => {
  const twice = { gateway: '10.0.0.2' };
  await ip.route.replace('10.20.0.0/16', { nexthops: [twice, twice] });
  const nexthops = [twice, { gateway: '10.0.0.3' }];
  expect(await ip.route.ensure('10.20.0.0/16', { nexthops })).toMatchObject({ changed: true });
  expect(shown('10.20.0.0/16').join(' ')).toMatch(/10.0.0.2.*10.0.0.3/);
  expect(await ip.route.ensure('10.20.0.0/16', { nexthops: [...nexthops].reverse() })).toMatchObject({
    changed: false,
  });
});

test('that the gateway is on the link can be taken back', async () => {
  await ipBatch(ns, ['route add 10.20.0.0/16 via 10.0.0.2 dev v0 onlink']);
  const ensure = (onlink?: boolean) => ip.route.ensure('10.20.0.0/16', { gateway: '10.0.0.2', link: 'v0', onlink });
  expect(await ensure()).toMatchObject({ changed: false });
  expect(await ensure(false)).toMatchObject({ changed: true });
  expect(shown('10.20.0.0/16').join()).not.toContain('onlink');
  expect(await ensure(false)).toMatchObject({ changed: false });
});

/** Accepted, and of no effect: not to be asked for again and again. */
const WITHOUT_EFFECT: [string, RouteSettings][] = [
  ['10.20.0.0/16', { nexthops: [{ gateway: '10.0.0.2', weight: 5 }] }],
  ['fd20::/64', { nexthops: [{ gateway: 'fd00::2', weight: 5 }] }],
  ['fd20::/64', { link: 'v0', scope: 'link' }],
  ['fd20::/64', { type: 'blackhole', preference: 'high' }],
  ['fd20::/64', { type: 'unreachable', link: 'v0' }],
  ['fd20::/64', { type: 'prohibit', expires: 100 }],
];
test.each(WITHOUT_EFFECT)('what the kernel drops makes no difference: %s %j', async (destination, settings) => {
  expect(await ip.route.ensure(destination, settings)).toMatchObject({ created: true });
  expect(await ip.route.ensure(destination, settings)).toMatchObject({ changed: false });
  expect(String(await ip.apply({ routes: [{ destination, ...settings }] }))).toBe('nothing to do');
  await ip.route.delete(destination);
  await ipBatch(ns, [`route add ${destination} dev v0 proto static`]);
  await ip.route.ensure(destination, { ...settings, protocol: 'static' });
  expect(String(await ip.apply({ routes: [{ destination, ...settings }] }))).toBe('nothing to do');
});

describe('of several routes to one destination with one metric', () => {
  const destination = '10.9.0.0/16';
  const ways = (): string[] => shown(destination).map(line => line.replace(/.*via (\S+) dev \S+ (.*?) ?$/, '$1 $2'));
  beforeEach(() =>
    ipBatch(
      ns,
      [5, 6].map(n => `route append ${destination} via 10.0.0.${n}`),
    ),
  );

  test('the one with the wanted ways is meant', async () => {
    expect(await ip.route.ensure(destination, { gateway: '10.0.0.6' })).toMatchObject({ changed: false });
    const gateway = '10.0.0.5';
    expect(await ip.route.ensure(destination, { gateway, protocol: 'static' })).toMatchObject({ changed: true });
    expect(ways()).toEqual(['10.0.0.5 proto static scope global', '10.0.0.6 proto boot scope global']);
  });

  test('one that the kernel would not replace is refused', async () => {
    const before = ways();
    const wanted = { gateway: '10.0.0.6', protocol: 'static' } as const;
    const message = `route ensure ${destination}: protocol is boot, not static: it cannot be changed in place; delete it first`;
    await expect(ip.route.ensure(destination, wanted)).rejects.toThrow(message);
    await expect(ip.apply({ routes: [{ destination, ...wanted }] }, { dryRun: true })).rejects.toThrow(
      `apply: route ${destination}: protocol is boot`,
    );
    expect(ways()).toEqual(before);
  });
});
