import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import {
  type Ip,
  type MonitorEvent,
  type Namespace,
  NetlinkError,
  netns,
  type ObjectEvent,
  open,
  type Store,
} from '../../src/index.js';
import { RTM_DELLINKPROP, RTM_NEWLINK } from '../../src/protocol/index.js';
import { ipBatch, ipJson } from '../support/ip.js';
import '../support/seed.js';
import { expectStoreSameAsIp } from '../support/same-as-ip.js';
import { expectSame } from '../support/same-routes.js';
import { settled } from '../support/settled.js';

// What the kernel changes without a word (netif_state_change in net/core/dev.c tells only of links that are up).

let ns: Namespace;
let ip: Ip;
let store: Store;
let events: ObjectEvent[];
beforeEach(async () => {
  ns = netns.create();
  ip = open({ netns: ns });
  await ipBatch(ns, [
    'link add v0 type veth peer name v1',
    'link add w0 type veth peer name w1',
    'link add br0 type bridge',
    'link set w0 master br0',
    'link add m0 link v1 type macvlan',
    'link add x0 type vxlan id 5 dstport 4789',
    'address add fd00::1/64 dev v0',
  ]);
  store = ip.watch();
  await store.ready;
  await expectStoreSameAsIp(ns, store);
  events = [];
  store.on('change', event => events.push(event));
});
test('a request without a body gets the kernel’s answer, whoever looks on', async () => {
  const bare = (type: number): Promise<unknown> => ip.socket.request(type as never, undefined as never);
  await expect(bare(RTM_NEWLINK)).rejects.toThrow('RTM_NEWLINK: ENODEV: no such device');
  await expect(bare(0)).resolves.toMatchObject({ results: [] });
});

afterEach(() => {
  store.close();
  ip.close();
  ns.close();
});

/** `v0 alias` */
const brief = (event: ObjectEvent): string =>
  event.type === 'changed' ? `${event.group === 'link' ? event.object.name : event.group} ${event.fields}` : event.type;

/** Changes of links that are down, of which `ip monitor` prints nothing. */
const SILENT = [
  'link set v0 alias quiet',
  'link set v1 group 7',
  'link set w1 mode dormant',
  'link property add dev v0 altname another',
  'link set br0 type bridge ageing_time 20000 priority 5',
  'link set w0 type bridge_slave cost 9',
  'link set m0 type macvlan mode private',
  'link set x0 type vxlan ageing 17',
  'address change fd00::1/64 dev v0 metric 7 nodad',
];
const FOUND = [
  'address flags,metric',
  'v0 alias,altNames',
  'v1 group',
  'w1 mode',
  'br0 data',
  'w0 portData',
  'm0 data',
  'x0 data',
];

test('what this process changes the store shows at the next quiet moment, whichever socket and operation did it', async () => {
  await using other = open({ netns: ns });
  const attrs = { ifname: 'v0', ifalias: 'by name' };
  const changes: [string, () => Promise<unknown>][] = [
    ['v0 alias', () => ip.link.set('v0', { alias: 'own' })],
    ['v1 group', () => ip.link.set('v1', { group: 7 })],
    ['w1 mode', () => ip.link.set('w1', { mode: 'dormant' })],
    ['v0 altNames', () => ip.link.addAltNames('v0', ['another'])],
    ['v0 altNames', () => ip.link.deleteAltNames('another', ['another'])],
    ['br0 data', () => ip.link.set('br0', { kind: 'bridge', data: { ageingTime: 20_000 } })],
    ['w0 portData', () => ip.bridge.setPort('w0', { cost: 9 })],
    ['m0 data', () => ip.link.set('m0', { kind: 'macvlan', data: { mode: 'private' } })],
    ['x0 data', () => ip.link.ensure({ name: 'x0', kind: 'vxlan', data: { ageing: 17 } })],
    ['v1 alias', () => ip.apply({ links: [{ name: 'v1', alias: 'applied' }] })],
    ['v0 alias', () => other.link.set('v0', { alias: 'by another' })],
    ['v0 alias', () => ip.socket.request(RTM_NEWLINK, { attrs })],
    ['address metric', () => ip.address.replace('v0', 'fd00::1/64', { metric: 5 })],
    ['address flags', () => ip.address.ensure('v0', 'fd00::1/64', { flags: ['nodad'] })],
  ];
  for (const [field, change] of changes) {
    events.length = 0;
    await change();
    await settled(() => events.length > 0);
    expect(events.map(brief)).toEqual([field]);
    await expectStoreSameAsIp(ns, store);
  }
});

