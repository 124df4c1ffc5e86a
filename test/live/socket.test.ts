import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Ip,
  type Namespace,
  netns,
  OverrunError,
  open,
  Socket,
  TimeoutError,
  type Transport,
} from '../../src/index.js';
import {
  encodeMessage,
  type MessageInput,
  NLM_F_ACK,
  NLM_F_REQUEST,
  RTM_DELADDR,
  RTM_GETLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
} from '../../src/protocol/index.js';
import { KernelTransport } from '../../src/socket/kernel-transport.js';
import { load } from '../../src/socket/libc.js';

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

/** A transport in the namespace of the test. */
const transport = (options?: ConstructorParameters<typeof KernelTransport>[0]): KernelTransport =>
  ns.run(() => new KernelTransport(options));

/** Nothing but the index: what a reply is about. */
const index = {
  as: {
    read: (src: { view: DataView; little: boolean }, start: number): number => src.view.getInt32(start + 4, src.little),
    write() {},
  },
};
const withoutStats = { attrs: { extMask: ['skipStats'] as const } };

async function veths(pairs: number): Promise<number[]> {
  const made = Array.from({ length: pairs }, (_, i) =>
    ip.link.add({ name: `a${i}`, kind: 'veth', numTxQueues: 1, numRxQueues: 1, peer: { name: `b${i}` } }),
  );
  await Promise.all(made);
  return (await ip.link.list()).map(link => link.index);
}

test('16 times 10,000 requests on one socket at once, every answer with its question', async () => {
  const indexes = await veths(4);
  const ask = async (): Promise<number> => {
    const asked = Array.from({ length: 10_000 }, (_, i) => indexes[i % indexes.length]!);
    const got = await Promise.all(
      asked.map(each => ip.socket.get(RTM_GETLINK, { index: each, ...withoutStats }, index)),
    );
    return got.filter((each, i) => each === asked[i]).length;
  };
  expect(await Promise.all(Array.from({ length: 16 }, ask))).toEqual(Array(16).fill(10_000));
}, 600_000);

test('80 dumps at once, among requests', async () => {
  const indexes = await veths(40);
  const dumps = Array.from({ length: 80 }, () => ip.socket.dump(RTM_GETLINK, withoutStats, index));
  const gets = indexes.map(each => ip.socket.get(RTM_GETLINK, { index: each, ...withoutStats }, index));
  for (const list of await Promise.all(dumps)) expect(list).toEqual(indexes);
  expect(await Promise.all(gets)).toEqual(indexes);
});

test('the sequence number wraps with 64 requests in flight', async () => {
  using socket = new Socket(transport(), { firstSequence: 0xffffffe0 });
  const all = Array.from({ length: 64 }, () => socket.get(RTM_GETLINK, { index: 1 }, index));
  expect(await Promise.all(all)).toEqual(Array(64).fill(1));
});

test('requests that the kernel never answers settle at their deadline, give or take 50 ms, the others at once', async () => {
  const timeouts = [50, 100, 200, 300];
  const now = (): number => performance.now();
  // A change without NLM_F_ACK gets no reply.
  const unanswered = timeouts.map(timeout =>
    Array.from({ length: 10 }, () =>
      ip.socket.get(RTM_NEWLINK, { index: 1 }, { timeout }).then(
        () => Number.NaN,
        (error: unknown) => (error instanceof TimeoutError ? now() : Number.NaN),
      ),
    ),
  );
  await expect(ip.link.get('lo')).resolves.toMatchObject({ index: 1 }); // it left with them
  const due = await Promise.all(timeouts.map(timeout => sleep(timeout).then(now)));
  const settled = await Promise.all(unanswered.map(each => Promise.all(each)));
  const late = settled.map((each, i) => Math.max(...each.map(at => Math.abs(at - due[i]!))));
  expect(late.filter(each => !(each <= 50))).toEqual([]);
});

test.each<[string, () => Promise<unknown>]>([
  ['requests', () => ip.link.get('lo')],
  ['dumps', () => ip.link.list()],
  ['iterated dumps', async () => (await ip.link.each().next()).value],
])('a program that never waits for anything but %s leaves timers and other sockets their turns', async (_what, ask) => {
  let fired = false;
  const timer = setTimeout(() => {
    fired = true;
  }, 30);
  let asked = 0;
  while (!fired && asked < 50_000) {
    await ask();
    asked++;
  }
  clearTimeout(timer);
  expect(fired).toBe(true);
  expect(asked).toBeGreaterThan(1);
});

