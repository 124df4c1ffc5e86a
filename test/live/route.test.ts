import { type Ip, type Namespace, netns, open, type Route } from '../../src/index.js';
import { ipJson, shell } from '../support/ip.js';

let ns: Namespace;
let ip: Ip;
beforeEach(async () => {
  ns = netns.create();
  ip = open({ netns: ns });
  // Without duplicate address detection, whose routes would appear while the test compares.
  shell(ns, 'sh', '-c', 'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad');
  for (const [name, peer, network] of [
    ['v0', 'v1', 0],
    ['v2', 'v3', 1],
  ] as const) {
    await ip.link.add({ name, kind: 'veth', peer: { name: peer } });
    await ip.link.set(peer, { up: true });
    await ip.link.set(name, { up: true });
    await ip.address.add(name, `10.0.${network}.1/24`);
    await ip.address.add(name, `2001:db8:${network}::1/64`, { flags: ['nodad'] });
  }
});
afterEach(() => {
  ip.close();
  ns.close();
});

/** Routes as `ip` sees them. */
const seen = (...args: string[]): Record<string, unknown>[] => ipJson(ns, ...args);

const nameOf = async (index: number | undefined): Promise<string | undefined> =>
  index === undefined ? undefined : (await ip.link.get(index)).name;

/** What `ip -j -d route show` prints of a route, from ours. */
async function asIp(route: Route): Promise<Record<string, unknown>> {
  const nexthops = await Promise.all(
    route.nexthops.map(async ({ gateway, index, weight, flags }) => ({
      ...(gateway !== undefined &&
        (gateway.includes(':') === (route.family === 6) ? { gateway } : { via: { family: 'inet6', host: gateway } })),
      dev: await nameOf(index),
      ...(route.family === 4 && { weight }),
      flags,
    })),
  );
  const dev = await nameOf(route.index);
  const [address, length] = route.destination.split('/');
  const host = Number(length) === (route.family === 4 ? 32 : 128);
  return {
    type: route.type,
    dst: host ? address : route.destination === '::/0' ? 'default' : route.destination,
    ...(dev !== undefined && nexthops.length === 0 && { dev }),
    ...(route.gateway !== undefined &&
      (route.gateway.includes(':') === (route.family === 6)
        ? { gateway: route.gateway }
        : { via: { family: 'inet6', host: route.gateway } })),
    ...(route.source !== undefined && { prefsrc: route.source }),
    ...(route.metric !== 0 && { metric: route.metric }),
    ...(nexthops.length > 0 && { nexthops: nexthops.map(each => expect.objectContaining(each)) }),
    protocol: route.protocol,
    scope: route.scope === 'universe' ? 'global' : route.scope,
    flags: route.flags,
    ...(route.mtu !== undefined && { metrics: [expect.objectContaining({ mtu: route.mtu })] }),
  };
}

test('routes of every kind, read back by ip and by us', async () => {
  await ip.route.add('10.1.0.0/16', { gateway: '10.0.0.2' });
  await ip.route.add('default', { gateway: '10.0.0.2', protocol: 'dhcp', source: '10.0.0.1', metric: 100, mtu: 1400 });
  await ip.route.add('10.2.0.0/16', { gateway: 'fe80::2', link: 'v0' });
  await ip.route.add('10.3.0.0/16', {
    nexthops: [{ gateway: '10.0.0.2', weight: 3 }, { gateway: 'fe80::2', link: 'v0' }, { link: 'v2' }],
  });
  await ip.route.add('10.4.0.0/16', { gateway: '10.99.0.1', link: 'v0', onlink: true });
  await ip.route.add('10.5.0.0/16', { type: 'blackhole' });
  await ip.route.add('10.6.0.0/16', { type: 'unreachable', metric: 5 });
  await ip.route.add('10.7.0.0/16', { type: 'prohibit' });
  await ip.route.add('10.8.0.0/16', { link: 'v2' });
  await ip.route.add('10.9.0.0/16', { link: 'v2', scope: 'host' });
  await ip.route.add('10.10.0.0/16', { link: 'v0', scope: 'site' });
  await ip.route.add('2001:db8:5::/48', { gateway: '2001:db8::2', metric: 7, preference: 'high' });
  await ip.route.add('2001:db8:6::/48', { nexthops: [{ gateway: '2001:db8::2' }, { gateway: '2001:db8:1::2' }] });
  await ip.route.add('2001:db8:7::/48', { type: 'unreachable' });
  await ip.route.add('default', { gateway: 'fe80::1', link: 'v2' });
  for (const family of [4, 6] as const) {
    const wanted = seen(`-${family}`, 'route', 'show');
    expect(wanted.length).toBeGreaterThan(6);
    const ours = await Promise.all((await ip.route.list({ family })).map(asIp));
    expect(wanted).toEqual(ours.map(each => expect.objectContaining(each)));
  }
  const every = await ip.route.list({ table: 'all' });
  expect(every).toHaveLength(
    seen('-4', 'route', 'show', 'table', 'all').length + seen('-6', 'route', 'show', 'table', 'all').length,
  );
  expect(JSON.parse(JSON.stringify(every))).toHaveLength(every.length);
});

