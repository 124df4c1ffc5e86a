import {
  AbortError,
  ClosedError,
  DecodeError,
  DumpInterruptedError,
  NetlinkError,
  OverrunError,
  open,
  Socket,
  TimeoutError,
} from '../../src/index.js';
import {
  type LinkInput,
  NLM_F_MULTI,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
} from '../../src/protocol/index.js';
import { ScriptedKernel } from '../../src/testing/index.js';

let kernel: ScriptedKernel;
let socket: Socket;
beforeEach(() => {
  kernel = new ScriptedKernel();
  socket = new Socket(kernel.open());
});
afterEach(() => {
  socket.close();
  kernel.done();
  // The first is the socket's; each dump that is iterated has one of its own.
  expect(kernel.sockets.map(each => [each.closed, each.holders, each.watched])).toEqual(
    kernel.sockets.map(() => [true, 0, false]),
  );
});

const link = (index: number): { type: typeof RTM_NEWLINK; body: LinkInput } => ({ type: RTM_NEWLINK, body: { index } });
const links = (count: number): ReturnType<typeof link>[] => Array.from({ length: count }, (_, i) => link(i + 1));

async function indexes(from: AsyncIterable<{ index: number }>): Promise<number[]> {
  const all: number[] = [];
  for await (const each of from) all.push(each.index);
  return all;
}

test('hands out one by one, and receives the next datagram only when the last has been used up', async () => {
  kernel.expect(RTM_GETLINK).dump(links(5), { perDatagram: 2 });
  const seen: [index: number, waiting: number][] = [];
  for await (const each of socket.each(RTM_GETLINK, {})) seen.push([each.index, kernel.sockets[1]!.waiting]);
  expect(seen).toEqual([
    [1, 2],
    [2, 2],
    [3, 1],
    [4, 1],
    [5, 0],
  ]);
});

test('parts that come later are waited for', async () => {
  const part = (index: number): ReturnType<typeof link> => Object.assign(link(index), { flags: 2 });
  kernel
    .expect(RTM_GETLINK)
    .later()
    .reply(part(1))
    .later()
    .reply(part(2))
    .later()
    .dump([link(3)]);
  expect(await indexes(socket.each(RTM_GETLINK, {}))).toEqual([1, 2, 3]);
});

test('can be left early, and costs nothing if it is not begun', async () => {
  kernel.expect(RTM_GETLINK).dump(links(100), { perDatagram: 1 });
  socket.each(RTM_GETADDR, {});
  for await (const { index } of socket.each(RTM_GETLINK, {})) if (index === 3) break;
  expect(kernel.sockets).toHaveLength(2);
  expect(kernel.sockets[1]!.closed).toBe(true);
});

test('does not stand in the way of dumps and other iterations', async () => {
  kernel.expect(RTM_GETLINK).dump(links(3), { perDatagram: 1 });
  kernel.expect(RTM_GETADDR).dump([{ type: RTM_NEWADDR, body: { index: 7 } }]);
  kernel.expect(RTM_GETLINK).dump(links(2), { perDatagram: 1 });
  const outer = socket.each(RTM_GETLINK, {});
  expect((await outer.next()).value).toMatchObject({ index: 1 });
  expect(await socket.dump(RTM_GETADDR, {})).toHaveLength(1);
  expect(await indexes(socket.each(RTM_GETLINK, {}))).toEqual([1, 2]);
  expect(await indexes(outer)).toEqual([2, 3]);
});

test('an interruption is told at the end', async () => {
  kernel.expect(RTM_GETLINK).dump(links(4), { interrupted: true });
  const seen: number[] = [];
  const all = (async () => {
    for await (const { index } of socket.each(RTM_GETLINK, {}, { operation: 'link list' })) seen.push(index);
  })();
  await expect(all).rejects.toThrow(DumpInterruptedError);
  await expect(all).rejects.toThrow('link list: changed while it was read');
  expect(seen).toEqual([1, 2, 3, 4]);
});

