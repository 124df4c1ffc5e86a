import { spawnSync } from 'node:child_process';
import { type Ip, type MonitorEvent, type Namespace, netns, open, type Store } from '../../src/index.js';
import { ipBatch, shell } from '../support/ip.js';
import { Ledger } from '../support/ledger.js';
import { expectSame } from '../support/same-routes.js';
import { settled } from '../support/settled.js';

let ns: Namespace;
let ip: Ip;
let store: Store;
let ledger: Ledger;
let failure: unknown;
beforeEach(async () => {
  ns = netns.create();
  ip = open({ netns: ns });
  const up = ['v1', 'w1', 'v2', 'w2'].map(name => `link set ${name} addrgenmode none up`);
  await ipBatch(ns, [
    'link set lo up',
    'link add v1 type veth peer name w1',
    'link add v2 type veth peer name w2',
    ...up,
    'address add 10.0.0.1/24 dev v1',
    'address add 10.0.1.1/24 dev v2',
    'address add fd00::1/64 dev v1 nodad',
    'address add fd01::1/64 dev v2 nodad',
  ]);
  for (const name of ['v1', 'v2', 'w1', 'w2']) await ip.link.waitFor(name, { operState: 'up' });
  store = ip.watch(['link', 'route', 'rule']);
  await store.ready;
  ledger = new Ledger();
  failure = undefined;
  void (async () => {
    for await (const event of ip.monitor(['route'])) ledger.apply(event);
  })().catch(error => (failure = error));
  await settled(() => ledger.synced);
  ledger.events.length = 0;
});
afterEach(() => {
  expect(failure).toBeUndefined();
  store.close();
  ip.close();
  ns.close();
});

/** What the monitor tells, as if it were a store. */
const books = {
  get routes() {
    return ledger.of('route');
  },
};

/** Runs `ip` commands, and returns what the monitor tells of them, when the store shows what `ip` shows. */
async function told(...commands: string[]): Promise<string[]> {
  ledger.events.length = 0;
  await ipBatch(ns, commands);
  await expectSame(ns, 'route', store, books);
  return ledger.events.map(brief);
}

/** The same where the kernel takes its time, as it does to tell of a carrier. */
async function toldOf(command: string, what: string): Promise<void> {
  ledger.events.length = 0;
  await ipBatch(ns, [command]);
  await settled(() => ledger.events.map(brief).includes(what));
  expect(ledger.events.map(brief)).toContain(what);
  await expectSame(ns, 'route', store);
}

function brief(event: MonitorEvent): string {
  if (!('group' in event) || event.group !== 'route') return event.type;
  const { type, object } = event;
  const ways =
    object.nexthops.length > 0
      ? object.nexthops
          .map(each => each.gateway)
          .sort()
          .join('+')
      : (object.gateway ?? 'link');
  return `${type} ${object.destination} ${ways}${type === 'changed' ? ` (${event.fields.join()})` : ''}`;
}

