import type { Extack } from '../protocol/control.js';
import { DecodeError } from '../protocol/errors.js';
import { messageLength, typeName } from '../protocol/frame.js';
import { NLMSG_HDRLEN } from '../protocol/header.js';
import { Source } from '../protocol/source.js';
import { align4 } from '../protocol/writer.js';
import { nextTick, time } from './clock.js';
import { EMSGSIZE, ENOBUFS, ENOMEM } from './constants.js';
import { DumpQueue } from './dump-queue.js';
import { errnoName } from './errno.js';
import { ClosedError, DumpInterruptedError, failedFor, OverrunError, SyscallError } from './errors.js';
import type { Exchange } from './exchange.js';
import { log } from './log.js';
import { Packer } from './pack.js';
import { Pending } from './pending.js';
import { refused } from './refused.js';
import type { Datagram, ReceiveFailure, Transport } from './transport.js';
import { endOfSlice, inNextTurn, TIME_SLICE } from './turn.js';
import { interpret } from './verdict.js';

/** A dump or question is asked so many times at most. */
const MAX_TRIES = 10;

/** A step of it costs half of `queueMicrotask`, which makes an AsyncResource each time. */
const NOW = Promise.resolve();

/** What an acknowledgement said although it acknowledged. */
export type OnWarning = (exchange: Exchange, extack: Extack) => void;

/** The requests under way on one transport: sends them in packs and hands the answers out by sequence number. */
export class Exchanges {
  readonly #transport: Transport;
  readonly #onWarning: OnWarning;
  readonly #packer: Packer;
  readonly #pending = new Pending();
  readonly #dumps: DumpQueue;
  #sequence: number;
  #scheduled = false;
  #watching = false;
  /** The time was over before everything had been received. */
  #unread = false;
  #closed = false;

  constructor(transport: Transport, firstSequence: number, onWarning: OnWarning) {
    this.#transport = transport;
    this.#sequence = firstSequence;
    this.#onWarning = onWarning;
    this.#packer = new Packer(transport.receiveBuffer);
    this.#dumps = new DumpQueue(
      dump => this.#sendOrFail(dump),
      () => this.#closed || this.#receive(time() + TIME_SLICE, true),
    );
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Throws EncodeError. */
  start(exchange: Exchange): void {
    if (exchange.outgoing.ending !== 'dump') this.#send(exchange);
    else {
      this.#dumps.add(exchange);
      if (exchange.sequence === 0 && !exchange.settled) this.#startDeadline(exchange); // it waits for its turn
    }
    if (!exchange.settled) exchange.heedSignal(error => this.#fail(exchange, error));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const exchange of [...this.#pending.values(), ...this.#dumps.all]) {
      this.#fail(exchange, new ClosedError(exchange.operation));
    }
    this.#transport.close();
  }

