import { execFileSync } from 'node:child_process';
import { type Ip, type MonitorEvent, type Namespace, netns, open, type Store } from '../../src/index.js';
import { ipBatch, ipJson, shell } from '../support/ip.js';
import { Ledger } from '../support/ledger.js';
import { expectSame } from '../support/same-routes.js';
import { settled } from '../support/settled.js';

let ns: Namespace;
let other: Namespace;
let ip: Ip;
let store: Store;
beforeEach(async () => {
  ns = netns.create();
  other = netns.create();
  ip = open({ netns: ns });
  await using there = open({ netns: other });
  await ip.link.add({ name: 'v1', kind: 'veth', up: true, peer: { name: 'w1', netns: other } });
  await there.link.set('w1', { up: true });
  await ip.address.add('v1', '10.0.0.1/24');
  await ip.address.add('v1', 'fd00::1/64', { flags: ['nodad'] });
  await there.address.add('w1', '10.0.0.2/24');
  await there.address.add('w1', 'fd00::2/64', { flags: ['nodad'] });
  await ip.link.waitFor('v1', { operState: 'up' });
  store = ip.watch(['link', 'neighbour']);
  await store.ready;
});
afterEach(() => {
  store.close();
  for (const each of [ip, ns, other]) each.close();
});

/** One UDP datagram, for which the kernel must find the neighbour. */
const speakTo = (address: string): string => shell(ns, 'bash', '-c', `echo > /dev/udp/${address}/9`);

const brief = (event: MonitorEvent): string =>
  'group' in event && event.group === 'neighbour'
    ? `${event.type} ${event.object.address} ${event.object.state}`
    : event.type;

test('forwarding entries of bridges, however many, take no room from neighbours', async () => {
  const seen: string[] = [];
  await using monitor = ip.monitor(['neighbour'], { receiveBuffer: 8192 });
  void (async () => {
    for await (const event of monitor) seen.push(brief(event));
  })();
  await settled(() => seen.includes('synced'));
  seen.length = 0;
  const hex = (n: number): string => n.toString(16).padStart(2, '0');
  const entry = (i: number): string => `fdb add 02:00:00:00:${hex(i >> 8)}:${hex(i & 255)} dev v1 self`;
  // Nobody reads meanwhile.
  const input = Array.from({ length: 3000 }, (_, i) => entry(i)).join('\n');
  ns.run(() => execFileSync('bridge', ['-batch', '-'], { input }));
  await ipBatch(ns, ['neighbour add 10.0.0.7 lladdr 02:00:00:00:00:07 dev v1']);
  await settled(() => seen.length > 0);
  expect(seen).toEqual(['added 10.0.0.7 permanent']);
  expect((await ip.fdb.list({ port: 'v1' })).filter(each => each.address.startsWith('02:00:00:00')).length).toBe(3000);
});

test('made by hand: they come, change and go; a store shows them by address and link', async () => {
  const events: string[] = [];
  store.on(
    'change',
    event =>
      event.group === 'neighbour' &&
      !event.object.address.startsWith('ff') &&
      !event.object.address.startsWith('fe80') &&
      events.push(brief(event)),
  );
  await ipBatch(ns, [
    'neighbour add 10.0.0.7 lladdr 02:00:00:00:00:07 dev v1',
    'neighbour add fd00::7 lladdr 02:00:00:00:00:07 dev v1 router',
    'neighbour replace 10.0.0.7 lladdr 02:00:00:00:00:08 dev v1 nud stale',
    'neighbour add proxy 10.0.0.99 dev v1',
  ]);
  await settled(() => events.length >= 3);
  expect(events).toEqual(['added 10.0.0.7 permanent', 'added fd00::7 permanent', 'changed 10.0.0.7 stale']);
  expect(store.neighbours.get('10.0.0.7', 'v1')?.lladdr).toBe('02:00:00:00:00:08');
  expect(store.neighbours.get('FD00:0::7', 'v1')?.flags).toEqual(['router']);
  expect(store.neighbours.get('10.0.0.99', 'v1')).toBeUndefined();
  expect(store.neighbours.of('v1').map(each => each.address)).toEqual(expect.arrayContaining(['10.0.0.7', 'fd00::7']));
  await expectSame(ns, 'neighbour', store);
  events.length = 0;
  // Before the kernel drops one it says that it has failed.
  await ipBatch(ns, ['neighbour del 10.0.0.7 dev v1']);
  await settled(() => events.some(event => event.startsWith('removed')));
  expect(events.at(-1)).toBe('removed 10.0.0.7 failed');
  await expectSame(ns, 'neighbour', store);
});

test('found by traffic: reachable when they answer, failed when they do not, gone with their link', async () => {
  speakTo('10.0.0.2');
  speakTo('fd00::2');
  await settled(() => ['10.0.0.2', 'fd00::2'].every(each => store.neighbours.get(each, 'v1')?.state === 'reachable'));
  const { address } = ipJson(other, 'link', 'show', 'w1')[0]!;
  for (const each of ['10.0.0.2', 'fd00::2']) {
    expect(store.neighbours.get(each, 'v1')).toMatchObject({ state: 'reachable', lladdr: address });
  }
  // Nobody has this address: three probes a second apart.
  speakTo('10.0.0.77');
  await settled(() => store.neighbours.get('10.0.0.77', 'v1')?.state === 'failed');
  expect(store.neighbours.get('10.0.0.77', 'v1')).toMatchObject({ state: 'failed', lladdr: undefined });
  await expectSame(ns, 'neighbour', store);
  const { index } = store.links.get('v1')!;
  await ip.link.set('v1', { up: false });
  await settled(() => store.neighbours.of(index).length === 0);
  expect(store.neighbours.of(index)).toEqual([]);
  await expectSame(ns, 'neighbour', store);
});

test('5,000 changes at full speed, with a small buffer too: the store is what ip shows', async () => {
  await using small = ip.watch(['neighbour', 'link'], { receiveBuffer: 32 << 10 });
  await small.ready;
  const ledger = new Ledger();
  let failure: unknown;
  void (async () => {
    for await (const event of ip.monitor(['neighbour'])) ledger.apply(event);
  })().catch(error => (failure = error));
  const there = new Set<string>();
  const commands = Array.from({ length: 5000 }, (_, i) => {
    const address = i % 2 === 0 ? `10.0.0.${10 + ((i * 7) % 200)}` : `fd00::${10 + ((i * 7) % 200)}`;
    if (i % 11 < 9) there.add(address);
    return i % 11 > 8 && there.delete(address)
      ? `neighbour del ${address} dev v1`
      : `neighbour replace ${address} lladdr 02:00:00:00:00:${(i % 90) + 10} dev v1 nud ${i % 3 === 0 ? 'permanent' : 'stale'}`;
  });
  await ipBatch(ns, [...commands, 'link set v1 alias end']);
  await settled(() => [small, store].every(each => each.synced && each.links.get('v1')?.alias === 'end'));
  const books = {
    get neighbours() {
      return ledger.of('neighbour');
    },
  };
  await expectSame(ns, 'neighbour', store, small, books);
  expect(failure).toBeUndefined();
  expect(store.neighbours.size).toBeGreaterThan(100);
});
