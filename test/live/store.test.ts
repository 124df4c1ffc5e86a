import { execFileSync } from 'node:child_process';
import {
  AbortError,
  ClosedError,
  type Ip,
  type Link,
  type Namespace,
  netns,
  type ObjectEvent,
  open,
} from '../../src/index.js';
import { ipBatch } from '../support/ip.js';
import { runProgram } from '../support/program.js';
import { expectStoreSameAsIp } from '../support/same-as-ip.js';
import { settled } from '../support/settled.js';
import { openDescriptors } from '../support/threads.js';

let ns: Namespace;
let ip: Ip;
beforeEach(() => {
  ns = netns.create();
  ip = open({ netns: ns });
});
afterEach(() => {
  ip.close();
  ns.close();
});

/** Pairs that are up, without the IPv6 addresses that the kernel makes in its own time. */
async function pairs(count: number): Promise<void> {
  const commands = ['link set lo up'];
  for (let i = 0; i < count; i++) {
    commands.push(`link add v${i} type veth peer name w${i}`);
    for (const name of [`v${i}`, `w${i}`]) commands.push(`link set ${name} addrgenmode none up`);
  }
  await ipBatch(ns, commands);
}

/** 20 commands, the `round`th time, on pair number `n`; now and then those that take the kernel long. */
function commands(round: number, n: number): string[] {
  const [v, w, address] = [`v${n}`, `w${n}`, `10.${n}.${round >> 8}.${round & 255}/24`];
  const cheap = Array.from({ length: 8 }, (_, i) => `link set ${i % 2 === 0 ? v : w} alias a${round}.${i}`);
  const long = [
    `link set ${v} down`,
    `link set ${v} name x${n}`,
    `link set x${n} name ${v}`,
    `link set ${v} up`,
    `link add t${round} type veth peer name u${round}`,
    `link set t${round} group ${round % 9} up`,
    `address add 10.99.${n}.1/32 dev t${round}`,
    round % 20 === 0 ? `link del t${round}` : `link del u${round}`,
  ];
  return [
    `link set ${v} mtu ${1400 + (round % 100)}`,
    `address add ${address} dev ${v}`,
    `address add fd00:${n}::${round.toString(16)}/64 dev ${v} nodad`,
    `link property add dev ${v} altname alt${n}.${round}`,
    `address replace ${address} dev ${v} metric ${round % 7}`,
    `link set ${v} txqueuelen ${1000 + round}`,
    ...(round % 3 === 0 ? [`address del ${address} dev ${v}`] : [`link set ${w} group ${round % 5}`]),
    ...(round % 10 === 0 ? long : cheap),
    ...(round % 4 === 0 ? [`link set ${w} txqueuelen 9`] : [`link property del dev ${v} altname alt${n}.${round}`]),
    `link set ${w} mtu ${1300 + (round % 100)}`,
    `link set lo mtu ${60000 + (round % 50)}`,
    `link set lo alias ${round}`,
    `link set lo group ${round % 3}`,
  ];
}

test('10,000 changes at full speed, half of them while nobody listens: after the loss it is what ip shows', async () => {
  await pairs(4);
  await using store = ip.watch();
  await store.ready;
  await expectStoreSameAsIp(ns, store);
  const marks: string[] = [];
  let changes = 0;
  store.on('resync', ({ phase }) => marks.push(phase)).on('change', () => changes++);
  const all = Array.from({ length: 500 }, (_, round) => commands(round, round % 4)).flat();
  expect(all).toHaveLength(10_000);

  await ipBatch(ns, [...all.slice(0, 5000), 'link set lo alias half']);
  await settled(() => store.synced && store.links.get('lo')?.alias === 'half');
  await expectStoreSameAsIp(ns, store);

  // The second half blocks this process, so that its receive buffer must run over.
  const before = marks.length;
  const file = all.slice(5000).concat('link set lo alias done').join('\n');
  ns.run(() => execFileSync('ip', ['-batch', '-'], { input: file }));
  await settled(() => store.synced && store.links.get('lo')?.alias === 'done');
  await expectStoreSameAsIp(ns, store);
  expect(marks.slice(before)).toContain('begin');
  expect(marks.at(-1)).toBe('end');
  expect(changes).toBeGreaterThan(100);
});

