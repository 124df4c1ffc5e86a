import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortError,
  type Ip,
  type MonitorEvent,
  type MonitorOptions,
  type Namespace,
  netns,
  type ObjectEvent,
  open,
  type WatchedGroup,
} from '../../src/index.js';
import { ipBatch, shell } from '../support/ip.js';
import { Ledger } from '../support/ledger.js';
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

/** A monitor that is read as fast as can be, and its books. */
function follow(
  groups: readonly WatchedGroup[],
  options: MonitorOptions = {},
  from = ip,
): Ledger & { ended: Promise<void> } {
  const ledger = new Ledger();
  const ended = (async () => {
    for await (const event of from.monitor(groups, options)) ledger.apply(event);
  })();
  ended.catch(() => {}); // told where it is awaited
  return Object.assign(ledger, { ended });
}

async function synced(...args: Parameters<typeof follow>): Promise<ReturnType<typeof follow>> {
  const ledger = follow(...args);
  await Promise.race([settled(() => ledger.synced), ledger.ended]);
  expect(ledger.synced).toBe(true);
  return ledger;
}

/** An event in short: `changed link veth1 mtu`. */
function brief(event: MonitorEvent): string {
  if (event.type === 'synced') return 'synced';
  if (event.type === 'resync') return `resync ${event.phase}`;
  const { type, group, object } = event;
  const name = 'name' in object ? object.name : 'cidr' in object ? object.cidr : String(object);
  return `${type} ${group} ${name}${type === 'changed' ? ` ${event.fields.join(',')}` : ''}`;
}

test('what is there comes first, then synced, then what happens', async () => {
  await ip.link.set('lo', { up: true });
  await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } });
  const ledger = await synced(['link', 'address']);
  const first = ledger.events.map(brief);
  expect(first.slice(0, 3).sort()).toEqual(['added link lo', 'added link veth1', 'added link veth2']);
  expect(first.slice(3, 5).sort()).toEqual(['added address 127.0.0.1/8', 'added address ::1/128']);
  expect(first.slice(5)).toEqual(['synced']);
  ledger.events.length = 0;
  await ip.link.set('veth1', { mtu: 1400 });
  await ip.address.add('veth1', '10.0.0.1/24');
  await ip.address.delete('veth1', '10.0.0.1/24');
  await ip.link.delete('veth2');
  await settled(() => ledger.events.length >= 5);
  const events = ledger.events.map(brief);
  // Before a pair goes, one end may be told to have lost the other.
  expect(events.filter(event => !event.includes('linkIndex'))).toEqual([
    'changed link veth1 mtu',
    'added address 10.0.0.1/24',
    'removed address 10.0.0.1/24',
    'removed link veth2',
    'removed link veth1',
  ]);
  expect(ledger.events[0]).toMatchObject({ previous: { mtu: 1500 }, object: { mtu: 1400 }, nsid: undefined });
});

test('renamed, renumbered, made again under the same name, and with the same index', async () => {
  await ip.link.add({ name: 'veth1', index: 50, kind: 'veth', peer: { name: 'veth2', index: 51 } });
  const ledger = await synced(['link']);
  ledger.events.length = 0;
  await ip.link.set(50, { name: 'other' });
  await ipBatch(ns, ['link property add dev other altname alternative']);
  await settled(() => ledger.events.length >= 1);
  expect(ledger.events.map(brief)).toEqual(['changed link other name']);
  // What the kernel does not announce of a link that is down comes with the next change.
  await ip.link.set(50, { mtu: 1400 });
  await settled(() => ledger.events.length >= 2);
  expect(ledger.events.map(brief).slice(1)).toEqual(['changed link other mtu,altNames']);

  const again = { kind: 'veth', peer: { name: 'veth2', index: 51 } } as const;
  ledger.events.length = 0;
  await ip.link.delete(50);
  await ip.link.add({ name: 'other', index: 60, ...again });
  await settled(() => ledger.of('link').some(link => link.index === 60));
  const told = (name: string): string[] =>
    ledger.events.map(brief).filter(event => event.split(' ')[2] === name && !event.startsWith('changed'));
  expect(told('other')).toEqual(['removed link other', 'added link other']);

  await ip.link.delete(60);
  ledger.events.length = 0;
  await ip.link.add({ name: 'other', index: 60, ...again });
  await ip.link.delete(60);
  await ip.link.add({ name: 'other', index: 60, ...again });
  await settled(() => ledger.events.filter(event => event.type === 'added').length >= 4);
  expect(told('other').slice(-3)).toEqual(['added link other', 'removed link other', 'added link other']);
});

