import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import {
  type Datagram,
  type Ip,
  type Namespace,
  netns,
  open,
  type ReceiveFailure,
  type VethEndSettings,
  type WaitOptions,
} from '../../src/index.js';
import { EBADF, ENOBUFS } from '../../src/socket/constants.js';
import { SyscallError } from '../../src/socket/errors.js';
import { KernelTransport } from '../../src/socket/kernel-transport.js';
import { load } from '../../src/socket/libc.js';
import { shell } from '../support/ip.js';
import { namespacesOfThreads, openDescriptors } from '../support/threads.js';

let [here, ns1, ns2]: Namespace[] = [];
let ip: Ip;
let failures = 0;
beforeAll(() => {
  [here, ns1, ns2] = ['here', 'ns1', 'ns2'].map(name => netns.create(name));
  ip = open({ netns: here });
  for (const [i, ns] of [ns1!, ns2!].entries()) {
    // With an address and an MTU of its own a bridge does not take those of its ports.
    shell(ns, 'ip', 'link', 'add', `br${i + 1}`, 'address', '02:00:00:00:00:ff', 'type', 'bridge');
    shell(ns, 'ip', 'link', 'set', `br${i + 1}`, 'mtu', '1280');
    shell(ns, 'ip', 'link', 'add', 'taken', 'index', '77', 'type', 'veth', 'peer', 'name', 'other');
  }
});
afterAll(() => {
  ip.close();
  for (const ns of [here!, ns1!, ns2!]) ns.close();
  for (const name of netns.list()) netns.delete(name);
});

/** Everything that a pair could leave behind: links, addresses and routes of all three namespaces, names, descriptors. */
const everything = (): unknown => [
  ...['here', 'ns1', 'ns2'].map(name =>
    execFileSync('ip', ['-n', name, '-batch', '-'], { input: 'address\nroute show table all\n', encoding: 'utf8' }),
  ),
  readdirSync('/run/netns'),
  openDescriptors(),
  new Set(namespacesOfThreads().values()),
];
let before: unknown;

type End = VethEndSettings;
const A = (): End => ({
  name: 'veth1',
  netns: ns1,
  mtu: 1400,
  alias: 'one',
  master: 'br1',
  addresses: ['172.20.1.1/24', { address: 'fd00::1/64', flags: ['nodad'] }],
  up: true,
});
const B = (): End => ({
  name: 'veth2',
  netns: 'ns2',
  group: 7,
  master: 'br2',
  addresses: ['172.20.1.2/24', '172.20.2.2/24'],
  up: true,
});

/** The error that making the pair fails with, once it is sure that nothing is left of it. */
async function failing(a: Partial<End> = {}, b: Partial<End> = {}, options: WaitOptions = {}): Promise<unknown> {
  before ??= everything();
  let error: unknown;
  try {
    await ip.veth.create({ ...A(), ...a }, { ...B(), ...b }, options);
  } catch (caught) {
    error = caught;
  }
  if (error === undefined) return undefined;
  expect(everything()).toEqual(before);
  failures++;
  return error;
}

