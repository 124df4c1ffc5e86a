import { DecodeError } from '../protocol/errors.js';
import { encodeMessage, type MessageInput, messageLength, typeName } from '../protocol/frame.js';
import { NLM_F_REQUEST } from '../protocol/header.js';
import { Source } from '../protocol/source.js';
import { align4 } from '../protocol/writer.js';
import { offAbort, onAbort } from './abort.js';
import { time } from './clock.js';
import { EMSGSIZE, ENOBUFS } from './constants.js';
import { AbortError, DumpInterruptedError, failedFor, OverrunError, SyscallError } from './errors.js';
import type { Exchange } from './exchange.js';
import type { OnWarning } from './exchanges.js';
import { log } from './log.js';
import { refused } from './refused.js';
import type { Datagram, ReceiveFailure, Transport } from './transport.js';
import { endOfSlice, inNextTurn } from './turn.js';
import { interpret, type Verdict } from './verdict.js';

type Received = Datagram | ReceiveFailure;

/** The socket is the dump's own, and so is its numbering. */
const SEQUENCE = 1;

/**
 * A dump that is read one datagram at a time, over a transport of its own: what has not been read waits in the kernel,
 * which makes it only as it is read.
 */
export class DumpReader {
  /** Bytes of a part that did not fit. */
  room = 0;
  readonly #transport: Transport;
  readonly #exchange: Exchange;
  readonly #onWarning: OnWarning;
  #first: readonly unknown[] | undefined;
  #failure: Error | undefined;
  /** How the kernel ended it. */
  #verdict: Verdict | undefined;
  /** Wakes the one that waits for a datagram. */
  #wake: (() => void) | undefined;
  #closed = false;
  /** The time is over. */
  #late = false;
  readonly #onAbort = (): void =>
    this.end(operation => new AbortError(operation, this.#exchange.options.signal?.reason));

  constructor(transport: Transport, exchange: Exchange, onWarning: OnWarning) {
    this.#transport = transport;
    this.#exchange = exchange;
    this.#onWarning = onWarning;
    const { signal } = exchange.options;
    if (signal !== undefined) onAbort(signal, this.#onAbort);
  }

  /** Throws EncodeError or SyscallError. */
  send(): void {
    const { type, flags, body } = this.#exchange.outgoing;
    const request = { type, flags: flags | NLM_F_REQUEST, sequence: SEQUENCE, port: this.#transport.port, body };
    const bytes = encodeMessage(request as MessageInput);
    if (log.message.enabled) log.message('send %N', bytes);
    try {
      this.#transport.send(bytes);
    } catch (error) {
      throw failedFor(this.#exchange.operation, error);
    }
  }

  /** Waits for the first datagram, whose values `next` returns. Throws what `next` throws. */
  async first(): Promise<void> {
    this.#first = await this.next();
  }

  /** The values of the next datagram; undefined after the last. Throws what `Socket.dump` rejects with. */
  async next(): Promise<readonly unknown[] | undefined> {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) return first;
    if (this.#verdict !== undefined) return this.#finish(this.#verdict);
    this.#verdict = this.#take(await this.#receive());
    const { results } = this.#exchange;
    this.#exchange.results = [];
    return results;
  }

  /** Throws what has ended it meanwhile. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** It is over: whoever waits for the next value, or asks for it, gets this error. Nobody may ever ask. */
  end(failure: (operation: string) => Error): void {
    this.#failure ??= failure(this.#exchange.operation);
    this.close();
    this.#wake?.();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { signal } = this.#exchange.options;
    if (signal !== undefined) offAbort(signal, this.#onAbort);
    this.#transport.close();
  }

  /** The next datagram of the kernel; waits for it if it is not there. */
  async #receive(): Promise<Received> {
    for (;;) {
      this.check();
      if (time() > endOfSlice()) {
        await new Promise<void>(inNextTurn);
        this.check();
      }
      const received = this.#transport.receive();
      if (received === undefined) {
        // In an event loop that was held up timers come first: the answer may have been there.
        if (this.#late) throw this.#exchange.overdue;
        await this.#wait();
      } else if ('errno' in received || received.sender === 0) {
        this.#late = false;
        return received;
      } else this.#transport.release();
    }
  }

  #wait(): Promise<void> {
    return new Promise<void>(resolve => {
      this.#wake = resolve;
      this.#transport.watch(resolve);
      this.#transport.hold();
      this.#exchange.startDeadline(() => {
        this.#late = true;
        resolve();
      });
    }).finally(() => {
      this.#wake = undefined;
      this.#exchange.stopDeadline();
      this.#transport.letGo();
      this.#transport.unwatch();
    });
  }

  /** Reads a datagram into the results. Throws if it is none, or none of ours. */
  #take(received: Received): Verdict | undefined {
    const { operation } = this.#exchange;
    if ('errno' in received) {
      if (received.errno === ENOBUFS) throw new OverrunError(operation);
      throw new SyscallError('recvmsg', received.errno, undefined, operation);
    }
    const { bytes, length } = received;
    if (log.message.enabled) log.message('receive %N', bytes);
    if (length > bytes.length) {
      this.room = length;
      throw new SyscallError('recvmsg', EMSGSIZE, `a part of ${length} bytes did not fit`, operation);
    }
    const src = new Source(bytes);
    let verdict: Verdict | undefined;
    for (let at = 0; at < bytes.length && verdict === undefined; ) {
      const size = messageLength(src, at);
      if (src.view.getUint32(at + 8, src.little) === SEQUENCE) verdict = this.#interpret(src, at, at + size);
      at += align4(size);
    }
    return verdict;
  }

  #interpret(src: Source, at: number, end: number): Verdict | undefined {
    try {
      return interpret(this.#exchange, src, at, end);
    } catch (error) {
      throw error instanceof DecodeError ? error.within(typeName(src.view.getUint16(at + 4, src.little))) : error;
    }
  }

  #finish({ errno, extack }: Verdict): undefined {
    const { operation, interrupted } = this.#exchange;
    if (errno !== 0) throw refused(this.#exchange, errno, extack);
    if (interrupted) throw new DumpInterruptedError(operation, 1, []);
    if (extack.msg !== undefined) this.#onWarning(this.#exchange, extack);
  }
}