test('what a loss hid: a link made again with the same index is another one', async () => {
  const pair = { kind: 'veth', peer: { name: 'veth2', index: 51 } } as const;
  await ip.link.add({ name: 'veth1', index: 50, up: true, ...pair });
  await ip.link.set('veth2', { up: true });
  await ip.link.set('lo', { up: true });
  const ledger = await synced(['link']);
  await settled(() => ledger.of('link').some(link => link.index === 50 && link.operState === 'up'));
  ledger.events.length = 0;
  const noise = Array.from({ length: 5000 }, (_, i) => `link set lo alias ${i}`);
  const input = [
    ...noise,
    'link del veth1',
    'link add veth1 index 50 type veth peer name veth2 index 51',
    ...noise,
  ].join('\n');
  ns.run(() => execFileSync('ip', ['-batch', '-'], { input }));
  await settled(() => ledger.resyncs > 0 && !ledger.resyncing && ledger.of('link').some(link => link.alias === '4999'));
  const events = ledger.events.map(brief);
  const inside = events.slice(events.indexOf('resync begin') + 1, events.lastIndexOf('resync end'));
  expect(inside).toEqual(expect.arrayContaining(['removed link veth1', 'added link veth1']));
  expect(inside.indexOf('removed link veth1')).toBeLessThan(inside.indexOf('added link veth1'));
});

test('a link that moves says where it went, and is itself when it comes back', async () => {
  using other = netns.create();
  await using there = open({ netns: other });
  await ip.link.add({ name: 'veth1', index: 50, kind: 'veth', peer: { name: 'veth2', index: 51 } });
  const [here, away] = [await synced(['link']), await synced(['link'], {}, there)];
  const id = await ip.netns.setId(other);
  for (let round = 0; round < 20; round++) {
    here.events.length = away.events.length = 0;
    await ip.link.set('veth1', { netns: other });
    await settled(() => here.events.length >= 2 && away.events.length >= 1);
    const [removed, peer] = here.events as ObjectEvent<'link'>[];
    expect([removed, peer].map(each => brief(each!))).toEqual(['removed link veth1', 'changed link veth2 linkNetnsid']);
    expect(removed).toMatchObject({ movedTo: { nsid: id, index: 50 } });
    expect(peer!.object.linkNetnsid).toBe(id);
    expect(away.events.map(brief)).toEqual(['added link veth1']);
    here.events.length = away.events.length = 0;
    await there.link.set('veth1', { netns: ns });
    await settled(() => here.events.length >= 2 && away.events.length >= 1);
    expect(here.events.map(brief)).toEqual(['added link veth1', 'changed link veth2 linkNetnsid']);
    expect(away.events.map(brief)).toEqual(['removed link veth1']);
  }
});