/** The same settings for either end. */
const refused: [string, Partial<End> | (() => Partial<End>), object][] = [
  ['a name that is taken', { name: 'taken' }, { code: 'EEXIST' }],
  ['a name that is none', { name: 'a/b' }, { name: 'RangeError' }],
  [
    'an index that is taken',
    { index: 77 },
    { code: expect.stringMatching(/^(EEXIST|EBUSY)$/), message: expect.stringMatching(/index.* (77|is taken)/) },
  ],
  ['a master that is not there', { master: 'nope' }, { code: 'ENODEV' }],
  ['a master’s index that is not there', { master: 4711 }, { code: 'EINVAL' }],
  ['a master that takes no ports', { master: 'taken' }, { code: 'EOPNOTSUPP' }],
  ['the same address twice', { addresses: ['10.0.0.1/24', '10.0.0.2/24', '10.0.0.1/24'] }, { code: 'EEXIST' }],
  ['the same IPv6 address twice', { addresses: ['fd00::1/64', 'fd00::1/64'] }, { code: 'EEXIST' }],
  ['an address without a length', { addresses: ['10.0.0.1'] }, { name: 'RangeError' }],
  ['a multicast address', { addresses: ['10.0.0.1/24', 'ff02::1/64'] }, { name: 'NetlinkError' }],
  ['an MTU that is too small', { mtu: 67 }, { code: 'EINVAL' }],
  ['an MTU that is too large', { mtu: 65_536 }, { code: 'EINVAL' }],
  ['an MTU too small for IPv6', { mtu: 1000, addresses: ['10.0.0.1/24', 'fd00::1/64'] }, { name: 'NetlinkError' }],
  ['a multicast MAC', { address: '01:00:00:00:00:01' }, { code: 'EADDRNOTAVAIL' }],
  ['a MAC of zeros', { address: '00:00:00:00:00:00' }, { code: 'EADDRNOTAVAIL' }],
  [
    'an alias that is too long',
    { alias: 'x'.repeat(256) },
    { name: expect.stringMatching(/^(Netlink|Encode|Range)Error$/) },
  ],
  ['a setting that no link has', { mtuu: 1400 } as Partial<End>, { name: 'TypeError' }],
  ['too many queues', { numTxQueues: 4097 }, { name: 'RangeError' }],
  ['a signal that veth cannot fake', { carrier: false }, { code: 'EOPNOTSUPP' }],
  [
    'a label that is not its own',
    { addresses: [{ address: '10.0.0.1/24', label: 'x'.repeat(16) }] },
    { name: expect.stringMatching(/^(Netlink|Encode|Range)Error$/) },
  ],
  ['a namespace that has no name', { netns: 'nope' }, { code: 'ENOENT' }],
  ['a process that is gone', { netns: { pid: 2 ** 22 + 1 } }, { code: 'ESRCH' }],
  ['a descriptor that is closed', { netns: { fd: 999_999 } }, { code: 'EBADF' }],
  ['a file that is no namespace', { netns: '/etc/passwd' }, { code: 'EINVAL' }],
  [
    'a handle that is closed',
    () => {
      const closed = netns.create();
      closed.close();
      return { netns: closed };
    },
    { name: 'ClosedError' },
  ],
];
describe.each(['the first', 'the second'])('of %s end', which => {
  test.each(refused)('%s', async (_what, settings, error) => {
    const given = typeof settings === 'function' ? settings() : settings;
    const got = which === 'the first' ? await failing(given) : await failing({}, given);
    expect(got).toMatchObject(error);
  });

  test('IPv6 is switched off', async () => {
    const ns = which === 'the first' ? ns1! : ns2!;
    const files = ['all', 'default'].map(name => `/proc/sys/net/ipv6/conf/${name}/disable_ipv6`);
    const write = (value: string): void => ns.run(() => files.forEach(file => void writeFileSync(file, value)));
    write('1');
    try {
      const addresses = { addresses: ['10.0.0.1/24', 'fd00::1/64'] };
      expect(await (which === 'the first' ? failing(addresses) : failing({}, addresses))).toMatchObject({
        name: 'NetlinkError',
      });
    } finally {
      write('0');
    }
  });
});

test('the same name for both in one namespace', async () => {
  expect(await failing({ name: 'twice', netns: ns1 }, { name: 'twice', netns: ns1, master: undefined })).toMatchObject({
    code: 'EEXIST',
  });
});

type Receive = KernelTransport['receive'];
type Cause = (at: number, abort: () => void) => () => void;
const refusal = (): Error => new SyscallError('send', ENOBUFS, 'on purpose');

