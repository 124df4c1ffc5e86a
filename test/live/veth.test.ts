import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { type Ip, type Namespace, type NamespaceRef, netns, open, type VethEndSettings } from '../../src/index.js';
import { ipJson, shell } from '../support/ip.js';
import { openDescriptors } from '../support/threads.js';

let [here, ns1, ns2]: Namespace[] = [];
let ip: Ip;
beforeEach(() => {
  [here, ns1, ns2] = ['here', 'ns1', 'ns2'].map(name => netns.create(name));
  ip = open({ netns: here });
});
afterEach(() => {
  ip.close();
  for (const ns of [here!, ns1!, ns2!]) ns.close();
  for (const name of netns.list()) netns.delete(name);
});

const link = (ns: Namespace, name: string): Record<string, unknown> => ipJson(ns, 'address', 'show', name)[0]!;
const names = (ns: Namespace): unknown[] => ipJson(ns, 'link', 'show').map(each => each['ifname']);
interface ShownAddress {
  local: string;
  prefixlen: number;
  label?: string;
  scope: string;
}
const addresses = (ns: Namespace, name: string): ShownAddress[] => link(ns, name)['addr_info'] as ShownAddress[];

test('all settings of both ends, as ip shows them', async () => {
  const bridges = [ns1!, ns2!].map((ns, i) => {
    shell(ns, 'ip', 'link', 'add', `br${i}`, 'type', 'bridge');
    return `br${i}`;
  });
  const [a, b] = await ip.veth.create(
    {
      name: 'veth1',
      netns: ns1,
      index: 101,
      address: '02:00:00:00:00:01',
      broadcast: 'ff:ff:ff:ff:ff:fe',
      mtu: 1400,
      txqlen: 77,
      group: 7,
      alias: 'the one end',
      numTxQueues: 3,
      numRxQueues: 2,
      master: bridges[0],
      multicast: false,
      arp: false,
      mode: 'dormant',
      addresses: ['172.20.1.1/24', { address: '172.20.2.1/25', broadcast: '+', label: 'veth1:x', scope: 'site' }],
      up: true,
    },
    {
      name: 'veth2',
      netns: 'ns2',
      index: 202,
      address: '02:00:00:00:00:02',
      mtu: 9000,
      txqlen: 0,
      group: 0,
      alias: 'the other',
      numTxQueues: 1,
      numRxQueues: 4,
      master: bridges[1],
      promisc: true,
      allmulticast: true,
      addresses: ['172.20.1.2/24', { address: 'fd00::2/64', flags: ['nodad'] }],
      up: true,
    },
  );
  expect(link(ns1!, 'veth1')).toMatchObject({
    ifindex: 101,
    link_index: 202,
    address: '02:00:00:00:00:01',
    broadcast: 'ff:ff:ff:ff:ff:fe',
    mtu: 1400,
    txqlen: 77,
    group: '7',
    ifalias: 'the one end',
    num_tx_queues: 3,
    num_rx_queues: 2,
    master: 'br0',
    linkinfo: { info_kind: 'veth', info_slave_kind: 'bridge' },
    flags: expect.arrayContaining(['UP', 'NOARP']),
  });
  expect(ipJson(ns1!, 'link', 'show', 'veth1')).toMatchObject([{ linkmode: 'DORMANT' }]);
  expect(link(ns1!, 'veth1')['flags']).not.toContain('MULTICAST');
  // The kernel sorts them by scope.
  expect(addresses(ns1!, 'veth1').filter(each => each.scope !== 'link')).toMatchObject([
    { local: '172.20.2.1', prefixlen: 25, label: 'veth1:x', scope: 'site', broadcast: '172.20.2.127' },
    { local: '172.20.1.1', prefixlen: 24, label: 'veth1', scope: 'global' },
  ]);
  expect(link(ns2!, 'veth2')).toMatchObject({
    ifindex: 202,
    link_index: 101,
    address: '02:00:00:00:00:02',
    mtu: 9000,
    group: 'default',
    ifalias: 'the other',
    num_tx_queues: 1,
    num_rx_queues: 4,
    master: 'br1',
    flags: expect.arrayContaining(['UP', 'ALLMULTI', 'PROMISC']),
  });
  expect(link(ns2!, 'veth2')).not.toHaveProperty('txqlen', 1000);
  expect(addresses(ns2!, 'veth2').filter(each => each.scope !== 'link')).toMatchObject([
    { local: '172.20.1.2', prefixlen: 24 },
    { local: 'fd00::2', prefixlen: 64, nodad: true },
  ]);
  expect([a.link.name, a.link.index, a.link.up, a.link.alias]).toEqual(['veth1', 101, true, 'the one end']);
  expect([b.link.name, b.link.index, b.link.up, b.link.mtu]).toEqual(['veth2', 202, true, 9000]);
});

