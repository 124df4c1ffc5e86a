import { type Ip, type MonitorEvent, type MonitorOptions, open } from '../../src/index.js';
import { type LinkInput, RTM_GETLINK, RTM_NEWLINK } from '../../src/protocol/index.js';
import { ScriptedKernel } from '../../src/testing/index.js';

const LINK = 1;
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

test('what cannot be watched is refused at once', () => {
  expect(() => ip.monitor([])).toThrow(RangeError);
  expect(() => ip.monitor(['links' as 'link'])).toThrow(/monitor: expected one or more of link.*got "links"/);
});
