import type { ChildProcess, ExecFileOptions, SpawnOptions } from 'node:child_process';
import { closeSync, fstatSync, openSync, stat, statSync } from 'node:fs';
import type { Worker, WorkerOptions } from 'node:worker_threads';
import { builtin } from './builtin.js';
import { nextTick } from './clock.js';
import { CLONE_NEWNET } from './constants.js';
import { ClosedError, SyscallError } from './errors.js';
import { fileError } from './file-error.js';
import { check, load } from './libc.js';
import { log } from './log.js';

/** The calling thread's network namespace. */
export const OWN_NAMESPACE = '/proc/thread-self/ns/net';

/** Throws SyscallError. */
function openOwn(): number {
  try {
    return openSync(OWN_NAMESPACE, 'r');
  } catch (error) {
    throw fileError(error, code => `${OWN_NAMESPACE}${code === 'ENOENT' ? ': is /proc mounted?' : ''}`);
  }
}

/** The thread could not go back to the namespace it came from: nothing it does now can be trusted. */
export class NamespaceReturnError extends Error {
  override readonly name = 'NamespaceReturnError';
  readonly code = 'ERR_NETNS_RETURN';
  constructor(cause: unknown) {
    super('the thread is in the wrong network namespace and cannot go back', { cause });
  }
}

/**
 * A network namespace, held by a descriptor: it lives at least until `close`, or until this object's process ends.
 * Disposable: `using ns = netns.create()`.
 */
export class Namespace implements Disposable {
  #fd: number;
  /** Identifies the namespace on this machine: the inode number that `ls -L -i /run/netns/NAME` shows. */
  readonly inode: number;

  /** Takes over `fd`, an open descriptor of a namespace file. */
  constructor(
    fd: number,
    /** Its name under /run/netns, if it was made or opened by one. */
    readonly name: string | undefined = undefined,
  ) {
    this.#fd = fd;
    this.inode = fstatSync(fd).ino;
  }