test('what is not set is what ip makes of nothing', async () => {
  shell(ns1!, 'ip', 'link', 'add', 'ip1', 'type', 'veth', 'peer', 'name', 'ip2', 'netns', 'ns2');
  await ip.veth.create({ name: 'our1', netns: 'ns1' }, { name: 'our2', netns: 'ns2' });
  const own = ['ifindex', 'ifname', 'link_index', 'address', 'addr_info', 'operstate'];
  for (const [ns, n] of [
    [ns1!, 1],
    [ns2!, 2],
  ] as const) {
    const [wanted, ours] = [`ip${n}`, `our${n}`].map(name => Object.entries(link(ns, name)));
    const rest = (entries: [string, unknown][]): unknown => entries.filter(([key]) => !own.includes(key));
    expect(rest(ours!)).toEqual(rest(wanted!));
    expect(link(ns, `our${n}`)['operstate']).toBe('DOWN');
  }
});

test.each([
  ['both', { index: 41 }, { index: 42 }],
  ['the first', { index: 41 }, {}],
  ['the second', {}, { index: 42 }],
  ['the same of both', { index: 43 }, { index: 43 }],
] as const)('index of %s', async (_what, one, two) => {
  const [a, b] = await ip.veth.create({ name: 'v1', netns: ns1, ...one }, { name: 'v2', netns: ns2, ...two });
  for (const [end, ns, given] of [
    [a, ns1!, one],
    [b, ns2!, two],
  ] as const) {
    expect(link(ns, end.link.name)['ifindex']).toBe(end.link.index);
    if ('index' in given) expect(end.link.index).toBe(given.index);
  }
});

test('what is taken here is free elsewhere', async () => {
  shell(here!, 'ip', 'link', 'add', 'v1', 'index', '55', 'type', 'bridge');
  const [a] = await ip.veth.create({ name: 'v1', netns: ns1, index: 55 }, { name: 'v2' });
  const [, d] = await ip.veth.create({ name: 'v3' }, { name: 'v1', netns: ns2, index: 55 });
  expect([a.link.index, d.link.index]).toEqual([55, 55]);
  expect([link(ns1!, 'v1')['ifindex'], link(ns2!, 'v1')['ifindex']]).toEqual([55, 55]);
  expect(names(here!).sort()).toEqual(['lo', 'v1', 'v2', 'v3']);
});

describe('the namespace of an end', () => {
  let child: ChildProcess;
  let fd: number;
  beforeEach(() => {
    child = ns1!.spawn('sleep', ['60'], { stdio: 'ignore' });
    fd = openSync('/run/netns/ns1', 'r');
  });
  afterEach(() => {
    child.kill();
    closeSync(fd);
  });
  const ways: [string, () => NamespaceRef][] = [
    ['a handle', () => ns1!],
    ['a name', () => 'ns1'],
    ['a process', () => ({ pid: child.pid! })],
    ['a descriptor', () => ({ fd })],
    ['a path', () => '/run/netns/ns1'],
  ];
  test.each(ways)('by %s, of either end, with the other one here', async (_what, ref) => {
    const settings: Omit<VethEndSettings, 'name'> = { netns: ref(), addresses: ['10.0.0.1/24'], up: true };
    const before = openDescriptors();
    const [a, b] = await ip.veth.create({ name: 'v1', ...settings }, { name: 'v2', addresses: ['10.0.0.2/24'] });
    const [c, d] = await ip.veth.create({ name: 'w2', up: true }, { name: 'w1', ...settings });
    expect(openDescriptors()).toBe(before);
    expect(names(ns1!).sort()).toEqual(['lo', 'v1', 'w1']);
    expect(names(here!).sort()).toEqual(['lo', 'v2', 'w2']);
    expect([addresses(ns1!, 'v1')[0]!.local, addresses(here!, 'v2')[0]!.local]).toEqual(['10.0.0.1', '10.0.0.2']);
    expect([a, b, c, d].map(end => end.link.name)).toEqual(['v1', 'v2', 'w2', 'w1']);
    for (const [end, other] of [
      [a, b],
      [b, a],
      [c, d],
      [d, c],
    ] as const) {
      await using there = end.open();
      expect(await there.link.get(end.link)).toMatchObject({ name: end.link.name, kind: 'veth' });
      expect(await there.link.peer(end.link)).toMatchObject({
        index: other.link.index,
        link: { name: other.link.name },
      });
    }
  });

  test('both ends in one', async () => {
    await ip.veth.create({ name: 'v1', netns: 'ns1' }, { name: 'v2', netns: ns1 });
    await ip.veth.create({ name: 'v3' }, { name: 'v4', netns: here });
    expect(names(ns1!).sort()).toEqual(['lo', 'v1', 'v2']);
    expect(names(here!).sort()).toEqual(['lo', 'v3', 'v4']);
  });
});

