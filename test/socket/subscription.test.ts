import { AbortError } from '../../src/index.js';
import { RTM_NEWLINK } from '../../src/protocol/index.js';
import { type Notification, Subscription, type SubscriptionOptions } from '../../src/socket/subscription.js';
import { ScriptedKernel, type ScriptedTransport } from '../../src/testing/index.js';

const LINK = 1;
let kernel: ScriptedKernel;
let transport: ScriptedTransport;
let subscription: Subscription;

function subscribe(options: SubscriptionOptions = {}): void {
  kernel = new ScriptedKernel();
  transport = kernel.open();
  subscription = new Subscription(transport, [LINK], options);
}
beforeEach(() => subscribe());
afterEach(() => {
  subscription.close();
  expect([transport.closed, transport.holders, transport.watched]).toEqual([true, 0, false]);
});

const event = (...indexes: number[]): void =>
  kernel.notify(
    LINK,
    indexes.map(index => ({ type: RTM_NEWLINK, body: { index } })),
  );
const told = (notification: Notification | undefined): unknown =>
  notification?.kind === 'message' ? (notification.message.body as { index: number }).index : notification?.kind;
async function take(count: number): Promise<unknown[]> {
  const all: unknown[] = [];
  while (all.length < count) all.push(told((await subscription.next()).value));
  return all;
}

test('what was lost is told when all that was not has been read, since the kernel drops silently until then', async () => {
  event(1);
  kernel.overrun(LINK);
  event(2, 3);
  expect(await take(4)).toEqual([1, 2, 3, 'overrun']);
  event(4);
  kernel.overrun(LINK);
  expect(await take(2)).toEqual([4, 'overrun']);
});

test('a loss is told once however often it is noticed meanwhile, also if a full queue holds it up', async () => {
  subscription.close();
  subscribe({ queueLimit: 2 });
  kernel.overrun(LINK);
  event(1);
  event(2);
  event(3);
  kernel.overrun(LINK);
  event(4);
  expect(await take(5)).toEqual([1, 2, 3, 4, 'overrun']);
  event(5);
  expect(await take(1)).toEqual([5]);
});

test('a full queue leaves the rest to the kernel, and goes on when half of it has been consumed', async () => {
  subscription.close();
  subscribe({ queueLimit: 10 });
  for (let index = 1; index <= 25; index++) event(index);
  subscription.poll();
  expect([subscription.queued, transport.waiting, transport.watched]).toEqual([10, 15, false]);
  expect(await take(4)).toEqual([1, 2, 3, 4]);
  expect(transport.watched).toBe(false);
  await take(1);
  expect(transport.watched).toBe(true);
  expect(await take(20)).toEqual(Array.from({ length: 20 }, (_, i) => i + 6));
});

test.each([0, -1, 1.5, Number.NaN])('a queueLimit of %p is refused, and the descriptor freed', queueLimit => {
  const other = new ScriptedKernel().open();
  expect(() => new Subscription(other, [LINK], { queueLimit })).toThrow(RangeError);
  expect(other.closed).toBe(true);
});

test('a group that cannot be joined frees the descriptor', () => {
  const other = new ScriptedKernel().open();
  other.join = () => {
    throw new RangeError('no');
  };
  expect(() => new Subscription(other, [LINK])).toThrow('no');
  expect(other.closed).toBe(true);
});

test('a notification that did not fit is a loss, and the next has room', async () => {
  transport.deliver({ bytes: new Uint8Array(20), length: 5000, sender: 0 });
  event(1);
  expect(await take(2)).toEqual(['overrun', 1]);
  expect(transport.room).toBe(5000);
});

test('other senders are ignored, and what is no message is a loss', async () => {
  transport.deliver({ bytes: new Uint8Array(32), length: 32, sender: 4711 });
  transport.deliver({ bytes: new Uint8Array(5), length: 5, sender: 0 });
  event(1);
  expect(await take(2)).toEqual(['overrun', 1]);
});

test('the kernel was short of memory: that is a loss, told when all has been received', async () => {
  event(1);
  for (let i = 0; i < 3; i++) transport.deliver({ errno: 12 });
  event(2);
  expect(await take(3)).toEqual([1, 2, 'overrun']);
  event(3);
  expect(await take(1)).toEqual([3]);
});

test('a shortage that lasts costs one look every 10 ms, and none when it is closed', async () => {
  const receive = jest.spyOn(transport, 'receive').mockImplementation(() => ({ errno: 12 }));
  for (let i = 0; i < 50; i++) subscription.poll();
  receive.mockClear();
  await new Promise(resolve => setTimeout(resolve, 105));
  expect(receive.mock.calls.length).toBeGreaterThan(0);
  expect(receive.mock.calls.length).toBeLessThan(15);
  subscription.close();
  receive.mockClear();
  await new Promise(resolve => setTimeout(resolve, 30));
  expect(receive).not.toHaveBeenCalled();
});

test('another failure of receiving ends it, after what came before', async () => {
  event(1);
  transport.deliver({ errno: 9 });
  expect(await take(1)).toEqual([1]);
  await expect(subscription.next()).rejects.toMatchObject({ name: 'SyscallError', code: 'EBADF' });
  expect(await subscription.next()).toEqual({ done: true, value: undefined });
});

test('close and signal end a wait; leaving the loop closes', async () => {
  const waiting = subscription.next();
  subscription.close();
  subscription.close();
  expect(await waiting).toEqual({ done: true, value: undefined });

  const controller = new AbortController();
  subscribe({ signal: controller.signal });
  const aborted = subscription.next();
  controller.abort('enough');
  await expect(aborted).rejects.toThrow(AbortError);
  expect(await subscription.next()).toEqual({ done: true, value: undefined });

  subscribe();
  event(1, 2);
  for await (const each of subscription) {
    expect(told(each)).toBe(1);
    break;
  }
  expect(transport.closed).toBe(true);
});