test('one long iteration leaves timers their turns', async () => {
  await veths(100);
  let fired = false;
  setTimeout(() => {
    fired = true;
  }, 5);
  let read = 0;
  for (let i = 0; !fired && i < 200; i++) for await (const _ of ip.link.each({ stats: true })) read++;
  expect(fired).toBe(true);
  expect(read).toBeGreaterThan(0);
});

describe('closing', () => {
  test('settles everything before the event loop takes another turn', async () => {
    await veths(40);
    await ip.link.set('lo', { up: true });
    const dumps = [ip.link.each(), ip.address.each()];
    await Promise.all(dumps.map(each => each.next()));
    const subscription = ip.socket.subscribe(['link']);
    const monitor = ip.monitor(['link']);
    while ((await monitor.next()).value?.type !== 'synced');
    const silent = Array.from({ length: 1000 }, () => ip.socket.get(RTM_NEWLINK, { index: 1 }));
    const waits = [ip.link.waitFor('nope', 'present'), ip.address.waitFor('lo', '10.9.9.9')];
    await sleep(20);
    const pending: [string, Promise<unknown>][] = [
      ...[...silent, ...waits].map((each): [string, Promise<unknown>] => ['ClosedError', each]),
      ...Array.from({ length: 4 }, (): [string, Promise<unknown>] => ['ClosedError', ip.link.list()]),
      ...[subscription, monitor].map((each): [string, Promise<unknown>] => ['done', each.next() as Promise<unknown>]),
      ...Array.from({ length: 100 }, (): [string, Promise<unknown>] => ['ClosedError', ip.link.get('lo')]),
    ];
    const ended: string[] = pending.map(() => 'pending');
    pending.forEach(([, promise], i) => {
      promise.then(
        value => {
          ended[i] = (value as { done?: boolean }).done ? 'done' : 'fulfilled';
        },
        (error: Error) => {
          ended[i] = error.name;
        },
      );
    });
    ip.close();
    ip.close();
    await new Promise(setImmediate);
    expect(ended).toEqual(pending.map(([how]) => how));
    for (const each of dumps) await expect(each.next()).rejects.toMatchObject({ code: 'ERR_NETLINK_CLOSED' });
    for (const attempt of [() => ip.link.get('lo'), () => ip.link.list(), () => ip.link.each().next()]) {
      await expect(attempt()).rejects.toMatchObject({ name: 'ClosedError', code: 'ERR_NETLINK_CLOSED' });
    }
  });

  test('is what using and await using do', async () => {
    const before = readdirSync('/proc/self/fd').length;
    let closed: Ip;
    {
      using one = open({ netns: ns });
      using subscription = one.socket.subscribe(['link']);
      await using two = open({ netns: ns });
      await using other = two.socket.subscribe(['link']);
      expect([subscription.queued, other.queued]).toEqual([0, 0]);
      closed = one;
      expect(readdirSync('/proc/self/fd').length).toBe(before + 4);
    }
    expect(closed.socket.closed).toBe(true);
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });
});

test('an overrun fails what was lost and leaves the socket usable', async () => {
  // With so small a buffer, and its size unknown to the packer, the acknowledgements of a pack do not fit.
  const small = transport({ receiveBuffer: 1 });
  expect(small.receiveBuffer).toBeLessThan(8192);
  const unaware: Transport = Object.create(small, { receiveBuffer: { value: undefined } });
  for (const name of ['send', 'receive', 'release', 'grow', 'watch', 'unwatch', 'hold', 'letGo', 'close'] as const) {
    Object.defineProperty(unaware, name, { value: (small[name] as () => void).bind(small) });
  }
  Object.defineProperty(unaware, 'port', { value: small.port });
  using socket = new Socket(unaware);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 16 }, () => socket.request(RTM_NEWLINK, { index: 1, attrs: { ifalias: 'x' } })),
  );
  const failed = outcomes.flatMap(each => (each.status === 'rejected' ? [each.reason] : []));
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.every(error => error instanceof OverrunError && error.code === 'ENOBUFS')).toBe(true);
  for (let i = 0; i < 20; i++) await socket.request(RTM_NEWLINK, { index: 1, attrs: { ifalias: `${i}` } });
  expect((await ip.link.get('lo')).alias).toBe('19');
});

