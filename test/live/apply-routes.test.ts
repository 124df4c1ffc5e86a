import type { NetworkSpec } from '../../src/index.js';
import { RTM_NEWROUTE } from '../../src/protocol/index.js';
import { KernelTransport } from '../../src/socket/kernel-transport.js';
import { ipBatch, shell } from '../support/ip.js';
import { ip, ns } from '../support/own-namespaces.js';
import { PAIR_UP } from '../support/pair-up.js';

beforeEach(() =>
  ipBatch(ns, [...PAIR_UP, 'nexthop add id 1 via 10.0.0.2 dev v0', 'nexthop add id 6 via fd00::2 dev v0']),
);

/** All routes as `ip` shows them, in its order. */
const shown = (): string =>
  ['-4', '-6'].map(family => shell(ns, 'ip', family, 'route', 'show', 'table', 'all')).join('');

/** By a gateway that is on no link. */
const REFUSED = { destination: '198.51.100.0/24', gateway: '203.0.113.9' };

describe('a route that was changed is as it was, where it was, when it is taken back', () => {
  const cases: [string, string[], NonNullable<NetworkSpec['routes']>[number]][] = [
    [
      'with the protocol that it had',
      ['10.9.0.0/16 via 10.0.0.2 proto static'],
      { destination: '10.9.0.0/16', gateway: '10.0.0.3' },
    ],
    ['of IPv6', ['fd09::/32 via fd00::2 proto static pref high'], { destination: 'fd09::/32', gateway: 'fd00::3' }],
    [
      'of several ways',
      ['fd09::/32 proto static nexthop via fd00::2 nexthop via fd00::4'],
      { destination: 'fd09::/32', gateway: 'fd00::3' },
    ],
    [
      'before another one',
      ['10.9.0.0/16 via 10.0.0.2', '10.9.0.0/16 via 10.0.0.3'],
      { destination: '10.9.0.0/16', gateway: '10.0.0.2', mtu: 1300 },
    ],
    ['by a nexthop object', ['10.9.0.0/16 nhid 1'], { destination: '10.9.0.0/16', gateway: '10.0.0.3' }],
    ['of IPv6, by a nexthop object', ['fd09::/32 nhid 6'], { destination: 'fd09::/32', gateway: 'fd00::3' }],
    ['with its type', ['blackhole 10.9.0.0/16'], { destination: '10.9.0.0/16', gateway: '10.0.0.3' }],
    [
      'with what it wraps',
      ['fd09::/32 encap seg6 mode encap segs fd00::9 dev v0'],
      { destination: 'fd09::/32', link: 'w0' },
    ],
  ];
  test.each(cases)('%s', async (_what, there, route) => {
    await ipBatch(
      ns,
      there.map(each => `route append ${each}`),
    );
    const before = shown();
    await expect(ip.apply({ routes: [route, REFUSED] })).rejects.toMatchObject({ code: 'ENETUNREACH' });
    expect(shown()).toBe(before);
    // It would have been changed.
    expect((await ip.apply({ routes: [route] })).changed).toBe(true);
    expect(shown()).not.toBe(before);
    expect(String(await ip.apply({ routes: [route] }))).toBe('nothing to do');
  });
});

test('routes are made in the order in which they need each other, whatever order they are described in', async () => {
  const plan = await ip.apply({
    routes: [
      { destination: 'default', gateway: '10.9.0.1' },
      { destination: '10.8.0.0/16', nexthops: [{ gateway: '10.9.0.1' }, { gateway: '10.9.0.2' }] },
      { destination: 'fd0a::/64', gateway: 'fd09::1' },
      { destination: '10.9.0.0/24', link: 'v0' },
      { destination: 'fd09::/64', link: 'v0' },
    ],
  });
  expect(plan.steps.length).toBe(5);
  for (const each of ['default via 10.9.0.1 dev v0', '10.8.0.0/16', 'fd0a::/64 via fd09::1 dev v0'])
    expect(shown()).toContain(each);
});

test('the route that comes with an address may be described beside it', async () => {
  const spec = (metric?: number): NetworkSpec => ({
    links: [
      {
        name: 'new0',
        kind: 'veth',
        up: true,
        addresses: ['10.1.0.1/24', { address: 'fd01::1/64', flags: ['nodad'] }],
        peer: { name: 'new1', up: true },
      },
    ],
    routes: [
      { destination: '10.1.0.0/24', link: 'new0', protocol: 'kernel', source: '10.1.0.1', mtu: metric },
      { destination: 'fd01::/64', link: 'new0', protocol: 'kernel', metric: 256 },
    ],
  });
  const before = shown();
  await expect(ip.apply({ ...spec(1300), routes: [...spec(1300).routes!, REFUSED] })).rejects.toMatchObject({
    code: 'ENETUNREACH',
  });
  expect(shown()).toBe(before);
  await ip.apply(spec());
  expect(String(await ip.apply(spec()))).toBe('nothing to do');
  await ip.apply(spec(1300));
  expect(shown()).toMatch(/^10.1.0.0\/24 dev new0 proto kernel scope link src 10.1.0.1 mtu 1300/m);
});

test('what the kernel takes and does not do is an error, and is not tried for ever', async () => {
  await ipBatch(ns, ['route add 10.9.0.0/16 via 10.0.0.2']);
  const { send } = KernelTransport.prototype;
  let asked = 0;
  jest.spyOn(KernelTransport.prototype, 'send').mockImplementation(function (this: KernelTransport, bytes) {
    const isChange = new DataView(bytes.buffer, bytes.byteOffset).getUint16(4, true) === RTM_NEWROUTE;
    const nothing = bytes.slice();
    nothing[4] = 1; // NLMSG_NOOP is acknowledged
    if (isChange) asked++;
    send.call(this, isChange ? nothing : bytes);
  });
  const route = { destination: '10.9.0.0/16', gateway: '10.0.0.2', mtu: 1300 };
  try {
    await expect(ip.apply({ routes: [route] })).rejects.toThrow(
      'apply: the kernel takes it and does not do it:\n~ route 10.9.0.0/16 mtu none -> 1300',
    );
    expect(asked).toBeLessThan(10);
    const { destination, ...settings } = route;
    await expect(ip.route.ensure(destination, settings)).rejects.toThrow(
      'mtu is none, not 1300: the kernel took the change and did not make it so',
    );
  } finally {
    jest.restoreAllMocks();
  }
  expect(shown()).toMatch(/^10.9.0.0\/16 via 10.0.0.2 dev v0 $/m);
});
