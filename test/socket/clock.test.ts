import { Socket, TimeoutError } from '../../src/index.js';
import { RTM_GETADDR, RTM_GETLINK, RTM_NEWLINK } from '../../src/protocol/index.js';
import { ScriptedKernel } from '../../src/testing/index.js';

// A clock that stands still is the test's own business: the kernel answers by the machine's.

let kernel: ScriptedKernel;
let socket: Socket;
const realSetTimeout = setTimeout;

beforeEach(() => {
  jest.useFakeTimers();
  kernel = new ScriptedKernel();
  socket = new Socket(kernel.open());
});
afterEach(() => {
  jest.useRealTimers();
  socket.close();
  kernel.done();
});

test('the clock of the test stands still', async () => {
  expect(setTimeout).not.toBe(realSetTimeout);
  const before = performance.now();
  await new Promise(resolve => realSetTimeout(resolve, 5));
  expect(performance.now()).toBe(before);
});

test('requests, dumps and iterated dumps are answered', async () => {
  const links = [1, 2, 3].map(index => ({ type: RTM_NEWLINK, body: { index } }) as const);
  for (let i = 0; i < 3; i++) {
    kernel.expect(RTM_GETLINK).reply(links[0]!);
    kernel.expect(RTM_GETLINK).dump(links, { perDatagram: 1 });
    kernel.expect(RTM_GETLINK).dump(links, { perDatagram: 1 });
    await expect(socket.get(RTM_GETLINK, { index: 1 })).resolves.toMatchObject({ index: 1 });
    await expect(socket.dump(RTM_GETLINK, {})).resolves.toHaveLength(3);
    const seen: number[] = [];
    for await (const { index } of socket.each(RTM_GETLINK, {})) seen.push(index);
    expect(seen).toEqual([1, 2, 3]);
  }
});

test('what is not answered settles at its deadline', async () => {
  kernel.expect(RTM_GETLINK).silence();
  await expect(socket.get(RTM_GETLINK, { index: 1 }, { timeout: 20 })).rejects.toThrow(TimeoutError);
  kernel.expect(RTM_GETADDR).silence();
  await expect(socket.each(RTM_GETADDR, {}, { timeout: 20 }).next()).rejects.toThrow(TimeoutError);
});

test('a subscription delivers', async () => {
  const subscription = socket.subscribe(['link']);
  kernel.notify(1, { type: RTM_NEWLINK, body: { index: 7 } });
  const { value } = await subscription.next();
  expect(value.message.body).toMatchObject({ index: 7 });
});
