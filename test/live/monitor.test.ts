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
import { ipBatch, ipJson, shell } from '../support/ip.js';
import { whatIpTells, whatWeTell } from '../support/ip-monitor.js';
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
): Ledger & { ended: Promise<void>; receiveBuffer: () => number | undefined } {
  const ledger = new Ledger();
  const monitor = from.monitor(groups, options);
  const ended = (async () => {
    for await (const event of monitor) ledger.apply(event);
  })();
  ended.catch(() => {}); // told where it is awaited
  return Object.assign(ledger, { ended, receiveBuffer: () => monitor.receiveBuffer });
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
  expect(events).toEqual([
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
  await ipBatch(ns, ['link set veth1 name other', 'link property add dev other altname alternative']);
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

describe('a pair with one end here and one in another namespace', () => {
  const name = `other${process.pid}`;
  let other: Namespace;
  let there: Ip;
  beforeEach(() => {
    other = netns.create(name);
    there = open({ netns: other });
  });
  afterEach(() => {
    there.close();
    other.close();
    netns.delete(name);
  });

  /** How it is made, and where the end is that the kernel announces first, before it joins them. */
  const WAYS: readonly [string, 'here' | 'there', () => Promise<unknown>][] = [
    [
      'made by ip, with the peer there',
      'there',
      () => ipBatch(ns, [`link add v0 type veth peer name w0 netns ${name}`]),
    ],
    ['made by ip, with the peer here', 'here', () => ipBatch(ns, [`link add w0 netns ${name} type veth peer name v0`])],
    [
      'made by us, with the peer there',
      'there',
      () => ip.link.add({ name: 'v0', kind: 'veth', peer: { name: 'w0', netns: other } }),
    ],
    [
      'made by us from there, with the peer here',
      'here',
      () => there.link.add({ name: 'w0', kind: 'veth', peer: { name: 'v0', netns: ns } }),
    ],
  ];

  test.each(WAYS)('%s: that they are joined is told, and nothing twice', async (_, first, make) => {
    const [id] = [await ip.netns.setId(other), await there.netns.setId(ns)];
    const [here, away, all] = await Promise.all([
      synced(['link']),
      synced(['link'], {}, there),
      synced(['link'], { allNamespaces: true }),
    ]);
    for (const ledger of [here, away, all]) ledger.events.length = 0;
    await make();
    const joined = (ledger: Ledger, nsid?: number): boolean =>
      ledger.of('link', nsid).some(each => each.kind === 'veth' && each.linkIndex !== 0);
    await settled(() => joined(here) && joined(away) && joined(all) && joined(all, id));
    // Once this is told, all before it has been.
    for (const each of [ip, there]) await each.link.set('lo', { mtu: 60_000 });
    const isLast = (event: MonitorEvent): boolean => brief(event) === 'changed link lo mtu';
    await settled(() => all.events.filter(isLast).length === 2 && [here, away].every(each => each.events.some(isLast)));
    const told = (events: readonly MonitorEvent[], nsid?: number): string[] =>
      events.filter(event => (event as ObjectEvent).nsid === nsid && !isLast(event)).map(brief);
    const wanted = (end: string, at: string, fields: string): string[] => [
      `added link ${end}`,
      ...(first === at ? [`changed link ${end} ${fields}`] : []),
    ];
    expect(told(here.events)).toEqual(wanted('v0', 'here', 'linkIndex,linkNetnsid'));
    expect(told(away.events)).toEqual(wanted('w0', 'there', 'linkIndex,linkNetnsid'));
    expect(told(all.events)).toEqual(wanted('v0', 'here', 'linkIndex,linkNetnsid'));
    expect(told(all.events, id)).toEqual(wanted('w0', 'there', 'linkIndex'));
    for (const [ledger, at, nsid] of [
      [here, ns],
      [away, other],
      [all, ns],
      [all, other, id],
    ] as const) {
      const { link_index, link_netnsid } = ipJson(at, 'link', 'show', 'type', 'veth')[0]!;
      const [end] = ledger.of('link', nsid).filter(link => link.kind === 'veth');
      // Ids are those of the namespace that was asked from.
      const shown =
        nsid === undefined ? { linkIndex: link_index, linkNetnsid: link_netnsid } : { linkIndex: link_index };
      expect(end).toMatchObject(shown);
    }
  });
});

test('both ends of a pair in one namespace: each is added, and the first is told joined, once', async () => {
  const ledger = await synced(['link']);
  ledger.events.length = 0;
  for (let round = 0; round < 20; round++) {
    await ipBatch(ns, [`link add v${round} type veth peer name w${round}`, `link set lo mtu ${60_000 + round}`]);
    const isJoined = (event: MonitorEvent): boolean => brief(event) === `changed link w${round} linkIndex`;
    const isLast = (event: MonitorEvent): boolean => brief(event) === 'changed link lo mtu';
    await settled(() => ledger.events.some(isJoined) && ledger.events.some(isLast));
    expect(ledger.events.filter(event => !isLast(event)).map(brief)).toEqual([
      `added link w${round}`,
      `added link v${round}`,
      `changed link w${round} linkIndex`,
    ]);
    ledger.events.length = 0;
  }
});

test('where a link of another namespace moved is left out, since the kernel says it by an id of that namespace', async () => {
  using other = netns.create();
  using third = netns.create();
  await using there = open({ netns: other });
  const [id, thirdId] = [await ip.netns.setId(other, 7), await ip.netns.setId(third, 0)];
  await there.netns.setId(ns, 0);
  await there.netns.setId(third, 9);
  const ledger = await synced(['link'], { allNamespaces: true });
  const move = async (from: Ip, to: Namespace): Promise<ObjectEvent> => {
    ledger.events.length = 0;
    await from.link.set('veth1', { netns: to });
    const isIt = (event: MonitorEvent): boolean => brief(event) === 'removed link veth1';
    await settled(() => ledger.events.some(isIt));
    return ledger.events.find(isIt) as ObjectEvent;
  };
  await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } });
  expect(await move(ip, other)).toMatchObject({ nsid: undefined, movedTo: { nsid: id } });
  for (const to of [ns, third]) {
    const event = await move(there, to);
    expect(event).toMatchObject({ nsid: id });
    expect(event).not.toHaveProperty('movedTo');
    if (to === ns) await move(ip, other);
  }
  expect(shell(ns, 'ip', 'netns', 'list-id')).toMatch(new RegExp(`nsid ${thirdId}\\b`));
});

