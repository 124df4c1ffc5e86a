import { createRequire } from 'node:module';
import { builtin } from './builtin.js';
import { clearInterval, setInterval } from './clock.js';
import { errnoName } from './errno.js';
import { SyscallError } from './errors.js';
import type { Hint } from './file-error.js';

/** What this library calls in the C library, and nothing else. The only importer of koffi. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  connect(fd: number, address: Uint8Array, length: number): number;
  getsockname(fd: number, address: Uint8Array, length: Uint8Array): number;
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, length: number): number;
  getsockopt(fd: number, level: number, name: number, value: Uint8Array, length: Uint8Array): number;
  send(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  /** `message` is the address of a `struct msghdr`. */
  recvmsg(fd: number, message: number, flags: number): number;
  /** `messages` is the address of an array of `struct mmsghdr`, `timeout` that of a `struct timespec`, or 0. */
  recvmmsg(fd: number, messages: number, count: number, flags: number, timeout: number): number;
  close(fd: number): number;
  dup3(from: number, to: number, flags: number): number;
  setns(fd: number, type: number): number;
  unshare(flags: number): number;
  mount(source: string | null, target: string, type: string | null, flags: number, data: string | null): number;
  umount2(target: string, flags: number): number;
  flock(fd: number, operation: number): number;
  /** `argument` is a struct of the request's own. */
  ioctl(fd: number, request: number, argument: Uint8Array): number;
  /** The same with a plain number, or with 0 for requests without an argument. */
  ioctlNumber(fd: number, request: number, argument: number): number;
}

/** Where a buffer lies; valid as long as somebody holds the buffer. */
export type AddressOf = (buffer: Uint8Array) => number;

/** Watches a descriptor from libuv's event loop. */
export interface Watcher {
  /** Keeps the process alive while watching; the default. */
  ref(): void;
  unref(): void;
  close(): void;
}

interface Loaded {
  readonly libc: Libc;
  readonly addressOf: AddressOf;
  readonly pointerSize: number;
  /** Whether the calling thread is no Worker. */
  readonly isMainThread: boolean;
  errno(): number;
  /** `status` is 0, or a negative errno after which libuv has stopped watching. */
  watch(fd: number, onReadable: (status: number) => void): Watcher;
}

let loaded: Loaded | undefined;

/** Loads koffi and looks up the functions at the first call; importing this library costs nothing of that. */
export function load(): Loaded {
  loaded ??= loadOnce();
  return loaded;
}

function loadOnce(): Loaded {
  if (process.platform !== 'linux') {
    throw Object.assign(new Error(`netlink is a part of Linux; this is ${process.platform}`), { code: 'ENOSYS' });
  }
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const c = koffi.load(null);
  const { isMainThread } = builtin('node:worker_threads');
  const libc: Libc = {
    socket: c.func('int socket(int, int, int)'),
    bind: c.func('int bind(int, const void *, uint32_t)'),
    connect: c.func('int connect(int, const void *, uint32_t)'),
    getsockname: c.func('int getsockname(int, _Inout_ void *, _Inout_ void *)'),
    setsockopt: c.func('int setsockopt(int, int, int, const void *, uint32_t)'),
    getsockopt: c.func('int getsockopt(int, int, int, _Out_ void *, _Inout_ void *)'),
    send: c.func('intptr_t send(int, const void *, size_t, int)'),
    recvmsg: c.func('intptr_t recvmsg(int, uintptr_t, int)'),
    recvmmsg: c.func('int recvmmsg(int, uintptr_t, uint32_t, int, uintptr_t)'),
    close: c.func('int close(int)'),
    dup3: c.func('int dup3(int, int, int)'),
    setns: c.func('int setns(int, int)'),
    unshare: c.func('int unshare(int)'),
    mount: c.func('int mount(const char *, const char *, const char *, unsigned long, const char *)'),
    umount2: c.func('int umount2(const char *, int)'),
    flock: c.func('int flock(int, int)'),
    ioctl: c.func('ioctl', 'int', ['int', 'unsigned long', 'void *']),
    ioctlNumber: c.func('ioctl', 'int', ['int', 'unsigned long', 'uintptr_t']),
  };
  return {
    libc,
    addressOf: buffer => Number(koffi.address(buffer)),
    pointerSize: koffi.sizeof('void *'),
    isMainThread,
    errno: () => koffi.errno(),
    watch: (fd, onReadable) =>
      isMainThread
        ? // The callback gets (status, events); koffi's types say otherwise.
          koffi.node.poll(fd, { readable: true }, onReadable as unknown as (events: unknown) => void)
        : lookNowAndThen(onReadable),
  };
}

/** Milliseconds. */
const INTERVAL = 4;

/**
 * Watches without libuv, in Workers: a handle of koffi's (3.3.4, `PollHandle` in src/koffi/src/uv.cc) takes the whole
 * process down with it when its Worker is terminated.
 */
function lookNowAndThen(onReadable: (status: number) => void): Watcher {
  const timer = setInterval(onReadable, INTERVAL, 0);
  return { ref: () => timer.ref(), unref: () => timer.unref(), close: () => clearInterval(timer) };
}

/** Throws a SyscallError if `result` says that the call named `syscall` failed. Call it at once: errno does not last. */
export function check(result: number, syscall: string, hint?: string | Hint): number {
  if (result >= 0) return result;
  const errno = load().errno();
  throw new SyscallError(syscall, errno, typeof hint === 'function' ? hint(errnoName(errno)) : hint);
}

/** Closes a descriptor; a failure is the caller's bug or the disk's, and neither is mended by an exception here. */
export function closeFd(fd: number): void {
  load().libc.close(fd);
}
