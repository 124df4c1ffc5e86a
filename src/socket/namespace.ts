import { closeSync, fstatSync, openSync, stat, statSync } from 'node:fs';
import { ClosedError, SyscallError } from './errors.js';
import { check, load } from './libc.js';
import { log } from './log.js';

/** Network namespaces: the flag of unshare(2) and setns(2), linux/sched.h. */
const CLONE_NEWNET = 0x40000000;
/** The calling thread's network namespace. */
export const OWN_NAMESPACE = '/proc/thread-self/ns/net';

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
    readonly nsName: string | undefined = undefined,
  ) {
    this.#fd = fd;
    this.inode = fstatSync(fd).ino;
  }

  /** The descriptor; closed by `close`. Throws ClosedError after that. */
  get fd(): number {
    if (this.#fd < 0) throw new ClosedError(this.label);
    return this.#fd;
  }

  /** `netns ns1`, or `netns [4026532288]` for one without a name. */
  get label(): string {
    return `netns ${this.nsName ?? `[${this.inode}]`}`;
  }

  /**
   * Run `fn` inside: whatever it opens belongs to this namespace for good. It must do its work before it returns:
   * what an asynchronous function does later happens outside, so a promise is refused with a TypeError.
   * (`ip netns exec NAME`, without a process.)
   */
  run<T>(fn: () => T): T {
    return within(this.fd, fn);
  }

  /** Lets go of the namespace. It lives on where it has a name, a process or a socket. */
  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Open the namespace file at `path` (`/proc/PID/ns/net`, `/run/netns/NAME`). */
export function openNamespaceFile(path: string): number {
  return openSync(path, 'r');
}

/** The namespace the calling thread is in. */
export const currentNamespace = (): Namespace => new Namespace(openNamespaceFile(OWN_NAMESPACE));

/** A new namespace without a name. Its loopback link is down, as in every new namespace. Takes CAP_SYS_ADMIN. */
export function createNamespace(): Namespace {
  return returning(() => {
    check(load().libc.unshare(CLONE_NEWNET), 'unshare', 'a new network namespace takes CAP_SYS_ADMIN');
    return new Namespace(openNamespaceFile(OWN_NAMESPACE));
  });
}

/** Run `fn` in the namespace that `fd` holds. */
export function within<T>(fd: number, fn: () => T): T {
  return returning(() => {
    check(load().libc.setns(fd, CLONE_NEWNET), 'setns', `descriptor ${fd}`);
    return synchronous(fn());
  });
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
  const home = openNamespaceFile(OWN_NAMESPACE);
  try {
    return fn();
  } finally {
    goBack(home);
  }
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
    process.nextTick(() => {
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
