import { writeFileSync } from 'node:fs';
import {
  type AddressSettings,
  ConflictError,
  type Ip,
  type Namespace,
  type NeighbourSettings,
  netns,
  open,
  type PresentLink,
  type Replaced,
  type RouteSettings,
  type RuleSettings,
} from '../../src/index.js';
import { ipJson, shell } from '../support/ip.js';
import { settled } from '../support/settled.js';

let ns: Namespace;
let ip: Ip;
beforeEach(async () => {
  ns = netns.create();
  ip = open({ netns: ns });
  ns.run(() => writeFileSync('/proc/sys/net/ipv6/conf/default/accept_dad', '0'));
  await ip.link.add({ name: 'v0', kind: 'veth', peer: { name: 'v1' } });
  shell(ns, 'ip', 'link', 'set', 'v0', 'up');
  shell(ns, 'ip', 'link', 'set', 'v1', 'up');
  // What the kernel does by itself must be over before two states are compared.
  for (const name of ['v0', 'v1']) {
    await ip.link.waitFor(name, { operState: 'up' });
    await settled(() => shell(ns, 'ip', 'address', 'show', 'dev', name, '-tentative').includes('fe80'));
  }
});
afterEach(() => {
  ip.close();
  ns.close();
});

/** The addresses of v0 as `ip` sees them, without what the kernel gave it. */
function addresses(): Record<string, unknown>[] {
  const found = ipJson(ns, 'address', 'show', 'v0')[0]!['addr_info'] as Record<string, unknown>[];
  return found.filter(each => each['protocol'] !== 'kernel_ll' && !String(each['local']).startsWith('fe80'));
}

/** When the kernel last changed an address of v0, hundredths of a second since boot. */
const touched = async (): Promise<number | undefined> =>
  (await ip.address.list({ link: 'v0' })).find(each => each.scope === 'universe')!.message.attrs.cacheinfo?.tstamp;

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