test('the errno at the end is an error, after what came before', async () => {
  kernel.expect(RTM_GETLINK).dump(links(2), { error: 'ENODEV' });
  const each = socket.each(RTM_GETLINK, {});
  await each.next();
  await each.next();
  await expect(each.next()).rejects.toMatchObject({ name: 'NetlinkError', code: 'ENODEV', operation: 'RTM_GETLINK' });
  expect(await each.next()).toEqual({ done: true, value: undefined });
});

test('a warning at the end is told', async () => {
  const warnings: string[] = [];
  socket.close();
  socket = new Socket(kernel.open(), {
    onWarning: ({ operation, message }) => warnings.push(`${operation}: ${message}`),
  });
  kernel.expect(RTM_GETLINK).dump([], { extack: { msg: 'not all' } });
  for await (const _ of socket.each(RTM_GETLINK, {}, { operation: 'link list' }));
  await Promise.resolve();
  expect(warnings).toEqual(['link list: not all']);
});

test('a refusal, an overrun, a failure, silence', async () => {
  kernel.expect(RTM_GETLINK).error('EINVAL', { msg: 'Invalid index', at: 'master' });
  const refused = indexes(socket.each(RTM_GETLINK, { attrs: { master: 9 } }));
  await expect(refused).rejects.toThrow(NetlinkError);
  await expect(refused).rejects.toMatchObject({ attribute: 'master' });
  kernel.expect(RTM_GETLINK).overrun();
  await expect(indexes(socket.each(RTM_GETLINK, {}))).rejects.toThrow(OverrunError);
  kernel.expect(RTM_GETLINK).fail('ENOMEM');
  await expect(indexes(socket.each(RTM_GETLINK, {}))).rejects.toMatchObject({ code: 'ENOMEM' });
  kernel.expect(RTM_GETLINK).silence();
  await expect(indexes(socket.each(RTM_GETLINK, {}, { timeout: 10 }))).rejects.toThrow(TimeoutError);
});

test('the deadline is for the kernel: a slow consumer has all the time', async () => {
  kernel.expect(RTM_GETLINK).dump(links(2), { perDatagram: 1 });
  for await (const _ of socket.each(RTM_GETLINK, {}, { timeout: 10 })) {
    await new Promise(resolve => setTimeout(resolve, 30));
  }
});

test('other senders and other sequence numbers are passed over', async () => {
  kernel
    .expect(RTM_GETLINK)
    .forge(4711, link(666))
    .reply({ ...link(667), sequence: 0 })
    .dump(links(2));
  expect(await indexes(socket.each(RTM_GETLINK, {}))).toEqual([1, 2]);
});

test('the signal ends it: before, while it waits, and between two values', async () => {
  await expect(indexes(socket.each(RTM_GETLINK, {}, { signal: AbortSignal.abort() }))).rejects.toThrow(AbortError);
  kernel.expect(RTM_GETLINK).silence();
  const controller = new AbortController();
  setImmediate(() => controller.abort());
  const waiting = indexes(socket.each(RTM_GETLINK, {}, { signal: controller.signal }));
  await expect(waiting).rejects.toThrow(AbortError);

  kernel.expect(RTM_GETLINK).dump(links(5), { perDatagram: 6 });
  const second = new AbortController();
  const seen: number[] = [];
  const each = (async () => {
    for await (const { index } of socket.each(RTM_GETLINK, {}, { signal: second.signal })) {
      seen.push(index);
      if (index === 2) second.abort();
    }
  })();
  await expect(each).rejects.toThrow(AbortError);
  expect(seen).toEqual([1, 2]);
});

test('closing the socket ends it', async () => {
  kernel.expect(RTM_GETLINK).silence();
  const waiting = indexes(socket.each(RTM_GETLINK, {}, { operation: 'link list' }));
  setImmediate(() => socket.close());
  await expect(waiting).rejects.toThrow('link list: the netlink socket is closed');
  await expect(indexes(socket.each(RTM_GETLINK, {}))).rejects.toThrow(ClosedError);
});

test('a first part that does not fit is asked for again, with room for it', async () => {
  kernel.expect(RTM_GETLINK).reply(link(1)).truncate(20);
  kernel.expect(RTM_GETLINK).dump(links(1));
  expect(await indexes(socket.each(RTM_GETLINK, {}))).toEqual([1]);
  expect(kernel.sockets.map(each => [each.room, each.closed])).toEqual([
    [0, false],
    [0, true],
    [32, true],
  ]);
});

