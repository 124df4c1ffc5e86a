import { type Ip, type Monitor, type MonitorEvent, type MonitorOptions, open } from '../../src/index.js';
import {
  encodeMessage,
  type LinkInput,
  type MessageInput,
  NLM_F_REPLACE,
  type RouteInput,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_DELNSID,
  RTM_DELROUTE,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETNSID,
  RTM_GETROUTE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWNSID,
  RTM_NEWROUTE,
} from '../../src/protocol/index.js';
import { ScriptedKernel } from '../../src/testing/index.js';

const LINK = 1;
const IPV6_IFADDR = 9;
const IPV6_IFINFO = 12;
const link = (alias: string): LinkInput => ({ index: 7, attrs: { ifname: 'veth1', ifalias: alias } });
const told = (event: MonitorEvent): string | undefined =>
  event.type === 'changed' && event.group === 'link' ? event.object.alias : event.type;

let kernel: ScriptedKernel;
let ip: Ip;
beforeEach(() => {
  kernel = new ScriptedKernel();
  kernel.allow(RTM_GETLINK).dump([{ type: RTM_NEWLINK, body: link('') }]);
  ip = open({ transport: kernel.open() });
});
afterEach(() => {
  ip.close();
  expect(kernel.sockets.every(socket => socket.closed)).toBe(true);
  kernel.done();
});

/** What a consumer has been told so far that is never slow. */
function follow(options: MonitorOptions): (string | undefined)[] {
  const seen: (string | undefined)[] = [];
  void (async () => {
    for await (const event of ip.monitor(['link'], options)) seen.push(told(event));
  })();
  return seen;
}

async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !done(); turn++) await new Promise(setImmediate);
}

/** By default 8,192 notifications can wait at a time: after as many a monitor may not wait for answers any longer. */
test.each<MonitorOptions>([{}, { queueLimit: 1, receiveBuffer: 1024 }])(
  'every event comes without waiting for the next notification, however many came before: %p',
  async options => {
    const seen = follow(options);
    await until(() => seen.includes('synced'));
    expect(seen).toEqual(['added', 'synced']);
    const wanted: string[] = [];
    for (let round = 0; round < 3000; round++) {
      const burst = [0, 1, 2].map(i => `${round}.${i}`);
      for (const alias of burst) kernel.notify(LINK, { type: RTM_NEWLINK, body: link(alias) });
      wanted.push(...burst);
      await until(() => seen.length === wanted.length + 2);
      if (seen.length !== wanted.length + 2) break;
    }
    expect(seen.slice(2).length).toBe(9000);
    expect(seen.slice(2)).toEqual(wanted);
  },
);

test('notifications without end do not keep it from taking in what it has asked for', async () => {
  const seen = follow({ queueLimit: 1, receiveBuffer: 1024 });
  const { sockets } = kernel;
  let sent = 0;
  // Opened by the first event that is asked for: from now on there is always one more.
  sockets[1]!.receive = () => {
    const bytes = encodeMessage({ type: RTM_NEWLINK, body: link(String(++sent)) });
    return { bytes, length: bytes.length, sender: 0 };
  };
  await until(() => seen.length > 100);
  expect(seen.slice(0, 2)).toEqual(['added', 'synced']);
  expect(seen.length).toBeGreaterThan(100);
});

describe('after a loss', () => {
  const pair = (attrs: LinkInput['attrs'], change = 0): LinkInput =>
    ({ index: 7, change: [change], attrs: { ifname: 'veth1', ...attrs } }) as unknown as LinkInput;

  /** What is told of link 7 whose notification `after` comes after a loss, before the answer that agrees with it. */
  async function hidden(before: LinkInput, after: LinkInput): Promise<(string | undefined)[]> {
    kernel = new ScriptedKernel();
    kernel.expect(RTM_GETLINK).dump([{ type: RTM_NEWLINK, body: before }]);
    const inBetween = async (): Promise<void> => kernel.notify(LINK, { type: RTM_NEWLINK, body: after });
    kernel
      .expect(RTM_GETLINK)
      .later(inBetween)
      .dump([{ type: RTM_NEWLINK, body: after }]);
    ip.close();
    ip = open({ transport: kernel.open() });
    const seen = follow({});
    await until(() => seen.includes('synced'));
    seen.length = 0;
    kernel.overrun(LINK);
    await until(() => seen.filter(each => each === 'resync').length === 2);
    return seen;
  }

  test.each<[string, LinkInput, LinkInput]>([
    ['that counts its carrier from the start', pair({ carrierChanges: 5 }), pair({ carrierChanges: 2 })],
    [
      'with another permanent address',
      pair({ permAddress: '02:00:00:00:00:01' }),
      pair({ permAddress: '02:00:00:00:00:02' }),
    ],
    ['of another kind', pair({ linkinfo: { kind: 'veth' } }), pair({ linkinfo: { kind: 'bridge' } })],
    ['that has just been made', pair({}), pair({}, 0xffffffff)],
  ])('a link %s is another one', async (_, before, after) => {
    expect(await hidden(before, after)).toEqual(['resync', 'removed', 'added', 'resync']);
  });

  test('a link that can be the same is the same', async () => {
    expect(await hidden(pair({ carrierChanges: 5 }), pair({ carrierChanges: 6, ifalias: 'x' }))).toEqual([
      'resync',
      'x',
      'resync',
    ]);
  });
});