test('1,000 monitors started amid changes: each sees every number after the one it found, once', async () => {
  const program = join(__dirname, 'programs', 'numbered.mjs');
  const child = ns.run(() => spawn(process.execPath, [program, '1'], { stdio: ['ignore', 'pipe', 'inherit'] }));
  try {
    await once(child.stdout, 'data');
    let resynced = 0;
    for (let round = 0; round < 1000; round++) {
      const ledger = new Ledger();
      let [alias, added, removed, seen] = [0, 0, 0, 0];
      for await (const event of ip.monitor(['link', 'address'])) {
        ledger.apply(event);
        if (event.type === 'resync') break;
        if (event.type === 'synced') {
          alias = Number(ledger.of('link')[0]!.alias ?? 0);
          const numbers = ledger
            .of('address')
            .map(number)
            .filter(each => each > 0)
            .sort((a, b) => a - b);
          [added, removed] = [Math.max(0, ...numbers), Math.min(...numbers, Number.POSITIVE_INFINITY) - 1];
          expect(numbers).toEqual(Array.from({ length: added - removed }, (_, i) => removed + 1 + i));
          continue;
        }
        if (!ledger.synced) continue;
        if (event.group === 'link') expect(Number(event.object.alias)).toBe(++alias);
        else if (event.type === 'added') expect(number(event.object)).toBe(++added);
        else if (event.type === 'removed') expect(number(event.object)).toBe(++removed);
        if (++seen === 6) break;
      }
      if (ledger.resyncs > 0) resynced++;
      else expect(seen).toBe(6);
    }
    // A loss is no fault, but proves nothing.
    expect(resynced).toBeLessThan(500);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
});

function number({ address }: { address: string }): number {
  const [net, a, b, c] = address.split('.').map(Number);
  return net === 10 ? (a! << 16) | (b! << 8) | c! : 0;
}

test('5,000 events with a buffer of 4 MiB while nobody reads: none lost, in order', async () => {
  const ledger = await synced(['address'], { receiveBuffer: 4 << 20 });
  ledger.events.length = 0;
  await ip.link.set('lo', { up: true });
  // A user namespace may be granted less (net.core.rmem_max): then nobody reads for so much shorter at a time.
  const granted = ip.socket.sibling({ receiveBuffer: 4 << 20 });
  const chunk = Math.min(5000, Math.floor(granted.receiveBuffer! / 1600) & ~1);
  granted.close();
  const commands = Array.from({ length: 2500 }, (_, i) => `10.1.${i >> 8}.${i & 255}/32`).flatMap(each => [
    `address add ${each} dev lo`,
    `address del ${each} dev lo`,
  ]);
  await settled(() => ledger.events.length >= 2); // 127.0.0.1 and ::1
  for (let at = 0; at < commands.length; at += chunk) {
    const input = commands.slice(at, at + chunk).join('\n');
    ns.run(() => execFileSync('ip', ['-batch', '-'], { input }));
    await settled(() => ledger.events.length >= Math.min(at + chunk, 5000) + 2);
  }
  const wanted = commands.map(command =>
    command.replace(
      /address (add|del) (\S+) .*/,
      (_, verb, each) => `${verb === 'add' ? 'added' : 'removed'} address ${each}`,
    ),
  );
  expect(ledger.events.slice(2).map(brief)).toEqual(wanted);
});

test('ip monitor and rtmon tell the same addresses and states of links, in the same order', async () => {
  await ip.link.set('lo', { up: true });
  await ip.link.add({ name: 'veth1', kind: 'veth', up: true, peer: { name: 'veth2' } });
  const ledger = await synced(['link', 'address'], { receiveBuffer: 4 << 20 });
  const monitor = ns.run(() =>
    spawn('ip', ['-o', 'monitor', 'link', 'address'], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const file = `/run/rtmon.${process.pid}`;
  const rtmon = ns.run(() => spawn('rtmon', ['file', file, 'link', 'address'], { stdio: 'inherit' }));
  let text = '';
  monitor.stdout.on('data', (part: Buffer) => (text += part));
  try {
    // Both are there when they have told of one and the same change.
    for (let i = 0; !(text.includes('mtu 60000') && recorded(file).includes('mtu 60000')); i++) {
      await ip.link.set('lo', { mtu: 60000 - (i % 2) });
      await sleep(20);
    }
    await ip.link.set('lo', { mtu: 50000 });
    // So many at a time as fit the smallest buffers.
    for (let from = 0; from < 300; from += 20) {
      const commands = Array.from({ length: 20 }, (_, n) => changesOf(from + n)).flat();
      await ipBatch(ns, commands);
      const last = 1000 + from + 19;
      const here = (): boolean => ledger.of('link').some(link => link.mtu === last);
      await settled(() => here() && text.includes(`mtu ${last} `));
    }
    await ipBatch(ns, ['link set lo mtu 40000']);
    const theEnd = (told: string): boolean => told.includes('mtu 40000');
    await settled(() => theEnd(text) && theEnd(recorded(file)) && ledger.of('link').some(link => link.mtu === 40000));
  } finally {
    monitor.kill();
    rtmon.kill();
    await Promise.all([once(monitor, 'close'), once(rtmon, 'close')]);
  }
  const ours = ledger.events.flatMap(event => {
    if (event.type === 'synced' || event.type === 'resync') return [brief(event)];
    if (event.group === 'address') return [`${event.type === 'removed' ? 'Deleted ' : ''}${event.object.address}`];
    return event.group === 'link' && event.type === 'changed' && event.fields.includes('mtu')
      ? [`${event.object.index} mtu ${event.object.mtu}`]
      : [];
  });
  const since = (all: string[]): string[] => all.slice(all.indexOf('1 mtu 50000'));
  expect(since(ours).length).toBe(1 + 300 * 4 - 1 + 1);
  expect(since(ours)).toEqual(since(mtusAndAddresses(text)));
  expect(since(ours)).toEqual(since(mtusAndAddresses(recorded(file))));
});

const changesOf = (i: number): string[] => [
  `address add 10.0.${i >> 8}.${i & 255}/32 dev veth1`,
  `address add fd00::${i.toString(16)}/64 dev veth2 nodad`,
  ...(i > 0 ? [`address del 10.0.${(i - 1) >> 8}.${(i - 1) & 255}/32 dev veth1`] : []),
  `link set veth1 mtu ${1000 + i}`,
];

const recorded = (file: string): string => {
  try {
    return shell(ns, 'ip', '-o', 'monitor', 'file', file);
  } catch {
    return ''; // not yet there
  }
};

/** Of what `ip -o monitor` prints: addresses as they come and go, and the MTU of a link when it is another than before. */
function mtusAndAddresses(text: string): string[] {
  const known = new Map<string, string>();
  return text.split('\n').flatMap(line => {
    const address = /^(?:\[.*?\])?(Deleted )?\d+: \S+\s+inet6? ([^ /]+)/.exec(line);
    if (address !== null) return [`${address[1] ?? ''}${address[2]}`];
    const link = /^(?:\[.*?\])?(\d+): .*? mtu (\d+)/.exec(line);
    if (link === null || known.get(link[1]!) === link[2]) return [];
    known.set(link[1]!, link[2]!);
    return [`${link[1]} mtu ${link[2]}`];
  });
}

describe('what ends it frees its descriptor', () => {
  let before: number;
  beforeEach(async () => {
    await ip.link.set('lo', { up: true });
    before = openDescriptors();
  });

  test('leaving the loop, at any event', async () => {
    for (let round = 0; round < 20; round++) {
      let left = round % 4;
      for await (const _ of ip.monitor(['link', 'address'])) if (left-- === 0) break;
      expect(openDescriptors()).toBe(before);
    }
    await expect(
      (async () => {
        for await (const _ of ip.monitor(['link'])) throw new Error('mine');
      })(),
    ).rejects.toThrow('mine');
    expect(openDescriptors()).toBe(before);
  });

  test('the signal, close, and closing what it came from, also amid the first answers', async () => {
    for (const wait of [false, true]) {
      for (const how of ['signal', 'close', 'dispose', 'ip'] as const) {
        await using own = open({ netns: ns });
        const controller = new AbortController();
        const monitor = own.monitor(['link'], { signal: controller.signal });
        const events: string[] = [];
        const outcome = (async () => {
          for await (const event of monitor) events.push(brief(event));
          return 'over';
        })().catch((error: Error) => error);
        if (wait) await settled(() => events.includes('synced'));
        if (how === 'signal') controller.abort(new Error('enough'));
        else if (how === 'close') monitor.close();
        else if (how === 'dispose') await monitor[Symbol.asyncDispose]();
        else own.close();
        if (how === 'signal') expect(await outcome).toMatchObject({ name: 'AbortError', cause: { message: 'enough' } });
        else expect(await outcome).toBe('over');
        own.close();
        expect(openDescriptors()).toBe(before);
        expect(await monitor.next()).toEqual({ done: true, value: undefined });
      }
    }
  });

  test('nothing is opened before the first event is asked for, nor after it was closed', async () => {
    const monitor = ip.monitor(['link']);
    expect(openDescriptors()).toBe(before);
    monitor.close();
    expect(await monitor.next()).toEqual({ done: true, value: undefined });
    await expect(ip.monitor(['link'], { signal: AbortSignal.abort() }).next()).rejects.toThrow(AbortError);
    expect(openDescriptors()).toBe(before);
  });

  test('a second call of next() before the first settled is refused', async () => {
    await using monitor = ip.monitor(['link']);
    const first = monitor.next();
    await expect(monitor.next()).rejects.toThrow(TypeError);
    expect(await first).toMatchObject({ value: { type: 'added' } });
  });
});

test('behind a consumer that stops reading memory stays bounded, and the truth comes when it goes on', async () => {
  await ip.link.set('lo', { up: true });
  await using monitor = ip.monitor(['link']);
  const ledger = new Ledger();
  while (!ledger.synced) ledger.apply((await monitor.next()).value);
  const held = (): number => process.memoryUsage().arrayBuffers;
  const before = held();
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, held() - before)), 5);
  await ipBatch(ns, [...Array.from({ length: 20_000 }, (_, i) => `link set lo alias ${i}`), 'link set lo alias end']);
  await sleep(50);
  clearInterval(watch);
  // 4,096 notifications of less than 2 KiB, in slabs; all 20,000 would be five times as much.
  expect(most).toBeLessThan(14 << 20);
  while (!(ledger.resyncs > 0 && !ledger.resyncing)) ledger.apply((await monitor.next()).value);
  expect(ledger.of('link')).toMatchObject([{ alias: 'end' }]);
  expect(ledger.events.length).toBeLessThan(20_000);
});