/** What `ip monitor link` prints in a namespace while `work` is done there and elsewhere. */
async function monitored(ns: Namespace, work: () => Promise<unknown>): Promise<string> {
  const monitor = ns.run(() => spawn('ip', ['monitor', 'link'], { stdio: ['ignore', 'pipe', 'inherit'] }));
  let printed = '';
  monitor.stdout!.setEncoding('utf8').on('data', text => (printed += text));
  const until = async (text: string, again: () => unknown = () => {}): Promise<void> => {
    while (!printed.includes(text)) {
      again();
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  };
  try {
    const mark = (mtu: number): string => shell(ns, 'ip', 'link', 'set', 'lo', 'mtu', String(mtu));
    await until('mtu 50002', () => [50_001, 50_002].map(mark));
    printed = '';
    await work();
    mark(50_003);
    await until('mtu 50003');
    return printed;
  } finally {
    monitor.kill();
  }
}

test('both ends are born where they belong: nobody else sees them come or go', async () => {
  const pair = (): Promise<unknown> =>
    ip.veth.create(
      { name: 'veth1', netns: ns1, addresses: ['10.0.0.1/24'], up: true },
      { name: 'veth2', netns: ns2, addresses: ['10.0.0.2/24'], up: true },
    );
  expect(await monitored(here!, pair)).not.toContain('veth');
  shell(ns1!, 'ip', 'link', 'delete', 'veth1');
  // Each namespace sees its own end from the beginning, and never one that leaves.
  const seen = await monitored(ns1!, pair);
  expect(seen).toContain('veth1@');
  expect(seen).not.toContain('veth2:');
  expect(seen).not.toContain('Deleted');
  shell(ns1!, 'ip', 'link', 'delete', 'veth1');
  expect(await monitored(ns2!, pair)).not.toContain('Deleted');
  // And this is what it would look like if they were moved.
  const moved = await monitored(here!, async () => {
    shell(here!, 'ip', 'link', 'add', 'veth3', 'type', 'veth', 'peer', 'name', 'veth4');
    shell(here!, 'ip', 'link', 'set', 'veth3', 'netns', 'ns1');
  });
  expect(moved).toMatch(/Deleted \d+: veth3/);
});

test('both ends are ready for traffic', async () => {
  const [a] = await ip.veth.create(
    { name: 'veth1', netns: ns1, addresses: ['10.0.0.1/24'], up: true },
    { name: 'veth2', netns: ns2, addresses: ['10.0.0.2/24'], up: true },
  );
  await using ip1 = a.open();
  await ip1.link.waitFor(a.link, { operState: 'up' });
  const server = ns2!.spawn(
    'node',
    ['-e', 'require("net").createServer(s => s.end("hello")).listen(7, () => console.log())'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    await new Promise(resolve => server.stdout!.once('data', resolve));
    expect(shell(ns1!, 'bash', '-c', 'cat </dev/tcp/10.0.0.2/7')).toBe('hello');
  } finally {
    server.kill();
    await new Promise(resolve => server.on('close', resolve));
  }
});

test('handles that are closed, and names that are taken away, while it works', async () => {
  const [one, two] = [netns.create(), netns.create('two')];
  const child = one.spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    const pair = ip.veth.create({ name: 'v1', netns: one, up: true }, { name: 'v2', netns: 'two', up: true });
    one.close();
    two.close();
    netns.delete('two');
    const [a, b] = await pair;
    expect([a.link, b.link]).toMatchObject([{ name: 'v1' }, { name: 'v2' }]);
    expect(() => a.open()).toThrow(expect.objectContaining({ name: 'ClosedError' }));
    expect(() => b.open()).toThrow('there is no namespace named "two"');
  } finally {
    child.kill();
  }
});

test('fifty at once, and the caller closes its own socket meanwhile', async () => {
  const before = openDescriptors();
  const own = open({ netns: here });
  const pairs = Array.from({ length: 50 }, (_, i) =>
    own.veth.create(
      { name: `a${i}`, netns: ns1, up: true, numTxQueues: 1, numRxQueues: 1 },
      { name: `b${i}`, netns: ns2, up: true, numTxQueues: 1, numRxQueues: 1 },
    ),
  );
  own.close();
  expect((await Promise.all(pairs)).map(([a, b]) => [a.link.name, b.link.name])).toEqual(
    Array.from({ length: 50 }, (_, i) => [`a${i}`, `b${i}`]),
  );
  expect([names(ns1!).length, names(ns2!).length, names(here!)]).toEqual([51, 51, ['lo']]);
  expect(openDescriptors()).toBe(before);
});
