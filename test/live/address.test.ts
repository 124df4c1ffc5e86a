import { type Ip, type Namespace, netns, open } from '../../src/index.js';
import { ipJson } from '../support/ip.js';

let ns: Namespace;
let ip: Ip;
beforeEach(async () => {
  ns = netns.create();
  ip = open({ netns: ns });
  await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } });
});
afterEach(() => {
  ip.close();
  ns.close();
});

/** The addresses of veth1 as `ip` sees them. */
const seen = (): Record<string, unknown>[] =>
  ipJson(ns, 'address', 'show', 'veth1')[0]!['addr_info'] as Record<string, unknown>[];

test('an IPv4 address with everything', async () => {
  await ip.address.add('veth1', '172.20.1.1/24', {
    broadcast: '+',
    label: 'veth1:x',
    validLifetime: 1000,
    preferredLifetime: 500,
    metric: 42,
    flags: ['noprefixroute'],
  });
  expect(seen()).toMatchObject([
    {
      family: 'inet',
      local: '172.20.1.1',
      prefixlen: 24,
      metric: 42,
      broadcast: '172.20.1.255',
      scope: 'global',
      noprefixroute: true,
      label: 'veth1:x',
    },
  ]);
  expect(seen()[0]!['valid_life_time']).toBeGreaterThan(900);
  expect(seen()[0]!['preferred_life_time']).toBeLessThanOrEqual(500);
  const [address] = await ip.address.list({ link: 'veth1' });
  expect(address).toMatchObject({
    cidr: '172.20.1.1/24',
    family: 4,
    broadcast: '172.20.1.255',
    label: 'veth1:x',
    metric: 42,
    flags: ['noprefixroute'],
    peer: undefined,
  });
  expect(address!.validLifetime).toBeGreaterThan(900);
});

test('IPv6, point to point, host scope', async () => {
  await ip.address.add('veth1', 'fd00::1/64', { flags: ['nodad'] });
  await ip.address.add('veth1', '10.0.0.1', { peer: '10.0.0.2/32' });
  await ip.address.add('veth1', '127.0.0.2/8');
  await ip.address.add('veth1', '::ffff:10.0.0.1/128', { flags: ['nodad'] });
  expect(seen()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ family: 'inet6', local: 'fd00::1', prefixlen: 64, nodad: true }),
      expect.objectContaining({ family: 'inet', local: '10.0.0.1', address: '10.0.0.2', prefixlen: 32 }),
      expect.objectContaining({ family: 'inet', local: '127.0.0.2', scope: 'host' }),
      expect.objectContaining({ family: 'inet6', local: '::ffff:10.0.0.1' }),
    ]),
  );
  expect(await ip.address.list({ link: 'veth1', family: 4 })).toEqual(
    expect.arrayContaining([expect.objectContaining({ address: '10.0.0.1', peer: '10.0.0.2', prefixLength: 32 })]),
  );
  expect((await ip.address.list({ family: 6 })).map(address => address.cidr)).toEqual(
    expect.arrayContaining(['fd00::1/64', '::ffff:10.0.0.1/128']),
  );
});

test('adding twice and deleting what is not there are errors', async () => {
  await ip.address.add('veth1', '172.20.1.1/24');
  await expect(ip.address.add('veth1', '172.20.1.1/24')).rejects.toMatchObject({
    code: 'EEXIST',
    kernelMessage: 'ipv4: Address already assigned',
  });
  await expect(ip.address.delete('veth1', '172.20.1.2/24')).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  await expect(ip.address.add('nope', '172.20.1.1/24')).rejects.toThrow('there is no link "nope"');
  await ip.address.delete('veth1', '172.20.1.1/24');
  expect(seen()).toEqual([]);
});
