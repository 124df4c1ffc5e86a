import type { NetworkSpec } from '../../src/index.js';
import { besideHosts } from '../../src/ops/apply/host-routes.js';
import type { Place } from '../../src/ops/apply/places.js';
import { Subscription } from '../../src/socket/subscription.js';
import { BAD, CALM, failsWithoutATrace, ip, PAIR, PAIR1, routes, run, settles } from '../support/own-namespaces.js';
import { settled } from '../support/settled.js';

describe('an IPv6 address has its routes on a link that comes up with it as on one that is up', () => {
  test.each([
    ['of two ends', { address: 'fd00::1', peer: 'fd00::2/128', flags: ['nodad'] }],
    ['of two ends, left to detection', { address: 'fd00::1', peer: 'fd00::2/128' }],
    ['for a time', { address: 'fd00::1/64', validLifetime: 3600, preferredLifetime: 1800, flags: ['nodad'] }],
  ] as const)('%s', async (_, address) => {
    await settles({
      links: [{ name: 'v0', kind: 'veth', up: true, addresses: [address], peer: { name: 'w0', up: true } }],
      routes: [{ destination: 'fd07::/16', gateway: 'fd00::2' }],
    });
    expect(routes()).toMatch('fd07::/16 via fd00::2 dev v0');
    expect(routes()).toMatch(/^fd00::(2|\/64) dev v0 proto kernel/m);
    run('ip link add v1 type veth peer name w1; ip link set w1 up');
    const needing = [{ destination: 'fd08::/16', gateway: 'fd00::2', link: 'v1' }];
    await settles({ links: [{ name: 'v1', up: true, addresses: [{ ...address, metric: 77 }] }], routes: needing });
    expect(routes()).toMatch(/^fd00::(2|\/64) dev v1 proto kernel metric 77/m);
  });
});

test.each<[string, NetworkSpec['routes']]>([
  [
    'is described',
    [
      { destination: 'fd00::2/128', link: 'v0' },
      { destination: 'fd07::/16', gateway: 'fd00::2' },
    ],
  ],
  ['is said to be on the link', [{ destination: 'fd07::/16', gateway: 'fd00::2', link: 'v0', onlink: true }]],
])('the route to another end is not waited for where it %s', async (_, described = []) => {
  const address = { address: 'fd00::1', peer: 'fd00::2/128', flags: ['noprefixroute'] } as const;
  const peer = { name: 'w0', up: true };
  const wanted: NetworkSpec = {
    links: [{ name: 'v0', kind: 'veth', up: true, addresses: [address], peer }],
    routes: described,
  };
  const waits = jest.spyOn(Subscription.prototype, 'ready');
  await settles(wanted);
  expect(waits).not.toHaveBeenCalled();
  jest.restoreAllMocks();
});

test('the route to another end is waited for on the link of the address, though there is one on another', async () => {
  run(CALM, PAIR, PAIR1);
  for (const name of ['v0', 'v1']) run(`ip address add fd00::1 peer fd00::2/128 dev ${name} nodad`);
  const kernels = 'ip -6 route show fd00::2 proto kernel dev';
  await settled(() => ['v0', 'v1'].every(name => run(`${kernels} ${name}`) !== ''));
  run('ip -6 route del fd00::2 dev v1');
  const { ready } = Subscription.prototype;
  jest.spyOn(Subscription.prototype, 'ready').mockImplementation(async function (this: Subscription) {
    run('ip -6 route replace fd00::2 dev v1 proto kernel metric 256'); // as late as the kernel may be
    await ready.call(this);
  });
  const addresses = [{ address: 'fd00::1', peer: 'fd00::2/128' }];
  await settles({
    links: [{ name: 'v1', addresses }],
    routes: [{ destination: 'fd08::/16', gateway: 'fd00::2', link: 'v1' }],
  });
  jest.restoreAllMocks();
  expect(routes()).toMatch('fd08::/16 via fd00::2 dev v1');
});

test('a source is waited for on a link that has a carrier later, if its other end is a gateway too', async () => {
  run('ip link add v0 type veth peer name w0');
  const addresses = [{ address: 'fd00::1', peer: 'fd00::2/128' }];
  const wanted: NetworkSpec = {
    links: [{ name: 'v0', up: true, addresses }],
    routes: [{ destination: 'fd08::/16', gateway: 'fd00::2', source: 'fd00::1' }],
  };
  const applied = settles(wanted);
  await ip.link.waitFor('v0', { up: true });
  run('ip link set w0 up');
  await applied;
  expect(routes()).toMatch('fd08::/16 via fd00::2 dev v0 src fd00::1');
});