describe('an address', () => {
  test('is added once, and then left alone', async () => {
    const settings = { label: 'v0:x', broadcast: '+', metric: 7, scope: 'link' } as const;
    const made = await ip.address.ensure('v0', '10.0.0.1/24', settings);
    expect(made).toMatchObject({ changed: true, created: true, differences: [], address: { cidr: '10.0.0.1/24' } });
    const wanted = [
      { local: '10.0.0.1', prefixlen: 24, label: 'v0:x', broadcast: '10.0.0.255', metric: 7, scope: 'link' },
    ];
    expect(addresses()).toMatchObject(wanted);
    const again = await ip.address.ensure('v0', '10.0.0.1/24', settings);
    expect(again).toMatchObject({ changed: false, created: false, differences: [] });
    // What is not mentioned may be as it is.
    expect(await ip.address.ensure('v0', '10.0.0.1/24')).toMatchObject({ changed: false });
    expect(addresses()).toMatchObject(wanted);
  });

  test.each(['10.0.0.1/24', 'fd00::1/64'])('%s, of which nothing differs, is not touched', async address => {
    const settings = { flags: ['nodad'], metric: 5, protocol: 9, validLifetime: 1000 } as const;
    await ip.address.ensure('v0', address, settings);
    const made = await touched();
    await pause(30);
    expect(await ip.address.ensure('v0', address, settings)).toMatchObject({ changed: false });
    expect(await touched()).toBe(made);
    expect(await ip.address.ensure('v0', address, { ...settings, metric: 6 })).toMatchObject({ changed: true });
    expect(await touched()).not.toBe(made);
  });

  test('IPv4: only what differs is changed, the rest keeps what it has', async () => {
    shell(
      ns,
      'ip',
      'address',
      'add',
      '10.0.0.1/24',
      'dev',
      'v0',
      'valid_lft',
      '1000',
      'preferred_lft',
      '500',
      'metric',
      '9',
    );
    expect(await ip.address.ensure('v0', '10.0.0.1/24', { protocol: 7 })).toMatchObject({
      changed: true,
      created: false,
      differences: [{ field: 'protocol', from: undefined, to: 7 }],
    });
    expect(addresses()).toMatchObject([{ metric: 9, dynamic: true }]);
    expect(addresses()[0]!['valid_life_time']).toBeGreaterThan(990);
    expect(addresses()[0]!['preferred_life_time']).toBeLessThanOrEqual(500);
    expect((await ip.address.list({ link: 'v0', family: 4 }))[0]!.protocol).toBe(7);

    const { differences } = await ip.address.ensure('v0', '10.0.0.1/24', { metric: 10 });
    expect(differences).toEqual([{ field: 'metric', from: 9, to: 10 }]);
    expect((await ip.address.list({ link: 'v0', family: 4 }))[0]!.protocol).toBe(7);
    const lasting = await ip.address.ensure('v0', '10.0.0.1/24', { validLifetime: 'forever' });
    expect(lasting.differences.map(each => each.field)).toEqual(['validLifetime', 'preferredLifetime']);
    expect(addresses()).toMatchObject([{ metric: 10, valid_life_time: 4294967295 }]);
  });

  test('one that is optimistic is so until its duplicate address detection is over', async () => {
    for (const name of ['optimistic_dad', 'accept_dad'])
      ns.run(() => writeFileSync(`/proc/sys/net/ipv6/conf/v0/${name}`, '1'));
    const ensure = () => ip.address.ensure('v0', 'fd00::9/64', { flags: ['optimistic'] });
    expect(await ensure()).toMatchObject({ created: true });
    expect((await ensure()).changed).toBe(false);
    await ip.address.waitFor('v0', 'fd00::9');
    expect(await ensure()).toMatchObject({ changed: false, address: { flags: ['permanent'] } });
    await expect(ip.address.ensure('v0', 'fd00::9/64', { flags: ['optimistic', 'mcautojoin'] })).rejects.toThrow(
      ConflictError,
    );
  });

  test('IPv6: flags and peer can be changed, the rest keeps what it has', async () => {
    shell(ns, 'ip', 'address', 'add', 'fd00::1/64', 'dev', 'v0', 'nodad', 'noprefixroute', 'metric', '9');
    await ip.address.ensure('v0', 'fd00::1/64', { metric: 10 });
    expect(addresses()).toMatchObject([{ nodad: true, noprefixroute: true, metric: 10 }]);
    expect((await ip.address.ensure('v0', 'fd00::1/64', { flags: ['nodad'] })).differences).toEqual([
      { field: 'flags', from: ['nodad', 'noprefixroute'], to: ['nodad'] },
    ]);
    expect(addresses()[0]).toMatchObject({ nodad: true, metric: 10 });
    expect(addresses()[0]!['noprefixroute']).toBeUndefined();
    await ip.address.ensure('v0', 'fd00::1', { peer: 'fd00::9/64' });
    expect(addresses()).toMatchObject([{ local: 'fd00::1', address: 'fd00::9', prefixlen: 64, metric: 10 }]);
  });

  test.each([
    ['another label', '10.0.0.1/24', { label: 'v0:x' }, 'label'],
    ['a broadcast address', '10.0.0.1/24', { broadcast: '+' }, 'broadcast'],
    ['another scope', '10.0.0.1/24', { scope: 'host' as const }, 'scope'],
    ['a flag of IPv4', '10.0.0.1/24', { flags: ['noprefixroute' as const] }, 'flags'],
    ['a peer in the same network', '10.0.0.1', { peer: '10.0.0.9/24' }, 'peer'],
    ['another length of IPv6', 'fd00::1/128', {}, 'prefixLength'],
    ['a flag that IPv6 cannot get', 'fd00::1/64', { flags: ['nodad' as const, 'mcautojoin' as const] }, 'flags'],
  ])('with %s cannot be had in place, and is left as it is', async (_what, address, settings, field) => {
    shell(ns, 'ip', 'address', 'add', '10.0.0.1/24', 'dev', 'v0');
    shell(ns, 'ip', 'address', 'add', 'fd00::1/64', 'dev', 'v0', 'nodad');
    const before = addresses();
    await expect(ip.address.ensure('v0', address, settings)).rejects.toMatchObject({
      name: 'ConflictError',
      code: 'ERR_NETLINK_CONFLICT',
      operation: `address ensure ${address} dev v0`,
      differences: [{ field }],
      message: expect.stringContaining('cannot be changed in place; delete it first'),
    });
    expect(addresses()).toEqual(before);
  });

  test('another length of IPv4, and another peer, are other addresses', async () => {
    for (const [address, settings] of [
      ['10.0.0.1/24', {}],
      ['10.0.0.1/16', {}],
      ['10.5.0.1', { peer: '10.5.0.2/32' }],
      ['10.5.0.1', { peer: '10.5.0.3/32' }],
    ] as const) {
      expect(await ip.address.ensure('v0', address, settings)).toMatchObject({ created: true });
      expect(await ip.address.ensure('v0', address, settings)).toMatchObject({ changed: false });
    }
    expect(addresses()).toHaveLength(4);
  });

  test('many at once for the same address: one makes it', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => ip.address.ensure('v0', '10.0.0.1/24')));
    expect(all.filter(each => each.created)).toHaveLength(1);
    expect(addresses()).toHaveLength(1);
  });

  test.each(['10.0.0.1/24', 'fd00::1/64'])('%s is replaced, and it says whether anything changed', async address => {
    const replace = (settings: AddressSettings): Promise<Replaced> =>
      ip.address.replace('v0', address, { flags: ['nodad'], ...settings });
    expect(await replace({ metric: 5 })).toEqual({ changed: true, created: true });
    const made = addresses();
    expect(made).toMatchObject([{ metric: 5 }]);
    expect(await replace({ metric: 5 })).toEqual({ changed: false, created: false });
    expect(addresses()).toEqual(made);
    expect(await replace({ metric: 6 })).toEqual({ changed: true, created: false });
    expect(addresses()).toMatchObject([{ metric: 6 }]);
    expect(await replace({ validLifetime: 100 })).toEqual({ changed: true, created: false });
    expect(addresses()).toMatchObject([{ local: address.split('/')[0], dynamic: true }]);
    for (const validLifetime of [200, 50])
      expect(await replace({ validLifetime })).toEqual({ changed: true, created: false });
    expect(await replace({})).toEqual({ changed: true, created: false });
    expect(await replace({})).toEqual({ changed: false, created: false });
    expect(addresses()).toMatchObject([{ valid_life_time: 4294967295 }]);
  });
});

