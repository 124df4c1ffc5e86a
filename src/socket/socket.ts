import type { Codec, Decoded, Encodable } from '../protocol/codec.js';
import {
  doneBody,
  type Extack,
  errorBody,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_NOOP,
  NLMSG_OVERRUN,
} from '../protocol/control.js';
import { DecodeError, type EncodeError } from '../protocol/errors.js';
import { bodyCodec, messageLength, typeName } from '../protocol/frame.js';
import { NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_MULTI, NLMSG_HDRLEN } from '../protocol/header.js';
import type { bodies, KnownType } from '../protocol/rtnetlink/registry.js';
import { Source } from '../protocol/source.js';
import { align4 } from '../protocol/writer.js';
import { EMSGSIZE, ENOBUFS } from './constants.js';
import { AbortError, ClosedError, DumpInterruptedError, OverrunError, SyscallError } from './errors.js';
import { checkTimeout, type Ending, Exchange, type Outcome, type RequestOptions } from './exchange.js';
import { log } from './log.js';
import { Packer } from './pack.js';
import { refused } from './refused.js';
import type { Datagram, ReceiveFailure, Transport, TransportOptions } from './transport.js';

/** How a socket behaves. */
export interface SocketOptions {
  /** Deadline of each request, milliseconds; by default 5,000. */
  timeout?: number | undefined;
  /** Sequence number of the first request; by default random. */
  firstSequence?: number | undefined;
}

/** What a dump is retried when it was interrupted, at most. */
const MAX_DUMP_TRIES = 10;
/** After so many milliseconds of receiving the event loop gets its turn. */
const TIME_SLICE = 10;

type Body<K extends KnownType> = Encodable<(typeof bodies)[K]>;
type Reply<K extends KnownType> = Decoded<(typeof bodies)[K]>;
/** Decode replies with another codec than the message type's. */
export interface ReadAs<T> {
  as: Codec<T, never>;
}

/** What lives on a sibling of a socket and ends with it. */
export interface Attached {
  close(): void;
}

/**
 * Requests and their answers over one netlink socket. Any number may be under way; answers are matched by sequence
 * number, whoever was first. Requests issued in the same tick leave in one datagram.
 */
export class Socket {
  readonly #transport: Transport;
  readonly #timeout: number;
  readonly #packer = new Packer();
  readonly #pending = new Map<number, Exchange>();
  readonly #dumps: Exchange[] = [];
  /** Sequence number of a dump that was given up: until its end has been read the kernel refuses another (EBUSY). */
  #abandoned: number | undefined;
  readonly #attached = new Set<Attached>();
  #sequence: number;
  #scheduled = false;
  #watching = false;
  #closed = false;

  constructor(transport: Transport, { timeout = 5000, firstSequence }: SocketOptions = {}) {
    this.#transport = transport;
    this.#timeout = checkTimeout(timeout);
    this.#sequence = firstSequence ?? Math.floor(Math.random() * 0xffffffff);
  }

  /** Whether `close` has been called. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Deadline of a request that has none of its own, milliseconds. */
  get timeout(): number {
    return this.#timeout;
  }

  /** Port of this socket (`nl_pid`): what the kernel calls it. */
  get port(): number {
    return this.#transport.port;
  }

  /**
   * A request that the kernel acknowledges. Resolves with what it echoed (NLM_F_ECHO in `flags`) and with its extended
   * acknowledgement; rejects with NetlinkError when it says no.
   */
  request<K extends KnownType>(type: K, body: Body<K>, options?: RequestOptions): Promise<Outcome<Reply<K>>>;
  request<T>(type: KnownType, body: unknown, options: RequestOptions & ReadAs<T>): Promise<Outcome<T>>;
  request(
    type: number,
    body: unknown,
    options: RequestOptions & Partial<ReadAs<unknown>> = {},
  ): Promise<Outcome<unknown>> {
    return this.#start('ack', type, body, NLM_F_ACK, options);
  }

