import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../support/program.js';

// What takes a process of its own: limits, its end, its threads, its capabilities.

test('10,000 sockets, one after the other, under a limit of 64 descriptors; one too many is a typed error', () => {
  const { before, after, refusal, failures, full, next, end } = runProgram('descriptors', {
    args: ['10000'],
  }) as Record<string, number | object | string>;
  expect(after).toBe(before);
  expect(refusal).toEqual({ name: 'SyscallError', code: 'EMFILE', syscall: 'socket', message: 'socket: EMFILE' });
  expect(failures).toEqual([
    { code: 'EMFILE', operation: 'link list', message: 'socket: EMFILE: link list' },
    { code: 'EMFILE', operation: 'subscribe', message: 'socket: EMFILE: subscribe' },
  ]);
  expect(full).toBeGreaterThan(20);
  expect(next).toBe('lo');
  expect(end).toBe(before);
}, 600_000);

test('in a Worker, which takes two for a moment, one descriptor too few is a typed error as well', () => {
  const [none, one, two] = runProgram('last-descriptor') as unknown[];
  expect(none).toEqual({ name: 'SyscallError', code: 'EMFILE', syscall: 'socket', message: 'socket: EMFILE' });
  expect(one).toMatchObject({ name: 'SyscallError', code: 'EMFILE', syscall: 'open' });
  expect(two).toBe('open');
});

test('without /proc, what needs no files works, and what needs them says so', () => {
  expect(runProgram('no-proc', { before: 'set -- unshare --mount "$@"' })).toEqual({
    name: 'lo',
    listed: 'lo',
    first: 'added',
    refused: 'SyscallError: open: ENOENT: /proc/thread-self/ns/net: is /proc mounted?',
  });
});

test('an idle socket does not keep the process alive; a request does until it settles', () => {
  expect(runProgram('idle')).toEqual({ outcome: 'ETIMEDOUT', closed: false });
});

test('the clock of a test tool stops no request, and none that comes after', () => {
  expect(runProgram('faked-clock')).toEqual({
    names: ['lo', 'lo'],
    silent: 'ETIMEDOUT',
    waited: 'ETIMEDOUT',
    first: 'added',
  });
});

test('works in a Worker, in several at once, and with child processes beside', () => {
  const names = runProgram('workers') as string[][][];
  expect(names).toEqual([0, 1, 2, 3, 4].map(n => Array(3).fill(['lo', 'peer', `veth${n}`])));
});

test('Workers that are ended in the middle of it take nothing with them and leave nothing open', () => {
  expect(runProgram('ended-workers')).toEqual({
    codes: [1, 1, 1, 1, 1, 1, 7, 7, 7, 1, 1, 1],
    left: 0,
    here: ['lo'],
    children: [['lo'], ['lo']],
    done: true,
  });
});

describe('system calls that fail, by the hand of strace', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rtnetlink-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs it with faults; how many there were, and what came of the requests. */
  function withFaults(fault: string): { faults: number; requests: number; ended: Record<string, number> } {
    const log = join(folder, 'log');
    const strace = `strace -f -qq -o ${log} --seccomp-bpf -e trace=sendto,recvmsg,recvmmsg -e inject=${fault}`;
    const outcome = runProgram('faults', { before: `set -- ${strace} "$@"` }) as { requests: number; ended: object };
    const faults = readFileSync(log, 'utf8').match(/\(INJECTED\)/g)?.length ?? 0;
    return { ...outcome, faults } as ReturnType<typeof withFaults>;
  }

  test("EINTR is nobody's business: the call is made again", () => {
    const { faults, requests, ended } = withFaults('sendto,recvmsg,recvmmsg:error=EINTR:when=1+2');
    expect(faults).toBeGreaterThan(100);
    expect(ended).toEqual({ done: requests, wrong: 0 });
  });

  test.each([
    ['sendto:error=ENOBUFS:when=4+5', 'SyscallError ENOBUFS'],
    ['sendto:error=ENOMEM:when=4+5', 'SyscallError ENOMEM'],
    ['sendto:error=EAGAIN:when=4+5', 'SyscallError EAGAIN'],
    ['recvmsg:error=ENOBUFS:when=4+5', 'OverrunError ENOBUFS'],
    ['recvmsg:error=ENOMEM:when=4+5', 'SyscallError ENOMEM'],
    ['recvmmsg:error=ENOBUFS:when=1+1', 'OverrunError ENOBUFS'],
    ['recvmmsg:error=ENOMEM:when=1+1', 'SyscallError ENOMEM'],
  ])('%s fails what it concerns by a typed error with its name; the socket goes on', (fault, name) => {
    const { faults, requests, ended } = withFaults(fault);
    const { done, wrong, [name]: failed, ...others } = ended;
    expect(faults).toBeGreaterThan(5);
    expect(failed).toBeGreaterThan(0);
    expect(done).toBeGreaterThan(0);
    expect({ wrong, others, all: done! + failed! }).toEqual({ wrong: 0, others: {}, all: requests });
  });
});

test('signals come in all the time', () => {
  const { signals, requests, notifications, ended } = runProgram('faults', { args: ['100'] }) as Record<
    string,
    unknown
  >;
  expect(signals).toBeGreaterThan(100);
  expect(ended).toEqual({ done: requests, wrong: 0 });
  expect(notifications).toBe(2 * 200);
});

test('without any capability: reading works, changing says what it takes', () => {
  const before = 'set -- setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$@"';
  const takes = 'EPERM: this takes CAP_NET_ADMIN in the user namespace that owns';
  const { receiveBuffer, ...printed } = runProgram('unprivileged', { before }) as Record<string, unknown>;
  expect(printed).toEqual({
    links: ['lo'],
    failed: [],
    refusal: `link set lo: ${takes} this network namespace`,
    each: ['lo'],
    joins: [
      'done',
      expect.stringMatching(/^setsockopt: EPERM: NETLINK_ADD_MEMBERSHIP 30: it takes CAP_NET_ADMIN/),
      'setsockopt: EPERM: subscribe: NETLINK_LISTEN_ALL_NSID takes CAP_NET_BROADCAST',
    ],
    raw: `RTM_NEWLINK: ${takes} the network namespace`,
    writes: [
      'link add veth1',
      'link delete lo',
      'address add 10.0.0.1/8 dev lo',
      'route add 10.0.0.0/8',
      'rule add priority 5',
    ].map(operation => `${operation}: ${takes} this network namespace`),
  });
  // SO_RCVBUFFORCE is refused, and SO_RCVBUF takes as much as the system allows.
  const most = Number(readFileSync('/proc/sys/net/core/rmem_max', 'utf8'));
  expect(receiveBuffer).toBe(2 * Math.min(1 << 24, most));
});
