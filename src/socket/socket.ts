import type { Codec, Decoded, Encodable } from '../protocol/codec.js';
import type { Extack } from '../protocol/control.js';
import { DecodeError } from '../protocol/errors.js';
import { bodyCodec, typeName } from '../protocol/frame.js';
import { NLM_F_ACK, NLM_F_DUMP } from '../protocol/header.js';
import type { bodies, KnownType } from '../protocol/rtnetlink/registry.js';
import { checkSignal } from './abort.js';
import { queueMicrotask } from './clock.js';
import { ClosedError, failedFor } from './errors.js';
import { checkTimeout, type Ending, Exchange, type Outcome, type RequestOptions } from './exchange.js';
import { Exchanges, type OnWarning } from './exchanges.js';
import { type Group, groupNumbers } from './groups.js';
import { IteratedDumps } from './iterated-dumps.js';
import { log } from './log.js';
import { withStackOfCaller } from './stack-of-caller.js';
import { Subscription, type SubscriptionOptions } from './subscription.js';
import type { Transport, TransportOptions } from './transport.js';
import { tellWrite } from './writes.js';

/** How a socket behaves. */
export interface SocketOptions {
  /** Deadline of each request, milliseconds; by default 5,000. */
  timeout?: number | undefined;
  /** Sequence number of the first request; by default random. */
  firstSequence?: number | undefined;
  /**
   * Called when the kernel did what it was asked to and has something to say all the same. What it throws is an uncaught
   * exception; the request has succeeded.
   */
  onWarning?: ((warning: Warning) => void) | undefined;
}

/** What the kernel remarked on a request that succeeded. */
export interface Warning {
  /** `link add veth1` */
  readonly operation: string;
  /** The kernel's own words (NLMSGERR_ATTR_MSG). */
  readonly message: string;
  readonly extack: Extack;
}

