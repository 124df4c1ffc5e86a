import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { type NamespaceRef, netns, open } from '../../src/index.js';
import { NLM_F_CREATE, NLM_F_EXCL, RTM_NEWLINK } from '../../src/protocol/index.js';

afterEach(() => {
  for (const name of netns.list()) netns.delete(name);
});

test('by name, path, process, thread, descriptor and handle', async () => {
  using ns = netns.create('ns1');
  const child = ns.spawn('sleep', ['60'], { stdio: 'ignore' });
  const fd = openSync('/run/netns/ns1', 'r');
  const worker = ns.worker(
    `const { parentPort } = require('node:worker_threads');
     parentPort.on('message', () => {}).postMessage(require('node:fs').readlinkSync('/proc/thread-self'));`,
    { eval: true },
  );
  try {
    const [thread] = await once(worker, 'message');
    const refs: [NamespaceRef, string | undefined][] = [
      ['ns1', 'ns1'],
      ['/run/netns/ns1', 'ns1'],
      [`/proc/${child.pid}/ns/net`, undefined],
      [{ pid: child.pid! }, undefined],
      [`/proc/${thread}/ns/net`, undefined],
      [{ pid: Number(thread.split('/').pop()) }, undefined],
      [{ fd }, undefined],
      [ns, 'ns1'],
    ];
    for (const [ref, name] of refs) {
      using same = netns.open(ref);
      expect(same).toMatchObject({ inode: ns.inode, name });
      expect(same.fd).not.toBe(ns.fd);
      await using ip = open({ netns: ref });
      expect(await ip.link.list()).toMatchObject([{ name: 'lo', up: false }]);
    }
    expect(() => closeSync(fd)).not.toThrow();
  } finally {
    child.kill();
    await worker.terminate();
  }
});

test('only what is a network namespace', () => {
  const refused: [NamespaceRef, string, RegExp][] = [
    ['/etc/passwd', 'EINVAL', /\/etc\/passwd is no namespace file/],
    ['/proc/self/ns/mnt', 'EINVAL', /is a namespace, but not a network namespace/],
    ['/proc/self/', 'EINVAL', /is no namespace file/],
    ['/nonexistent', 'ENOENT', /\/nonexistent/],
    ['nonexistent', 'ENOENT', /there is no namespace named "nonexistent"/],
    [{ pid: 2 ** 22 + 1 }, 'ESRCH', /there is no process 4194305/],
    [{ fd: 999_999 }, 'EBADF', /descriptor 999999 is not open/],
    [{ fd: 0 }, 'EINVAL', /no namespace file/],
  ];
  for (const [ref, code, message] of refused) {
    expect(() => netns.open(ref)).toThrow(message);
    expect(() => netns.open(ref)).toThrow(expect.objectContaining({ name: 'SyscallError', code }));
  }
});

test('a process that has ended but is not yet forgotten', async () => {
  // It ends when its parent has become a program that does not wait for it, as the shell would.
  const child = 'until read -r comm </proc/$$/comm && [ "$comm" = sleep ]; do :; done';
  const parent = spawn('sh', ['-c', `${child} & echo $!; exec sleep 60`], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const pid = Number(await new Promise(resolve => parent.stdout.once('data', resolve)));
    while (!/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
    const words = `there is no process ${pid}, or it has ended`;
    expect(() => netns.open({ pid })).toThrow(
      expect.objectContaining({ code: 'ESRCH', message: `open: ESRCH: ${words}` }),
    );
    await using ip = open();
    const peer = { name: 'v2', netns: { pid } };
    await expect(ip.link.add({ name: 'v1', kind: 'veth', peer })).rejects.toThrow(words);
    await expect(ip.veth.create({ name: 'v1' }, peer)).rejects.toThrow(words);
    await expect(ip.link.set('lo', { netns: { pid } })).rejects.toThrow(words);
    await expect(ip.netns.id({ pid })).rejects.toThrow(words);
    expect(() => netns.pids({ pid })).toThrow(words);
    expect(() => netns.identify(pid)).toThrow(words);
  } finally {
    parent.kill();
  }
});

/** Whether test/run.mjs made a user namespace: not where those are forbidden. */
const isolated = readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\s+/)[2] === '1';
(isolated ? test : test.skip)(
  'a process of another user namespace (skipped without a user namespace of our own)',
  async () => {
    const pid = process.ppid;
    const words = `open: EACCES: to look at process ${pid} takes CAP_SYS_PTRACE over it`;
    expect(() => netns.open({ pid })).toThrow(words);
    await using ip = open();
    const peer = { name: 'v2', netns: { pid } };
    await expect(ip.link.add({ name: 'v1', kind: 'veth', peer })).rejects.toThrow(words);
    const attrs = { ifname: 'v1', netNsPid: pid, linkinfo: { kind: 'veth' } } as const;
    const flags = NLM_F_CREATE | NLM_F_EXCL;
    await expect(ip.socket.request(RTM_NEWLINK, { attrs }, { flags })).rejects.toMatchObject({ code: 'EPERM' });
  },
);

test('bad references', () => {
  const refused: [unknown, RegExp][] = [
    ['', /it is empty/],
    ['..', /it is a directory/],
    ['/run/netns/x\0y', /contains "\\u0000"/],
    [{ pid: 0 }, /netns\.pid: expected an integer from 1, got 0/],
    [{ pid: 1.5 }, /netns\.pid/],
    [{ fd: -1 }, /netns\.fd: expected an integer from 0/],
    [{}, /expected a namespace's handle, name or path/],
    [null, /expected a namespace's handle/],
    [12, /expected a namespace's handle/],
  ];
  for (const [ref, message] of refused) expect(() => netns.open(ref as NamespaceRef)).toThrow(message);
});

test('a closed handle says so', () => {
  const ns = netns.create();
  ns.close();
  ns.close();
  expect(() => ns.run(() => 1)).toThrow(/^netns \[\d+\]: the namespace handle is closed$/);
  expect(() => open({ netns: ns })).toThrow(expect.objectContaining({ name: 'ClosedError' }));
});