const namesOf = (ledger: Ledger, nsid?: number): string[] =>
  ledger
    .of('link', nsid)
    .map(link => link.name)
    .sort();

test('several namespaces at once: each event says which, also those that come later', async () => {
  using one = netns.create();
  using two = netns.create();
  await using there = open({ netns: one });
  const id = await ip.netns.setId(one);
  await there.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } });
  const ledger = await synced(['link', 'address'], { allNamespaces: true });
  expect(ledger.of('link').map(link => link.name)).toEqual(['lo']);
  expect(namesOf(ledger, id)).toEqual(['lo', 'veth1', 'veth2']);

  ledger.events.length = 0;
  await there.address.add('veth1', '10.0.0.1/24');
  await there.link.set('lo', { alias: 'there', up: true });
  await settled(() => ledger.of('address', id).length === 3);
  expect(
    ledger
      .of('address', id)
      .map(each => each.cidr)
      .sort(),
  ).toEqual(['10.0.0.1/24', '127.0.0.1/8', '::1/128']);
  expect(ledger.of('address')).toEqual([]);
  expect(ledger.events.every(event => event.type !== 'resync' && event.type !== 'synced' && event.nsid === id)).toBe(
    true,
  );

  // A third gets its id while the monitor runs.
  const later = await ip.netns.setId(two);
  await settled(() => ledger.of('link', later).length === 1);
  expect(ledger.of('link', later).map(link => link.name)).toEqual(['lo']);
  await ip.link.add({ name: 'a', kind: 'veth', peer: { name: 'b', netns: two } });
  await settled(() => ledger.of('link', later).length === 2);
  expect(namesOf(ledger, later)).toEqual(['b', 'lo']);

  // A namespace goes: all that was in it goes with it.
  there.close();
  one.close();
  await settled(() => ledger.of('link', id).length === 0);
  expect(ledger.of('link', id)).toEqual([]);
  expect(ledger.of('address', id)).toEqual([]);
  expect(namesOf(ledger)).toEqual(['a', 'lo']);
});