test('the store shows the routes of all tables, by destination, table and link', async () => {
  await expectSame(ns, 'route', store);
  await told(
    'route add 10.1.0.0/16 via 10.0.0.2 metric 20',
    'route add 10.1.0.0/16 via 10.0.1.2 metric 10',
    'route add 10.1.0.0/16 via 10.0.0.2 table 77 mtu 1400',
    'route add default via 10.0.0.2',
    'route add blackhole 10.3.0.0/16',
    'route add unreachable fd11::/64',
    'route add 10.2.0.0/16 nexthop via 10.0.0.2 weight 3 nexthop via 10.0.1.2',
    'route add fd10::/64 nexthop via fd00::2 nexthop via fd01::2 weight 5',
    'route add ::/0 via fd00::9',
  );
  expect(store.routes.get('10.1.0.0/16')?.gateway).toBe('10.0.1.2');
  expect(store.routes.list({ destination: '10.1.0.0/16' }).map(route => route.metric)).toEqual([10, 20]);
  expect(store.routes.get('10.1.0.0/16', { table: 77 })?.mtu).toBe(1400);
  expect(store.routes.list({ destination: '10.1.0.0/16', table: 'all' })).toHaveLength(3);
  expect(store.routes.get('default')?.gateway).toBe('10.0.0.2');
  expect(store.routes.get('0.0.0.0/0')?.gateway).toBe('10.0.0.2');
  expect(store.routes.get('default', { family: 6 })?.gateway).toBe('fd00::9');
  expect(store.routes.get('::/0')?.gateway).toBe('fd00::9');
  expect(store.routes.get('10.9.0.0/16')).toBeUndefined();
  expect(store.routes.list({ table: 'local', family: 4 }).map(route => route.destination)).toContain('10.0.0.1/32');
  expect(store.routes.of('v2').map(route => route.destination)).toEqual(
    expect.arrayContaining(['10.0.1.0/24', '10.2.0.0/16', 'fd10::/64']),
  );
  expect(store.routes.of('v2').map(route => route.destination)).not.toContain('10.3.0.0/16');
  expect(store.routes.of('nope')).toEqual([]);
  expect(() => store.routes.get('10.1.0.1/16')).toThrow(RangeError);
});

test('IPv4: a route that replaces another is a change, one appended or prepended is another', async () => {
  expect(await told('route add 10.1.0.0/16 via 10.0.0.2')).toEqual(['added 10.1.0.0/16 10.0.0.2']);
  expect(await told('route replace 10.1.0.0/16 via 10.0.1.3')).toEqual([
    'changed 10.1.0.0/16 10.0.1.3 (gateway,index)',
  ]);
  expect(await told('route change 10.1.0.0/16 via 10.0.1.3 mtu 1400')).toEqual(['changed 10.1.0.0/16 10.0.1.3 (mtu)']);
  expect(await told('route replace 10.1.0.0/16 via 10.0.1.3 advmss 500')).toEqual([
    'changed 10.1.0.0/16 10.0.1.3 (mtu)',
  ]);
  expect(await told('route replace 10.1.0.0/16 via 10.0.1.3 advmss 600')).toEqual([
    'changed 10.1.0.0/16 10.0.1.3 (message)',
  ]);
  expect(await told('route append 10.1.0.0/16 via 10.0.0.4')).toEqual(['added 10.1.0.0/16 10.0.0.4']);
  expect(await told('route prepend 10.1.0.0/16 via 10.0.0.5')).toEqual(['added 10.1.0.0/16 10.0.0.5']);
  // The notification does not say which of the three it replaces.
  expect(await told('route replace 10.1.0.0/16 via 10.0.0.9')).toEqual(
    expect.arrayContaining(['removed 10.1.0.0/16 10.0.0.5', 'added 10.1.0.0/16 10.0.0.9']),
  );
  expect(await told('route del 10.1.0.0/16')).toEqual(['removed 10.1.0.0/16 10.0.0.9']);
  expect(await told('route del 10.1.0.0/16 via 10.0.0.4')).toEqual(['removed 10.1.0.0/16 10.0.0.4']);
  expect(store.routes.get('10.1.0.0/16')?.gateway).toBe('10.0.1.3');
});