  /** A request that the kernel answers with one message. */
  get<K extends KnownType>(type: K, body: Body<K>, options?: RequestOptions): Promise<Reply<K>>;
  get<T>(type: KnownType, body: unknown, options: RequestOptions & ReadAs<T>): Promise<T>;
  async get(type: number, body: unknown, options: RequestOptions & Partial<ReadAs<unknown>> = {}): Promise<unknown> {
    const { results } = await this.#start('reply', type, body, 0, options);
    return results[0];
  }

  /**
   * All of a table, consistent: a dump that the kernel marks as interrupted is asked for again, up to 10 times, and is
   * a DumpInterruptedError after that. Dumps on one socket queue up: the kernel does one at a time.
   */
  dump<K extends KnownType>(type: K, body: Body<K>, options?: RequestOptions): Promise<Reply<K>[]>;
  dump<T>(type: KnownType, body: unknown, options: RequestOptions & ReadAs<T>): Promise<T[]>;
  async dump(type: number, body: unknown, options: RequestOptions & Partial<ReadAs<unknown>> = {}): Promise<unknown[]> {
    const { results } = await this.#start('dump', type, body, NLM_F_DUMP, options);
    return results;
  }

  /** Rejects what is pending with ClosedError and frees the descriptor. Again does no harm. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const exchange of [...this.#pending.values(), ...this.#dumps]) {
      if (!exchange.settled) this.#fail(exchange, new ClosedError(exchange.operation));
    }
    this.#transport.close();
    for (const part of this.#attached) part.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** Another transport in the namespace of this socket: for subscriptions, which have their own. */
  sibling(options?: TransportOptions): Transport {
    if (this.#closed) throw new ClosedError('open');
    return this.#transport.sibling(options);
  }

  /** A descriptor of the namespace of this socket, which the caller closes; undefined where it cannot be told. */
  openNamespace(): number | undefined {
    return this.#closed ? undefined : this.#transport.openNamespace?.();
  }

  /** Close `part`, which lives on a sibling, when this socket is closed. */
  attach(part: Attached): void {
    if (this.#closed) throw new ClosedError('open');
    this.#attached.add(part);
  }

  /** It was closed by itself. */
  detach(part: Attached): void {
    this.#attached.delete(part);
  }

  async #start(
    ending: Ending,
    type: number,
    body: unknown,
    flags: number,
    options: RequestOptions & Partial<ReadAs<unknown>>,
  ): Promise<Outcome<unknown>> {
    const operation = options.operation ?? typeName(type);
    const timeout = options.timeout === undefined ? this.#timeout : checkTimeout(options.timeout);
    if (this.#closed) throw new ClosedError(operation);
    if (options.signal?.aborted) throw new AbortError(operation, options.signal.reason);
    const outgoing = { type, flags: flags | (options.flags ?? 0), body, ending };
    const exchange = new Exchange(outgoing, operation, options, options.as ?? bodyCodec(type), timeout);
    try {
      if (ending === 'dump') this.#queueDump(exchange);
      else this.#send(exchange);
      return await exchange.promise;
    } catch (error) {
      throw withStackOfCaller(error, operation);
    }
  }

  #queueDump(exchange: Exchange): void {
    this.#dumps.push(exchange);
    if (this.#dumps.length === 1 && this.#abandoned === undefined) this.#send(exchange);
    else this.#await(exchange);
  }

  /** Throws EncodeError. */
  #send(exchange: Exchange): void {
    exchange.sequence = this.#nextSequence();
    try {
      this.#packer.add(exchange, this.#transport.port);
    } catch (error) {
      if (exchange.outgoing.ending !== 'dump') throw error;
      this.#fail(exchange, error);
      return;
    }
    this.#pending.set(exchange.sequence, exchange);
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#flush());
  }

  /** Never 0, which the kernel's own notifications use, and never one that is still in use. */
  #nextSequence(): number {
    do this.#sequence = (this.#sequence + 1) >>> 0;
    while (this.#sequence === 0 || this.#pending.has(this.#sequence));
    return this.#sequence;
  }

  /** Send what was issued, pack by pack, and receive the answers, which are there as soon as the kernel's call returns. */
  #flush(): void {
    this.#scheduled = false;
    if (this.#closed) return;
    const started = performance.now();
    while (!this.#packer.empty) {
      const { bytes, exchanges } = this.#packer.take();
      if (exchanges.length === 0) break;
      this.#sendPack(bytes, exchanges);
      this.#receive(performance.now() + TIME_SLICE, false);
      for (const exchange of exchanges) if (!exchange.settled) this.#await(exchange);
      if (this.#closed) return;
      if (performance.now() - started > TIME_SLICE && !this.#packer.empty) {
        this.#scheduled = true;
        setImmediate(() => this.#flush());
        return;
      }
    }
  }

  #sendPack(bytes: Uint8Array, exchanges: readonly Exchange[]): void {
    if (log.message.enabled) log.message('send %N', bytes);
    const before = performance.now();
    try {
      this.#transport.send(bytes);
    } catch (error) {
      for (const exchange of exchanges) this.#fail(exchange, error);
      return;
    }
    this.#packer.learn(exchanges.length, performance.now() - before);
    for (const exchange of exchanges) exchange.sent = true;
  }

  /** An answer that did not come at once: from now on the watcher, a deadline and the signal look after it. */
  #await(exchange: Exchange): void {
    if (exchange.waiting) return;
    if (!this.#watching) {
      this.#watching = true;
      this.#transport.watch(() => this.#receive(performance.now() + TIME_SLICE, true));
    }
    this.#transport.hold();
    exchange.wait(error => this.#fail(exchange, error));
  }

  /** Receive until nothing is left, nobody waits, or the time is over; the watcher goes on from there. */
  #receive(until: number, drain: boolean): void {
    while (drain || this.#pending.size > 0) {
      const received = this.#transport.receive();
      if (received === undefined) return;
      if ('errno' in received) this.#lost(received);
      else this.#take(received);
      if (performance.now() > until) return;
    }
  }

  /** Messages were lost, perhaps answers: nobody can tell which. */
  #lost({ errno }: ReceiveFailure): void {
    log.socket('receiving failed with errno %d; %d requests pending', errno, this.#pending.size);
    for (const exchange of [...this.#pending.values()]) {
      const { operation } = exchange;
      this.#fail(
        exchange,
        errno === ENOBUFS ? new OverrunError(operation) : new SyscallError('recvmsg', errno, operation),
      );
    }
  }

  #take({ bytes, length, sender }: Datagram): void {
    if (sender !== 0) return log.socket('dropped %d bytes from port %d, which is not the kernel', length, sender);
    if (log.message.enabled) log.message('receive %N', bytes);
    const src = new Source(bytes);
    if (length > bytes.length) {
      this.#retryTruncated(src, length);
      return;
    }
    let keep = false;
    try {
      for (let at = 0; at < bytes.length; ) {
        const size = messageLength(src, at);
        keep = this.#dispatch(src, at, size) || keep;
        at += align4(size);
      }
    } catch (error) {
      // Not a message header: whoever waits for something in this datagram runs into its deadline.
      log.socket('a datagram of %d bytes is malformed: %s', length, error);
    }
    if (!keep) this.#transport.release();
  }