  /** The descriptor; closed by `close`. Throws ClosedError after that. */
  get fd(): number {
    if (this.#fd < 0) throw new ClosedError(this.label, 'the namespace handle');
    return this.#fd;
  }

  /** `netns ns1`, or `netns [4026532288]` for one without a name. */
  get label(): string {
    return `netns ${this.name ?? `[${this.inode}]`}`;
  }

  /**
   * Run `fn` inside: whatever it opens belongs to this namespace for good. It must do its work before it returns:
   * what an asynchronous function does later happens outside, so a promise is refused with a TypeError.
   */
  run<T>(fn: () => T): T {
    return within(this.fd, fn);
  }

  /**
   * Run a program inside and wait for it: `ip netns exec NAME FILE ARGS`, without that command's own view of /sys, which
   * still shows the links of the namespace that mounted it. Rejects as `child_process.execFile` does if the program cannot
   * be started or does not exit with 0: the error has `code` (the exit status), `signal`, `stdout` and `stderr`.
   */
  exec(file: string, args: readonly string[] = [], options: ExecOptions = {}): Promise<ExecResult> {
    const { execFile } = builtin('node:child_process');
    return new Promise((resolve, reject) => {
      this.run(() => {
        execFile(file, args, { ...options, encoding: 'utf8' }, (error, stdout, stderr) => {
          if (error === null) resolve({ stdout, stderr });
          else reject(Object.assign(error, { stdout, stderr }));
        });
      });
    });
  }

  /**
   * Start a program inside and do not wait for it: `child_process.spawn`. For its other forms (`fork`, `execFileSync`)
   * use `run`: a child lives in the namespace in which it was started.
   */
  spawn(file: string, args: readonly string[] = [], options: SpawnOptions = {}): ChildProcess {
    const { spawn } = builtin('node:child_process');
    return this.run(() => spawn(file, args, options));
  }

  /**
   * Start a worker thread inside: all that its event loop does happens there, so ordinary servers and clients (`net`,
   * `dgram`, `http`, `fetch`) need nothing of this library. It keeps the namespace alive as long as it runs.
   *
   * One exception: `dns.lookup`, and with it connecting to a host by name, uses the threads that all workers share, and
   * they are outside. Use numeric addresses there, or `dns.resolve`, which works inside.
   */
  worker(file: string | URL, options: WorkerOptions = {}): Worker {
    const { Worker } = builtin('node:worker_threads');
    return this.run(() => new Worker(file, options));
  }

  /** Lets go of the namespace. It lives on where it has a name, a process, a thread or a socket. */
  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** How a program is run: `child_process.execFile`'s options. Its output is text. */
export type ExecOptions = Omit<ExecFileOptions, 'encoding'>;

/** What a program printed. */
export interface ExecResult {
  stdout: string;
  stderr: string;
}

/** The namespace the calling thread is in. */
export const currentNamespace = (): Namespace => new Namespace(openOwn());

/** A new namespace; `name` is only what it is called. Its loopback link is down, as in every new namespace. */
export function createNamespace(name?: string): Namespace {
  return returning(() => {
    check(load().libc.unshare(CLONE_NEWNET), 'unshare', hintForCreate);
    return new Namespace(openOwn(), name);
  });
}

function hintForCreate(code: string): string | undefined {
  if (code === 'EPERM')
    return 'a new network namespace takes CAP_SYS_ADMIN; `unshare --map-root-user --net` gives it in a user namespace';
  if (code === 'ENOSPC')
    return 'there are as many network namespaces as /proc/sys/user/max_net_namespaces allows here or further out';
  return undefined;
}

/** Run `fn` in the namespace that `fd` holds. */
export function within<T>(fd: number, fn: () => T): T {
  return returning(() => {
    check(load().libc.setns(fd, CLONE_NEWNET), 'setns', code => hintForEnter(code, fd));
    return synchronous(fn());
  });
}

function hintForEnter(code: string, fd: number): string {
  if (code !== 'EPERM') return `descriptor ${fd}`;
  return 'to enter takes CAP_SYS_ADMIN, in the own user namespace and in the one that owns the network namespace';
}

function synchronous<T>(result: T): T {
  if (typeof (result as { then?: unknown } | null | undefined)?.then !== 'function') return result;
  throw new TypeError(
    'expected a synchronous function: what it does after it returned would happen outside the namespace',
  );
}

/** Run `fn`, which may switch the thread's namespace, and bring the thread back. */
function returning<T>(fn: () => T): T {
  startThreadPool();
  const home = openHome();
  try {
    return fn();
  } finally {
    goBack(home);
  }
}

/**
 * The way back takes CAP_SYS_ADMIN in the user namespace that owns the thread's own network namespace, which a process
 * that entered a user namespace alone has lost, though it may make new namespaces: better known before it leaves.
 */
function openHome(): number {
  const home = openOwn();
  try {
    check(load().libc.setns(home, CLONE_NEWNET), 'setns', hintForReturn);
    return home;
  } catch (error) {
    closeSync(home);
    throw error;
  }
}

function hintForReturn(code: string): string | undefined {
  if (code !== 'EPERM') return undefined;
  return 'to leave a network namespace and come back takes CAP_SYS_ADMIN in the user namespace that owns it; `unshare --map-root-user --net` gives both';
}

/** Back to `home`, verified. In the wrong namespace the process must not carry on: the error also surfaces as uncaught. */
function goBack(home: number): void {
  try {
    check(load().libc.setns(home, CLONE_NEWNET), 'setns', 'back home');
    const here = statSync(OWN_NAMESPACE).ino;
    if (here !== fstatSync(home).ino) throw new SyscallError('setns', 0, `still in namespace ${here}`);
  } catch (cause) {
    const error = new NamespaceReturnError(cause);
    log.netns('%s', error.message);
    nextTick(() => {
      throw error;
    });
    throw error;
  } finally {
    closeSync(home);
  }
}

let poolStarted = false;

/**
 * libuv starts its pool at first use, and threads inherit the namespace of whoever starts them: it has to start
 * before the first switch. The stat starts all of its threads within the call.
 */
function startThreadPool(): void {
  if (poolStarted) return;
  poolStarted = true;
  stat('/', () => {});
}