test('one that never fits is an error', async () => {
  kernel.expect(RTM_GETLINK).times(11).reply(link(1)).truncate(20);
  await expect(indexes(socket.each(RTM_GETLINK, {}))).rejects.toMatchObject({ code: 'EMSGSIZE' });
});

test('when something was handed out, what does not fit is an error, and the next has room for it', async () => {
  kernel
    .expect(RTM_GETLINK)
    .reply({ ...link(1), flags: NLM_F_MULTI })
    .reply(link(2))
    .truncate(20);
  const each = socket.each(RTM_GETLINK, {});
  expect(await each.next()).toMatchObject({ value: { index: 1 } });
  await expect(each.next()).rejects.toMatchObject({ code: 'EMSGSIZE' });
  kernel.expect(RTM_GETLINK).dump(links(1));
  expect(await indexes(socket.each(RTM_GETLINK, {}))).toEqual([1]);
  expect(kernel.sockets.map(({ room }) => room)).toEqual([0, 0, 32]);
});

test('bytes that cannot be decoded are an error that says where', async () => {
  kernel.expect(RTM_GETLINK).deliver([{ bytes: new Uint8Array(5), length: 5, sender: 0 }]);
  await expect(indexes(socket.each(RTM_GETLINK, {}))).rejects.toThrow(DecodeError);
});

test('a value that cannot be encoded is refused by its name', async () => {
  const each = socket.each(RTM_GETLINK, { attrs: { mtu: 'x' as never } }, { operation: 'link list' });
  await expect(each.next()).rejects.toThrow(/^link list: mtu: expected/);
});

test('links and addresses are iterated like they are listed', async () => {
  kernel.expect({ type: RTM_GETLINK, body: { attrs: { linkinfo: { kind: 'veth' } } } }).dump([
    { type: RTM_NEWLINK, body: { index: 1, attrs: { ifname: 'lo' } } },
    { type: RTM_NEWLINK, body: { index: 2, attrs: { ifname: 'veth1', linkinfo: { kind: 'veth' } } } },
  ]);
  kernel
    .expect({ type: RTM_GETADDR, body: { family: 2, index: 2 } })
    .dump([{ type: RTM_NEWADDR, body: { family: 2, prefixlen: 8, index: 2, attrs: { local: '10.0.0.1' } } }]);
  await using ip = open({ transport: kernel.open() });
  const names: string[] = [];
  for await (const each of ip.link.each({ kind: 'veth' })) names.push(each.name);
  for await (const each of ip.address.each({ family: 4, link: 2 })) names.push(each.cidr);
  expect(names).toEqual(['veth1', '10.0.0.1/8']);
});

test.each(['close', 'signal'])('%s frees the descriptor of one whose consumer does something else', async how => {
  kernel.expect(RTM_GETLINK).dump(links(5), { perDatagram: 2 });
  const controller = new AbortController();
  const each = socket.each(RTM_GETLINK, {}, { signal: controller.signal });
  expect(await each.next()).toMatchObject({ value: { index: 1 } });
  expect(kernel.sockets.at(-1)!.closed).toBe(false);
  if (how === 'close') socket.close();
  else controller.abort();
  expect(kernel.sockets.at(-1)!.closed).toBe(true);
  await expect(each.next()).rejects.toThrow(how === 'close' ? ClosedError : AbortError);
});

test('an answer that came while the event loop stood still is no timeout', async () => {
  kernel
    .expect(RTM_GETLINK)
    .reply({ ...link(1), flags: NLM_F_MULTI })
    .later()
    .dump([link(2)]);
  const each = socket.each(RTM_GETLINK, {}, { timeout: 20 });
  expect(await each.next()).toMatchObject({ value: { index: 1 } });
  const next = each.next();
  await Promise.resolve(); // it waits by now, and the answer comes in the next turn
  for (const end = performance.now() + 50; performance.now() < end; );
  expect(await next).toMatchObject({ value: { index: 2 } });
});