test('IPv4: what goes with its link, its carrier or its source is known to be gone, though nobody tells', async () => {
  await told(
    'address add 10.9.0.1/32 dev lo',
    'route add 10.2.0.0/16 nexthop via 10.0.0.2 nexthop via 10.0.1.2',
    'route add 10.3.0.0/16 dev v2',
    'route add 10.4.0.0/16 via 10.0.1.9 table 5',
    'route add 10.5.0.0/16 dev v1 src 10.9.0.1',
  );
  const down = await told('link set v2 down');
  expect(down).toEqual(
    expect.arrayContaining([
      'removed 10.3.0.0/16 link',
      'removed 10.4.0.0/16 10.0.1.9',
      'removed 10.0.1.0/24 link',
      'changed 10.2.0.0/16 10.0.0.2+10.0.1.2 (nexthops)',
    ]),
  );
  expect(store.routes.get('10.2.0.0/16')?.nexthops.map(each => each.flags)).toEqual([[], ['dead', 'linkdown']]);
  const up = await told('link set v2 up');
  expect(up).toEqual(
    expect.arrayContaining(['added 10.0.1.0/24 link', 'changed 10.2.0.0/16 10.0.0.2+10.0.1.2 (nexthops)']),
  );
  await told('route add 10.3.0.0/16 dev v2');
  await toldOf('link set w2 down', 'changed 10.3.0.0/16 link (flags)');
  expect(await told('address del 10.9.0.1/32 dev lo')).toContain('removed 10.5.0.0/16 link');
  // With the last address of a link go its routes, and its nexthops are dead; with another they are alive again.
  await told('link set w2 up');
  const removed = await told('address flush dev v2 scope global');
  expect(removed).toEqual(
    expect.arrayContaining(['removed 10.3.0.0/16 link', 'changed 10.2.0.0/16 10.0.0.2+10.0.1.2 (nexthops)']),
  );
  expect(await told('address add 10.0.1.1/24 dev v2')).toContain('changed 10.2.0.0/16 10.0.0.2+10.0.1.2 (nexthops)');
  expect(await told('link del v1')).toEqual(
    expect.arrayContaining(['removed 10.0.0.0/24 link', 'removed 10.2.0.0/16 10.0.0.2+10.0.1.2']),
  );
});

test('IPv6: gateways of one metric are one route; what is left of it, and what replaces it', async () => {
  expect(await told('route add fd10::/64 via fd00::2')).toEqual(['added fd10::/64 fd00::2']);
  expect(await told('route append fd10::/64 via fd01::3')).toEqual([
    'changed fd10::/64 fd00::2+fd01::3 (gateway,index,nexthops)',
  ]);
  expect(await told('route append fd10::/64 nexthop via fd00::4 nexthop via fd00::5')).toEqual([
    'changed fd10::/64 fd00::2+fd00::4+fd00::5+fd01::3 (nexthops)',
  ]);
  expect(await told('route del fd10::/64 via fd00::4')).toEqual([
    'changed fd10::/64 fd00::2+fd00::5+fd01::3 (nexthops)',
  ]);
  await toldOf('link set w2 down', 'changed fd10::/64 fd00::2+fd00::5+fd01::3 (nexthops)');
  await told('link set w2 up');
  expect(await told('route replace fd10::/64 via fd00::7')).toEqual([
    'changed fd10::/64 fd00::7 (gateway,index,nexthops)',
  ]);
  expect(await told('route append fd10::/64 dev v2')).toEqual(['added fd10::/64 link']);
  await told('route replace fd10::/64 dev v1');
  expect(
    store.routes.list({ destination: 'fd10::/64' }).map(route => [route.gateway, store.links.get(route.index!)?.name]),
  ).toEqual([
    ['fd00::7', 'v1'],
    [undefined, 'v1'],
  ]);
  expect(await told('route del fd10::/64 via fd00::7')).toEqual(['removed fd10::/64 fd00::7']);
  await told('route add fd12::/64 nexthop via fd00::2 nexthop via fd01::2 nexthop via fd01::3');
  expect(await told('route del fd12::/64')).toEqual(['removed fd12::/64 fd00::2+fd01::2+fd01::3']);
  await told('route add fd12::/64 nexthop via fd00::2 nexthop via fd01::2');
  await told('link set v2 down');
  expect(store.routes.get('fd12::/64')?.nexthops).toMatchObject([{ flags: [] }, { flags: ['dead', 'linkdown'] }]);
  await told('link del v1');
  expect(store.routes.get('fd12::/64')).toBeUndefined();
});