test('many changes of its own at full speed, made and deleted links among them', async () => {
  const one = async (i: number): Promise<void> => {
    const { index } = await ip.link.add({ name: `t${i}`, kind: 'veth', peer: { name: `u${i}` }, alias: `a${i}` });
    await Promise.all([
      ip.link.set(index, { group: i % 5 }),
      ip.link.set(index, { alias: `b${i}` }),
      ip.link.addAltNames(index, [`alt${i}`]),
    ]);
    if (i % 3 === 0) await ip.link.delete(index);
  };
  for (let from = 0; from < 200; from += 20) await Promise.all(Array.from({ length: 20 }, (_, i) => one(from + i)));
  await settled(() => [...store.links].filter(link => link.altNames.length > 0).length === 133);
  await expectStoreSameAsIp(ns, store);
});

test('whatever this thread changes: at the next quiet moment the store shows what ip does', async () => {
  const link = fc.constantFrom('v0', 'v1', 'w0', 'w1', 'br0', 'm0', 'x0');
  const change = fc.record({ what: fc.constantFrom(...Object.keys(CHANGES)), link, n: fc.nat(7) });
  const property = fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async changes => {
    for (const { what, link: name, n } of changes) await CHANGES[what]!(name, n).catch(refused);
    await expectStoreSameAsIp(ns, store);
    await expectSame(ns, 'route', store);
  });
  // One run goes on where the last ended, so that there is no smaller case to be found.
  await fc.assert(property, { numRuns: 60, endOnFailure: true });
});

/** Changes by name, so that a failure says which they were. */
const CHANGES: Readonly<Record<string, (link: string, n: number) => Promise<unknown>>> = {
  alias: (link, n) => ip.link.set(link, { alias: `alias ${n}` }),
  group: (link, n) => ip.link.set(link, { group: n }),
  mode: (link, n) => ip.link.set(link, { mode: n < 4 ? 'dormant' : 'default' }),
  mtu: (link, n) => ip.link.set(link, { mtu: 1400 + n }),
  up: link => ip.link.set(link, { up: true }),
  down: link => ip.link.set(link, { up: false }),
  altName: (link, n) => ip.link.addAltNames(link, [`alt${n}`]),
  noAltName: (link, n) => ip.link.deleteAltNames(link, [`alt${n}`]),
  hardware: (link, n) => ip.link.set(link, { address: `02:00:00:00:00:0${n}` }),
  join: () => ip.link.set('w1', { master: 'br0' }),
  leave: () => ip.link.set('w1', { master: null }),
  bridge: (_, n) =>
    ip.link.set('br0', { kind: 'bridge', data: { priority: n, ageingTime: 10_000 + n, stpState: n & 1 } }),
  port: (_, n) => ip.bridge.setPort('w0', { cost: n + 1, learning: n < 4 }),
  ipv4: (link, n) => ip.address.replace(link, `10.${n & 1}.0.${n + 1}/24`, n < 4 ? {} : { metric: n }),
  ipv6: (link, n) =>
    ip.address.replace(link, `fd00:${n & 1}::${n + 1}/64`, n < 4 ? {} : { flags: ['nodad'], metric: n }),
  noAddress: link => ip.address.flush({ link, scope: 'universe' }),
  onLink: (link, n) => ip.route.replace(n < 4 ? `10.9.${n}.0/24` : `fd09:${n}::/64`, { link }),
  gateway: (_, n) =>
    ip.route.replace(n < 4 ? `10.8.${n}.0/24` : `fd08:${n}::/64`, {
      gateway: n < 4 ? `10.${n & 1}.0.77` : `fd00:${n & 1}::77`,
    }),
  noRoute: link => ip.route.flush({ link, protocol: 'boot' }),
  pair: (_, n) => ip.link.add({ name: `t${n}`, kind: 'veth', peer: { name: `u${n}` }, alias: 'new' }),
  noPair: (_, n) => ip.link.delete(`t${n}`),
};

