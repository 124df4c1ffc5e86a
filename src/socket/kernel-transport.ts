import { statSync } from 'node:fs';
import { shown } from '../protocol/errors.js';
import { hostByteOrder } from '../protocol/source.js';
import { setImmediate } from './clock.js';
import * as C from './constants.js';
import { closeSocket, openSocket } from './descriptor.js';
import { errnoName } from './errno.js';
import { SyscallError } from './errors.js';
import { filterArgument, filterProgram } from './kernel-filter.js';
import { check, closeFd, load, type Watcher } from './libc.js';
import { log } from './log.js';
import { OWN_NAMESPACE, within } from './namespace.js';
import { COUNT, ReceiveAhead, Streak } from './receive-ahead.js';
import { ReceiveBuffer } from './receive-buffer.js';
import type { Datagram, ReceiveFailure, Transport, TransportOptions } from './transport.js';

const DEFAULT_RECEIVE_BUFFER = 1 << 20;
const LARGEST_BUFFER = 1 << 30;
/** rtnetlink_bind in net/core/rtnetlink.c: some groups are not for everybody. */
const JOIN_HINTS: Readonly<Record<string, string>> = {
  EINVAL: ': this kernel has no such group',
  EPERM: ': it takes CAP_NET_ADMIN in the user namespace that owns the network namespace',
};
/** How datagrams are received: never waiting, and with their length as sent. */
const RECEIVE = C.MSG_TRUNC | C.MSG_DONTWAIT;
const little = hostByteOrder === 'little';

/** A NETLINK_ROUTE socket of the namespace that the calling thread is in at the moment. */
export class KernelTransport implements Transport {
  readonly port: number;
  readonly receiveBuffer: number;
  /** -1 once it is closed: the number may be another file's by then. */
  #fd: number;
  readonly #buffer: ReceiveBuffer;
  readonly #streak = new Streak();
  #ahead: ReceiveAhead | undefined;
  /** Whether what is left of it is going to be offered. */
  #offered = false;
  /** Inode number of the namespace it belongs to. */
  readonly namespace = ownNamespace();
  #onReadable: (() => void) | undefined;
  #watcher: Watcher | undefined;
  #holders = 0;
  #closed = false;