/** What goes wrong at one of the datagrams that are sent. Returns what puts it right again. */
const causes: [string, Cause, WaitOptions?][] = [
  [
    'it cannot be sent',
    at =>
      sending(n => {
        if (n === at) throw refusal();
      }),
  ],
  [
    'it cannot be sent, and nothing else over that socket',
    at => {
      let broken: KernelTransport | undefined;
      return sending((n, transport) => {
        if (n === at) broken = transport;
        if (transport === broken) throw refusal();
      });
    },
  ],
  [
    'the signal fires before it is sent',
    (at, abort) =>
      sending(n => {
        if (n === at) abort();
      }),
  ],
  [
    'the signal fires when it is sent',
    (at, abort) =>
      sending(undefined, n => {
        if (n === at) abort();
      }),
  ],
  ['its answer does not come', at => answering(at, () => undefined), { timeout: 30 }],
  ['its answer is lost', at => answering(at, () => ({ errno: ENOBUFS }))],
  ['its answer cannot be received', at => answering(at, () => ({ errno: EBADF }))],
  [
    'its answer is no message',
    at => answering(at, got => ('bytes' in got ? { ...got, bytes: Buffer.alloc(got.bytes.length, 0xff) } : got)),
    { timeout: 30 },
  ],
];

/** The real `send`, with something before and after each datagram, which are counted. */
function sending(
  before: (n: number, transport: KernelTransport) => void = () => {},
  after: (n: number) => void = () => {},
): () => void {
  const { send } = KernelTransport.prototype;
  let n = 0;
  KernelTransport.prototype.send = function (this: KernelTransport, bytes) {
    before(++n, this);
    send.call(this, bytes);
    after(n);
  };
  return () => {
    KernelTransport.prototype.send = send;
  };
}

/** The real `receive`, but all that answers a certain datagram is replaced by something else. */
function answering(at: number, instead: (got: Datagram | ReceiveFailure) => ReturnType<Receive>): () => void {
  const { receive } = KernelTransport.prototype;
  let armed = false;
  const restore = sending(
    () => {
      armed = false;
    },
    n => {
      armed = n === at;
    },
  );
  KernelTransport.prototype.receive = function (this: KernelTransport) {
    const got = receive.call(this);
    return armed && got !== undefined ? instead(got) : got;
  };
  return () => {
    KernelTransport.prototype.receive = receive;
    restore();
  };
}

/** Two masters are looked up, the pair is made, both ends are completed and looked at: over one socket or over two. */
const places: [string, number, Partial<End>][] = [
  ['two namespaces', 7, {}],
  ['one namespace', 4, { netns: 'ns1', master: 'br1' }],
];
describe.each(places)('in %s, at each datagram in turn', (_where, datagrams, place) => {
  test.each(causes)('%s', async (...[, inject, options]) => {
    for (let at = 1; at <= datagrams + 1; at++) {
      const controller = new AbortController();
      const restore = inject(at, () => controller.abort());
      let error: unknown;
      try {
        error = await failing({}, place, { signal: controller.signal, ...options });
      } finally {
        restore();
      }
      // Of a datagram that is not sent nobody hears.
      expect([at, error]).toEqual([at, at > datagrams ? undefined : expect.any(Error)]);
      expect(error).not.toBeInstanceOf(AggregateError);
    }
    shell(ns1!, 'ip', 'link', 'delete', 'veth1');
  });
});

// Each way into a namespace is three calls, of which the last leads back.
test.each([
  ['setns', [1, 2, 4, 5]],
  ['socket', [1, 2]],
] as const)('%s fails, whichever of the calls it is', async (name, calls) => {
  const { libc } = load();
  const real = libc[name] as (...args: number[]) => number;
  for (const at of calls) {
    let n = 0;
    const instead = (first: number, ...rest: number[]): number => real.call(libc, ++n === at ? -1 : first, ...rest);
    Object.assign(libc, { [name]: instead });
    try {
      expect(await failing()).toMatchObject({ name: 'SyscallError', syscall: name });
    } finally {
      Object.assign(libc, { [name]: real });
    }
  }
});

test('a hundred failures and more, after all of which the pair can be made', async () => {
  expect(failures).toBeGreaterThanOrEqual(100);
  await ip.veth.create(A(), B());
  shell(ns2!, 'ip', 'link', 'delete', 'veth2');
});