test('addresses are flushed by link, family and scope', async () => {
  for (const each of ['10.0.0.1/24', '10.0.0.2/24', '10.0.0.3/24', 'fd00::1/64'])
    shell(ns, 'ip', 'address', 'add', each, 'dev', 'v0');
  shell(ns, 'ip', 'address', 'add', '10.1.0.1/24', 'dev', 'v1');
  await expect(ip.address.flush({})).rejects.toThrow(/at least one of link, family, scope/);
  await expect(ip.address.flush({ dev: 'v0' } as object)).rejects.toThrow(/no setting is called "dev"/);
  expect(await ip.address.flush({ link: 'v0', family: 4 })).toBe(3);
  expect(addresses()).toMatchObject([{ local: 'fd00::1' }]);
  expect(await ip.address.flush({ link: 'v0', scope: 'universe' })).toBe(1);
  expect(await ip.address.flush({ link: 'v0', scope: 'universe' })).toBe(0);
  const left = ipJson(ns, 'address').flatMap(each => each['addr_info'] as { local: string; scope: string }[]);
  expect(left.map(each => each.local).filter(each => !each.startsWith('fe80'))).toEqual(['10.1.0.1']);
  expect(left.filter(each => each.scope === 'link').length).toBeGreaterThan(0);
});

/** The routes of a table as `ip` sees them, without those the kernel made. */
const routes = (...args: string[]): Record<string, unknown>[] =>
  ipJson(ns, ...args, 'route', 'show').filter(each => each['protocol'] !== 'kernel');