test('it is indexed by each name, by index and by link, through renaming, alternative names and moves', async () => {
  using other = netns.create();
  await pairs(1);
  await using store = ip.watch();
  await store.ready;
  const { index } = store.links.get('v0')!;
  expect(store.links.get(index)).toBe(store.links.get('v0'));
  expect(store.links.get(store.links.get('v0')!)).toBe(store.links.get('v0'));
  expect([...store.links].map(link => link.name).sort()).toEqual(['lo', 'v0', 'w0']);

  await ipBatch(ns, [
    'link property add dev v0 altname a-longer-name-than-a-link-can-have',
    'address add 10.0.0.1/24 dev v0',
  ]);
  await settled(() => store.addresses.of('v0').length === 1);
  expect(store.links.get('a-longer-name-than-a-link-can-have')?.index).toBe(index);
  expect(store.addresses.of('a-longer-name-than-a-link-can-have').map(each => each.cidr)).toEqual(['10.0.0.1/24']);
  expect(store.addresses.of(index)).toEqual(store.addresses.of('v0'));
  // The loopback link has 127.0.0.1 and ::1 too.
  expect(store.addresses.size).toBe(3);

  await ipBatch(ns, [
    'link property del dev v0 altname a-longer-name-than-a-link-can-have',
    'link set v0 down',
    'link set v0 name renamed',
  ]);
  await settled(() => store.links.get('renamed') !== undefined);
  expect(['v0', 'a-longer-name-than-a-link-can-have'].map(name => store.links.get(name))).toEqual([
    undefined,
    undefined,
  ]);
  expect(store.links.get('renamed')?.index).toBe(index);
  await expectStoreSameAsIp(ns, store);

  // Another takes the name as soon as it is free.
  await ipBatch(ns, ['link set renamed name gone', 'link set w0 down', 'link set w0 name renamed']);
  await settled(() => store.links.get('renamed')?.index !== index && store.links.get('renamed') !== undefined);
  expect(store.links.get('gone')?.index).toBe(index);
  await expectStoreSameAsIp(ns, store);

  await ip.link.set('gone', { netns: other });
  await settled(() => store.links.size === 2 && store.links.get('renamed')?.linkNetnsid !== undefined);
  expect(store.addresses.of(index)).toEqual([]);
  await expectStoreSameAsIp(ns, store);
  await using there = open({ netns: other });
  await there.link.set('gone', { netns: ns });
  await settled(() => store.links.size === 3 && store.links.get('renamed')?.linkNetnsid === undefined);
  await expectStoreSameAsIp(ns, store);
});

test('ends of pairs know each other across namespaces, however they are made and wherever they move', async () => {
  using other = netns.create(`other${process.pid}`);
  await using there = open({ netns: other });
  await using here = ip.watch(['link', 'address']);
  await using away = there.watch(['link', 'address']);
  const all = [
    { at: ns, own: ip, store: here },
    { at: other, own: there, store: away },
  ];
  await Promise.all(all.map(({ store }) => store.ready));
  const steps: (() => Promise<unknown>)[] = [
    () => ipBatch(ns, [`link add a0 type veth peer name a1 netns ${other.name}`]),
    () => ipBatch(ns, [`link add b0 netns ${other.name} type veth peer name b1`]),
    () => ip.veth.create({ name: 'c0', netns: other }, { name: 'c1' }),
    () => ip.veth.create({ name: 'd0' }, { name: 'd1', netns: other }),
    () => there.link.add({ name: 'e0', kind: 'veth', peer: { name: 'e1', netns: ns } }),
    () => there.link.set('a1', { netns: ns }),
    () => ip.link.set('a1', { netns: other }),
    () => there.link.delete('e0'),
    () =>
      ipBatch(
        ns,
        [...'123456789'].map(n => `link add m${n} netns ${other.name} type veth peer name n${n}`),
      ),
  ];
  try {
    for (const step of steps) {
      await step();
      for (const { at, own, store } of all) {
        await expectStoreSameAsIp(at, store);
        expect([...store.links].map(ends).sort()).toEqual((await own.link.list()).map(ends).sort());
      }
    }
  } finally {
    netns.delete(other.name!);
  }
  away.close();
  there.close();
  other.close();
  await settled(() => here.links.size === 1);
  await expectStoreSameAsIp(ns, here);
});

const ends = ({ name, linkIndex, linkNetnsid }: Link): string => `${name} ${linkIndex} ${linkNetnsid}`;