  /** Hands a message to whom it answers. Returns whether its bytes are still needed. */
  #dispatch(src: Source, at: number, size: number): boolean {
    const { view, little } = src;
    const exchange = this.#answered(src, at);
    if (exchange === undefined) {
      if (view.getUint32(at + 8, little) === this.#abandoned) this.#passOver(view.getUint16(at + 4, little));
      return false;
    }
    const type = view.getUint16(at + 4, little);
    const flags = view.getUint16(at + 6, little);
    src.request = false;
    src.depth = 0;
    try {
      return this.#deliver(exchange, src, type, flags, at + NLMSG_HDRLEN, at + size);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#fail(exchange, error.within(typeName(type)));
      return false;
    }
  }

  /** A message of a dump that nobody waits for: its end makes way for the next. */
  #passOver(type: number): void {
    if (type !== NLMSG_DONE && type !== NLMSG_ERROR) return;
    this.#abandoned = undefined;
    queueMicrotask(() => this.#nextDump());
  }

  /** Events carry the port or the sequence number of whoever caused them: both must be ours. */
  #answered({ view, little }: Source, at: number): Exchange | undefined {
    if (view.getUint32(at + 12, little) !== this.#transport.port) return undefined;
    return this.#pending.get(view.getUint32(at + 8, little));
  }

