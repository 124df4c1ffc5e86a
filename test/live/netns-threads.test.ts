import { execFileSync, spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { netns, numericLookup, open } from '../../src/index.js';
import { namespacesOfThreads } from '../support/threads.js';

jest.setTimeout(120_000);

const own = (): string => readlinkSync('/proc/thread-self/ns/net');

test('after 1,000 operations over 8 namespaces every thread is where it started', async () => {
  const home = own();
  const handles = Array.from({ length: 8 }, () => netns.create());
  try {
    for (let i = 0; i < 1000; i++) {
      const ns = handles[i % 8]!;
      switch (i % 5) {
        case 0:
          open({ netns: ns }).close();
          break;
        case 1:
          expect(() => ns.run(() => JSON.parse('{'))).toThrow(SyntaxError);
          break;
        case 2:
          expect(() => ns.run(async () => 1)).toThrow('expected a synchronous function');
          break;
        case 3:
          // What libuv's pool does, it does from a thread that was started before.
          ns.run(() => void dns.lookup('localhost', () => {}));
          await stat('/');
          break;
        default:
          expect(ns.run(() => [own(), handles[(i + 1) % 8]!.run(own), own()])).toEqual([
            `net:[${ns.inode}]`,
            `net:[${handles[(i + 1) % 8]!.inode}]`,
            `net:[${ns.inode}]`,
          ]);
      }
    }
    const threads = namespacesOfThreads();
    expect(threads.size).toBeGreaterThan(8);
    expect(new Set(threads.values())).toEqual(new Set([home]));
  } finally {
    for (const ns of handles) ns.close();
  }
});

test('of 1,024 namespaces made and closed none is left: more than 64 are not allowed', () => {
  const node = [process.execPath, 'test/live/programs/cycles.mjs'];
  const limited = 'mount -t tmpfs tmpfs /run && echo 64 >/proc/sys/user/max_net_namespaces && exec "$@"';
  const unshare = ['--map-root-user', '--net', '--mount', 'sh', '-c', limited, 'sh', ...node];
  const { before, after } = JSON.parse(execFileSync('unshare', unshare, { encoding: 'utf8' }));
  expect(before).toMatchObject({ names: [], threads: expect.any(Number) });
  expect(after).toEqual(before);
});

test('a thread that cannot go back ends the process, even if the caller swallows the error', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['test/live/programs/no-way-back.mjs'], {
    encoding: 'utf8',
  });
  const message = 'the thread is in the wrong network namespace and cannot go back';
  expect(JSON.parse(stdout)).toEqual({
    name: 'NamespaceReturnError',
    message,
    cause: { code: 'EPERM', syscall: 'setns' },
  });
  expect(stderr).toContain(`NamespaceReturnError: ${message}`);
  expect(status).toBe(1);
});

const library = (file: string): string => JSON.stringify(resolve('dist', file));

test('libuv’s pool is outside even if a namespace was the first to need it', () => {
  const code = `
    import dgram from 'node:dgram';
import dns from 'node:dns';
    import { readdirSync, readlinkSync } from 'node:fs';
    import { netns } from ${library('index.js')};
    const home = readlinkSync('/proc/self/ns/net');
    const ns = netns.create();
    ns.run(() => dns.lookup('localhost', () => {
      const threads = readdirSync('/proc/self/task').map(tid => readlinkSync('/proc/self/task/' + tid + '/ns/net'));
      console.log(threads.length >= 5, threads.every(each => each === home));
    }));`;
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' })).toBe('true true\n');
});

describe('programs and workers inside', () => {
  test('exec waits for a program and gives what it printed', async () => {
    using ns = netns.create();
    expect(await ns.exec('readlink', ['/proc/self/ns/net'])).toEqual({ stdout: `net:[${ns.inode}]\n`, stderr: '' });
    await expect(ns.exec('sh', ['-c', 'echo out; echo err >&2; exit 3'])).rejects.toMatchObject({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    await expect(ns.exec('/nonexistent')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(ns.exec('sleep', ['60'], { timeout: 50 })).rejects.toMatchObject({ killed: true, signal: 'SIGTERM' });
    expect(own()).not.toBe(`net:[${ns.inode}]`);
  });

  test('spawn starts a program', async () => {
    using ns = netns.create();
    const child = ns.spawn('cat', [], { stdio: ['pipe', 'pipe', 'inherit'] });
    expect(readlinkSync(`/proc/${child.pid}/ns/net`)).toBe(`net:[${ns.inode}]`);
    child.stdin!.end('to the cat');
    expect(String(await once(child.stdout!, 'data'))).toBe('to the cat');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('ordinary servers and clients in workers of two namespaces', async () => {
    using ns1 = netns.create();
    using ns2 = netns.create();
    await using ip1 = open({ netns: ns1 });
    await using ip2 = open({ netns: ns2 });
    await ip1.link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2', netns: ns2 } });
    await ip1.address.add('veth1', '172.20.1.1/24');
    await ip2.address.add('veth2', '172.20.1.2/24');
    await Promise.all([ip1.link.set('veth1', { up: true }), ip2.link.set('veth2', { up: true })]);
    const server = ns2.worker(
      `const { parentPort } = require('node:worker_threads');
       const http = require('node:http').createServer((request, response) => response.end('from ' + request.socket.remoteAddress));
       http.listen(80, '172.20.1.2', () => parentPort.postMessage(require('node:fs').readlinkSync('/proc/thread-self/ns/net')));`,
      { eval: true },
    );
    try {
      expect(await once(server, 'message')).toEqual([`net:[${ns2.inode}]`]);
      const client = ns1.worker(
        `const { parentPort } = require('node:worker_threads');
         fetch('http://172.20.1.2/').then(response => response.text()).then(text => parentPort.postMessage(text));`,
        { eval: true },
      );
      expect(await once(client, 'message')).toEqual(['from 172.20.1.1']);
      await once(client, 'exit');
      const threads = [...namespacesOfThreads().values()];
      expect(threads.filter(each => each !== own())).toEqual([`net:[${ns2.inode}]`]);
    } finally {
      await server.terminate();
    }
  });

  test('a socket opened inside stays inside', async () => {
    using ns = netns.create();
    await using ip = open({ netns: ns });
    await ip.link.set('lo', { up: true });
    const socket = ns.run(() => dgram.createSocket({ type: 'udp4', lookup: numericLookup }).bind(7, '127.0.0.1'));
    try {
      expect((await ns.exec('cat', ['/proc/net/udp'])).stdout).toContain('0100007F:0007');
    } finally {
      socket.close();
    }
  });
});
