import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { netns } from '../../src/index.js';
import { load } from '../../src/socket/libc.js';
import { openDescriptors } from '../support/threads.js';

const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8', stdio: 'pipe' });
const inodeOf = (name: string): number => statSync(`/run/netns/${name}`).ino;
const mounts = (): string[] => readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
/** Runs a program that uses the built library, in namespaces of its own. */
const program = (unshare: readonly string[], prepare: string, code: string): string =>
  execFileSync(
    'unshare',
    [...unshare, 'sh', '-c', `${prepare} "$0" --input-type=module -e "$1"`, process.execPath, code],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );

afterEach(() => {
  for (const name of readdirSync('/run/netns')) netns.delete(name);
});

jest.setTimeout(60_000);

describe('names that ip netns shares', () => {
  test('it sees ours', () => {
    using ns = netns.create('ours');
    expect(ns).toMatchObject({ name: 'ours', label: 'netns ours', inode: inodeOf('ours') });
    expect(ip('netns', 'list')).toBe('ours\n');
    expect(ip('netns', 'exec', 'ours', 'readlink', '/proc/self/ns/net')).toBe(`net:[${ns.inode}]\n`);
    ip('netns', 'delete', 'ours');
    expect(netns.list()).toEqual([]);
    expect(ns.run(() => statSync('/proc/thread-self/ns/net').ino)).toBe(ns.inode);
  });

  test('we see its', () => {
    ip('netns', 'add', 'theirs');
    expect(netns.list()).toEqual(['theirs']);
    expect(netns.exists('theirs')).toBe(true);
    using ns = netns.open('theirs');
    expect(ns).toMatchObject({ name: 'theirs', inode: inodeOf('theirs') });
    netns.delete('theirs');
    expect(ip('netns', 'list')).toBe('');
    expect(netns.exists('theirs')).toBe(false);
  });

  test('the namespace outlives the handle, not its name', () => {
    const ns = netns.create('stays');
    ns.close();
    using again = netns.open('stays');
    expect(again.inode).toBe(ns.inode);
  });

  test('a process’s namespace gets a name', () => {
    using ns = netns.create();
    const child = ns.spawn('sleep', ['60'], { stdio: 'ignore' });
    try {
      netns.attach('named', { pid: child.pid! });
      expect(inodeOf('named')).toBe(ns.inode);
      expect(netns.identify(child.pid)).toEqual(['named']);
      expect(ip('netns', 'identify', String(child.pid))).toBe('named\n');
      expect(netns.pids('named')).toEqual([child.pid]);
      expect(ip('netns', 'pids', 'named')).toBe(`${child.pid}\n`);
    } finally {
      child.kill();
    }
    expect(netns.identify()).toEqual([]);
    expect(netns.pids({ pid: process.pid })).toContain(process.pid);
  });

  test('/run/netns becomes one shared mount, whoever makes the first namespace, and of several at once', () => {
    const add = 'ip netns add "i$n" & "$0" --input-type=module -e "$1" "n$n" &';
    const count = 'grep -c " /run/netns " /proc/self/mountinfo';
    const prepare = `mount -t tmpfs tmpfs /run; ${count}; for n in 1 2 3; do ${add} done; wait; ip netns list | sort; ${count}; grep nsfs /proc/self/mountinfo; exit;`;
    const printed = program(
      ['--map-root-user', '--net', '--mount'],
      prepare,
      `import { netns } from ${JSON.stringify(`${process.cwd()}/dist/index.js`)};
       netns.create(process.argv[1]).close();`,
    ).split('\n');
    const before = Number(printed.shift());
    expect(printed.splice(0, 7)).toEqual(['i1', 'i2', 'i3', 'n1', 'n2', 'n3', String(before + 1)]);
    const named = printed.filter(line => / \/run\/netns\/[in][123] /.test(line));
    expect(named).toHaveLength(6);
    expect(named.filter(line => !line.includes(' shared:'))).toEqual([]);
  });

  test('a file that has stopped being a namespace is deleted too', () => {
    netns.create('first').close();
    execFileSync('touch', ['/run/netns/stale']);
    expect(netns.list()).toEqual(['first', 'stale']);
    expect(() => netns.open('stale')).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    netns.delete('stale');
    expect(netns.list()).toEqual(['first']);
  });
});