test('packs are small enough for the receive buffer, whatever its size', async () => {
  const small = transport({ receiveBuffer: 1 });
  using socket = new Socket(small);
  const questions = Array.from({ length: 300 }, () => socket.get(RTM_GETLINK, { index: 1 }, index));
  const changes = Array.from({ length: 300 }, () => socket.request(RTM_NEWLINK, { index: 1, attrs: { ifalias: 'x' } }));
  expect(await Promise.all(questions)).toEqual(Array(300).fill(1));
  await Promise.all(changes);
});

test('a reply larger than the buffer makes it larger; nothing is cut', async () => {
  await ip.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } });
  const names = Array.from({ length: 300 }, (_, i) => `${'x'.repeat(120)}${i}`);
  for (let i = 0; i < names.length; i += 50) await ip.link.addAltNames('veth1', names.slice(i, i + 50));
  for (let i = 0; i < 10; i++) expect((await ip.link.get('veth1')).altNames).toEqual(names);
  for (let i = 0; i < 10; i++) {
    expect((await ip.link.list()).find(link => link.name === 'veth1')?.altNames).toEqual(names);
  }
});

test('nobody but the kernel gets through: 1,000 forged replies with the right sequence number', async () => {
  const target = transport();
  using socket = new Socket(target, { firstSequence: 41 });
  const asked = socket.get(RTM_NEWLINK, { index: 1 }, { timeout: 300 });
  await new Promise(setImmediate);
  const forged = encodeMessage({ type: RTM_NEWLINK, sequence: 42, port: target.port, body: { index: 666 } });
  const errnos = ns.run(() => sendFrom(target.port, forged, 1000));
  // The connected socket refuses them: ECONNREFUSED.
  expect([...new Set(errnos)]).toEqual([111]);
  await expect(asked).rejects.toThrow(TimeoutError);
});

/** Sends `bytes` to a port, from a netlink socket that is not connected; returns the errno of each attempt. */
function sendFrom(port: number, bytes: Uint8Array, times: number): number[] {
  const koffi = require('koffi') as typeof import('koffi');
  const sendto = koffi.load(null).func('intptr_t sendto(int, const void *, size_t, int, const void *, uint32_t)');
  const { libc } = load();
  const fd = libc.socket(16, 3, 0);
  const address = new Uint8Array(12);
  new DataView(address.buffer).setUint16(0, 16, true);
  new DataView(address.buffer).setUint32(4, port, true);
  const errnos = Array.from({ length: times }, () =>
    sendto(fd, bytes, bytes.length, 0, address, address.length) < 0 ? koffi.errno() : 0,
  );
  libc.close(fd);
  return errnos;
}

test('every descriptor is closed when another program is executed', () => {
  const sockets = [transport(), transport({ listenAllNamespaces: true }), ip.socket.sibling()];
  const own = readdirSync('/proc/self/fd').filter(fd => {
    try {
      return readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').length > 0;
    } catch {
      return false; // the descriptor of this directory
    }
  });
  const flags = (fd: string): number =>
    Number.parseInt(/flags:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))![1]!, 8);
  const CLOEXEC = 0o2000000;
  const inherited = own.filter(fd => Number(fd) > 2 && (flags(fd) & CLOEXEC) === 0);
  const opened = own.filter(fd => (flags(fd) & CLOEXEC) !== 0);
  for (const each of sockets) each.close();
  // What jest itself was started with may be inheritable, but nothing that was opened here.
  const after = readdirSync('/proc/self/fd');
  expect(inherited.filter(fd => !after.includes(fd))).toEqual([]);
  expect(opened.length).toBeGreaterThanOrEqual(5);
});