/** What the kernel may say no to, in the state that the changes before have made. */
function refused(error: unknown): void {
  if (!(error instanceof NetlinkError)) throw error;
}

test('the ids that ports show follow those of a bridge that others change', async () => {
  const shown = (): unknown =>
    (ipJson(ns, 'link', 'show', 'w0')[0] as never)['linkinfo']['info_slave_data']['bridge_id'];
  await ipBatch(ns, ['link set br0 up', 'link set w0 up', 'link set w1 up']);
  await settled(() => store.links.get('br0')?.operState === 'up');
  await expectStoreSameAsIp(ns, store);
  events.length = 0;
  await ipBatch(ns, ['link set br0 type bridge priority 5']);
  await settled(() => events.length > 1);
  expect(events.map(brief)).toEqual(['br0 data', 'w0 portData']);
  expect(shown()).toMatch(/^0005\./);
  await expectStoreSameAsIp(ns, store);
});

test('the carrier of a link that is down follows the one of the link that it sits on', async () => {
  for (const state of ['up', 'down', 'up']) {
    await ipBatch(
      ns,
      ['v0', 'v1'].map(name => `link set ${name} ${state}`),
    );
    await settled(() => store.links.get('m0')?.carrier === (state === 'up'));
    expect((await ip.link.get('m0')).carrier).toBe(state === 'up');
    expect(store.links.get('m0')?.carrier).toBe(state === 'up');
  }
});

test('the broadcast queue that macvlans share follows the one that asks for most', async () => {
  const used = (): unknown => (store.links.get('m0')?.data as { bcQueueLenUsed?: number } | undefined)?.bcQueueLenUsed;
  const steps: [string, number][] = [
    ['link add m1 link v1 type macvlan bcqueuelen 5000', 5000],
    ['link set m1 type macvlan bcqueuelen 3000', 3000],
    ['link set m1 down', 3000],
    ['link add m2 link v1 type macvtap bcqueuelen 4000', 4000],
    ['link delete m2', 3000],
    ['link delete m1', 1000],
  ];
  for (const [command, length] of steps) {
    // Of settings of a link that is down the kernel says nothing.
    await ipBatch(ns, ['link set m0 up', command.includes('type macvlan') ? 'link set v1 up' : 'link set v1 down']);
    await ipBatch(ns, command.startsWith('link set m1 type') ? ['link set m1 up', command] : [command]);
    await settled(() => used() === length);
    expect([command, used()]).toEqual([command, length]);
    await expectStoreSameAsIp(ns, store);
  }
});

test('an address that its link keeps when it goes down is tentative, until it is up again', async () => {
  ns.run(() => writeFileSync('/proc/sys/net/ipv6/conf/v0/keep_addr_on_down', '1'));
  const state = (): unknown =>
    store.addresses
      .of('v0')
      .find(each => each.scope === 'universe')
      ?.flags.join();
  for (let round = 0; round < 3; round++) {
    await ipBatch(ns, ['link set v0 up', 'link set v1 up']);
    await settled(() => state() === 'permanent');
    expect(state()).toBe('permanent');
    await ipBatch(ns, ['link set v0 down']);
    await settled(() => state() === 'tentative,permanent');
    expect(state()).toBe('tentative,permanent');
    await expectStoreSameAsIp(ns, store);
  }
});

test('what the loopback link keeps is tentative when its MTU is too small for IPv6, until it is up again', async () => {
  ns.run(() => writeFileSync('/proc/sys/net/ipv6/conf/lo/keep_addr_on_down', '1'));
  const state = (address: string): unknown =>
    store.addresses
      .of('lo')
      .find(each => each.address === address)
      ?.flags.join();
  const becomes = async (address: string, wanted: string, ...commands: string[]): Promise<void> => {
    await ipBatch(ns, commands);
    await settled(() => state(address) === wanted);
    expect([address, state(address)]).toEqual([address, wanted]);
    await expectStoreSameAsIp(ns, store);
  };
  for (const prefix of ['fd00', 'fec0']) {
    const [one, two] = [`${prefix}::5`, `${prefix}::6`];
    const restart = ['link set lo mtu 65536', 'link set lo down', 'link set lo up'];
    await becomes(one, 'permanent', ...restart, `address add ${one}/64 dev lo`);
    await becomes(one, 'tentative,permanent', 'link set lo mtu 1279');
    // Such a link takes addresses all the same.
    await becomes(two, 'permanent', `address add ${two}/64 dev lo`);
    await becomes(two, 'tentative,permanent', 'link set lo mtu 1000');
    await becomes(two, 'permanent', ...restart);
    await becomes(one, 'tentative,permanent', 'link set lo down');
    await ipBatch(ns, [`address del ${one}/64 dev lo`, `address del ${two}/64 dev lo`]);
  }
});