describe('errors', () => {
  test('a name that is taken, and one that is not', () => {
    using ns = netns.create('one');
    expect(() => netns.create('one')).toThrow('open: EEXIST: a namespace named "one" exists already');
    expect(() => netns.attach('one', ns)).toThrow(expect.objectContaining({ code: 'EEXIST', errno: 17 }));
    expect(inodeOf('one')).toBe(ns.inode);
    expect(() => netns.open('two')).toThrow('open: ENOENT: there is no namespace named "two"');
    expect(() => netns.delete('two')).toThrow('there is no namespace named "two"');
    expect(() => netns.delete('two')).toThrow(expect.objectContaining({ name: 'SyscallError', code: 'ENOENT' }));
  });

  const bad: [string, string, RegExp][] = [
    ['a way out', '../x', /contains "\/"/],
    ['a slash', 'a/b', /contains "\/"/],
    ['the directory', '.', /it is a directory/],
    ['its parent', '..', /it is a directory/],
    ['nothing', '', /it is empty/],
    ['NUL', 'x\0y', /contains "\\u0000"/],
    ['256 bytes', 'x'.repeat(256), /256 bytes, at most 255/],
    ['128 characters of 2 bytes', 'é'.repeat(128), /256 bytes/],
    ['half a character', 'x\ud800', /contains "\\ud800"/],
  ];
  test.each(bad)('%s is refused before anything is mounted or removed', (_what, name, message) => {
    using ns = netns.create();
    const before = [mounts(), readdirSync('/run'), readdirSync('/run/netns')];
    for (const attempt of [
      () => netns.create(name),
      () => netns.attach(name, ns),
      () => netns.delete(name),
      () => netns.exists(name),
    ]) {
      expect(attempt).toThrow(message);
      expect(attempt).toThrow(expect.objectContaining({ name: 'RangeError' }));
    }
    expect([mounts(), readdirSync('/run'), readdirSync('/run/netns')]).toEqual(before);
  });

  test('the longest name is taken', () => {
    const name = 'x'.repeat(255);
    netns.create(name).close();
    expect(ip('netns', 'list')).toBe(`${name}\n`);
    netns.delete(name);
  });
});

describe('a failure leaves nothing behind', () => {
  test('when the namespace cannot be mounted', () => {
    const { libc } = load();
    const { mount } = libc;
    using ns = netns.create('other');
    const descriptors = openDescriptors();
    let calls = 0;
    // The real mount, but of a file that is not there: the second call is the bind mount of the namespace.
    const failing = (): void => {
      calls = 0;
      libc.mount = (source, ...rest) => mount.call(libc, ++calls === 2 ? '/nonexistent' : source, ...rest);
    };
    try {
      for (const attempt of [() => netns.create('half'), () => netns.attach('half', ns)]) {
        failing();
        expect(attempt).toThrow(expect.objectContaining({ name: 'SyscallError', syscall: 'mount', code: 'ENOENT' }));
        expect(calls).toBe(2);
        expect(netns.list()).toEqual(['other']);
      }
    } finally {
      libc.mount = mount;
    }
    expect(openDescriptors()).toBe(descriptors);
    netns.create('half').close();
  });

  const failing = (prepare: string, unshare: readonly string[]): unknown =>
    JSON.parse(
      program(
        unshare,
        prepare,
        `import { readdirSync, existsSync } from 'node:fs';
         import { netns } from ${JSON.stringify(`${process.cwd()}/dist/index.js`)};
         const errors = ['some', undefined].map(name => { try { netns.create(name); } catch ({ message }) { return message; } });
         console.log(JSON.stringify([...errors, existsSync('/run/netns') ? readdirSync('/run/netns') : []]));`,
      ),
    );

  test('when there are too many namespaces', () => {
    const prepare = 'mount -t tmpfs tmpfs /run; echo 0 >/proc/sys/user/max_net_namespaces;';
    const why = expect.stringMatching(/^unshare: ENOSPC: there are as many network namespaces as .*max_net_namespaces/);
    expect(failing(prepare, ['--map-root-user', '--net', '--mount'])).toEqual([why, why, []]);
  });

  test('when nothing may be mounted, and the thread could leave its namespace but not come back', () => {
    const mount = expect.stringMatching(/^mount: EPERM: \/run\/netns: mounting takes CAP_SYS_ADMIN/);
    const wayBack = expect.stringMatching(/^setns: EPERM: to leave a network namespace and come back takes/);
    expect(failing('', ['--map-root-user'])).toEqual([mount, wayBack, netns.list()]);
  });

  test('when nothing is allowed', () => {
    const prepare = 'mount -t tmpfs tmpfs /run; mkdir /run/netns; setpriv --bounding-set -all --inh-caps -all';
    const result = failing(prepare, ['--map-root-user', '--net', '--mount']);
    expect(result).toEqual([expect.stringMatching(/^mount: EPERM/), expect.stringMatching(/^setns: EPERM/), []]);
  });
});