test('change says what the store shows already; what it does not watch it refuses to show', async () => {
  await using store = ip.watch(['link']);
  const events: ObjectEvent[] = [];
  const shown: unknown[] = [];
  store.on('change', event => {
    events.push(event);
    shown.push(event.group === 'link' && store.links.get(event.object.index) === event.object);
  });
  await store.ready;
  expect([events, store.synced, store.links.size]).toEqual([[], true, 1]);
  expect(() => store.addresses).toThrow(TypeError);
  await ip.link.set('lo', { up: true });
  await settled(() => events.length > 0);
  expect(events).toMatchObject([{ type: 'changed', group: 'link', fields: expect.arrayContaining(['up', 'flags']) }]);
  expect(shown).toEqual([true]);
  await using addresses = ip.watch(['address']);
  await addresses.ready;
  expect(() => addresses.addresses.of('lo')).toThrow('this store knows no links');
  expect(addresses.addresses.of(1).map(each => each.cidr)).toEqual(['127.0.0.1/8', '::1/128']);
});

test('what it shows cannot be changed by whoever looks, and so the next change is told as it is', async () => {
  await pairs(1);
  await ipBatch(ns, [
    'link property add dev v0 altname another',
    'address add 10.0.0.1/24 dev v0',
    'route add 10.1.0.0/16 nexthop via 10.0.0.2 nexthop via 10.0.0.3',
    'neighbour add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0',
    'rule add from 10.0.0.0/24 table 5',
  ]);
  await using store = ip.watch(['link', 'address', 'route', 'neighbour', 'rule']);
  await store.ready;
  const events: ObjectEvent[] = [];
  store.on('change', event => events.push(event));
  let attempts = 0;
  const meddle = (value: object): void => {
    for (const [name, part] of Object.entries(value)) {
      attempts++;
      expect(() => Object.assign(value, { [name]: 'mine' })).toThrow(TypeError);
      if (typeof part === 'object' && part !== null && !ArrayBuffer.isView(part)) meddle(part);
    }
    expect(() => Object.assign(value, { another: 'mine' })).toThrow(TypeError);
  };
  const { links, addresses, routes, neighbours, rules } = store;
  for (const each of [...links, ...addresses, ...routes, ...neighbours, ...rules]) meddle(each);
  for (const each of [...addresses, ...routes, ...neighbours, ...rules]) meddle(each.message);
  expect(attempts).toBeGreaterThan(300);
  await ipBatch(ns, [
    'link set v0 mtu 1400',
    'address change 10.0.0.1/24 dev v0 metric 5',
    'neighbour replace 10.0.0.9 lladdr 02:00:00:00:00:0a dev v0',
    'route replace 10.1.0.0/16 nexthop via 10.0.0.2',
  ]);
  await settled(() => events.length >= 6);
  for (const event of events) meddle(event);
  const told = events.map(event => `${event.type} ${event.group} ${'fields' in event ? event.fields : ''}`);
  expect(told).toEqual([
    'changed link mtu',
    // The kernel's own route has the metric of its address.
    'added route ',
    'removed route ',
    'changed address metric',
    'changed neighbour lladdr',
    'changed route gateway,index,nexthops',
  ]);
  await expectStoreSameAsIp(ns, store);
});

test('it ends by close, by a signal and with what it came from, and frees its descriptor', async () => {
  await (await ip.link.get('lo')).index;
  const before = openDescriptors();
  const closed: string[] = [];
  const controller = new AbortController();
  const stores = {
    closed: ip.watch(),
    aborted: ip.watch(['link'], { signal: controller.signal }),
    ended: ip.watch(),
  };
  for (const [name, store] of Object.entries(stores))
    store.on('close', () => closed.push(name)).on('error', () => closed.push('error'));
  await Promise.all(Object.values(stores).map(store => store.ready));
  expect(openDescriptors()).toBe(before + 3);
  stores.closed.close();
  stores.closed.close();
  await settled(() => closed.length === 1);
  controller.abort();
  await settled(() => closed.length === 2);
  expect(openDescriptors()).toBe(before + 1);
  ip.close();
  await settled(() => closed.length === 3);
  expect(closed).toEqual(['closed', 'aborted', 'ended']);
  expect(openDescriptors()).toBe(before - 1);
  expect([stores.ended.synced, stores.ended.links.size]).toEqual([false, 1]);
});

test('ready rejects if it is closed, aborted or refused before', async () => {
  const store = ip.watch();
  store.close();
  await expect(store.ready).rejects.toThrow(ClosedError);
  await expect(ip.watch(['link'], { signal: AbortSignal.abort() }).ready).rejects.toThrow(AbortError);
  expect(() => ip.watch(['nonesuch' as 'link'])).toThrow(/expected one or more of link, address.*got "nonesuch"/);
  ip.close();
  await expect(ip.watch().ready).rejects.toThrow(ClosedError);
});

test('what a listener throws is an uncaught exception, and the store goes on', () => {
  expect(runProgram('listener')).toEqual({ uncaught: ['oh'], synced: true, up: true, more: true });
});
