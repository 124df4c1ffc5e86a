import { messageLength } from '../protocol/frame.js';
import { Source } from '../protocol/source.js';
import { align4 } from '../protocol/writer.js';
import { checkSignal, offAbort, onAbort } from './abort.js';
import { after, setImmediate } from './clock.js';
import { ENOBUFS, ENOMEM } from './constants.js';
import { AbortError, ClosedError, SyscallError } from './errors.js';
import { type Group, groupNumbers } from './groups.js';
import { log } from './log.js';
import { Received } from './received.js';
import type { Transport } from './transport.js';

/** What a subscription delivers. */
export type Notification =
  | Received
  /**
   * The receive buffer ran over, or the kernel had no memory: notifications were lost, and only asking again tells what
   * changed. It comes when everything that was not lost has been delivered.
   */
  | { readonly kind: 'overrun' };

/** Milliseconds until it receives again when there was no memory. */
const RETRY = 10;

const OVERRUN: Notification = { kind: 'overrun' };

/** How to subscribe. */
export interface SubscriptionOptions {
  /** Ends the subscription when it fires: the iterator throws AbortError. */
  signal?: AbortSignal | undefined;
  /**
   * Most notifications that wait in memory for a slow consumer; by default 4,096. Beyond that they wait in the
   * kernel's receive buffer, and when that runs over, the consumer gets an `overrun`.
   */
  queueLimit?: number | undefined;
}

/**
 * Notifications of the multicast groups joined, in the order in which the kernel sent them. It owns its transport.
 * Iterate it once; leaving the loop, the signal or `close` frees the descriptor.
 */
export class Subscription implements AsyncIterableIterator<Notification>, Disposable, AsyncDisposable {
  readonly #transport: Transport;
  readonly #onEnd: (() => void) | undefined;
  readonly #limit: number;
  readonly #signal: AbortSignal | undefined;
  readonly #queue: Notification[] = [];
  /** Index of the first of the queue that has not been delivered: taking from the front of an array is slow. */
  #head = 0;
  #waiting: (() => void) | undefined;
  #failure: Error | undefined;
  #watching = false;
  /** The receive buffer ran over, and has not been empty since. */
  #losing = false;
  #stopRetry: (() => void) | undefined;
  #closed = false;

