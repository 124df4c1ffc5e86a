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
