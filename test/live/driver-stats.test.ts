import { netns, open } from '../../src/index.js';
import { ipJson, shell } from '../support/ip.js';

/** What `ethtool -S` prints, parsed. */
function ethtool(...args: Parameters<typeof shell>): Record<string, bigint> {
  const lines = shell(...args).split('\n');
  expect(lines.shift()).toBe('NIC statistics:');
  const pairs = lines.map(line => /^ {5}(.*): (\d+)$/.exec(line)).filter(match => match !== null);
  return Object.fromEntries(pairs.map(([, name, value]) => [name!, BigInt(value!)]));
}

test('what ethtool -S prints', async () => {
  using ns = netns.create();
  await using ip = open({ netns: ns });
  for (const [name, queues] of [
    ['v1', 1],
    ['v3', 3],
  ] as const) {
    const both = { numTxQueues: queues, numRxQueues: queues };
    await ip.link.add({ name, kind: 'veth', ...both, peer: { name: `${name}p`, ...both } });
    await ip.link.set(name, { up: true });
    await ip.link.set(`${name}p`, { up: true });
    for (const end of [name, `${name}p`]) {
      const stats = await ip.link.driverStats(end);
      expect(stats).toEqual(ethtool(ns, 'ethtool', '-S', end));
      expect(Object.keys(stats)).toHaveLength(1 + 9 * queues);
      const other = end === name ? `${name}p` : name;
      expect(stats['peer_ifindex']).toBe(BigInt(ipJson(ns, 'link', 'show', other)[0]!['ifindex'] as number));
    }
  }
  const link = await ip.link.get('v1');
  expect(await ip.link.driverStats(link.index)).toEqual(await ip.link.driverStats(link));
  expect((await ip.link.driverStats(link))['peer_ifindex']).toBe(BigInt((await ip.link.peer(link))!.index));
});

test('counters that count', async () => {
  using ns = netns.create();
  await using ip = open({ netns: ns });
  shell(ns, 'ip', 'link', 'add', 'v1', 'type', 'veth', 'peer', 'name', 'v2');
  // drivers/net/veth.c counts packets where it uses NAPI: with GRO at one end, and without TSO at the other.
  shell(ns, 'ethtool', '-K', 'v2', 'gro', 'on');
  shell(ns, 'ethtool', '-K', 'v1', 'tso', 'off');
  for (const name of ['v1', 'v2']) shell(ns, 'ip', 'link', 'set', name, 'up');
  shell(ns, 'ip', 'address', 'add', '10.0.0.1/24', 'dev', 'v1');
  shell(ns, 'ip', 'neighbour', 'add', '10.0.0.2', 'lladdr', '02:00:00:00:00:02', 'dev', 'v1', 'nud', 'permanent');
  shell(ns, 'bash', '-c', 'for i in 1 2 3; do echo x >/dev/udp/10.0.0.2/9; done');
  const packets = (counters: Record<string, bigint>): bigint =>
    Object.entries(counters).reduce((sum, [name, n]) => (/^rx_queue_\d+_xdp_packets$/.test(name) ? sum + n : sum), 0n);
  while (packets(ethtool(ns, 'ethtool', '-S', 'v2')) < 3n);
  for (const name of ['v1', 'v2']) shell(ns, 'ip', 'link', 'set', name, 'down');
  const stats = await ip.link.driverStats('v2');
  expect(stats).toEqual(ethtool(ns, 'ethtool', '-S', 'v2'));
  expect(packets(stats)).toBeGreaterThanOrEqual(3n);
});

test('links without any, and links that are not there', async () => {
  using ns = netns.create();
  await using ip = open({ netns: ns });
  await ip.link.add({ name: 'br0', kind: 'bridge' });
  expect(await ip.link.driverStats('lo')).toEqual({});
  expect(await ip.link.driverStats('br0')).toEqual({});
  for (const name of ['lo', 'br0']) expect(() => shell(ns, 'ethtool', '-S', name)).toThrow('no stats available');
  await expect(ip.link.driverStats('nope')).rejects.toMatchObject({
    name: 'NetlinkError',
    code: 'ENODEV',
    operation: 'link driver stats nope',
  });
  ip.close();
  await expect(ip.link.driverStats('lo')).rejects.toMatchObject({ name: 'ClosedError' });
});