test('IPv6: routes by a link that is dormant are without a carrier from the next thing that happens to it', async () => {
  await told('link set v2 down', 'link set v2 mode dormant', 'link set v2 up');
  await settled(() => shell(ns, 'ip', 'link', 'show', 'v2').includes('state DORMANT'));
  await told('route add fd13::/64 dev v2');
  expect(await told('link set v2 group 7')).toContain('changed fd13::/64 link (flags)');
  expect(store.routes.get('fd13::/64')?.flags).toEqual(['linkdown']);
});

test('routes by nexthop objects change and go with them', async () => {
  await told(
    'nexthop add id 5 via 10.0.0.9 dev v1',
    'nexthop add id 6 via fd00::9 dev v1',
    'route add 10.7.0.0/16 nhid 5',
    'route add fd17::/64 nhid 6',
  );
  expect(store.routes.get('10.7.0.0/16')).toMatchObject({ nexthopId: 5, gateway: '10.0.0.9' });
  expect(await told('nexthop replace id 5 via 10.0.0.8 dev v1')).toEqual(['changed 10.7.0.0/16 10.0.0.8 (gateway)']);
  expect(await told('nexthop replace id 6 via fd00::8 dev v1')).toEqual(['changed fd17::/64 fd00::8 (gateway)']);
  expect(await told('nexthop del id 5')).toEqual(['removed 10.7.0.0/16 10.0.0.8']);
  expect(await told('nexthop del id 6')).toEqual(['removed fd17::/64 fd00::8']);
});

test('5,000 changes of routes and of what they rest on, half of them while nobody listens', async () => {
  await using small = ip.watch(['link', 'route'], { receiveBuffer: 64 << 10 });
  await small.ready;
  let losses = 0;
  small.on('resync', ({ phase }) => (losses += phase === 'begin' ? 1 : 0));
  const random = numbers(4711);
  const commands = Array.from({ length: 5000 }, () => change(random));
  // Some of what is tried cannot be done.
  await ipBatch(ns, [...commands.slice(0, 2500), 'link set lo alias half'], { force: true });
  const shows = (each: Store, alias: string): boolean => each.synced && each.links.get('lo')?.alias === alias;
  await settled(() => shows(small, 'half') && shows(store, 'half'));
  await expectSame(ns, 'route', small, store, books);
  expect(ledger.events.length).toBeGreaterThan(50);

  losses = 0;
  const input = [...commands.slice(2500), 'link set lo alias done'].join('\n');
  ns.run(() => spawnSync('ip', ['-force', '-batch', '-'], { input, stdio: ['pipe', 'ignore', 'ignore'] }));
  await settled(() => shows(small, 'done') && shows(store, 'done'));
  await expectSame(ns, 'route', small, store, books);
  expect(losses).toBeGreaterThan(0);
}, 120_000);

