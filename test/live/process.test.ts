import { runProgram } from '../support/program.js';

// What takes a process of its own: limits, its end, its threads, its capabilities.

test('10,000 sockets, one after the other, under a limit of 64 descriptors; one too many is a typed error', () => {
  const { before, after, refusal, full, next, end } = runProgram('descriptors', {
    args: ['10000'],
  }) as Record<string, number | object | string>;
  expect(after).toBe(before);
  expect(refusal).toEqual({ name: 'SyscallError', code: 'EMFILE', syscall: 'socket', message: 'socket: EMFILE' });
  expect(full).toBeGreaterThan(20);
  expect(next).toBe('lo');
  expect(end).toBe(before);
}, 600_000);

test('an idle socket does not keep the process alive; a request does until it settles', () => {
  expect(runProgram('idle')).toEqual({ outcome: 'ETIMEDOUT', closed: false });
});

test('works in a Worker, in several at once, and with child processes beside', () => {
  const names = runProgram('workers') as string[][][];
  expect(names).toEqual([0, 1, 2, 3, 4].map(n => Array(3).fill(['lo', 'peer', `veth${n}`])));
});

test('without any capability: reading works, changing says what it takes', () => {
  const before = 'set -- setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$@"';
  expect(runProgram('unprivileged', { before })).toEqual({
    links: ['lo'],
    failed: [],
    refusal: 'link set lo: EPERM: this takes CAP_NET_ADMIN in the user namespace that owns this network namespace',
    each: ['lo'],
  });
});