  constructor(options: TransportOptions = {}) {
    const { receiveBuffer = DEFAULT_RECEIVE_BUFFER, listenAllNamespaces = false, ignore = [] } = options;
    checkReceiveBuffer(receiveBuffer);
    const { addressOf, pointerSize } = load();
    this.#fd = openSocket();
    try {
      this.#configure(receiveBuffer, listenAllNamespaces);
      if (ignore.length > 0) this.#attachFilter(filterProgram(ignore));
      this.receiveBuffer = this.#get(C.SOL_SOCKET, C.SO_RCVBUF);
      this.port = this.#bind();
      this.#buffer = new ReceiveBuffer(addressOf, pointerSize);
    } catch (error) {
      closeSocket(this.#fd);
      throw error;
    }
  }

  #configure(receiveBuffer: number, listenAllNamespaces: boolean): void {
    for (const option of [C.NETLINK_EXT_ACK, C.NETLINK_CAP_ACK, C.NETLINK_GET_STRICT_CHK] as const) {
      if (!this.#set(C.SOL_NETLINK, option, 1)) log.socket('option %d is not known to this kernel', option);
    }
    if (!this.#set(C.SOL_SOCKET, C.SO_RCVBUFFORCE, receiveBuffer)) this.#set(C.SOL_SOCKET, C.SO_RCVBUF, receiveBuffer);
    if (listenAllNamespaces && !this.#set(C.SOL_NETLINK, C.NETLINK_LISTEN_ALL_NSID, 1)) {
      throw new SyscallError('setsockopt', load().errno(), 'NETLINK_LISTEN_ALL_NSID takes CAP_NET_BROADCAST');
    }
  }

  /** It spares work; whoever ignores something does so as well when it comes. */
  #attachFilter(program: Uint8Array): void {
    const { libc, addressOf, pointerSize } = load();
    const argument = filterArgument(program, addressOf(program), pointerSize);
    const result = libc.setsockopt(this.#fd, C.SOL_SOCKET, C.SO_ATTACH_FILTER, argument, argument.length);
    if (result !== 0) log.socket('the filter is refused');
  }

  #set(level: number, option: number, value: number): boolean {
    const bytes = new Uint8Array(Int32Array.of(value).buffer);
    return load().libc.setsockopt(this.#fd, level, option, bytes, 4) === 0;
  }

  #get(level: number, option: number): number {
    const value = new Uint8Array(4);
    const length = new Uint8Array(Int32Array.of(4).buffer);
    check(load().libc.getsockopt(this.#fd, level, option, value, length), 'getsockopt');
    return new DataView(value.buffer).getInt32(0, little);
  }

  /** Connected to port 0, the kernel itself refuses datagrams that other processes send here. */
  #bind(): number {
    const { libc } = load();
    const address = new Uint8Array(12);
    const view = new DataView(address.buffer);
    view.setUint16(0, C.AF_NETLINK, little);
    check(libc.bind(this.#fd, address, 12), 'bind');
    check(libc.connect(this.#fd, address, 12), 'connect');
    check(libc.getsockname(this.#fd, address, new Uint8Array(Int32Array.of(12).buffer)), 'getsockname');
    return view.getUint32(4, little);
  }

  send(bytes: Uint8Array): void {
    const { libc, errno } = load();
    this.#streak.end();
    for (;;) {
      if (libc.send(this.#fd, bytes, bytes.length, 0) >= 0) return;
      const failed = errno();
      if (failed !== C.EINTR) throw new SyscallError('send', failed, `${bytes.length} bytes`);
    }
  }

  receive(): Datagram | ReceiveFailure | undefined {
    if (this.#closed) return undefined;
    const ahead = this.#ahead;
    if (ahead !== undefined && ahead.left > 0) return ahead.take();
    return this.#streak.isLong ? this.#receiveMany() : this.#receiveOne();
  }

  #receiveOne(): Datagram | ReceiveFailure | undefined {
    const { libc, errno } = load();
    for (;;) {
      const length = libc.recvmsg(this.#fd, this.#buffer.prepare(), RECEIVE);
      if (length >= 0) {
        this.#streak.add(length);
        return this.#buffer.take(length);
      }
      const failed = errno();
      if (failed !== C.EINTR) return this.#receiveFailed(failed);
    }
  }

  #receiveMany(): Datagram | ReceiveFailure | undefined {
    const { libc, errno, addressOf, pointerSize } = load();
    if (this.#ahead?.fits !== true) this.#ahead = new ReceiveAhead(this.#buffer, addressOf, pointerSize);
    const ahead = this.#ahead;
    for (;;) {
      const received = ahead.receive((headers, count) => libc.recvmmsg(this.#fd, headers, count, RECEIVE, 0));
      if (received > 0) return this.#takeFirst(ahead, received);
      const failed = errno();
      if (failed !== C.EINTR) return this.#receiveFailed(failed);
    }
  }

  /** If there were less than asked for there are hardly more by now. */
  #takeFirst(ahead: ReceiveAhead, received: number): Datagram {
    if (received < COUNT) this.#streak.end();
    this.#offer();
    return ahead.take();
  }

  #receiveFailed(errno: number): ReceiveFailure | undefined {
    this.#streak.end();
    return errno === C.EAGAIN ? undefined : { errno };
  }

  /** Of what has been received ahead, and is left, the watcher does not know. */
  #offer(): void {
    if (this.#offered || !((this.#ahead?.left ?? 0) > 0)) return;
    this.#offered = true;
    setImmediate(() => {
      this.#offered = false;
      if (this.#closed || this.#onReadable === undefined || this.#ahead!.left === 0) return;
      this.#onReadable();
      this.#offer();
    });
  }

  release(): void {
    this.#buffer.release();
  }

  grow(length: number): void {
    this.#buffer.grow(length);
  }

  watch(onReadable: () => void): void {
    this.#onReadable = onReadable;
    if (this.#watcher === undefined) this.#startWatcher();
    this.#offer();
  }

  unwatch(): void {
    this.#onReadable = undefined;
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #startWatcher(): void {
    this.#watcher = load().watch(this.#fd, status => this.#wake(status));
    if (this.#holders === 0) this.#watcher.unref();
  }

  /**
   * libuv calls outside Node's callback scope, where promise continuations may wait for the next one: hop. After an
   * overrun it reports an error once and watches no more, so the watcher is replaced.
   */
  #wake(status: number): void {
    const onReadable = this.#onReadable;
    if (this.#closed || onReadable === undefined) return;
    if (status < 0) {
      this.unwatch();
      this.watch(onReadable);
    }
    setImmediate(() => {
      if (!this.#closed) this.#onReadable?.();
    });
  }

  hold(): void {
    if (this.#holders++ === 0) this.#watcher?.ref();
  }

  letGo(): void {
    if (--this.#holders === 0) this.#watcher?.unref();
  }

  join(group: number): void {
    if (this.#set(C.SOL_NETLINK, C.NETLINK_ADD_MEMBERSHIP, group)) return;
    const failed = load().errno();
    const why = JOIN_HINTS[errnoName(failed)] ?? '';
    throw new SyscallError('setsockopt', failed, `NETLINK_ADD_MEMBERSHIP ${group}${why}`);
  }

  leave(group: number): void {
    if (!this.#set(C.SOL_NETLINK, C.NETLINK_DROP_MEMBERSHIP, group)) {
      throw new SyscallError('setsockopt', load().errno(), `NETLINK_DROP_MEMBERSHIP ${group}`);
    }
  }

  openNamespace(): number | undefined {
    const fd = load().libc.ioctlNumber(this.#fd, C.SIOCGSKNS, 0);
    return fd < 0 ? undefined : fd;
  }

  ioctl(request: number, argument: Uint8Array): void {
    check(load().libc.ioctl(this.#fd, request, argument), 'ioctl');
  }

  /** Entering takes CAP_SYS_ADMIN, so nothing is entered where the thread is already. */
  inside<T>(fn: () => T): T {
    if (ownNamespace() === this.namespace) return fn();
    const fd = this.openNamespace();
    if (fd === undefined) {
      const failed = load().errno();
      throw new SyscallError('ioctl', failed, 'SIOCGSKNS takes CAP_NET_ADMIN in a namespace the thread has left');
    }
    try {
      return within(fd, fn);
    } finally {
      closeFd(fd);
    }
  }

  sibling(options?: TransportOptions): Transport {
    return this.inside(() => new KernelTransport(options));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.unwatch();
    closeSocket(this.#fd);
    this.#fd = -1;
  }
}

/** Inode number of the namespace the thread is in; undefined without /proc, where no thread can leave its namespace. */
function ownNamespace(): number | undefined {
  try {
    return statSync(OWN_NAMESPACE).ino;
  } catch {
    return undefined;
  }
}

/** The kernel doubles what it is given, in 32 bits, and takes anything. */
function checkReceiveBuffer(size: number): void {
  if (Number.isInteger(size) && size > 0 && size <= LARGEST_BUFFER) return;
  throw new RangeError(`receiveBuffer: expected 1 to ${LARGEST_BUFFER} bytes, got ${shown(size)}`);
}