test('1,000 monitors started amid changes: each sees every number after the one it found, once', async () => {
  const program = join(__dirname, 'programs', 'numbered.mjs');
  const child = ns.run(() => spawn(process.execPath, [program, '1'], { stdio: ['ignore', 'pipe', 'inherit'] }));
  try {
    await once(child.stdout, 'data');
    let [seen, losses] = [0, 0];
    // A loss is no fault where the buffer is small and this process waits long for its turn, but such a round proves nothing.
    while (seen < 1000 && losses < 1000) {
      if (await everyNumberOnce()) seen++;
      else losses++;
    }
    expect(seen).toBe(1000);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
});

/** A monitor sees six changes of `numbered.mjs` after the state it found. False if notifications were lost. */
async function everyNumberOnce(): Promise<boolean> {
  const ledger = new Ledger();
  let [alias, added, removed, seen] = [0, 0, 0, 0];
  for await (const event of ip.monitor(['link', 'address'], { receiveBuffer: 4 << 20 })) {
    ledger.apply(event);
    if (event.type === 'resync') return false;
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
    if (++seen === 6) return true;
  }
  throw new Error('the monitor ended by itself');
}

function number({ address }: { address: string }): number {
  const [net, a, b, c] = address.split('.').map(Number);
  return net === 10 ? (a! << 16) | (b! << 8) | c! : 0;
}

test('a lifetime that is set again and again is told each time, though the kernel counts hundredths of a second', async () => {
  await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } });
  const told: unknown[] = [];
  await using store = ip.watch(['address']);
  await store.ready;
  store.on('change', event => 'validLifetime' in event.object && told.push(event.object.validLifetime));
  const lifetimes = Array.from({ length: 50 }, (_, i) => 1000 * (i + 1));
  await ipBatch(
    ns,
    lifetimes.map(each => `address replace 10.0.0.1/24 dev veth1 valid_lft ${each} preferred_lft 500`),
  );
  await settled(() => told.length >= lifetimes.length);
  expect(told).toEqual(lifetimes);
});