  #sendOrFail(exchange: Exchange): void {
    try {
      this.#send(exchange);
    } catch (error) {
      this.#fail(exchange, error);
    }
  }

  #send(exchange: Exchange): void {
    this.#pending.add(exchange, this.#sequence);
    this.#sequence = exchange.sequence;
    try {
      this.#packer.add(exchange, this.#transport.port);
    } catch (error) {
      this.#pending.delete(exchange);
      throw error;
    }
    if (this.#scheduled) return;
    this.#scheduled = true;
    void NOW.then(this.#scheduleFlush);
  }

  readonly #flushNow = (): void => this.#flush();
  /** When all microtasks are done: operations that await something first, such as nothing at all, still come along. */
  readonly #scheduleFlush = (): void => nextTick(this.#flushNow);

  /** Send what was issued, pack by pack, and receive the answers, which are there as soon as the kernel's call returns. */
  #flush(): void {
    this.#scheduled = false;
    const end = endOfSlice();
    for (let now = time(); !this.#closed && !this.#packer.empty; ) {
      // The receive buffer has room for the answers of one pack: those of the one before come first.
      const received = !this.#unread || this.#receive(end, true);
      if (!received || now > end) return this.#flushLater();
      const { bytes, exchanges } = this.#packer.take();
      now = this.#sendPack(bytes, exchanges);
      this.#receive(now + TIME_SLICE, false);
      for (const exchange of exchanges) if (!exchange.settled) this.#await(exchange);
    }
  }

  /** It is the event loop's turn. */
  #flushLater(): void {
    this.#scheduled = true;
    inNextTurn(this.#flushNow);
  }

  /** Returns what time it is then. */
  #sendPack(bytes: Uint8Array, exchanges: readonly Exchange[]): number {
    if (exchanges.length === 0) return time(); // all of them were given up
    if (log.message.enabled) log.message('send %N', bytes);
    const before = time();
    try {
      this.#transport.send(bytes);
    } catch (error) {
      for (const exchange of exchanges) this.#fail(exchange, failedFor(exchange.operation, error));
      return before;
    }
    const now = time();
    this.#packer.learn(exchanges.length, now - before);
    for (const exchange of exchanges) exchange.sent = true;
    return now;
  }

  /** An answer that did not come at once: from now on the watcher and a deadline look after it. */
  #await(exchange: Exchange): void {
    if (exchange.waiting) return;
    try {
      this.#watch();
    } catch (error) {
      return this.#fail(exchange, error);
    }
    this.#transport.hold();
    exchange.waiting = true;
    this.#startDeadline(exchange);
  }

  #startDeadline(exchange: Exchange): void {
    exchange.startDeadline(() => this.#expire(exchange));
  }

  #watch(): void {
    if (this.#watching) return;
    this.#transport.watch(() => this.#receive(time() + TIME_SLICE, true));
    this.#watching = true;
  }

  /**
   * Timers come before the watcher in an event loop that was held up: the answer may be there. A dump is given up when
   * the kernel has said nothing about it, nor about those before it, for the whole of its time.
   */
  #expire(exchange: Exchange): void {
    this.#receive(time() + TIME_SLICE, true);
    if (exchange.settled) return;
    const heard = exchange.outgoing.ending === 'dump' ? this.#dumps.heard : 0;
    const left = Math.max(exchange.since, heard) + exchange.timeout - time();
    if (left > 0) exchange.restartDeadline(left, () => this.#expire(exchange));
    else this.#fail(exchange, exchange.overdue);
  }

  /** Receive until nothing is left (true), nobody waits, or the time is over; the watcher goes on from there. */
  #receive(until: number, drain: boolean): boolean {
    let all = drain || this.#unread;
    while (all || this.#pending.size > 0) {
      const received = this.#transport.receive();
      if (received === undefined) {
        this.#unread = false;
        return true;
      }
      if ('errno' in received) {
        this.#lost(received);
        if (received.errno === ENOMEM) {
          this.#unread = true;
          return false; // there is more, for later
        }
        if (received.errno !== ENOBUFS) return true; // it may stay like that
        // net/netlink/af_netlink.c: after an overrun all is dropped, without a word, until the queue is empty.
        all = true;
      } else this.#take(received);
      if (time() > until) {
        this.#unread = true;
        return false;
      }
    }
    return false;
  }

  /** Messages were lost, perhaps answers: nobody can tell which. */
  #lost({ errno }: ReceiveFailure): void {
    log.socket('receiving failed with %s; %d requests pending', errnoName(errno), this.#pending.size);
    if (errno === ENOBUFS) this.#packer.overran();
    for (const exchange of this.#pending.values()) {
      if (!exchange.sent) continue;
      const { operation } = exchange;
      const overrun = errno === ENOBUFS;
      this.#fail(
        exchange,
        overrun ? new OverrunError(operation) : new SyscallError('recvmsg', errno, undefined, operation),
      );
    }
  }

  #take({ bytes, length, sender }: Datagram): void {
    if (sender === 0 && log.message.enabled) log.message('receive %N', bytes);
    if (sender !== 0) log.socket('dropped %d bytes from port %d, which is not the kernel', length, sender);
    else if (length > bytes.length) this.#truncated(bytes, length);
    else if (this.#takeMessages(new Source(bytes))) return;
    this.#transport.release();
  }

  /** Returns whether somebody needs the bytes. */
  #takeMessages(src: Source): boolean {
    const { length } = src.bytes;
    let keep = false;
    let ofDump = false;
    for (let at = 0; at < length; ) {
      let size: number;
      try {
        size = messageLength(src, at);
      } catch (error) {
        // Whoever waits for something in the rest of this datagram runs into its deadline.
        log.socket('a datagram of %d bytes is malformed: %s', length, error);
        break;
      }
      const exchange = this.#answered(src, at);
      if (exchange !== undefined) {
        ofDump ||= this.#dumps.isFirst(exchange);
        if (this.#deliver(exchange, src, at, at + size)) keep = true;
      }
      at += align4(size);
    }
    if (ofDump) this.#dumps.hear();
    return keep;
  }

  /** Events carry the port or the sequence number of whoever caused them: both must be ours. */
  #answered({ view, little }: Source, at: number): Exchange | undefined {
    if (view.getUint32(at + 12, little) !== this.#transport.port) return undefined;
    return this.#pending.get(view.getUint32(at + 8, little));
  }

  /** Returns whether the bytes are needed on. */
  #deliver(exchange: Exchange, src: Source, at: number, end: number): boolean {
    try {
      const verdict = interpret(exchange, src, at, end);
      if (verdict === undefined) return exchange.codec.detached !== true;
      if (!exchange.settled) this.#finish(exchange, verdict.errno, verdict.extack);
      return verdict.keep;
    } catch (error) {
      const type = src.view.getUint16(at + 4, src.little);
      this.#fail(exchange, error instanceof DecodeError ? error.within(typeName(type)) : error);
      return false;
    }
  }

  #finish(exchange: Exchange, errno: number, extack: Extack): void {
    exchange.sent = false;
    if (errno !== 0) return this.#fail(exchange, refused(exchange, errno, extack));
    if (exchange.interrupted) {
      if (exchange.tries < MAX_TRIES) return this.#again(exchange);
      return this.#fail(exchange, new DumpInterruptedError(exchange.operation, exchange.tries, exchange.results));
    }
    if (extack.msg !== undefined) this.#onWarning(exchange, extack);
    this.#remove(exchange);
    exchange.resolve(extack);
  }

  /** A reply was larger than the buffer: ask again, with room enough. Only questions can be repeated. */
  #truncated(bytes: Uint8Array, length: number): void {
    this.#transport.grow(length);
    const exchange = bytes.length < NLMSG_HDRLEN ? undefined : this.#answered(new Source(bytes), 0);
    log.socket('%d of %d bytes fitted, for %s', bytes.length, length, exchange?.operation ?? 'nobody');
    if (exchange === undefined) return;
    if (exchange.outgoing.ending !== 'ack' && exchange.tries < MAX_TRIES) this.#again(exchange);
    else {
      const what = `a reply of ${length} bytes did not fit`;
      this.#fail(exchange, new SyscallError('recvmsg', EMSGSIZE, what, exchange.operation));
    }
  }

  #again(exchange: Exchange): void {
    log.socket('%s: try %d', exchange.operation, exchange.tries + 1);
    this.#pending.delete(exchange);
    const unfinished = exchange.sent;
    exchange.startOver();
    if (exchange.outgoing.ending === 'dump') this.#dumps.makeWay(unfinished);
    else this.#sendOrFail(exchange);
  }

  #fail(exchange: Exchange, error: unknown): void {
    if (exchange.settled) return;
    this.#remove(exchange);
    exchange.reject(error);
  }

  #remove(exchange: Exchange): void {
    this.#pending.delete(exchange);
    if (exchange.waiting) this.#transport.letGo();
    if (exchange.outgoing.ending === 'dump') this.#dumps.remove(exchange);
  }
}