test.each<[string, NonNullable<NetworkSpec['routes']>[number]]>([
  ['in another table', { destination: 'fd00::2/128', link: 'v0', table: 100 }],
  ['by a gateway', { destination: 'fd00::2/128', gateway: 'fd07::9' }],
  ['that leads nowhere', { destination: 'fd00::2/128', type: 'blackhole', table: 100 }],
])('the route to another end is waited for though one to it is described %s', async (_, other) => {
  run(PAIR, 'ip address add fd07::1/64 dev v0 nodad');
  const addresses = [{ address: 'fd00::1', peer: 'fd00::2/128' }];
  const needing = { destination: 'fd08::/16', gateway: 'fd00::2', link: 'v0' };
  await settles({ links: [{ name: 'v0', addresses }], routes: [other, needing] });
  expect(routes()).toMatch('fd08::/16 via fd00::2 dev v0');
});

test('a gateway is not where a route leads that is said to lead further than to the link', async () => {
  run(CALM, PAIR, PAIR1, 'ip route add 10.5.0.0/24 dev v0; ip route add 10.9.0.0/16 via 10.5.0.2');
  run('ip route del 10.5.0.0/24; ip route add 10.5.0.0/24 dev v1 scope global');
  const before = routes();
  await settles({ routes: [{ destination: '10.9.0.0/16', gateway: '10.5.0.2' }] });
  expect(await ip.route.ensure('10.9.0.0/16', { gateway: '10.5.0.2' })).toMatchObject({ changed: false });
  expect(routes()).toBe(before);
});

test('a gateway that is said to be on a link stays there, wherever its address is', async () => {
  run(CALM, PAIR, PAIR1, 'ip address add 10.5.0.1/24 dev v1; ip route add 10.9.0.0/16 via 10.5.0.2 dev v0 onlink');
  const before = routes();
  await settles({ routes: [{ destination: '10.9.0.0/16', gateway: '10.5.0.2' }] });
  expect(await ip.route.ensure('10.9.0.0/16', { gateway: '10.5.0.2' })).toMatchObject({ changed: false });
  expect(routes()).toBe(before);
});

test('a route of a table of its own is given back, though a rule keeps packets to its gateway from it', async () => {
  run(CALM, PAIR, 'ip rule add pref 5 to 10.5.0.5 prohibit; ip route add 10.5.0.0/24 dev v0 table 100');
  run('ip route add 10.9.0.0/16 via 10.5.0.5 table 100; ip route del 10.5.0.0/24 table 100');
  const wanted = [{ destination: '10.9.0.0/16', table: 100, state: 'absent' } as const, BAD];
  const before = run('ip route show table all');
  await failsWithoutATrace({ routes: wanted });
  expect(run('ip route show table all')).toBe(before);
});

test('a route to a gateway that is made for a moment takes no other along', async () => {
  run(PAIR, 'ip address add 10.0.0.1/24 dev v0; ip address add fd00::1/64 dev v0 nodad');
  run('ip route add 10.0.0.254 dev v0 metric 5; ip -6 route add fd00::fe dev v0 metric 3');
  run('ip route add 10.9.0.0/16 via 10.0.0.254; ip -6 route add fd09::/64 via fd00::fe');
  run('ip -6 route add fd00::fe via fd00::7 metric 1');
  const before = routes();
  const place = { context: { socket: ip.socket } } as Place;
  for (const destination of ['10.9.0.0/16', 'fd09::/64']) {
    const [route] = (await ip.route.list()).filter(each => each.destination === destination);
    let seen = '';
    const give = jest.fn(async () => {
      seen = routes();
      await ip.link.set('no0', { up: true });
    });
    await expect(besideHosts(place, route!, give)).rejects.toMatchObject({ code: 'ENODEV' });
    expect(give).toHaveBeenCalledTimes(2);
    expect(seen).toMatch(
      `${route!.gateway} dev v0 ${destination.includes(':') ? 'proto 255 metric 1 ' : 'proto 255 scope link metric 1 '}`,
    );
    expect(routes()).toBe(before);
  }
});