describe('while nobody reads', () => {
  /** Bytes of a buffer that 4 MiB were asked for: the kernel doubles what it grants. */
  const granted = grant(4 << 20);
  const whole = granted === 8 << 20;
  const otherwise = `needs CAP_NET_ADMIN in the first user namespace or net.core.rmem_max of 4 MiB, has ${granted / 2} bytes`;

  /** Adds and removes addresses while this process stands still. Returns what a monitor tells of it. */
  async function stand(
    count: number,
    receiveBuffer: number,
  ): Promise<{ ledger: ReturnType<typeof follow>; wanted: string[] }> {
    await ip.link.set('lo', { up: true });
    const ledger = await synced(['address'], { receiveBuffer });
    ledger.events.length = 0;
    const commands = Array.from({ length: count / 2 }, (_, i) => `10.1.${i >> 8}.${i & 255}/32`).flatMap(each => [
      `address add ${each} dev lo`,
      `address del ${each} dev lo`,
    ]);
    ns.run(() => execFileSync('ip', ['-batch', '-'], { input: [...commands, LAST].join('\n') }));
    await settled(() => ledger.of('address').some(each => each.address === '10.9.9.9') && !ledger.resyncing);
    const words = (command: string): string =>
      command.replace(
        /address (add|del) (\S+) .*/,
        (_, verb, each) => `${verb === 'add' ? 'added' : 'removed'} address ${each}`,
      );
    return { ledger, wanted: [...commands, LAST].map(words) };
  }
  const LAST = 'address add 10.9.9.9/32 dev lo';

  (whole ? test : test.skip)(
    `a buffer of 4 MiB loses none of 5,000 events${whole ? '' : `: ${otherwise}`}`,
    async () => {
      const { ledger, wanted } = await stand(5000, 4 << 20);
      expect(ledger.receiveBuffer()).toBe(8 << 20);
      expect(ledger.events.map(brief)).toEqual(wanted);
    },
  );

  test('a buffer of 64 KiB, which everybody is granted, loses none of as many as fit, and tells when it lost some', async () => {
    // A notification of an address takes less than 1,024 bytes, its socket buffer included.
    const { ledger, wanted } = await stand(126, 64 << 10);
    expect(ledger.receiveBuffer()).toBe(128 << 10);
    expect(ledger.events.map(brief)).toEqual(wanted);
    await ip.address.delete('lo', '10.9.9.9/32');
    const more = await stand(1000, 64 << 10);
    expect(more.ledger.resyncs).toBeGreaterThan(0);
    expect(more.ledger.of('address').map(each => each.cidr)).toEqual(['127.0.0.1/8', '::1/128', '10.9.9.9/32']);
  });
});

/** Bytes of the receive buffer that a monitor gets which asks for so many. */
function grant(receiveBuffer: number): number {
  using own = open();
  using subscription = own.socket.subscribe(['link'], { receiveBuffer });
  return subscription.receiveBuffer!;
}