describe('a route', () => {
  beforeEach(() => {
    for (const [link, address] of [
      ['v0', '10.0.0.1/24'],
      ['v1', '10.0.1.1/24'],
      ['v0', 'fd00::1/64'],
      ['v1', 'fd00:1::1/64'],
    ])
      shell(ns, 'ip', 'address', 'add', address!, 'dev', link!, ...(address!.includes(':') ? ['nodad'] : []));
  });

  const cases: [string, string, RouteSettings, Record<string, unknown>][] = [
    ['by a gateway', '10.9.0.0/16', { gateway: '10.0.0.2' }, { gateway: '10.0.0.2', dev: 'v0' }],
    ['with a metric', '10.9.0.0/16', { gateway: '10.0.0.2', metric: 50 }, { metric: 50 }],
    ['of a link', '10.9.0.0/16', { link: 'v1' }, { dev: 'v1', scope: 'link' }],
    ['by default', 'default', { gateway: '10.0.1.2', protocol: 'static' }, { dst: 'default', protocol: 'static' }],
    ['that leads nowhere', '10.9.0.0/16', { type: 'blackhole' }, { type: 'blackhole' }],
    [
      'by several ways',
      '10.9.0.0/16',
      { nexthops: [{ gateway: '10.0.0.2', weight: 3 }, { gateway: '10.0.1.2' }] },
      {
        nexthops: [
          { gateway: '10.0.0.2', weight: 3 },
          { gateway: '10.0.1.2', weight: 1 },
        ],
      },
    ],
    ['by one of several ways', '10.9.0.0/16', { nexthops: [{ gateway: '10.0.0.2' }] }, { gateway: '10.0.0.2' }],
    [
      'with metrics and a source',
      '10.9.0.0/16',
      { link: 'v0', source: '10.0.0.1', mtu: 1300, metrics: { initcwnd: 7 } },
      { prefsrc: '10.0.0.1', metrics: [{ mtu: 1300, initcwnd: 7 }] },
    ],
    ['that is direct', '10.9.0.0/16', { gateway: '192.0.2.1', link: 'v0', onlink: true }, { flags: ['onlink'] }],
    ['over IPv6', '10.9.0.0/16', { gateway: 'fd00::2', link: 'v0' }, { via: { family: 'inet6', host: 'fd00::2' } }],
    ['of IPv6', 'fd09::/32', { gateway: 'fd00::2', preference: 'high' }, { gateway: 'fd00::2', pref: 'high' }],
    ['of IPv6 by default', 'default', { gateway: 'fd00::2' }, { dst: 'default', gateway: 'fd00::2' }],
    [
      'of IPv6 by several ways',
      'fd09::/32',
      {
        nexthops: [
          { gateway: 'fd00:1::2', weight: 2 },
          { gateway: 'fd00::2', link: 'v0' },
        ],
        metric: 7,
      },
      { metric: 7 },
    ],
    ['of IPv6 that leads nowhere', 'fd09::/32', { type: 'unreachable' }, { type: 'unreachable' }],
    ['that expires', 'fd09::/32', { link: 'v0', expires: 100 }, {}],
  ];
  test.each(cases)('%s is made once, and then left alone', async (_what, destination, settings, seen) => {
    const is6 = (await ip.route.ensure(destination, settings)).route.family === 6;
    const args = is6 ? ['-6'] : [];
    expect(routes(...args)).toMatchObject([seen]);
    const made = routes(...args);
    const monitor = ip.socket.sibling();
    monitor.join(7); // RTNLGRP_IPV4_ROUTE
    monitor.join(11); // RTNLGRP_IPV6_ROUTE
    expect(await ip.route.ensure(destination, settings)).toMatchObject({ changed: false, created: false });
    expect(monitor.receive()).toBeUndefined();
    monitor.close();
    if (settings.expires === undefined) expect(routes(...args)).toEqual(made);
    await expect(ip.route.add(destination, settings)).rejects.toMatchObject({ code: 'EEXIST' });
  });

  test('is replaced where something differs, and keeps what was not said', async () => {
    shell(
      ns,
      ...('ip route add 10.9.0.0/16 via 10.0.0.2 src 10.0.0.1 mtu 1300 proto static initcwnd 5'.split(' ') as [string]),
    );
    const { differences, created, route } = await ip.route.ensure('10.9.0.0/16', { gateway: '10.0.0.3', mtu: 1200 });
    expect({ created, differences }).toEqual({
      created: false,
      differences: [
        {
          field: 'via',
          from: [expect.stringContaining('10.0.0.2')],
          to: [expect.stringMatching(/^10.0.0.3 dev #\d+$/)],
        },
        { field: 'mtu', from: 1300, to: 1200 },
      ],
    });
    expect(route.gateway).toBe('10.0.0.3');
    expect(routes()).toMatchObject([
      { gateway: '10.0.0.3', prefsrc: '10.0.0.1', protocol: 'static', metrics: [{ mtu: 1200, initcwnd: 5 }] },
    ]);
    expect(await ip.route.ensure('10.9.0.0/16', { type: 'blackhole' })).toMatchObject({
      differences: [{ field: 'type', from: 'unicast', to: 'blackhole' }],
    });
    expect(routes()).toMatchObject([{ type: 'blackhole' }]);
    await ip.route.ensure('10.9.0.0/16', { nexthops: [{ gateway: '10.0.0.2' }, { gateway: '10.0.1.2' }] });
    expect(routes()[0]!['nexthops']).toHaveLength(2);
  });

  test('of IPv6 is replaced too: by several ways, by one, by none', async () => {
    await ip.route.ensure('fd09::/32', { gateway: 'fd00::2' });
    await ip.route.ensure('fd09::/32', { nexthops: [{ gateway: 'fd00::2' }, { gateway: 'fd00:1::2' }] });
    expect(routes('-6')).toMatchObject([{ nexthops: [{ gateway: 'fd00::2' }, { gateway: 'fd00:1::2' }] }]);
    await ip.route.ensure('fd09::/32', { gateway: 'fd00::3' });
    expect(routes('-6')).toMatchObject([{ gateway: 'fd00::3' }]);
    await ip.route.ensure('fd09::/32', { link: 'v1' });
    expect(routes('-6')).toMatchObject([{ dev: 'v1' }]);
    await ip.route.ensure('fd09::/32', { type: 'prohibit' });
    expect(routes('-6')).toMatchObject([{ type: 'prohibit' }]);
  });

  test.each(cases)('%s is put in place, and it says whether anything changed', async (what, destination, settings) => {
    const is6 = what.includes('of IPv6') || destination.includes(':');
    const printed = (): unknown[] => routes(...(is6 ? ['-6'] : [])).map(({ expires: _, ...rest }) => rest);
    const replace = (given: RouteSettings): Promise<Replaced> => ip.route.replace(destination, given);
    const [changed, same] = [
      { changed: true, created: false },
      { changed: false, created: false },
    ];
    expect(await replace(settings)).toEqual({ changed: true, created: true });
    const made = printed();
    expect(made).toHaveLength(1);
    expect(await replace(settings)).toEqual(same);
    expect(printed()).toEqual(made);
    const { metric } = settings;
    expect(await replace({ type: 'prohibit', metric, protocol: 'static', family: is6 ? 6 : 4 })).toEqual(changed);
    expect(printed()).not.toEqual(made);
    expect(await replace(settings)).toEqual(changed);
    expect(printed()).toEqual(made);
    expect(await replace({ ...settings, protocol: 77 })).toEqual(changed);
    // Another metric is another route.
    expect(await replace({ ...settings, metric: 777 })).toEqual({ changed: true, created: true });
    expect(printed()).toHaveLength(2);
  });

  test('of IPv6 that is put in place: one way less, another order, another time left, another preference', async () => {
    const replace = (settings: RouteSettings): Promise<Replaced> => ip.route.replace('fd09::/32', settings);
    const [a, b] = [{ gateway: 'fd00::2' }, { gateway: 'fd00:1::2' }];
    const [changed, same] = [
      { changed: true, created: false },
      { changed: false, created: false },
    ];
    expect(await replace({ nexthops: [a, b] })).toEqual({ changed: true, created: true });
    expect(await replace({ nexthops: [b, a] })).toEqual(same);
    expect(await replace({ nexthops: [a, { ...b, weight: 2 }] })).toEqual(changed);
    expect(await replace(a)).toEqual(changed);
    expect(await replace(a)).toEqual(same);
    expect(await replace({ ...a, preference: 'high' })).toEqual(changed);
    expect(await replace({ ...a, expires: 100 })).toEqual(changed);
    expect(await replace({ ...a, expires: 100 })).toEqual(same);
    expect(await replace({ ...a, expires: 200 })).toEqual(changed);
    expect(routes('-6')).toMatchObject([{ gateway: 'fd00::2' }]);
    expect(await replace({ ...a, table: 1000 })).toEqual({ changed: true, created: true });
    expect(await replace({ ...a, table: 1000 })).toEqual(same);
    // One that does not join others is replaced by one that does only if there is no other of its kind.
    shell(ns, 'ip', '-6', 'route', 'append', 'fd09::/32', 'dev', 'v1');
    expect(await replace(a)).toEqual(changed);
    expect(await replace(a)).toEqual(same);
    expect(await replace({ link: 'v1' })).toEqual(same);
    expect(await replace({ link: 'v0' })).toEqual(changed);
    expect(routes('-6')).toMatchObject([{ dev: 'v0' }, { gateway: 'fd00::2' }].reverse());
  });

  test('with another metric, in another table, is another route', async () => {
    await ip.route.ensure('10.9.0.0/16', { gateway: '10.0.0.2' });
    expect(await ip.route.ensure('10.9.0.0/16', { gateway: '10.0.0.2', metric: 5 })).toMatchObject({ created: true });
    expect(await ip.route.ensure('10.9.0.0/16', { gateway: '10.0.0.2', table: 1000 })).toMatchObject({ created: true });
    expect(await ip.route.ensure('10.9.0.0/16', { gateway: '10.0.0.2', table: 1000 })).toMatchObject({
      changed: false,
    });
    expect(routes()).toHaveLength(2);
    expect(ipJson(ns, 'route', 'show', 'table', '1000')).toHaveLength(1);
  });

  test("the kernel's own route of an address is there", async () => {
    expect(await ip.route.ensure('10.0.0.0/24', { link: 'v0' })).toMatchObject({ changed: false });
    expect(await ip.route.ensure('fd00::/64', { link: 'v0', metric: 256 })).toMatchObject({ changed: false });
  });
});

describe('a neighbour', () => {
  const neighbours = (...args: string[]): Record<string, unknown>[] =>
    ipJson(ns, 'neighbour', 'show', 'nud', 'all', ...args).filter(each => each['dst'] === '10.0.0.9');

  test('is made known once, and then changed where it differs', async () => {
    shell(ns, 'ip', 'address', 'add', '10.0.0.1/24', 'dev', 'v0');
    const settings = { lladdr: '02:00:00:00:00:09', protocol: 'static', flags: ['extLearned'] } as const;
    expect(await ip.neighbour.ensure('v0', '10.0.0.9', settings)).toMatchObject({ created: true });
    expect(neighbours()).toMatchObject([{ lladdr: '02:00:00:00:00:09', state: ['PERMANENT'], extern_learn: null }]);
    expect(await ip.neighbour.ensure('v0', '10.0.0.9', settings)).toMatchObject({ changed: false });
    const moved = await ip.neighbour.ensure('v0', '10.0.0.9', { lladdr: '02:00:00:00:00:0a' });
    expect(moved.differences).toEqual([{ field: 'lladdr', from: '02:00:00:00:00:09', to: '02:00:00:00:00:0a' }]);
    expect(moved.neighbour).toMatchObject({ protocol: 'static', flags: ['extLearned'] });
    expect(neighbours()).toMatchObject([{ lladdr: '02:00:00:00:00:0a', extern_learn: null, protocol: 'static' }]);
    // The kernel calls it stale as soon as it likes.
    const { changed } = await ip.neighbour.ensure('v0', '10.0.0.9', { state: 'reachable' });
    expect(changed).toBe(true);
    expect(await ip.neighbour.ensure('v0', '10.0.0.9', { state: 'stale' })).toMatchObject({ changed: false });
  });

  test('is replaced, and it says whether anything changed', async () => {
    const replace = (settings: NeighbourSettings): Promise<Replaced> =>
      ip.neighbour.replace('v0', '10.0.0.9', settings);
    const [changed, same] = [
      { changed: true, created: false },
      { changed: false, created: false },
    ];
    expect(await replace({ lladdr: '02:00:00:00:00:09' })).toEqual({ changed: true, created: true });
    expect(await replace({ lladdr: '02:00:00:00:00:09' })).toEqual(same);
    expect(await replace({ lladdr: '02:00:00:00:00:0a' })).toEqual(changed);
    expect(neighbours()).toMatchObject([{ lladdr: '02:00:00:00:00:0a', state: ['PERMANENT'] }]);
    expect(await replace({ lladdr: '02:00:00:00:00:0a', state: 'noarp' })).toEqual(changed);
    expect(await replace({ lladdr: '02:00:00:00:00:0a', state: 'noarp', protocol: 'static' })).toEqual(changed);
    expect(await replace({ lladdr: '02:00:00:00:00:0a', state: 'noarp', protocol: 'static' })).toEqual(same);
    expect(neighbours()).toMatchObject([{ state: ['NOARP'], protocol: 'static' }]);
    expect(await replace({ proxy: true })).toEqual({ changed: true, created: true });
    expect(await replace({ proxy: true })).toEqual(same);
    expect(await replace({ proxy: true, flags: ['router'] })).toEqual(changed);
    expect(neighbours('proxy')).toMatchObject([{ proxy: null, router: null }]);
  });

  test('that is answered for', async () => {
    expect(await ip.neighbour.ensure('v0', '10.0.0.9', { proxy: true })).toMatchObject({ created: true });
    expect(await ip.neighbour.ensure('v0', '10.0.0.9', { proxy: true })).toMatchObject({ changed: false });
    expect(neighbours('proxy')).toHaveLength(1);
    expect(await ip.neighbour.flush({ proxy: true })).toBe(1);
    expect(neighbours('proxy')).toHaveLength(0);
  });

  test('is forgotten with others of its state', async () => {
    for (const [address, state] of [
      ['10.0.0.7', 'permanent'],
      ['10.0.0.8', 'stale'],
      ['10.0.0.9', 'reachable'],
    ])
      shell(ns, 'ip', 'neigh', 'add', address!, 'lladdr', '02:00:00:00:00:07', 'dev', 'v0', 'nud', state!);
    await expect(ip.neighbour.flush({})).rejects.toThrow(/at least one/);
    expect(await ip.neighbour.flush({ link: 'v0', family: 4 })).toBe(2);
    const left = (): unknown[] =>
      ipJson(ns, '-4', 'neighbour', 'show', 'nud', 'all', 'dev', 'v0').map(each => each['dst']);
    expect(left()).toEqual(['10.0.0.7']);
    expect(await ip.neighbour.flush({ link: 'v0', family: 4, state: 'permanent' })).toBe(1);
    expect(left()).toEqual([]);
  });
});

test('a rule is there once, and is not confused with others', async () => {
  const rules = (): number => ipJson(ns, 'rule', 'show').length + ipJson(ns, '-6', 'rule', 'show').length;
  const before = rules();
  const settings: RuleSettings[] = [
    { from: '10.0.0.0/24', table: 5 },
    { from: '10.0.0.0/24', table: 5, iif: 'v0' },
    { from: '10.0.0.0/24', table: 6 },
    { from: '10.0.0.0/24', table: 5, not: true },
    { from: '10.0.0.0/24', table: 5, priority: 77 },
    { to: '10.0.0.0/24', table: 5 },
    { mark: 5, markMask: 7, table: 1000 },
    { mark: 5, table: 1000 },
    { dport: [80, 90], ipProto: 6, table: 5 },
    { suppressPrefixLength: 0, table: 'main' },
    { action: 'blackhole', uidRange: [0, 0] },
    { from: 'fd00::/64', table: 5 },
    { family: 6, priority: 9, goto: 77 },
  ];
  // The one with the priority is made before a rule without one would do for it.
  for (const [i, each] of settings.entries()) {
    expect(await ip.rule.ensure(each)).toMatchObject({ created: true });
    expect(rules()).toBe(before + i + 1);
  }
  for (const each of settings) expect(await ip.rule.ensure(each)).toMatchObject({ changed: false });
  expect(rules()).toBe(before + settings.length);
  expect((await ip.rule.ensure({ family: 4, table: 'main' })).rule.priority).toBe(32766);
});

describe('a link', () => {
  const link = (name: string): Record<string, unknown> | undefined =>
    ipJson(ns, 'link', 'show').find(each => each['ifname'] === name);
  const data = (name: string): Record<string, unknown> =>
    (link(name)!['linkinfo'] as Record<string, Record<string, unknown>>)['info_data']!;

  /** Links and addresses, without what the kernel changes in its own time: carrier, link-local addresses, timers. */
  const configured = (): unknown =>
    JSON.parse(
      JSON.stringify(ipJson(ns, 'address', 'show'), (key, value) => {
        if (key.endsWith('_timer') || key === 'operstate') return undefined;
        if (key === 'flags') return value.filter((flag: string) => flag !== 'NO-CARRIER' && flag !== 'LOWER_UP');
        return key === 'addr_info' ? value.filter((each: { scope: string }) => each.scope !== 'link') : value;
      }),
    );

  const cases: [string, PresentLink][] = [
    [
      'a bridge',
      { name: 'x0', kind: 'bridge', data: { stpState: 1, forwardDelay: 300 }, mtu: 1400, up: true, arp: false },
    ],
    [
      'a vxlan',
      {
        name: 'x0',
        kind: 'vxlan',
        link: 'v0',
        data: { id: 5, port: 4789, group: '239.1.1.1', ttlInherit: true, gbp: true },
      },
    ],
    ['a vxlan on a link', { name: 'x0', kind: 'vxlan', link: 'v0', data: { id: 5, port: 4789 } }],
    ['a macvlan', { name: 'x0', kind: 'macvlan', link: 'v0', data: { mode: 'private' }, address: '02:00:00:00:00:07' }],
    ['a pair', { name: 'x0', kind: 'veth', txqlen: 0, numTxQueues: 2, peer: { name: 'x1', mtu: 1300, up: true } }],
    ['an ifb', { name: 'x0', kind: 'ifb', alias: 'i', group: 5, promisc: true, multicast: false, mode: 'dormant' }],
    ['a bridge with its address', { name: 'x0', kind: 'bridge', up: true, addresses: ['10.7.0.1/24'] }],
    ['a port', { name: 'x0', kind: 'ifb', master: 'bx' }],
    ['one that others made', { name: 'v0' }],
  ];
  test.each(cases)('%s is made once, and then left alone', async (_what, spec) => {
    shell(ns, 'ip', 'link', 'add', 'bx', 'type', 'bridge');
    const made = await ip.link.ensure(spec);
    expect(made).toMatchObject({ changed: spec.name === 'x0', created: spec.name === 'x0', differences: [] });
    expect(link(spec.name)!['ifindex']).toBe(made.link.index);
    const before = configured();
    const monitor = ip.socket.sibling();
    monitor.join(1); // RTNLGRP_LINK
    expect(await ip.link.ensure(spec)).toMatchObject({ changed: false, created: false, differences: [] });
    expect(monitor.receive()).toBeUndefined();
    monitor.close();
    expect(configured()).toEqual(before);
  });

  test('is changed where it differs only', async () => {
    shell(ns, ...('ip link add br0 mtu 1400 txqueuelen 7 type bridge ageing_time 5000'.split(' ') as [string]));
    const wanted = {
      name: 'br0',
      kind: 'bridge',
      mtu: 1300,
      alias: 'b',
      data: { ageingTime: 6000 },
      up: true,
    } as const;
    const { changed, created, differences, link: now } = await ip.link.ensure(wanted);
    expect({ changed, created }).toEqual({ changed: true, created: false });
    expect(differences).toEqual([
      { field: 'data.ageingTime', from: 5000, to: 6000 },
      { field: 'mtu', from: 1400, to: 1300 },
      { field: 'alias', from: undefined, to: 'b' },
      { field: 'up', from: false, to: true },
    ]);
    expect(now).toMatchObject({ mtu: 1300, alias: 'b', up: true, txqlen: 7 });
    expect(link('br0')).toMatchObject({ mtu: 1300, ifalias: 'b', txqlen: 7 });
    expect(data('br0')).toMatchObject({ ageing_time: 6000 });
    expect((await ip.link.ensure({ name: 'br0', alias: '', up: false })).differences).toHaveLength(2);
    expect(link('br0')!['ifalias']).toBeUndefined();
    expect(link('br0')!['flags']).not.toContain('UP');
  });

  test('goes into a bridge and out of it; both ends of a pair are looked after', async () => {
    shell(ns, 'ip', 'link', 'add', 'br0', 'type', 'bridge');
    const pair = (master: string | null, mtu: number): PresentLink => ({
      name: 'v0',
      kind: 'veth',
      master,
      peer: { name: 'v1', mtu, master: 'br0' },
    });
    expect((await ip.link.ensure(pair('br0', 1400))).differences).toEqual([
      { field: 'mtu', from: 1500, to: 1400 },
      { field: 'master', from: undefined, to: 'br0' },
      { field: 'master', from: undefined, to: 'br0' },
    ]);
    expect([link('v0')!['master'], link('v1')!['master'], link('v1')!['mtu']]).toEqual(['br0', 'br0', 1400]);
    expect((await ip.link.ensure(pair(null, 1400))).differences).toEqual([
      { field: 'master', from: 'br0', to: undefined },
    ]);
    expect(link('v0')!['master']).toBeUndefined();
  });

  test('across namespaces: the pair is told from another of the same names', async () => {
    const other = netns.create();
    try {
      const spec = { name: 'a0', kind: 'veth', peer: { name: 'b0', netns: other, up: true } } as const;
      expect(await ip.link.ensure(spec)).toMatchObject({ created: true });
      expect(await ip.link.ensure(spec)).toMatchObject({ changed: false });
      expect(ipJson(other, 'link', 'show', 'b0')[0]!['flags']).toContain('UP');
      await expect(ip.link.ensure({ ...spec, peer: { name: 'b0' } })).rejects.toMatchObject({ name: 'ConflictError' });
      shell(other, 'ip', 'link', 'add', 'c0', 'type', 'veth', 'peer', 'name', 'c1');
      await expect(ip.link.ensure({ ...spec, peer: { name: 'c0', netns: other } })).rejects.toMatchObject({
        name: 'ConflictError',
        message: expect.stringContaining(`is "b0 netns [${other.inode}]", not "c0 netns [${other.inode}]"`),
      });
      const lower = { name: 'm0', kind: 'macvlan', link: 'v0', linkNetns: ns } as const;
      const there = open({ netns: other });
      expect(await there.link.ensure(lower)).toMatchObject({ created: true });
      expect(await there.link.ensure(lower)).toMatchObject({ changed: false });
      expect(ipJson(other, 'link', 'show', 'm0')[0]).toMatchObject({ link_index: link('v0')!['ifindex'] });
      await expect(there.link.ensure({ ...lower, link: 'v1' })).rejects.toMatchObject({
        differences: [{ field: 'link' }],
      });
      there.close();
    } finally {
      other.close();
    }
  });

  const refused: [string, PresentLink, string, RegExp][] = [
    ['of another kind', { name: 'v0', kind: 'bridge' }, 'kind', /kind is veth, not bridge/],
    ['with more queues', { name: 'v0', numTxQueues: 77 }, 'numTxQueues', /numTxQueues is \d+, not 77/],
    ['with another index', { name: 'v0', index: 777 }, 'index', /not 777/],
    ['with another peer', { name: 'v0', kind: 'veth', peer: { name: 'lo' } }, 'peer of v0', /peer of v0 is v1, not lo/],
    ['on another link', { name: 'mv', kind: 'macvlan', link: 'v1' }, 'link', /link is v0, not v1/],
    [
      'with another id',
      { name: 'vx', kind: 'vxlan', data: { id: 6 } },
      'data.id',
      /a vxlan refuses .*Cannot change VNI/,
    ],
    ['that nobody made', { name: 'eth7', mtu: 1400 }, 'link', /to make it takes its kind/],
  ];
  test.each(refused)('%s cannot be had in place', async (_what, spec, field, message) => {
    shell(ns, 'ip', 'link', 'add', 'mv', 'link', 'v0', 'type', 'macvlan');
    shell(ns, 'ip', 'link', 'add', 'vx', 'type', 'vxlan', 'id', '5', 'dstport', '4789');
    const before = ipJson(ns, 'link', 'show');
    const attempt = ip.link.ensure({ ...spec, alias: 'changed' });
    await expect(attempt).rejects.toMatchObject({ name: 'ConflictError', differences: [{ field }] });
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(new RegExp(`^link ensure ${spec.name}: `));
    expect(ipJson(ns, 'link', 'show')).toEqual(before);
  });

  test('what the driver refuses is undone with all that was done before', async () => {
    shell(ns, 'ip', 'link', 'add', 'vx', 'type', 'vxlan', 'id', '5', 'dstport', '4789');
    const before = ipJson(ns, 'link', 'show');
    const spec = { name: 'vx', kind: 'vxlan', data: { ttl: 7, port: 4790 }, mtu: 1300, up: true } as const;
    await expect(ip.link.ensure(spec)).rejects.toMatchObject({ name: 'ConflictError', cause: { code: 'EOPNOTSUPP' } });
    expect(ipJson(ns, 'link', 'show')).toEqual(before);
    await expect(ip.link.ensure({ name: 'vx', alias: 'x', mtu: 70_000 })).rejects.toMatchObject({ code: 'EINVAL' });
    expect(ipJson(ns, 'link', 'show')).toEqual(before);
  });

  test('many at once for the same link: one makes it', async () => {
    const spec = { name: 'br0', kind: 'bridge', up: true } as const;
    const all = await Promise.all(Array.from({ length: 8 }, () => ip.link.ensure(spec)));
    expect(all.filter(each => each.created)).toHaveLength(1);
    expect(link('br0')!['flags']).toContain('UP');
  });
});