describe('dumps that change while they are read', () => {
  /** After each send, and before anything is received, `change` is done: what is dumped is made only as it is read. */
  function interrupting(change: () => void): Transport {
    const real = transport();
    const send = real.send.bind(real);
    return Object.assign(real, {
      send(bytes: Uint8Array) {
        send(bytes);
        change();
      },
    });
  }

  test('1,000 interruptions, 1,000 noticed', async () => {
    const addresses = Array.from({ length: 600 }, (_, i) => `10.0.${i >> 8}.${i & 255}/32`);
    await ip.batch(ip => addresses.map(address => ip.address.add(1, address)));
    const changer = transport();
    let interruptions = 0;
    const own = { family: 2, prefixlen: 32, index: 1 };
    const flip = (): void => {
      const add = interruptions++ % 2 === 0;
      const request = { flags: NLM_F_REQUEST | NLM_F_ACK | (add ? 0x600 : 0), sequence: 1, port: changer.port };
      const body = { ...own, attrs: { local: '10.9.9.9', address: '10.9.9.9' } };
      const type = add ? RTM_NEWADDR : RTM_DELADDR;
      changer.send(encodeMessage({ ...request, body, type } as MessageInput));
      const answer = changer.receive();
      expect(answer !== undefined && 'bytes' in answer && answer.bytes[16]).toBe(0);
    };
    using socket = new Socket(interrupting(flip));
    for (let i = 0; i < 100; i++) {
      await expect(socket.dump(22, { family: 2 }, index)).rejects.toMatchObject({
        name: 'DumpInterruptedError',
        tries: 10,
      });
    }
    expect(interruptions).toBe(1000);
    changer.close();
  }, 600_000);

  test('once: asked for again, and consistent; as an iterator: told at the end', async () => {
    await veths(40);
    let left = 1;
    const changer = transport();
    const rename = (): void => {
      if (left-- <= 0) return;
      const request = { type: RTM_NEWLINK, flags: NLM_F_REQUEST | NLM_F_ACK, sequence: 1, port: changer.port } as const;
      changer.send(encodeMessage({ ...request, body: { index: 1, attrs: { ifalias: `try ${left}` } } }));
      const add = { ...request, type: RTM_NEWADDR, flags: request.flags | 0x600 } as const;
      changer.send(
        encodeMessage({ ...add, body: { family: 2, prefixlen: 32, index: 1, attrs: { local: '10.1.1.1' } } }),
      );
      changer.send(encodeMessage({ ...request, type: 17, body: { attrs: { ifname: 'a39' } } }));
    };
    using socket = new Socket(interrupting(rename));
    const names = (await socket.dump(RTM_GETLINK, withoutStats)).map(link => link.attrs.ifname);
    expect(names).toHaveLength(79);
    expect(names).not.toContain('a39');

    // The iterator's own transport is a sibling: make that one interrupting too.
    left = 1;
    const real = transport();
    const again = (): void => {
      if (left-- > 0)
        changer.send(encodeMessage({ type: 17, flags: 5, sequence: 1, body: { attrs: { ifname: 'a38' } } }));
    };
    using other = new Socket(Object.assign(real, { sibling: () => interrupting(again) }));
    const seen: unknown[] = [];
    const all = (async () => {
      for await (const link of other.each(RTM_GETLINK, withoutStats)) seen.push(link.attrs.ifname);
    })();
    await expect(all).rejects.toMatchObject({ name: 'DumpInterruptedError' });
    expect(seen.length).toBeGreaterThan(40);
    changer.close();
  });
});

test('options that are none cost no descriptor', () => {
  const descriptors = (): number => readdirSync('/proc/self/fd').length;
  const before = descriptors();
  for (const timeout of [-1, 0, Number.NaN]) expect(() => open({ timeout })).toThrow(/^timeout: expected/);
  for (const receiveBuffer of [-1, 0, 1.5, Number.NaN, 2 ** 31, 'x']) {
    expect(() => open({ receiveBuffer: receiveBuffer as number })).toThrow(/^receiveBuffer: expected/);
  }
  expect(descriptors()).toBe(before);
});

test('a transport that is closed touches no descriptor any more, whose number may be another’s', () => {
  const closed = new KernelTransport();
  closed.close();
  const other = new KernelTransport();
  expect(() => closed.join(1)).toThrow(/^setsockopt: EBADF/);
  expect(() => closed.send(new Uint8Array(16))).toThrow(/^send: EBADF/);
  other.close();
});