/** Numbers that look random and are always the same. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
}

function change(random: (below: number) => number): string {
  const pick = <T>(...all: T[]): T => all[random(all.length)]!;
  const four = `10.${20 + random(12)}.0.0/16`;
  const six = `fd2${random(9)}::/64`;
  const gateway4 = (): string => `via 10.0.${random(2)}.${2 + random(3)}`;
  const gateway6 = (): string => `via fd0${random(2)}::${2 + random(3)}`;
  const metric = pick('', '', 'metric 7');
  const kind = random(40);
  if (kind < 14)
    return `route ${pick('add', 'replace', 'append', 'prepend', 'del', 'change')} ${four} ${pick(gateway4(), gateway4(), `dev v${1 + random(2)}`)} ${metric}`;
  if (kind < 20)
    return `route ${pick('add', 'replace', 'append', 'del')} ${four} ${metric} nexthop ${gateway4()} nexthop ${gateway4()} weight ${1 + random(3)}`;
  if (kind < 30) {
    // By a link, `replace` can make two routes that are alike in everything.
    const verb = pick('add', 'replace', 'append', 'del', 'change');
    const way = verb === 'add' || verb === 'append' || verb === 'del' ? `dev v${1 + random(2)}` : gateway6();
    return `route ${verb} ${six} ${pick(gateway6(), gateway6(), gateway6(), way)} ${metric}`;
  }
  if (kind < 36)
    return `route ${pick('add', 'replace', 'append', 'del')} ${six} ${metric} nexthop ${gateway6()} nexthop ${gateway6()}`;
  if (kind < 38) return `route flush ${pick('4', '6') === '4' ? four : six}`;
  if (kind < 39)
    return `address ${pick('add', 'add', 'del')} 10.0.${random(2)}.${100 + random(2)}/24 dev v${1 + random(2)}`;
  return `link set ${pick('v1', 'v2', 'w2')} ${pick('up', 'up', 'down')}`;
}

test('rules: as they come and go, and whether the links and rules they name are there', async () => {
  await expectSame(ns, 'rule', store);
  const events: string[] = [];
  store.on('change', event => {
    if (event.group === 'rule')
      events.push(`${event.type} ${event.object.priority}${event.type === 'changed' ? ` ${event.object.flags}` : ''}`);
  });
  await ipBatch(ns, [
    'rule add from 10.9.0.0/16 table 5 priority 50',
    'rule add iif later table 6 priority 60',
    'rule add goto 300 priority 70',
  ]);
  shell(ns, 'ip', '-6', 'rule', 'add', 'from', 'fd00::/16', 'table', '5', 'priority', '51');
  await settled(() => events.length >= 4);
  await expectSame(ns, 'rule', store);
  expect(events).toEqual(['added 50', 'added 60', 'added 70', 'added 51']);
  expect(store.rules.list(6).map(rule => rule.priority)).toEqual([0, 51, 32766]);
  events.length = 0;
  await ipBatch(ns, ['rule add table 7 priority 300', 'link add later type veth peer name other']);
  await settled(() => events.length >= 3);
  expect(events.sort()).toEqual(['added 300', 'changed 60 ', 'changed 70 ']);
  await expectSame(ns, 'rule', store);
  events.length = 0;
  await ipBatch(ns, ['link set later name renamed']);
  await settled(() => events.length >= 1);
  expect(events).toEqual(['changed 60 iifDetached']);
  events.length = 0;
  await ipBatch(ns, ['rule del priority 300', 'rule del priority 60']);
  await settled(() => events.length >= 3);
  expect(events.sort()).toEqual(['changed 70 unresolved', 'removed 300', 'removed 60']);
  await expectSame(ns, 'rule', store);
});

test('routes of other namespaces cannot be asked for by their id: that is refused at once', () => {
  expect(() => ip.monitor(['link', 'route'], { allNamespaces: true })).toThrow(
    /lists no routes of other namespaces.*open an Ip in each/,
  );
});

test('IPv6 routes by nexthop object stay apart from others of their prefix; a source that goes, and an MTU, change routes', async () => {
  await told('nexthop add id 5 via fd00::2 dev v1', 'route add fd09::/32 nhid 5');
  await told('route append fd09::/32 via fd00::3');
  expect(store.routes.list({ destination: 'fd09::/32' })).toHaveLength(2);
  await told('route append fd0a::/32 via fd00::2 proto kernel', 'route append fd0a::/32 via fd00::3 proto kernel');
  await told('route append fd0b::/32 via fd00::2 proto ra', 'route append fd0b::/32 via fd00::3 proto ra');
  await told('route del fd0b::/32 via fd00::2 proto ra');
  expect(store.routes.list({ destination: 'fd0b::/32' })).toHaveLength(1);

  await told('address add fd00::9/64 dev v1 nodad', 'route add fd08::/32 via fd00::2 src fd00::9');
  expect(store.routes.get('fd08::/32')?.source).toBe('fd00::9');
  await told('address del fd00::9/64 dev v1');
  expect(store.routes.get('fd08::/32')?.source).toBeUndefined();

  await told('route add fd0c::/32 via fd00::2 mtu 1400');
  await told('link set v1 mtu 1300');
  await settled(() => store.routes.get('fd0c::/32')?.mtu === 1300);
});