  /** Groups are numbers (RTNLGRP_*), those above 31 too. Throws SyscallError if one cannot be joined. */
  constructor(
    transport: Transport,
    groups: readonly number[],
    { signal, queueLimit = 4096 }: SubscriptionOptions = {},
    onEnd?: () => void,
  ) {
    this.#transport = transport;
    this.#onEnd = onEnd;
    this.#signal = signal;
    try {
      this.#limit = checkLimit(queueLimit);
      checkSignal(signal, 'subscribe');
      for (const group of groups) transport.join(group);
      this.#watch();
    } catch (error) {
      transport.close();
      throw error;
    }
    if (signal !== undefined) onAbort(signal, this.#onAbort);
  }

  readonly #onAbort = (): void => this.#end(new AbortError('subscription', this.#signal?.reason));

  /** Bytes that the receive buffer holds, the kernel's bookkeeping included, if that is known. */
  get receiveBuffer(): number | undefined {
    return this.#transport.receiveBuffer;
  }

  /** How many notifications wait in memory. */
  get queued(): number {
    return this.#queue.length - this.#head;
  }

  /** Join further groups. Throws SyscallError, and RangeError for what is no group. */
  join(...groups: Group[]): void {
    if (this.#closed) throw new ClosedError('join', 'the subscription');
    for (const group of groupNumbers(groups)) this.#transport.join(group);
  }

  /** Leave groups. What they sent before is delivered all the same. */
  leave(...groups: Group[]): void {
    if (this.#closed) throw new ClosedError('leave', 'the subscription');
    for (const group of groupNumbers(groups)) this.#transport.leave(group);
  }

  /** Receive what is there at once, without waiting for the event loop's turn. */
  poll(): void {
    if (!this.#closed) this.#drain();
  }

  /** The next notification if one waits in memory. Never waits itself; whether it is all over, `next` tells. */
  take(): Notification | undefined {
    return this.#waiting === undefined ? this.#shift() : undefined;
  }

  async next(): Promise<IteratorResult<Notification>> {
    for (;;) {
      const ready = this.#shift();
      if (ready !== undefined) return { done: false, value: ready };
      if (this.#failure !== undefined) throw this.#takeFailure();
      if (this.#closed) return { done: true, value: undefined };
      await this.ready();
    }
  }

  /** Waits until there is something to take, or it is over, or `wake` is called. Throws what ended it, once. */
  async ready(): Promise<void> {
    if (this.#waiting !== undefined)
      throw new TypeError('a subscription has one consumer: next() was called again before it settled');
    if (this.queued > 0) return;
    if (this.#failure !== undefined) throw this.#takeFailure();
    if (this.#closed) throw new ClosedError('subscription');
    this.#watch();
    this.#transport.hold();
    try {
      await new Promise<void>(resolve => {
        this.#waiting = resolve;
      });
    } finally {
      this.#transport.letGo();
    }
  }

  /** Whoever waits in `ready` goes on. */
  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }

  async return(): Promise<IteratorResult<Notification>> {
    this.close();
    return { done: true, value: undefined };
  }

  /** Frees the descriptor; a consumer that waits is told that it is over. Again does no harm. */
  close(): void {
    this.#queue.length = this.#head = 0;
    this.#end(undefined);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(failure: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#failure = failure;
    if (this.#signal !== undefined) offAbort(this.#signal, this.#onAbort);
    this.#stopRetry?.();
    this.#transport.close();
    this.#onEnd?.();
    this.wake();
  }

  /** Thrown once; after that the iterator is simply over. */
  #takeFailure(): Error {
    const failure = this.#failure!;
    this.#failure = undefined;
    return failure;
  }

  #watch(): void {
    if (this.#watching || this.#closed) return;
    this.#watching = true;
    this.#transport.watch(() => this.#drain());
    // A full queue may have hidden that everything has been received: then nothing wakes the watcher.
    if (this.#losing) setImmediate(() => this.#drain());
  }

  /** Take in what has arrived. When the queue is full the rest stays in the kernel's buffer until some is consumed. */
  #drain(): void {
    while (!this.#closed && this.queued < this.#limit) {
      const received = this.#transport.receive();
      if (received === undefined) {
        this.#tellLoss();
        break;
      }
      if ('errno' in received) {
        this.#lost(received.errno);
        if (received.errno !== ENOBUFS) break; // it may stay like that
      } else if (received.sender !== 0) this.#ignore(`a datagram of port ${received.sender}, which is not the kernel`);
      else if (received.length > received.bytes.length) this.#cut(received.length);
      else this.#enqueue(received.bytes, received.nsid);
    }
    if (this.queued >= this.#limit && this.#watching) {
      this.#watching = false;
      this.#transport.unwatch();
    }
    if (this.queued > 0) this.wake();
  }

  #lost(errno: number): void {
    if (errno === ENOBUFS || errno === ENOMEM) this.#losing = true;
    else this.#end(new SyscallError('recvmsg', errno, undefined, 'subscription'));
    if (errno === ENOMEM) this.#retry();
  }

  /** What there was no memory for is gone, and perhaps nothing else has come that would wake the watcher. */
  #retry(): void {
    this.#stopRetry ??= after(RETRY, () => {
      this.#stopRetry = undefined;
      this.#drain();
    });
  }

  /**
   * After an overrun the kernel drops notifications, without saying so again, until its queue is empty
   * (NETLINK_S_CONGESTED in net/netlink/af_netlink.c). Whoever asks what has changed before that misses what is dropped
   * after: it is told only now.
   */
  #tellLoss(): void {
    if (!this.#losing) return;
    this.#losing = false;
    this.#queue.push(OVERRUN);
  }

  /** A notification did not fit: it is lost like one that the buffer had no room for. */
  #cut(length: number): void {
    this.#transport.grow(length);
    this.#queue.push(OVERRUN);
  }

  #ignore(what: string): void {
    log.socket('ignored %s', what);
    this.#transport.release();
  }

  #enqueue(bytes: Uint8Array, nsid: number | undefined): void {
    if (log.message.enabled) log.message('notification %N', bytes);
    const src = new Source(bytes);
    try {
      for (let at = 0; at < bytes.length; ) {
        const length = messageLength(src, at);
        this.#queue.push(new Received(src, at, length, nsid));
        at += align4(length);
      }
    } catch (error) {
      log.socket('a notification of %d bytes is malformed: %s', bytes.length, error);
      this.#queue.push(OVERRUN);
    }
  }

  #shift(): Notification | undefined {
    if (this.#head === this.#queue.length) return undefined;
    const item = this.#queue[this.#head++]!;
    if (this.#head === this.#queue.length) this.#queue.length = this.#head = 0;
    else if (this.#head >= this.#limit) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    if (2 * this.queued <= this.#limit) this.#watch();
    return item;
  }
}

function checkLimit(limit: number): number {
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new RangeError(`queueLimit: expected a number of notifications above 0, got ${String(limit)}`);
}