test('a link whose alternative name is taken from it by that name stays, without it', async () => {
  await ip.link.addAltNames('v0', ['other', 'third']);
  await settled(() => store.links.get('third') !== undefined);
  await ip.socket.request(RTM_DELLINKPROP, { attrs: { altIfname: 'other', propList: { altIfname: ['other'] } } });
  await settled(() => store.links.get('other') === undefined);
  expect(store.links.get('v0')?.altNames).toEqual(['third']);
  expect(events.map(brief)).toEqual(['v0 altNames', 'v0 altNames']);
  await expectStoreSameAsIp(ns, store);
});

test('what others change is found by a refresh, between two marks', async () => {
  const told: string[] = [];
  store.on('resync', ({ phase, reason }) => told.push(`${phase} ${reason} ${store.synced}`));
  store.on('change', event => told.push(brief(event)));
  await ipBatch(ns, SILENT);
  await sleep(100);
  expect(events).toEqual([]);
  await store.refresh();
  expect([told[0], told.at(-1)]).toEqual(['begin refresh true', 'end refresh true']);
  expect(told.slice(1, -1).sort()).toEqual([...FOUND].sort());
  await expectStoreSameAsIp(ns, store);
  // Another finds nothing, and is told as well.
  await store.refresh();
  expect(told.slice(FOUND.length + 2)).toEqual(['begin refresh true', 'end refresh true']);
});

test('a refresh shows what was so when it was asked for, however many are asked for and whenever', async () => {
  await using monitor = ip.monitor(['link']);
  const seen: MonitorEvent[] = [];
  void (async () => {
    for await (const event of monitor) seen.push(event);
  })();
  await settled(() => seen.some(event => event.type === 'synced'));
  for (let round = 0; round < 50; round++) {
    await ipBatch(ns, [`link set v0 alias ${round}`]);
    const [first, mark] = [store.refresh(), monitor.refresh()];
    if (round % 2 === 0) await new Promise(setImmediate);
    await ipBatch(ns, [`link set v1 alias ${round}`]);
    await Promise.all([first, store.refresh()]);
    expect([store.links.get('v0')?.alias, store.links.get('v1')?.alias]).toEqual([`${round}`, `${round}`]);
    await settled(() => seen.includes(mark));
    const at = seen.indexOf(mark);
    const told = seen
      .slice(0, at)
      .findLast(event => 'object' in event && 'alias' in event.object && event.object.name === 'v0');
    expect(told).toMatchObject({ object: { alias: `${round}` } });
  }
});

test('again and again, if that is wanted; it costs no event where nothing differs', async () => {
  await using often = ip.watch(['link', 'address'], { refresh: 20 });
  let [marks, changes] = [0, 0];
  await often.ready;
  often.on('resync', () => marks++).on('change', () => changes++);
  await settled(() => marks >= 6);
  expect(changes).toBe(0);
  await ipBatch(ns, SILENT);
  await settled(() => changes >= FOUND.length);
  expect(changes).toBe(FOUND.length);
  await expectStoreSameAsIp(ns, often);
  expect(events).toEqual([]);
});

test('it ends with the store, the signal and the time', async () => {
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  await expect(store.refresh({ signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  await expect(store.refresh({ timeout: 0 })).rejects.toThrow('timeout: expected milliseconds above 0');
  const pending = store.refresh();
  store.close();
  await expect(pending).rejects.toMatchObject({ name: 'ClosedError' });
  await expect(store.refresh()).rejects.toMatchObject({ name: 'ClosedError' });
  for (const refresh of [0, -1, Number.NaN, 2 ** 31])
    expect(() => ip.watch(['link'], { refresh })).toThrow('refresh: expected 1 to 2147483647 milliseconds');
});
