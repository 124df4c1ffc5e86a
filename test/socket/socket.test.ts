import {
  AbortError,
  ClosedError,
  DecodeError,
  DumpInterruptedError,
  OverrunError,
  Socket,
  type SocketOptions,
  SyscallError,
  TimeoutError,
} from '../../src/index.js';
import {
  encodeMessage,
  type LinkInput,
  type MessageInput,
  NLM_F_ACK,
  NLM_F_ACK_TLVS,
  NLM_F_DUMP,
  NLM_F_MULTI,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_NOOP,
  NLMSG_OVERRUN,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
} from '../../src/protocol/index.js';
import * as clock from '../../src/socket/clock.js';
import { type ReceivedRequest, ScriptedKernel, type ScriptedTransport } from '../../src/testing/index.js';

jest.mock('../../src/socket/clock.js', () => {
  const real = jest.requireActual<typeof clock>('../../src/socket/clock.js');
  return { ...real, time: jest.fn(real.time) };
});

/** What marks an answer as one to the request. */
const own = ({ message: { sequence, port } }: ReceivedRequest): object => ({ sequence, port });

const isDump = ({ message }: ReceivedRequest): boolean => (message.flags & NLM_F_DUMP) === NLM_F_DUMP;
/** A dump of one link, by hand. */
const dumpOf = (request: ReceivedRequest): MessageInput[] => [
  { ...link(1), ...own(request), flags: NLM_F_MULTI },
  { type: NLMSG_DONE, ...own(request), flags: NLM_F_MULTI, body: { error: 0 } },
];

/** The library's clock, for a while. */
function clockOf(now: () => number): Disposable {
  const time = jest.mocked(clock.time);
  const real = time.getMockImplementation()!;
  time.mockImplementation(now);
  return { [Symbol.dispose]: () => void time.mockImplementation(real) };
}

let kernel: ScriptedKernel;
let transport: ScriptedTransport;
let socket: Socket;
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => void unhandled.push(reason);

function start(options: SocketOptions = {}): Socket {
  transport = kernel.open();
  socket = new Socket(transport, options);
  return socket;
}

beforeEach(() => {
  kernel = new ScriptedKernel();
  start();
  process.on('unhandledRejection', onUnhandled);
});
afterEach(async () => {
  await new Promise(setImmediate);
  socket.close();
  jest.restoreAllMocks();
  process.off('unhandledRejection', onUnhandled);
  expect(unhandled.splice(0)).toEqual([]);
  expect(kernel.sockets.map(each => each.holders)).toEqual(kernel.sockets.map(() => 0));
});

const link = (index: number): { type: typeof RTM_NEWLINK; body: LinkInput } => ({ type: RTM_NEWLINK, body: { index } });
const echo = ({ message }: ReceivedRequest): ReturnType<typeof link>[] => [link((message.body as LinkInput).index!)];
const nameOf = (error: Error): string => error.name;
const range = (length: number): number[] => Array.from({ length }, (_, i) => i + 1);
/** A codec that tells what is read, and may do something meanwhile. */
const reading = (onRead: () => unknown): { as: { read(): unknown; write(): void } } => ({
  as: { read: onRead, write() {} },
});