test('ip monitor and rtmon tell the same of links, addresses, routes and neighbours, in the same order', async () => {
  using other = netns.create(`other${process.pid}`);
  await ip.link.set('lo', { up: true });
  const ledger = await synced(['link', 'address', 'route', 'neighbour'], { receiveBuffer: 4 << 20 });
  const monitor = ns.run(() =>
    spawn('ip', ['-o', 'monitor', 'label', 'link', 'address', 'route', 'neigh'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const start = ledger.events.length;
  const file = `/run/rtmon.${process.pid}`;
  const rtmon = ns.run(() => spawn('rtmon', ['file', file, 'all'], { stdio: 'inherit' }));
  let text = '';
  monitor.stdout.on('data', (part: Buffer) => (text += part));
  try {
    // Both are there when they have told of one and the same change.
    for (let i = 0; !(text.includes('mtu 60000') && recorded(file).includes('mtu 60000')); i++) {
      await ip.link.set('lo', { mtu: 60000 - (i % 2) });
      await sleep(20);
    }
    await ip.link.set('lo', { mtu: 50000 });
    for (let round = 1; round <= ROUNDS; round++) {
      // So many at a time as fit the smallest buffers.
      await ipBatch(ns, youth(round));
      await settled(() => text.includes(`inet6 fd00:${round}::1/64`));
      await ipBatch(ns, [...age(round, other.name!), `link set lo mtu ${2000 + round}`]);
      const here = (): boolean => ledger.of('link').some(link => link.mtu === 2000 + round);
      await settled(() => here() && text.includes(`mtu ${2000 + round} `));
    }
    await settled(() => recorded(file).includes(`mtu ${2000 + ROUNDS} `));
  } finally {
    monitor.kill();
    rtmon.kill();
    await Promise.all([once(monitor, 'close'), once(rtmon, 'close')]);
    netns.delete(other.name!);
  }
  expect(ledger.resyncs).toBe(0);
  const ours = whatWeTell(ledger.events.slice(start).filter(event => 'group' in event));
  for (const kind of ['link', 'address', 'route', 'neighbour']) {
    const of = (all: string[]): string[] => {
      const chosen = all.filter(each => each.split(' ')[1] === kind);
      return chosen.slice(chosen.findLastIndex(each => each.includes(' 1 lo mtu 50000 ')) + 1);
    };
    expect([kind, ...of(ours)]).toEqual([kind, ...of(whatIpTells(text))]);
    expect([kind, ...of(ours)]).toEqual([kind, ...of(whatIpTells(recorded(file)))]);
    expect(of(ours).length).toBeGreaterThan(0);
  }
});

const ROUNDS = 60;

/**
 * The life of a pair: made, renamed, changed, given addresses …. Then comes the rest when the kernel has announced the IPv6
 * address, which we find before.
 */
const youth = (n: number): string[] => [
  `link add t${n} type veth peer name u${n}`,
  `link set t${n} addrgenmode none`,
  `link set u${n} addrgenmode none`,
  `link set t${n} name r${n}`,
  `link set r${n} mtu 1400 up`,
  `link set u${n} group 5 up`,
  `link property add dev r${n} altname alt${n}`,
  `address add 10.${n}.0.1/24 dev r${n}`,
  `address add fd00:${n}::1/64 dev r${n} nodad`,
];

/** … routes and neighbours; one end moves, the other is deleted. */
const age = (n: number, other: string): string[] => [
  `route add 10.100.${n}.0/24 via 10.${n}.0.2`,
  `route replace 10.100.${n}.0/24 via 10.${n}.0.3`,
  `route add fd09:${n}::/64 via fd00:${n}::2`,
  `route replace fd09:${n}::/64 via fd00:${n}::3`,
  `neigh add 10.${n}.0.9 lladdr 02:00:00:00:00:01 dev r${n}`,
  `neigh replace 10.${n}.0.9 lladdr 02:00:00:00:00:02 dev r${n} nud stale`,
  `neigh add fd00:${n}::9 lladdr 02:00:00:00:00:01 dev r${n}`,
  `neigh del 10.${n}.0.9 dev r${n}`,
  `address change 10.${n}.0.1/24 dev r${n} metric 5`,
  // IPv4 does not announce the routes that go with their link or its address.
  `route del 10.100.${n}.0/24`,
  `address del 10.${n}.0.1/24 dev r${n}`,
  ...(n % 2 === 0 ? [`link set u${n} netns ${other}`] : []),
  `link set r${n} ${n % 3 === 0 ? 'down' : 'allmulticast on'}`,
  `link del r${n}`,
];

const recorded = (file: string): string => {
  try {
    return shell(ns, 'ip', '-o', 'monitor', 'label', 'file', file);
  } catch {
    return ''; // not yet there
  }
};

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

test('what this thread changes in any of several namespaces is found, though the kernel says nothing of it', async () => {
  const before = openDescriptors();
  {
    using one = netns.create();
    using two = netns.create();
    await using inOne = open({ netns: one });
    await using inTwo = open({ netns: two });
    const id = await ip.netns.setId(one);
    await inOne.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } });
    const ledger = await synced(['link'], { allNamespaces: true });
    const alias = (nsid: number): unknown => ledger.of('link', nsid).find(link => link.index === 1)?.alias;
    for (const text of ['a', 'b']) {
      await inOne.link.set('lo', { alias: text });
      await settled(() => alias(id) === text);
      expect(alias(id)).toBe(text);
    }
    // One that has no id is not watched, until it has one.
    await inTwo.link.set('lo', { alias: 'c' });
    const later = await ip.netns.setId(two);
    await settled(() => alias(later) === 'c');
    await inTwo.link.set('lo', { alias: 'd' });
    await settled(() => alias(later) === 'd');
    expect(alias(later)).toBe('d');
    expect(ledger.events.some(event => event.type === 'resync')).toBe(false);
    // Closed before it has asked which one that was.
    await using third = open({ netns: one });
    await using monitor = ip.monitor(['link'], { allNamespaces: true });
    await monitor.next();
    await third.link.set('lo', { alias: 'e' });
  }
  // The ledger's monitor is still there.
  await settled(() => openDescriptors() === before + 1);
  expect(openDescriptors()).toBe(before + 1);
});

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