describe('a refresh', () => {
  let monitor: Monitor<'link'>;
  let seen: MonitorEvent<'link'>[];
  beforeEach(async () => {
    ip.close();
    kernel = new ScriptedKernel();
    kernel.expect(RTM_GETLINK).dump([{ type: RTM_NEWLINK, body: link('') }]);
    ip = open({ transport: kernel.open() });
    monitor = ip.monitor(['link']);
    seen = [];
    void (async () => {
      for await (const event of monitor) seen.push(event);
    })();
    await until(() => seen.some(event => event.type === 'synced'));
    seen.length = 0;
  });
  const answer = (alias: string, meanwhile = async (): Promise<void> => {}): unknown =>
    kernel
      .expect(RTM_GETLINK)
      .later(meanwhile)
      .dump([{ type: RTM_NEWLINK, body: link(alias) }]);
  const brief = (event: MonitorEvent<'link'>): unknown =>
    event.type === 'resync' ? `${event.phase} ${event.reason}` : told(event);

  test('that is asked for while one is under way begins after it, once', async () => {
    const marks: unknown[] = [];
    answer('a', async () => void marks.push(monitor.refresh(), monitor.refresh()));
    answer('b');
    marks.push(monitor.refresh());
    await until(() => seen.length >= 6);
    expect(seen.map(brief)).toEqual(['begin refresh', 'a', 'end refresh', 'begin refresh', 'b', 'end refresh']);
    expect(marks.map(mark => seen.indexOf(mark as never))).toEqual([2, 5, 5]);
  });

  test('during which something is lost ends with looking after that', async () => {
    answer('a', async () => kernel.overrun(LINK));
    answer('b');
    const mark = monitor.refresh();
    await until(() => seen.includes(mark));
    expect(seen.map(brief)).toEqual([
      ...['begin refresh', 'end refresh', 'begin loss', 'b', 'end loss'],
      ...['begin refresh', 'end refresh'],
    ]);
    expect(seen.indexOf(mark)).toBe(6);
  });
});

test('a list that changed while it was read is asked for again before synced', async () => {
  kernel = new ScriptedKernel();
  const interrupted = { interrupted: true };
  for (let i = 0; i < 10; i++)
    kernel.expect(RTM_GETLINK).dump([{ type: RTM_NEWLINK, body: link('first') }], interrupted);
  kernel.expect(RTM_GETLINK).dump([{ type: RTM_NEWLINK, body: link('second') }]);
  ip.close();
  ip = open({ transport: kernel.open() });
  const seen = follow({});
  await until(() => seen.includes('synced'));
  expect(seen).toEqual(['added', 'synced']);
});

test('a kernel that fails while it is asked ends it with that error, and what it waits for is over', async () => {
  kernel = new ScriptedKernel();
  kernel.expect(RTM_GETLINK).error('ENOMEM');
  ip.close();
  ip = open({ transport: kernel.open() });
  const monitor = ip.monitor(['link']);
  await expect(monitor.next()).rejects.toMatchObject({ code: 'ENOMEM', operation: 'monitor: link list' });
  expect(await monitor.next()).toEqual({ done: true, value: undefined });
});

test('a store that fails is closed before it says so', async () => {
  const store = ip.watch(['link']);
  await store.ready;
  const told: unknown[] = [];
  store.on('error', error => {
    told.push((error as { code?: string }).code);
    void store.refresh().catch(refused => told.push((refused as Error).name));
  });
  store.on('close', () => told.push('close'));
  kernel.expect(RTM_GETLINK).error('ENOMEM');
  await expect(store.refresh()).rejects.toMatchObject({ code: 'ENOMEM' });
  await until(() => told.length > 2);
  expect(told).toEqual(['ENOMEM', 'close', 'ClosedError']);
  expect(store.synced).toBe(false);
});