describe('requests', () => {
  test('of one tick leave together and are told apart by their sequence numbers', async () => {
    const send = jest.spyOn(transport, 'send');
    kernel.expect(RTM_GETLINK).times(10).replyWith(echo);
    const got = await Promise.all(range(10).map(index => socket.get(RTM_GETLINK, { index })));
    expect(got.map(each => each.index)).toEqual(range(10));
    expect(send).toHaveBeenCalledTimes(1);
  });

  test('are answered in any order', async () => {
    const waiting: (() => void)[] = [];
    kernel
      .expect(RTM_GETLINK)
      .times(5)
      .later(() => new Promise<void>(resolve => waiting.push(resolve)))
      .replyWith(echo);
    const got = range(5).map(index => socket.get(RTM_GETLINK, { index }));
    await new Promise(setImmediate);
    for (const answer of waiting.reverse()) answer();
    expect((await Promise.all(got)).map(each => each.index)).toEqual(range(5));
  });

  test('an error in one leaves the others of the pack alone', async () => {
    kernel.expect(RTM_NEWLINK).ack();
    kernel.expect(RTM_NEWLINK).error('EINVAL');
    kernel.expect(RTM_NEWLINK).ack();
    const outcomes = await Promise.allSettled(range(3).map(index => socket.request(RTM_NEWLINK, { index })));
    expect(outcomes.map(each => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('a value that cannot be encoded is refused alone, by its name', async () => {
    kernel.expect(RTM_NEWLINK).times(2);
    const outcomes = await Promise.allSettled(
      ['a', 5 as unknown as string, 'b'].map(ifname =>
        socket.request(RTM_NEWLINK, { attrs: { ifname } }, { operation: 'link add' }),
      ),
    );
    expect(outcomes.map(each => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((outcomes[1] as PromiseRejectedResult).reason.message).toMatch(/^link add: ifname: expected/);
    kernel.done();
  });

  test('sequence numbers wrap past 0 and past those that are still in use', async () => {
    start({ firstSequence: 0xfffffff0 });
    let letGo: (() => void) | undefined;
    const gate = new Promise<void>(resolve => {
      letGo = resolve;
    });
    kernel
      .expect(RTM_GETLINK)
      .times(64)
      .later(() => gate)
      .replyWith(echo);
    const got = range(64).map(index => socket.get(RTM_GETLINK, { index }));
    await new Promise(setImmediate);
    letGo!();
    expect((await Promise.all(got)).map(each => each.index)).toEqual(range(64));
    const sequences = kernel.requests.map(each => each.sequence);
    expect(sequences).toContain(0xffffffff);
    expect(sequences).toContain(1);
    expect(sequences).not.toContain(0);
    expect(new Set(sequences).size).toBe(64);
  });

  test('what the kernel did and remarked on is reached through the outcome, and through onWarning', async () => {
    const onWarning = jest.fn();
    start({ onWarning });
    const other: ScriptedKernel = kernel;
    other.expect(RTM_NEWLINK).ack({ msg: 'mtu is deprecated' });
    other.expect(RTM_NEWLINK).ack();
    expect((await socket.request(RTM_NEWLINK, {}, { operation: 'link set' })).extack.msg).toBe('mtu is deprecated');
    await socket.request(RTM_NEWLINK, {});
    const extack = expect.objectContaining({ msg: 'mtu is deprecated' });
    expect(onWarning.mock.calls).toEqual([[{ operation: 'link set', message: 'mtu is deprecated', extack }]]);
  });

  test('echo: the replies before the acknowledgement are its results', async () => {
    kernel.expect(RTM_NEWLINK).reply(link(7));
    expect((await socket.request(RTM_NEWLINK, {})).results).toMatchObject([{ index: 7 }]);
  });

  test('an acknowledgement is no answer to a question', async () => {
    kernel.expect(RTM_GETLINK).ack();
    const asked = socket.get(RTM_GETLINK, {}, { flags: NLM_F_ACK, timeout: 10 });
    await expect(asked).rejects.toThrow(TimeoutError);
  });

  test('NLMSG_NOOP is ignored, NLMSG_OVERRUN is not', async () => {
    kernel.expect(RTM_GETLINK).reply({ type: NLMSG_NOOP }, link(1));
    kernel.expect(RTM_GETLINK).reply({ type: NLMSG_OVERRUN });
    await expect(socket.get(RTM_GETLINK, {})).resolves.toMatchObject({ index: 1 });
    await expect(socket.get(RTM_GETLINK, {})).rejects.toThrow(OverrunError);
  });

  test('one that cannot be sent fails by its own name, with a stack of its own', async () => {
    transport.failNextSend(105);
    const [a, b] = await Promise.allSettled(
      ['a', 'b'].map(operation => socket.request(RTM_NEWLINK, {}, { operation })),
    );
    const [one, two] = [a, b].map(each => (each as PromiseRejectedResult).reason as SyscallError);
    expect(one).toMatchObject({
      name: 'SyscallError',
      syscall: 'send',
      code: 'ENOBUFS',
      message: 'send: ENOBUFS: a: 64 bytes',
    });
    expect(two!.message).toBe('send: ENOBUFS: b: 64 bytes');
    kernel.expect(RTM_NEWLINK);
    await socket.request(RTM_NEWLINK, {});
  });
});

describe('packs', () => {
  async function packs(count: number, attrs: LinkInput['attrs'] = {}): Promise<number[]> {
    const send = jest.spyOn(transport, 'send');
    kernel.allow(RTM_NEWLINK);
    await Promise.all(range(count).map(index => socket.request(RTM_NEWLINK, { index, attrs })));
    return send.mock.calls.map(([bytes]) => bytes.length);
  }

  test('are bounded in number', async () => {
    const sizes = await packs(500);
    expect(sizes.length).toBeGreaterThan(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(128 * 32);
    expect(sizes.reduce((a, b) => a + b)).toBe(500 * 32);
  });

  test('are bounded in bytes, except for a request that is larger alone', async () => {
    const alias = { '#99': { type: 99, data: new Uint8Array(10_000) } };
    expect((await packs(8, alias)).map(size => Math.round(size / 10_000))).toEqual([3, 3, 2]);
    start();
    const large = { '#99': { type: 99, data: new Uint8Array(60_000) } };
    expect(await packs(2, large)).toHaveLength(2);
  });

  test('are bounded by what the receive buffer takes', async () => {
    transport = Object.defineProperty(kernel.open(), 'receiveBuffer', { value: 8192 });
    socket = new Socket(transport);
    expect(await packs(10)).toEqual([64, 64, 64, 64, 64]);
  });

  test('are bounded by the time that the kernel takes for them, and grow again when it is fast', async () => {
    let now = 0;
    let each = 2;
    using _ = clockOf(() => now);
    const send = transport.send.bind(transport);
    transport.send = bytes => {
      now += (each * bytes.length) / 32;
      send(bytes);
    };
    const slow = await packs(200);
    expect(slow[0]).toBe(16 * 32);
    // 5 ms at most: two requests of 2 ms. It comes closer by half the distance each time.
    expect(slow.length).toBeGreaterThan(60);
    expect(new Set(slow.slice(10, -1))).toEqual(new Set([2 * 32]));
    each = 0.001;
    expect(Math.max(...(await packs(500)))).toBe(128 * 32);
  });

  test('get smaller when answers did not fit', async () => {
    kernel.expect(RTM_NEWLINK).times(15).silence();
    kernel.expect(RTM_NEWLINK).overrun();
    const lost = await Promise.allSettled(range(16).map(index => socket.request(RTM_NEWLINK, { index })));
    expect(lost.every(each => each.status === 'rejected')).toBe(true);
    expect(Math.max(...(await packs(64)))).toBeLessThanOrEqual(8 * 32);
  });

  test('and grow again when answers fit; a loss that had nothing to do with their number makes none smaller', async () => {
    using _ = clockOf(() => 0); // the kernel takes no time
    kernel.expect(RTM_NEWLINK).times(15).silence();
    kernel.expect(RTM_NEWLINK).overrun();
    await Promise.allSettled(range(16).map(index => socket.request(RTM_NEWLINK, { index })));
    for (let i = 0; i < 10; i++) {
      kernel.expect(RTM_NEWLINK).overrun();
      await expect(socket.request(RTM_NEWLINK, { index: 1 })).rejects.toThrow(OverrunError);
    }
    const sizes = await packs(2000);
    expect(sizes[0]).toBe(8 * 32);
    expect(Math.max(...sizes)).toBeGreaterThan(14 * 32);
  });
});

describe('who is believed', () => {
  test('1,000 forged replies with the right sequence number settle nothing', async () => {
    kernel
      .expect(RTM_GETLINK)
      .forge(4711, ...range(1000).map(() => link(666)))
      .reply(link(1));
    await expect(socket.get(RTM_GETLINK, {})).resolves.toMatchObject({ index: 1 });
  });

  test('an event that carries our sequence number but another port is no answer', async () => {
    kernel
      .expect(RTM_GETLINK)
      .reply({ ...link(666), port: 5 })
      .later()
      .reply(link(1));
    await expect(socket.get(RTM_GETLINK, {})).resolves.toMatchObject({ index: 1 });
  });

  test('an answer to nobody is dropped', async () => {
    kernel.expect(RTM_GETLINK).reply({ ...link(666), sequence: 12345 }, link(1));
    await expect(socket.get(RTM_GETLINK, {})).resolves.toMatchObject({ index: 1 });
  });

  test('bytes that are no message leave the socket usable', async () => {
    kernel.expect(RTM_GETLINK).deliver([{ bytes: new Uint8Array(7), length: 7, sender: 0 }]);
    await expect(socket.get(RTM_GETLINK, {}, { timeout: 10 })).rejects.toThrow(TimeoutError);
    kernel.expect(RTM_GETLINK).reply(link(1));
    await expect(socket.get(RTM_GETLINK, {})).resolves.toMatchObject({ index: 1 });
  });

  test('a reply that cannot be decoded fails the request that it answers, and no other', async () => {
    const broken = (request: ReceivedRequest): Uint8Array => {
      const { sequence, port } = request.message;
      return encodeMessage({ type: 999, sequence, port, body: new Uint8Array(3) });
    };
    const asLink = (bytes: Uint8Array): Uint8Array => {
      new DataView(bytes.buffer, bytes.byteOffset).setUint16(4, RTM_NEWLINK, true);
      return bytes;
    };
    kernel.expect(RTM_GETLINK).deliver(request => {
      const bytes = asLink(broken(request));
      return [{ bytes, length: bytes.length, sender: 0 }];
    });
    kernel.expect(RTM_GETLINK).reply(link(2));
    const [one, two] = await Promise.allSettled([socket.get(RTM_GETLINK, {}), socket.get(RTM_GETLINK, {})]);
    expect((one as PromiseRejectedResult).reason).toBeInstanceOf(DecodeError);
    expect((one as PromiseRejectedResult).reason.message).toContain('RTM_NEWLINK: expected');
    expect(two).toMatchObject({ status: 'fulfilled', value: { index: 2 } });
  });

  test('an NLMSG_ERROR that is too short is an error', async () => {
    kernel.expect(RTM_NEWLINK).deliver(({ message: { sequence, port } }) => {
      const bytes = encodeMessage({ type: 999, sequence, port, body: new Uint8Array(8) });
      new DataView(bytes.buffer, bytes.byteOffset).setUint16(4, NLMSG_ERROR, true);
      return [{ bytes, length: bytes.length, sender: 0 }];
    });
    await expect(socket.request(RTM_NEWLINK, {})).rejects.toThrow('NLMSG_ERROR: expected at least 20 bytes, got 8');
  });

  test('a question that is answered by its end alone is an error', async () => {
    kernel.expect(RTM_GETLINK).dump([]);
    await expect(socket.get(RTM_GETLINK, {})).rejects.toThrow('RTM_GETLINK: expected an answer, got the end of it');
  });

  test.each(['error', 'acknowledgement', 'end of a dump'])('words that cannot be read hide nothing: %s', async what => {
    const type = what === 'end of a dump' ? NLMSG_DONE : NLMSG_ERROR;
    const error = what === 'acknowledgement' ? 0 : -16;
    kernel.expect(type === NLMSG_DONE ? RTM_GETLINK : RTM_NEWLINK).deliver(request => {
      const message = { type, flags: NLM_F_ACK_TLVS, body: { error, attrs: { msg: 'words' } }, ...own(request) };
      const bytes = encodeMessage(message as never);
      bytes[bytes.length - 12] = 255; // the attribute says that it is longer than the message
      return [{ bytes, length: bytes.length, sender: 0 }];
    });
    const asked = type === NLMSG_DONE ? socket.dump(RTM_GETLINK, {}) : socket.request(RTM_NEWLINK, { index: 1 });
    if (error === 0) await expect(asked).resolves.toEqual({ results: [], extack: {} });
    else await expect(asked).rejects.toMatchObject({ name: 'NetlinkError', code: 'EBUSY', extack: {} });
  });

  test('an NLMSG_DONE that is too short for its number is no success', async () => {
    kernel.expect(RTM_GETLINK).deliver(request => {
      const bytes = encodeMessage({ type: NLMSG_DONE, body: { error: -1 }, ...own(request) });
      const cut = bytes.slice(0, 18);
      cut[0] = 18;
      return [{ bytes: cut, length: 18, sender: 0 }];
    });
    await expect(socket.dump(RTM_GETLINK, {})).rejects.toThrow('NLMSG_DONE: expected 4 bytes or none, got 2');
  });

  test("a codec's own failure is its caller's, and no other's", async () => {
    kernel.expect(RTM_GETLINK).times(2).replyWith(echo);
    const thrower = reading(() => {
      throw new SyntaxError('mine');
    });
    const both = Promise.allSettled([
      socket.get(RTM_GETLINK, { index: 1 }, thrower),
      socket.get(RTM_GETLINK, { index: 2 }),
    ]);
    expect(await both).toMatchObject([{ reason: { message: 'mine' } }, { value: { index: 2 } }]);
  });
});

describe('time', () => {
  test.each([0, -1, Number.NaN, '5' as unknown as number])(
    'timeout %p is refused, and nothing is sent',
    async timeout => {
      await expect(socket.get(RTM_GETLINK, {}, { timeout })).rejects.toThrow(RangeError);
      expect(() => new Socket(kernel.open(), { timeout })).toThrow(RangeError);
      expect(kernel.requests).toEqual([]);
    },
  );

  test('a request that is never answered settles at its deadline; a late reply is dropped', async () => {
    let answer: (() => void) | undefined;
    const gate = new Promise<void>(resolve => {
      answer = resolve;
    });
    kernel
      .expect(RTM_GETLINK)
      .later(() => gate)
      .reply(link(666));
    const asked = socket.get(RTM_GETLINK, {}, { timeout: 20, operation: 'link get' });
    await expect(asked).rejects.toThrow('link get: no answer within 20 ms');
    kernel.expect(RTM_GETLINK).later().reply(link(1));
    const next = socket.get(RTM_GETLINK, {});
    answer!();
    await expect(next).resolves.toMatchObject({ index: 1 });
  });

  test('an answer that came while the event loop stood still is no timeout', async () => {
    kernel.expect(RTM_GETLINK).later().reply(link(1));
    const asked = socket.get(RTM_GETLINK, {}, { timeout: 20 });
    await Promise.resolve();
    setImmediate(() => {
      // The reply is there; the deadline passes before the event loop gets to see it.
      const until = performance.now() + 40;
      while (performance.now() < until);
    });
    await expect(asked).resolves.toMatchObject({ index: 1 });
  });

  test('a deadline beyond 31 bits of milliseconds does not pass at once', async () => {
    kernel.expect(RTM_GETLINK).later().later().later().reply(link(1));
    await expect(socket.get(RTM_GETLINK, {}, { timeout: 2 ** 40 })).resolves.toMatchObject({ index: 1 });
  });

  test('Infinity is never, and close ends it', async () => {
    kernel.expect(RTM_GETLINK).silence();
    const asked = socket.get(RTM_GETLINK, {}, { timeout: Number.POSITIVE_INFINITY });
    setImmediate(() => socket.close());
    await expect(asked).rejects.toThrow(ClosedError);
  });

  test('a signal that fired before, and one that fires in the same tick: nothing is sent', async () => {
    await expect(socket.get(RTM_GETLINK, {}, { signal: AbortSignal.abort('why') })).rejects.toMatchObject({
      name: 'AbortError',
      code: 'ABORT_ERR',
      cause: 'why',
      message: 'RTM_GETLINK: aborted',
    });
    const controller = new AbortController();
    const asked = socket.get(RTM_GETLINK, {}, { signal: controller.signal });
    controller.abort();
    await expect(asked).rejects.toThrow(AbortError);
    expect(kernel.requests).toEqual([]);
  });

  test('a signal that fires while the answer is decoded', async () => {
    const controller = new AbortController();
    kernel.expect(RTM_GETLINK).reply(link(1));
    const options = { signal: controller.signal, ...reading(() => controller.abort()) };
    await expect(socket.get(RTM_GETLINK, {}, options)).rejects.toThrow(AbortError);
  });

  test('a signal that many wait for has one listener, and fires for those that still wait', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const add = jest.spyOn(signal, 'addEventListener');
    kernel.expect(RTM_NEWLINK).times(100).later().ack();
    await Promise.all(range(100).map(index => socket.request(RTM_NEWLINK, { index }, { signal })));
    await expect(socket.request(RTM_NEWLINK, { attrs: { mtu: 'x' as never } }, { signal })).rejects.toThrow(TypeError);
    kernel.expect(RTM_NEWLINK).times(20).silence();
    const waiting = range(20).map(index => socket.request(RTM_NEWLINK, { index }, { signal }));
    setImmediate(() => controller.abort());
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes.every(each => each.status === 'rejected' && each.reason instanceof AbortError)).toBe(true);
    expect(add).toHaveBeenCalledTimes(1);
  });
});

describe('the turns of the event loop', () => {
  /** Asks until the event loop has turned, by a clock that is a millisecond further at every look; how often that was. */
  async function askUntilTurn(ask: () => Promise<unknown>): Promise<number> {
    let milliseconds = 0;
    using _ = clockOf(() => milliseconds++);
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    let asked = 0;
    for (; !turned && asked < 1000; asked++) await ask();
    return asked;
  }

  test('come also where every answer is there at once', async () => {
    kernel.allow(RTM_GETLINK).replyWith(echo);
    const asked = await askUntilTurn(() => socket.get(RTM_GETLINK, { index: 1 }));
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(20);
  });

  test('other sockets have theirs too, however busy one is', async () => {
    kernel.allow(RTM_GETLINK).replyWith(request => (isDump(request) ? dumpOf(request) : echo(request)));
    const other = new Socket(kernel.open());
    let milliseconds = 0;
    using _ = clockOf(() => milliseconds++);
    const done: string[] = [];
    const busy = async (): Promise<void> => {
      for (let i = 0; i < 300; i++) await socket.get(RTM_GETLINK, { index: 1 });
      done.push('busy');
    };
    const all = Array.from({ length: 20 }, busy);
    await new Promise(resolve => setImmediate(resolve));
    const quick = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) await other.get(RTM_GETLINK, { index: 2 });
      await other.dump(RTM_GETLINK, {});
      for await (const _link of other.each(RTM_GETLINK, {}));
      done.push('quick');
    };
    await Promise.all([...all, quick()]);
    expect(done[0]).toBe('quick');
    other.close();
  });

  test('come while a dump is iterated', async () => {
    kernel.expect(RTM_GETLINK).dump(range(500).map(link), { perDatagram: 1 });
    const each = socket.each(RTM_GETLINK, {});
    const asked = await askUntilTurn(() => each.next());
    await each.return();
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(20);
  });
});

describe('dumps', () => {
  test('queue up: the kernel sees one at a time', async () => {
    for (const n of range(80)) {
      kernel.expect(RTM_GETLINK).deliver(request => {
        expect(transport.waiting).toBe(0);
        const { sequence, port } = request.message;
        return [link(n), { type: 3 as const, flags: 2, body: { error: 0 } }].map(each => {
          const bytes = encodeMessage({ ...each, sequence, port });
          return { bytes, length: bytes.length, sender: 0 };
        });
      });
    }
    const lists = await Promise.all(range(80).map(() => socket.dump(RTM_GETLINK, {})));
    expect(lists.map(list => list[0]?.index)).toEqual(range(80));
    kernel.done();
  });

  test('interrupted: asked for again, at most 10 times, and then an error that has what was read', async () => {
    kernel
      .expect(RTM_GETLINK)
      .times(9)
      .dump([link(1), link(2)], { interrupted: true });
    kernel.expect(RTM_GETLINK).dump([link(3)]);
    expect(await socket.dump(RTM_GETLINK, {})).toMatchObject([{ index: 3 }]);
    kernel
      .expect(RTM_GETLINK)
      .times(10)
      .dump([link(1), link(2)], { interrupted: true });
    const asked = socket.dump(RTM_GETLINK, {}, { operation: 'link list' });
    await expect(asked).rejects.toThrow(DumpInterruptedError);
    await expect(asked).rejects.toMatchObject({
      message: 'link list: changed while it was read, 10 times in a row',
      results: [{ index: 1 }, { index: 2 }],
      tries: 10,
    });
    kernel.done();
  });

  test('the mark is noticed on every message it may stand on', async () => {
    for (const marked of range(5)) {
      kernel.expect(RTM_GETLINK).deliver(({ message: { sequence, port } }) =>
        range(5).map(n => {
          const done = { type: 3 as const, body: { error: 0 } };
          const flags = n === marked ? 0x12 : 2;
          const bytes = encodeMessage({ ...(n === 5 ? done : link(n)), flags, sequence, port });
          return { bytes, length: bytes.length, sender: 0 };
        }),
      );
      kernel.expect(RTM_GETLINK).dump([link(9)]);
      expect(await socket.dump(RTM_GETLINK, {})).toMatchObject([{ index: 9 }]);
    }
  });

  test('an acknowledgement does not end one', async () => {
    kernel.expect(RTM_GETLINK).ack();
    await expect(socket.dump(RTM_GETLINK, {}, { timeout: 10 })).rejects.toThrow(TimeoutError);
  });

  test('an error of another request in between is not its own', async () => {
    let dump: ReceivedRequest | undefined;
    kernel.expect(RTM_GETLINK).deliver(request => {
      dump = request;
      return [];
    });
    kernel.expect(RTM_NEWLINK).deliver(({ message: { sequence, port } }) => {
      const own = { sequence: dump!.message.sequence, port, flags: 2 };
      const error = { type: NLMSG_ERROR, body: { error: -22 }, sequence, port } as const;
      const done = { type: 3 as const, body: { error: 0 }, ...own };
      return [{ ...link(1), ...own }, error, { ...link(2), ...own }, done].map(each => {
        const bytes = encodeMessage(each);
        return { bytes, length: bytes.length, sender: 0 };
      });
    });
    const list = socket.dump(RTM_GETLINK, {});
    await expect(socket.request(RTM_NEWLINK, {})).rejects.toMatchObject({ code: 'EINVAL' });
    expect(await list).toMatchObject([{ index: 1 }, { index: 2 }]);
  });

  /** A dump that is refused if the one before has not been read to its end, as the kernel does it. */
  function expectUnlessBusy(index: number): void {
    kernel.expect(RTM_GETADDR).deliver(({ message: { sequence, port } }) => {
      const busy = { type: NLMSG_ERROR, body: { error: -16 } } as const;
      const done = { type: 3 as const, flags: 2, body: { error: 0 } };
      const address = { type: RTM_NEWADDR, flags: 2, body: { index } } as const;
      return (transport.waiting > 0 ? [busy] : [address, done]).map(each => {
        const bytes = encodeMessage({ ...each, sequence, port });
        return { bytes, length: bytes.length, sender: 0 };
      });
    });
  }

  test.each([
    ['aborted while it is read', (controller: AbortController) => controller.abort(), AbortError],
    [
      'not decodable',
      () => {
        throw new DecodeError('no', 0);
      },
      DecodeError,
    ],
  ])('one that is %s is read to its end before the next is sent', async (_what, onRead, error) => {
    const controller = new AbortController();
    kernel.expect(RTM_GETLINK).dump(range(6).map(link), { perDatagram: 1 });
    expectUnlessBusy(5);
    const options = { signal: controller.signal, ...reading(() => onRead(controller)) };
    const first = socket.dump(RTM_GETLINK, {}, options);
    const second = socket.dump(RTM_GETADDR, {});
    await expect(first).rejects.toThrow(error);
    expect(await second).toMatchObject([{ index: 5 }]);
  });

  test('one that the kernel never ends does not stop the next', async () => {
    kernel.expect(RTM_GETLINK).silence();
    expectUnlessBusy(5);
    const first = socket.dump(RTM_GETLINK, {}, { timeout: 10 });
    const second = socket.dump(RTM_GETADDR, {});
    await expect(first).rejects.toThrow(TimeoutError);
    expect(await second).toMatchObject([{ index: 5 }]);
  });

  test('one whose parts were lost does not stop the next', async () => {
    kernel
      .expect(RTM_GETLINK)
      .reply({ ...link(1), flags: 2 })
      .overrun();
    expectUnlessBusy(5);
    const first = socket.dump(RTM_GETLINK, {});
    const second = socket.dump(RTM_GETADDR, {});
    await expect(first).rejects.toThrow(OverrunError);
    expect(await second).toMatchObject([{ index: 5 }]);
  });

  test('one that waits for its turn can be given up; those behind it go on', async () => {
    const controller = new AbortController();
    kernel
      .expect(RTM_GETLINK)
      .later()
      .dump([link(1)]);
    expectUnlessBusy(3);
    const first = socket.dump(RTM_GETLINK, {});
    const second = socket.dump(RTM_GETLINK, {}, { signal: controller.signal });
    const third = socket.dump(RTM_GETADDR, {});
    controller.abort();
    await expect(second).rejects.toThrow(AbortError);
    expect(await first).toHaveLength(1);
    expect(await third).toMatchObject([{ index: 3 }]);
    kernel.done();
  });

  test('one that cannot be encoded does not stop those behind it', async () => {
    kernel.expect(RTM_GETLINK).dump([link(1)]);
    const bad = socket.dump(RTM_GETLINK, { attrs: { mtu: 'x' as never } });
    const good = socket.dump(RTM_GETLINK, {});
    await expect(bad).rejects.toThrow(TypeError);
    expect(await good).toHaveLength(1);
  });

  test('slow ones are not given up as long as something comes', async () => {
    const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 30));
    const part = (index: number): object => ({ ...link(index), flags: 2 });
    kernel
      .expect(RTM_GETLINK)
      .reply(part(1) as never)
      .later(pause)
      .reply(part(2) as never)
      .later(pause)
      .reply(part(3) as never)
      .later(pause)
      .dump([link(4)]);
    kernel.expect(RTM_GETLINK).dump([link(5)]);
    const slow = socket.dump(RTM_GETLINK, {}, { timeout: 60 });
    // It waits longer than its deadline, but the kernel is not silent.
    const behind = socket.dump(RTM_GETLINK, {}, { timeout: 60 });
    expect(await slow).toHaveLength(4);
    expect(await behind).toHaveLength(1);
  });

  test('those that wait while others are answered are not given up, however long it takes', async () => {
    kernel.allow(RTM_GETLINK).replyWith(request => {
      for (const end = performance.now() + 8; performance.now() < end; );
      return dumpOf(request);
    });
    const dumps = range(12).map(() => socket.dump(RTM_GETLINK, {}, { timeout: 50 }));
    expect(await Promise.all(dumps)).toEqual(dumps.map(() => [expect.objectContaining({ index: 1 })]));
  });

  test('one that stops half-way is given up one deadline after its last part', async () => {
    kernel
      .expect(RTM_GETLINK)
      .later(() => new Promise(resolve => setTimeout(resolve, 40)))
      .reply({ ...link(1), flags: 2 } as never)
      .silence();
    const began = performance.now();
    await expect(socket.dump(RTM_GETLINK, {}, { timeout: 400 })).rejects.toThrow(TimeoutError);
    expect(performance.now() - began).toBeGreaterThan(430);
    expect(performance.now() - began).toBeLessThan(700);
  });

  test('those that wait behind one that is never answered have the same deadline', async () => {
    kernel.allow(RTM_GETLINK).silence();
    const began = performance.now();
    const dumps = [1, 2, 3, 4].map(() => socket.dump(RTM_GETLINK, {}, { timeout: 200 }));
    const outcomes = await Promise.allSettled(dumps);
    expect(performance.now() - began).toBeLessThan(390);
    expect(outcomes.map(each => (each as PromiseRejectedResult).reason)).toEqual(
      dumps.map(() => expect.any(TimeoutError)),
    );
  });
});

describe('what does not fit the buffer', () => {
  test('makes it larger and is asked for again', async () => {
    kernel.expect(RTM_GETLINK).reply(link(1)).truncate(20);
    kernel.expect(RTM_GETLINK).reply(link(2));
    await expect(socket.get(RTM_GETLINK, {})).resolves.toMatchObject({ index: 2 });
    expect(transport.room).toBe(32);
  });

  test('of a dump, too, when the rest of it has been read', async () => {
    kernel.expect(RTM_GETLINK).deliver(request => {
      const bytes = encodeMessage({ ...link(1), flags: 2, ...own(request) });
      const rest = encodeMessage({ type: 3, flags: 2, ...own(request), body: { error: 0 } });
      return [
        { bytes: bytes.subarray(0, 20), length: 40_000, sender: 0 },
        { bytes: rest, length: rest.length, sender: 0 },
      ];
    });
    kernel.expect(RTM_GETLINK).deliver(request => {
      expect(transport.waiting).toBe(0);
      const bytes = encodeMessage({ type: 3, flags: 2, ...own(request), body: { error: 0 } });
      return [{ bytes, length: bytes.length, sender: 0 }];
    });
    expect(await socket.dump(RTM_GETLINK, {})).toEqual([]);
    expect(transport.room).toBe(40_000);
    kernel.done();
  });

  test('is an error where asking again would change something again, and where it never fits', async () => {
    kernel.expect(RTM_NEWLINK).reply(link(1)).truncate(20);
    await expect(socket.request(RTM_NEWLINK, {})).rejects.toMatchObject({ name: 'SyscallError', code: 'EMSGSIZE' });
    kernel.expect(RTM_GETLINK).times(10).reply(link(1)).truncate(20);
    await expect(socket.get(RTM_GETLINK, {})).rejects.toMatchObject({ code: 'EMSGSIZE' });
    kernel.done();
  });

  test('says nothing if not even a header fits', async () => {
    kernel.expect(RTM_GETLINK).reply(link(1)).truncate(3);
    await expect(socket.get(RTM_GETLINK, {}, { timeout: 10 })).rejects.toThrow(TimeoutError);
  });
});

describe('failures of receiving', () => {
  test('an overrun settles what was sent and leaves alone what was not', async () => {
    // The first pack has 16 requests.
    kernel.expect(RTM_NEWLINK).times(15).silence();
    kernel.expect(RTM_NEWLINK).overrun();
    kernel.expect(RTM_NEWLINK).times(4).ack();
    const outcomes = await Promise.allSettled(range(20).map(index => socket.request(RTM_NEWLINK, { index })));
    const names = outcomes.map(each => (each.status === 'rejected' ? nameOf(each.reason) : each.status));
    expect(names).toEqual([...range(16).map(() => 'OverrunError'), ...range(4).map(() => 'fulfilled')]);
    kernel.done();
  });

  test('after an overrun everything is read: until then the kernel would drop all that comes', async () => {
    const stale = { bytes: new Uint8Array(16).fill(16, 0, 1), length: 16, sender: 0 };
    kernel.expect(RTM_NEWLINK).deliver([{ errno: 105 }, stale, stale]);
    await expect(socket.request(RTM_NEWLINK, {})).rejects.toThrow(OverrunError);
    expect(transport.waiting).toBe(0);
  });

  test('a pack is sent when the answers of the one before have been received, however long that takes', async () => {
    const receive = transport.receive.bind(transport);
    jest.spyOn(transport, 'receive').mockImplementation(() => {
      const until = performance.now() + 4;
      while (performance.now() < until);
      return receive();
    });
    const waiting: number[] = [];
    const send = transport.send.bind(transport);
    jest.spyOn(transport, 'send').mockImplementation(bytes => {
      waiting.push(transport.waiting);
      send(bytes);
    });
    kernel.allow(RTM_NEWLINK);
    await Promise.all(range(50).map(index => socket.request(RTM_NEWLINK, { index })));
    expect(waiting.length).toBeGreaterThan(2);
    expect(waiting.every(each => each === 0)).toBe(true);
  });

  test('without memory nothing is taken for received: the next dump waits for the rest of the one before', async () => {
    const part = { ...link(1), flags: NLM_F_MULTI };
    kernel
      .expect(RTM_GETLINK)
      .reply(part)
      .fail('ENOMEM')
      .fail('ENOMEM')
      .reply(part)
      .dump([link(2)]);
    kernel.expect(RTM_GETLINK).dump([link(3)]);
    const [send, receive] = [transport.send.bind(transport), transport.receive.bind(transport)];
    let last: ReturnType<typeof receive>;
    const receivedBefore: unknown[] = [];
    jest.spyOn(transport, 'receive').mockImplementation(() => {
      last = receive();
      return last;
    });
    jest.spyOn(transport, 'send').mockImplementation(bytes => {
      receivedBefore.push(last);
      send(bytes);
    });
    const [one, two] = [socket.dump(RTM_GETLINK, {}), socket.dump(RTM_GETLINK, {})];
    await expect(one).rejects.toMatchObject({ code: 'ENOMEM', syscall: 'recvmsg' });
    expect((await two).map(each => each.index)).toEqual([3]);
    expect(receivedBefore).toEqual([undefined, undefined]); // nothing was left
  });

  test('another errno is told as it is, and the socket goes on', async () => {
    kernel.expect(RTM_GETLINK).fail('ENOMEM');
    await expect(socket.get(RTM_GETLINK, {})).rejects.toMatchObject({ name: 'SyscallError', code: 'ENOMEM' });
    kernel.expect(RTM_GETLINK).reply(link(1));
    await expect(socket.get(RTM_GETLINK, {})).resolves.toMatchObject({ index: 1 });
  });

  test('a watcher that cannot be started fails the request, not the process', async () => {
    jest.spyOn(transport, 'watch').mockImplementationOnce(() => {
      throw new SyscallError('epoll_ctl', 12);
    });
    kernel.expect(RTM_GETLINK).silence();
    await expect(socket.get(RTM_GETLINK, {})).rejects.toMatchObject({ code: 'ENOMEM' });
    kernel.expect(RTM_GETLINK).later().reply(link(1));
    await expect(socket.get(RTM_GETLINK, {})).resolves.toMatchObject({ index: 1 });
  });
});

describe('close', () => {
  test('settles everything: what was sent, what waits for its turn, what has not left yet', async () => {
    kernel.expect(RTM_GETLINK).times(3).silence();
    const sent = [
      socket.get(RTM_GETLINK, {}),
      socket.get(RTM_GETLINK, {}),
      socket.dump(RTM_GETLINK, {}),
      socket.dump(RTM_GETLINK, {}),
    ];
    await new Promise(setImmediate);
    const unsent = socket.get(RTM_GETLINK, {}, { operation: 'link get' });
    socket.close();
    socket.close();
    const outcomes = await Promise.allSettled([...sent, unsent]);
    expect(outcomes.map(each => (each as PromiseRejectedResult).reason.name)).toEqual(
      range(5).map(() => 'ClosedError'),
    );
    await expect(unsent).rejects.toMatchObject({
      code: 'ERR_NETLINK_CLOSED',
      message: 'link get: the netlink socket is closed',
    });
    kernel.done();
  });

  test('a closed socket refuses, by a typed error', async () => {
    await socket[Symbol.asyncDispose]();
    expect(socket.closed).toBe(true);
    await expect(socket.get(RTM_GETLINK, {})).rejects.toThrow(ClosedError);
    await expect(socket.dump(RTM_GETLINK, {})).rejects.toThrow(ClosedError);
    expect(() => socket.sibling()).toThrow(ClosedError);
    socket[Symbol.dispose]();
  });

  test('from within a decoder', async () => {
    kernel.expect(RTM_GETLINK).dump(range(6).map(link), { perDatagram: 2 });
    const asked = socket.dump(
      RTM_GETLINK,
      {},
      reading(() => socket.close()),
    );
    await expect(asked).rejects.toThrow(ClosedError);
  });

  test('from within a warning, a hint or a signal', async () => {
    start({ onWarning: () => socket.close() });
    kernel.expect(RTM_NEWLINK).ack({ msg: 'careful' });
    await expect(socket.request(RTM_NEWLINK, {})).resolves.toMatchObject({ results: [] });
    await new Promise(setImmediate);
    expect(socket.closed).toBe(true);

    start();
    kernel.expect(RTM_NEWLINK).error('EINVAL');
    kernel.expect(RTM_NEWLINK).ack();
    const hint = (): undefined => {
      socket.close();
    };
    const outcomes = await Promise.allSettled([
      socket.request(RTM_NEWLINK, {}, { hint }),
      socket.request(RTM_NEWLINK, {}),
    ]);
    expect(outcomes.map(each => each.status)).toEqual(['rejected', 'rejected']);
  });
});