  #deliver(exchange: Exchange, src: Source, type: number, flags: number, start: number, end: number): boolean {
    if ((flags & NLM_F_DUMP_INTR) !== 0) exchange.interrupted = true;
    if (type === NLMSG_ERROR) {
      const { error, attrs } = errorBody.read(src, start, end, flags);
      this.#finish(exchange, error, attrs);
      return error !== 0;
    }
    if (type === NLMSG_DONE) {
      const { error = 0, attrs } = doneBody.read(src, start, end);
      this.#finish(exchange, error, attrs);
      return error !== 0;
    }
    if (type === NLMSG_OVERRUN) this.#fail(exchange, new OverrunError(exchange.operation));
    else if (type !== NLMSG_NOOP) {
      exchange.accept(src, start, end);
      if (exchange.outgoing.ending === 'reply' && (flags & NLM_F_MULTI) === 0) this.#succeed(exchange, {});
    }
    return true;
  }

  #finish(exchange: Exchange, error: number, extack: Extack): void {
    exchange.sent = false;
    if (error < 0) this.#fail(exchange, refused(exchange, -error, extack));
    else if (exchange.interrupted) this.#retryInterrupted(exchange);
    else this.#succeed(exchange, extack);
  }

  #retryInterrupted(exchange: Exchange): void {
    if (exchange.tries >= MAX_DUMP_TRIES) {
      this.#fail(exchange, new DumpInterruptedError(exchange.operation, exchange.tries, exchange.results));
      return;
    }
    log.socket('%s was interrupted, try %d', exchange.operation, exchange.tries + 1);
    this.#again(exchange);
  }

  /** A reply was larger than the buffer: ask again, with room enough. Only questions can be repeated. */
  #retryTruncated(src: Source, length: number): void {
    this.#transport.grow(length);
    const exchange = this.#answered(src, 0);
    if (exchange === undefined) return;
    const what = `${exchange.operation}: a reply of ${length} bytes did not fit`;
    log.socket(what);
    if (exchange.outgoing.ending !== 'ack' && exchange.tries < MAX_DUMP_TRIES) this.#again(exchange);
    else this.#fail(exchange, new SyscallError('recvmsg', EMSGSIZE, what));
  }

  #again(exchange: Exchange): void {
    this.#pending.delete(exchange.sequence);
    exchange.tries++;
    exchange.results = [];
    exchange.interrupted = false;
    this.#send(exchange);
  }

  #succeed(exchange: Exchange, extack: Extack): void {
    this.#remove(exchange);
    exchange.resolve(extack);
  }

  #fail(exchange: Exchange, error: unknown): void {
    if (exchange.settled) return;
    this.#remove(exchange);
    exchange.reject(error);
  }

  #remove(exchange: Exchange): void {
    if (this.#pending.get(exchange.sequence) === exchange) this.#pending.delete(exchange.sequence);
    if (exchange.waiting) this.#transport.letGo();
    const at = this.#dumps.indexOf(exchange);
    if (at < 0) return;
    this.#dumps.splice(at, 1);
    if (exchange.sent) this.#abandoned = exchange.sequence;
    else if (at === 0) queueMicrotask(() => this.#nextDump());
  }

  #nextDump(): void {
    const next = this.#dumps[0];
    if (next === undefined || next.sequence !== 0 || this.#abandoned !== undefined || this.#closed) return;
    this.#send(next);
  }
}

/**
 * The error was made where the answer arrived, which says nothing to anybody: show who waits for it instead. An
 * argument that could not be encoded is named as the caller knows it.
 */
function withStackOfCaller(error: unknown, operation: string): unknown {
  if (!(error instanceof Error)) return error;
  const { code, path, reason } = error as Partial<EncodeError>;
  if (code === 'ERR_NETLINK_ENCODE') error.message = `${operation}: ${path?.replace(/^attrs\./, '')}: ${reason}`;
  Error.captureStackTrace(error, withStackOfCaller);
  return error;
}