test('a link that has gone when its addresses are asked for has none, and the monitor goes on', async () => {
  const address = (index: number): MessageInput => ({
    type: RTM_NEWADDR,
    body: { family: 10, prefixlen: 64, index, attrs: { address: `fd00::${index}` } },
  });
  kernel.expect(RTM_GETADDR).dump([address(7), address(8)]);
  kernel.expect(RTM_GETADDR).error('ENODEV');
  const seen: string[] = [];
  void (async () => {
    for await (const event of ip.monitor(['address']))
      seen.push('object' in event ? `${event.type} ${event.object.address}` : event.type);
  })();
  await until(() => seen.includes('synced'));
  // What the kernel tells when a link becomes ready for IPv6.
  kernel.notify(IPV6_IFINFO, { type: RTM_NEWLINK, body: { family: 10, index: 7, attrs: {} } });
  await until(() => seen.length > 3);
  kernel.notify(IPV6_IFADDR, address(9));
  await until(() => seen.length > 4);
  expect(seen.slice(3)).toEqual(['removed fd00::7', 'added fd00::9']);
});

test.each<[string, number, number]>([
  ['veth', 0, 1],
  ['netkit', 0, 1],
  ['vxcan', 0, 1],
  ['veth', 9, 0],
  // Of a tunnel it says that it sits on no link.
  ['gre', 0, 0],
])('a new %s that says that its other end is %d is asked for again: times %d', async (kind, other, times) => {
  const made: LinkInput = { index: 8, attrs: { ifname: 'new', link: other, linkinfo: { kind: kind as 'veth' } } };
  const seen = follow({});
  await until(() => seen.includes('synced'));
  seen.length = 0;
  const asked = kernel.requests.length;
  if (times > 0) kernel.expect({ type: RTM_GETLINK, body: { index: 8 } }).reply({ type: RTM_NEWLINK, body: made });
  kernel.notify(LINK, { type: RTM_NEWLINK, body: made });
  await until(() => kernel.requests.length > asked + 1);
  kernel.notify(LINK, { type: RTM_NEWLINK, body: link('later') });
  await until(() => seen.includes('later'));
  expect(seen).toEqual(['added', 'later']);
  expect(kernel.requests).toHaveLength(asked + times);
});

test('what cannot be watched is refused at once', () => {
  expect(() => ip.monitor([])).toThrow(RangeError);
  expect(() => ip.monitor(['links' as 'link'])).toThrow(/monitor: expected one or more of link.*got "links"/);
});