test('the kernel filters by table, family, link, protocol and type', async () => {
  expect(await ip.route.list({ table: 1000 })).toEqual([]);
  await ip.route.add('10.1.0.0/16', { gateway: '10.0.0.2', table: 1000 });
  await ip.route.add('10.1.0.0/16', { gateway: '10.0.1.2', protocol: 'static' });
  await ip.route.add('10.2.0.0/16', { type: 'blackhole' });
  const destinations = async (filter: Parameters<Ip['route']['list']>[0]): Promise<string[]> =>
    (await ip.route.list(filter)).map(route => route.destination);
  expect(await destinations({ table: 1000 })).toEqual(['10.1.0.0/16']);
  expect(await destinations({ family: 4 })).toEqual(['10.0.0.0/24', '10.0.1.0/24', '10.1.0.0/16', '10.2.0.0/16']);
  expect(await destinations({ family: 4, link: 'v2' })).toEqual(['10.0.1.0/24', '10.1.0.0/16']);
  expect(await destinations({ protocol: 'static' })).toEqual(['10.1.0.0/16']);
  expect(await destinations({ type: 'blackhole' })).toEqual(['10.2.0.0/16']);
  expect(await destinations({ family: 6, link: 'v2' })).toEqual(
    expect.arrayContaining(['2001:db8:1::/64', 'fe80::/64']),
  );
});

test('replace takes the place of a route, delete takes what it is told, flush all that match', async () => {
  await ip.route.add('10.1.0.0/16', { gateway: '10.0.0.2' });
  await ip.route.replace('10.1.0.0/16', { gateway: '10.0.1.2' });
  expect(seen('route', 'show', '10.1.0.0/16')).toMatchObject([{ gateway: '10.0.1.2', dev: 'v2' }]);
  await ip.route.add('10.1.0.0/16', { gateway: '10.0.0.2', metric: 5 });
  await ip.route.delete('10.1.0.0/16', { metric: 5 });
  expect(seen('route', 'show', '10.1.0.0/16')).toMatchObject([{ gateway: '10.0.1.2' }]);

  await ip.route.add('10.3.0.0/16', { nexthops: [{ gateway: '10.0.0.2' }, { gateway: 'fe80::2', link: 'v0' }] });
  await ip.route.add('2001:db8:6::/48', { nexthops: [{ gateway: '2001:db8::2' }, { gateway: '2001:db8:1::2' }] });
  for (const route of await ip.route.list({ protocol: 'boot' })) await ip.route.delete(route);
  expect(await ip.route.list({ protocol: 'boot' })).toEqual([]);

  for (const n of [1, 2, 3]) await ip.route.add(`10.${n}.0.0/16`, { gateway: '10.0.0.2', table: 1000 });
  await ip.route.add('2001:db8:6::/48', { gateway: '2001:db8::2', table: 1000 });
  expect(await ip.route.flush({ table: 1000 })).toBe(4);
  expect(shell(ns, 'sh', '-c', 'ip route show table all; ip -6 route show table all')).not.toContain('table 1000');
});

test('get asks which way a packet would go', async () => {
  await ip.route.add('10.1.0.0/16', { gateway: '10.0.0.2' });
  await ip.route.add('10.5.0.0/16', { type: 'prohibit' });
  expect(seen('route', 'get', '10.1.2.3')).toMatchObject([{ gateway: '10.0.0.2', dev: 'v0', prefsrc: '10.0.0.1' }]);
  const route = await ip.route.get('10.1.2.3');
  expect(route).toMatchObject({ destination: '10.1.2.3/32', gateway: '10.0.0.2', source: '10.0.0.1', table: 'main' });
  expect(await nameOf(route.index)).toBe('v0');
  expect(await ip.route.get('10.1.2.3', { match: true })).toMatchObject({ destination: '10.1.0.0/16' });
  expect(await ip.route.get('2001:db8:1::9', { from: '2001:db8::1' })).toMatchObject({ family: 6, gateway: undefined });
  await ip.route.add('10.1.2.0/24', { gateway: '10.0.1.2', table: 77 });
  shell(ns, 'ip', 'rule', 'add', 'fwmark', '5', 'table', '77');
  expect(await ip.route.get('10.1.2.3', { mark: 5 })).toMatchObject({ gateway: '10.0.1.2', table: 77 });
  await expect(ip.route.get('192.0.2.1')).rejects.toMatchObject({
    code: 'ENETUNREACH',
    message: 'route get 192.0.2.1: ENETUNREACH: no route leads to 192.0.2.1',
  });
  await expect(ip.route.get('10.5.0.1')).rejects.toMatchObject({ code: 'EACCES' });
});

test('errors say what to do', async () => {
  await ip.route.add('10.1.0.0/16', { gateway: '10.0.0.2' });
  await expect(ip.route.add('10.1.0.0/16', { gateway: '10.0.1.2' })).rejects.toMatchObject({
    code: 'EEXIST',
    message:
      'route add 10.1.0.0/16: EEXIST: there is a route to 10.1.0.0/16 in table main already; replace() takes its place',
  });
  await expect(ip.route.delete('10.9.0.0/16', { metric: 3 })).rejects.toMatchObject({
    code: 'ESRCH',
    message: 'route delete 10.9.0.0/16: ESRCH: there is no such route to 10.9.0.0/16 with metric 3 in table main',
  });
  await expect(ip.route.add('10.9.0.0/16', { gateway: '10.77.0.1' })).rejects.toMatchObject({
    code: 'ENETUNREACH',
    kernelMessage: 'Nexthop has invalid gateway',
    message: expect.stringContaining('the gateway is on no link that is up'),
  });
  await ip.link.set('v0', { up: false });
  await expect(ip.route.add('10.9.0.0/16', { link: 'v0' })).rejects.toMatchObject({ code: 'ENETDOWN' });
  await expect(ip.route.add('10.9.0.0/16', { link: 'nope' })).rejects.toThrow('there is no link "nope"');
});