/** How to subscribe to multicast groups. */
export interface SubscribeOptions extends SubscriptionOptions {
  /**
   * Other namespaces too: those that have an id in this one, as `nsid` of their notifications. Takes CAP_NET_BROADCAST
   * (NETLINK_LISTEN_ALL_NSID).
   */
  allNamespaces?: boolean | undefined;
  /** Bytes of the receive buffer, where what is not consumed waits; by default 1 MiB. */
  receiveBuffer?: number | undefined;
}

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
  readonly #onWarning: SocketOptions['onWarning'];
  readonly #exchanges: Exchanges;
  readonly #iterated: IteratedDumps;
  /** Subscriptions that live as long as this socket. */
  readonly #attached = new Set<Attached>();

  /** Throws RangeError for a timeout that is none; the transport is left to the caller then. */
  constructor(transport: Transport, { timeout = 5000, firstSequence, onWarning }: SocketOptions = {}) {
    this.#timeout = checkTimeout(timeout);
    this.#transport = transport;
    this.#onWarning = onWarning;
    log.socket('port %d, deadline %d ms', transport.port, timeout);
    const sequence = firstSequence ?? Math.floor(Math.random() * 0xffffffff);
    const warn: OnWarning = ({ operation }, extack) => {
      log.socket('%s: warning: %s', operation, extack.msg);
      if (onWarning !== undefined) queueMicrotask(() => onWarning({ operation, message: extack.msg!, extack }));
    };
    this.#exchanges = new Exchanges(transport, sequence, warn);
    this.#iterated = new IteratedDumps(operation => this.#sibling(operation), warn);
  }

  /** Whether `close` has been called. */
  get closed(): boolean {
    return this.#exchanges.closed;
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
  request<T>(type: KnownType, body: unknown, options: RequestOptions & ReadAs<T>): Promise<Outcome<T>>;
  request<K extends KnownType>(type: K, body: Body<K>, options?: RequestOptions): Promise<Outcome<Reply<K>>>;
  request(
    type: number,
    body: unknown,
    options: RequestOptions & Partial<ReadAs<unknown>> = {},
  ): Promise<Outcome<unknown>> {
    return this.#start('ack', type, body, NLM_F_ACK, options);
  }

  /** A request that the kernel answers with one message. */
  get<T>(type: KnownType, body: unknown, options: RequestOptions & ReadAs<T>): Promise<T>;
  get<K extends KnownType>(type: K, body: Body<K>, options?: RequestOptions): Promise<Reply<K>>;
  async get(type: number, body: unknown, options: RequestOptions & Partial<ReadAs<unknown>> = {}): Promise<unknown> {
    const { results } = await this.#start('reply', type, body, 0, options);
    if (results.length === 0) throw new DecodeError('expected an answer, got the end of it', 0, typeName(type));
    return results[0];
  }

  /**
   * All of a table, consistent: a dump that the kernel marks as interrupted is asked for again, up to 10 times, and is
   * a DumpInterruptedError after that. Dumps on one socket queue up: the kernel does one at a time.
   */
  dump<T>(type: KnownType, body: unknown, options: RequestOptions & ReadAs<T>): Promise<T[]>;
  dump<K extends KnownType>(type: K, body: Body<K>, options?: RequestOptions): Promise<Reply<K>[]>;
  async dump(type: number, body: unknown, options: RequestOptions & Partial<ReadAs<unknown>> = {}): Promise<unknown[]> {
    const { results } = await this.#start('dump', type, body, NLM_F_DUMP, options);
    return results;
  }

  /**
   * The same one by one, as they are read: never more than one datagram (32 KiB) is in memory, and the kernel makes no
   * more than is read. It has a descriptor of its own; leaving the loop frees it. If the table changed while it was
   * read, DumpInterruptedError comes at the end: what was handed out may be incomplete or inconsistent.
   *
   * The time between the values is the caller's: `timeout` is for the kernel alone.
   */
  each<T>(type: KnownType, body: unknown, options: RequestOptions & ReadAs<T>): AsyncGenerator<T, void, undefined>;
  each<K extends KnownType>(
    type: K,
    body: Body<K>,
    options?: RequestOptions,
  ): AsyncGenerator<Reply<K>, void, undefined>;
  each(
    type: number,
    body: unknown,
    options: RequestOptions & Partial<ReadAs<unknown>> = {},
  ): AsyncGenerator<unknown, void, undefined> {
    return this.#iterated.each(() => this.#exchange('dump', type, body, NLM_F_DUMP, options));
  }

  /** Rejects what is pending with ClosedError and frees the descriptors. Again does no harm. */
  close(): void {
    this.#exchanges.close();
    this.#iterated.close();
    for (const part of this.#attached) part.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** Run `fn`, which must be synchronous, in the namespace of this socket: for its files in /proc/sys. */
  inside<T>(fn: () => T): T {
    if (this.closed) throw new ClosedError('inside');
    if (this.#transport.inside === undefined) throw new Error('the transport of this socket is in no namespace');
    return this.#transport.inside(fn);
  }

  /** Another transport in the namespace of this socket: for subscriptions, which have their own. */
  sibling(options?: TransportOptions): Transport {
    return this.#sibling('open', options);
  }

  /** Another that behaves like this one, over a transport of its own; whoever asks for it closes it. */
  like(transport: Transport): Socket {
    return new Socket(transport, { timeout: this.#timeout, onWarning: this.#onWarning });
  }

  #sibling(operation: string, options?: TransportOptions): Transport {
    if (this.closed) throw new ClosedError(operation);
    try {
      return this.#transport.sibling(options);
    } catch (error) {
      throw failedFor(operation, error);
    }
  }

  /**
   * What the kernel announces to multicast groups, as it comes: `ip.socket.subscribe(['link', 'ipv4Ifaddr'])`. It has a
   * descriptor of its own and ends with this socket. For events that can be built on there is `ip.monitor`.
   *
   * Throws RangeError for what is no group, and SyscallError: EINVAL if the kernel has no such group, EPERM where a
   * capability is missing.
   */
  subscribe(groups: readonly Group[], options: SubscribeOptions = {}): Subscription {
    const { allNamespaces = false, receiveBuffer, ...rest } = options;
    const numbers = groupNumbers(groups);
    const transport = this.#sibling('subscribe', {
      listenAllNamespaces: allNamespaces,
      ...(receiveBuffer !== undefined && { receiveBuffer }),
    });
    const subscription = new Subscription(transport, numbers, rest, () => this.detach(subscription));
    this.attach(subscription);
    return subscription;
  }

  /** A descriptor of the namespace of this socket, which the caller closes; undefined where it cannot be told. */
  openNamespace(): number | undefined {
    return this.closed ? undefined : this.#transport.openNamespace?.();
  }

  /** ioctl(2) about the namespace of this socket; `argument` is a struct of the request's own. Throws SyscallError. */
  ioctl(request: number, argument: Uint8Array): void {
    if (this.closed) throw new ClosedError('ioctl');
    if (this.#transport.ioctl === undefined) throw new Error('the transport of this socket is in no namespace');
    this.#transport.ioctl(request, argument);
  }

  /** Close `part`, which lives on a sibling, when this socket is closed. */
  attach(part: Attached): void {
    if (this.closed) throw new ClosedError('open');
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
    const exchange = this.#exchange(ending, type, body, flags, options);
    try {
      this.#exchanges.start(exchange);
      return await exchange.promise;
    } catch (error) {
      throw withStackOfCaller(error, exchange.operation);
    } finally {
      // One that is refused may have been done in part.
      if (ending === 'ack') tellWrite(this.#transport, type, exchange.outgoing.flags, body);
    }
  }

  #exchange(
    ending: Ending,
    type: number,
    body: unknown,
    flags: number,
    options: RequestOptions & Partial<ReadAs<unknown>>,
  ): Exchange {
    const operation = options.operation ?? typeName(type);
    const timeout = options.timeout === undefined ? this.#timeout : checkTimeout(options.timeout);
    if (this.closed) throw new ClosedError(operation);
    checkSignal(options.signal, operation);
    const outgoing = { type, flags: flags | (options.flags ?? 0), body, ending };
    return new Exchange(outgoing, operation, options, options.as ?? bodyCodec(type), timeout);
  }
}