describe('routes', () => {
  const V4 = 7;
  const ADDRESS = 5;
  const route = (attrs: RouteInput['attrs'], more: RouteInput = {}): RouteInput => ({
    family: 2,
    dstLen: 16,
    table: 'main',
    protocol: 'boot',
    type: 'unicast',
    ...more,
    attrs: { dst: '10.1.0.0', table: 'main', oif: 7, ...attrs },
  });
  const up = { index: 7, flags: ['up', 'running', 'lowerUp'], attrs: { ifname: 'veth1' } } as const;

  /** One question: the lock is waited for first, then come the families or the link that are asked for. */
  function asked(answers: readonly (readonly RouteInput[])[], oif?: number): void {
    kernel.expect({ type: RTM_GETLINK, body: { index: 1 } }).reply({ type: RTM_NEWLINK, body: { index: 1 } });
    for (const list of answers) {
      const body = oif === undefined ? {} : { attrs: { oif } };
      kernel.expect({ type: RTM_GETROUTE, body }).dump(list.map(each => ({ type: RTM_NEWROUTE, body: each })));
    }
  }

  async function start(routes: readonly RouteInput[]): Promise<(string | undefined)[]> {
    kernel = new ScriptedKernel();
    asked([routes, []]);
    ip.close();
    ip = open({ transport: kernel.open() });
    const seen: (string | undefined)[] = [];
    void (async () => {
      for await (const event of ip.monitor(['route'])) {
        const fields = event.type === 'changed' ? ` ${event.fields}` : '';
        seen.push(
          'group' in event && event.group === 'route' ? `${event.type} ${event.object.gateway}${fields}` : event.type,
        );
      }
    })();
    await until(() => seen.includes('synced'));
    seen.length = 0;
    return seen;
  }

  test('a link that goes down takes routes with it: asked by that link, after the lock under which it does', async () => {
    const seen = await start([route({ gateway: '10.0.0.2' }), route({ gateway: '10.9.0.2', dst: '10.2.0.0', oif: 8 })]);
    asked([[], []], 7);
    kernel.notify(LINK, { type: RTM_NEWLINK, body: { ...up, flags: [] } });
    await until(() => seen.length > 0);
    expect(seen).toEqual(['removed 10.0.0.2']);
    // In the same state it takes none.
    kernel.notify(LINK, { type: RTM_NEWLINK, body: { ...up, flags: [], attrs: { ifname: 'veth1', ifalias: 'x' } } });
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    kernel.done();
    // A link that is no more cannot be asked by.
    kernel.expect({ type: RTM_GETLINK, body: { index: 1 } }).reply({ type: RTM_NEWLINK, body: { index: 1 } });
    kernel
      .expect({ type: RTM_GETROUTE, body: { attrs: { oif: 8 } } })
      .error('ENODEV')
      .times(2);
    kernel.notify(LINK, { type: RTM_DELLINK, body: { index: 8, attrs: { ifname: 'veth8' } } });
    await until(() => seen.length > 1);
    expect(seen).toEqual(['removed 10.0.0.2', 'removed 10.9.0.2']);
  });

  test('with nexthop objects all routes are asked for', async () => {
    const seen = await start([route({ nhId: 5, gateway: '10.0.0.2' })]);
    asked([[route({ nhId: 5, gateway: '10.0.0.3', oif: 8 })], []]);
    kernel.notify(LINK, { type: RTM_NEWLINK, body: { ...up, flags: [] } });
    await until(() => seen.length > 0);
    expect(seen).toEqual(['changed 10.0.0.3 gateway,index']);
    expect(kernel.requests.at(-1)?.body).not.toHaveProperty('attrs.oif');
  });

  test('a source address that goes takes routes with it, which older kernels do not announce', async () => {
    const seen = await start([route({ gateway: '10.0.0.2', prefsrc: '10.9.0.1' })]);
    asked([[]]);
    const gone = { family: 2, prefixlen: 32, index: 1, attrs: { local: '10.9.0.1', address: '10.9.0.1' } };
    kernel.notify(ADDRESS, { type: RTM_DELADDR, body: gone });
    await until(() => seen.length > 0);
    expect(seen).toEqual(['removed 10.0.0.2']);
    // Without such routes nothing is asked.
    kernel.notify(ADDRESS, { type: RTM_DELADDR, body: gone });
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
  });

  test('one that goes and is not known, where there are others like it, is asked about', async () => {
    const seen = await start([route({ gateway: '10.0.0.2' }), route({ gateway: '10.0.0.3' })]);
    asked([[route({ gateway: '10.0.0.3' })]]);
    kernel.notify(V4, { type: RTM_DELROUTE, body: route({ gateway: '10.0.0.2', metrics: { mtu: 1400 } }) });
    await until(() => seen.length > 0);
    expect(seen).toEqual(['removed 10.0.0.2']);
  });

  test('one that replaces another while it is asked for has its place', async () => {
    const seen = await start([route({ gateway: '10.0.0.2' })]);
    const replace = async (): Promise<void> =>
      kernel.notify(V4, { type: RTM_NEWROUTE, flags: NLM_F_REPLACE, body: route({ gateway: '10.0.0.9' }) });
    kernel
      .expect(RTM_GETLINK)
      .later(replace)
      .reply({ type: RTM_NEWLINK, body: { index: 1 } });
    // The answer is older than the notification.
    kernel.expect(RTM_GETROUTE).dump([{ type: RTM_NEWROUTE, body: route({ gateway: '10.0.0.2' }) }]);
    kernel.expect(RTM_GETROUTE).dump([]);
    kernel.notify(LINK, { type: RTM_NEWLINK, body: { ...up, flags: [] } });
    await until(() => seen.length > 0);
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    expect(seen).toEqual(['changed 10.0.0.9 gateway']);
  });
});

test('a namespace that goes while others are still asked is gone', async () => {
  kernel = new ScriptedKernel();
  const NSID = 28;
  const id = (nsid: number): { attrs: { nsid: number } } => ({ attrs: { nsid } });
  const own = { type: RTM_NEWLINK, body: link('own') } as const;
  const other = { type: RTM_NEWLINK, body: link('other') } as const;
  kernel.allow(RTM_GETNSID).dump([5, 6].map(nsid => ({ type: RTM_NEWNSID, body: id(nsid) })));
  for (const each of [own, other, own]) kernel.expect(RTM_GETLINK).dump([each]);
  ip.close();
  ip = open({ transport: kernel.open() });
  const monitor = ip.monitor(['link'], { allNamespaces: true });
  const seen: string[] = [];
  void (async () => {
    for await (const event of monitor)
      seen.push('object' in event ? `${event.type} ${event.object.alias} ${event.nsid}` : event.type);
  })();
  await until(() => seen.includes('synced'));
  seen.length = 0;
  const gone = async (): Promise<void> => kernel.notify(NSID, { type: RTM_DELNSID, body: id(5) });
  kernel.expect(RTM_GETLINK).dump([own]);
  kernel.expect(RTM_GETLINK).dump([other]);
  kernel.expect(RTM_GETLINK).later(gone).dump([own]);
  monitor.refresh();
  await until(() => seen.length > 2);
  expect(seen).toEqual(['resync', 'removed other 5', 'resync']);
});
