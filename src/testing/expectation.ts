import type { MessageInput } from '../protocol/frame.js';
import { NLM_F_ACK, NLM_F_DUMP } from '../protocol/header.js';
import { setImmediate } from '../socket/clock.js';
import { ERRNO, type ErrnoName } from '../socket/errno.js';
import type { Datagram, ReceiveFailure } from '../socket/transport.js';
import {
  type DumpAnswer,
  datagramOf,
  dumpDatagrams,
  errnoNumber,
  errorMessage,
  type ScriptedExtack,
} from './answer.js';
import { describePattern, difference, type RequestPattern } from './pattern.js';
import type { ReceivedRequest } from './request.js';
import { ScriptError } from './script-error.js';

/** What a socket receives: bytes, or a failure. */
export type Delivery = Datagram | ReceiveFailure;
type Step = (request: ReceivedRequest) => Delivery[];
/** Where an answer goes. */
export interface Recipient {
  deliver(delivery: Delivery): void;
  fail(error: unknown): void;
}
/** What follows arrives later. */
interface Pause {
  readonly until: (() => Promise<unknown>) | undefined;
}

const fromKernel = (bytes: Uint8Array): Datagram => ({ bytes, length: bytes.length, sender: 0 });

/**
 * A request that is expected, and how it is answered. Every method adds to the answer. A request that wants an
 * acknowledgement gets one behind its replies; one that is not told how to be answered is acknowledged if it wants to
 * be, and has an empty table if it is a dump.
 */
export class Expectation {
  readonly #pattern: RequestPattern;
  readonly #steps: (Step | Pause)[] = [];
  /** Nothing is to be added to what the script says. */
  #finished = false;
  #times = 1;
  #met = 0;

  constructor(pattern: RequestPattern) {
    this.#pattern = pattern;
  }

  /** Answer with these messages, in one datagram. Sequence and port are the request's unless given. */
  reply(...messages: MessageInput[]): this {
    return this.#step(request => [fromKernel(datagramOf(messages, request))]);
  }

  /** Answer with what `make` returns for the request. */
  replyWith(make: (request: ReceivedRequest) => readonly MessageInput[]): this {
    return this.#step(request => [fromKernel(datagramOf(make(request), request))]);
  }

  /** Answer with a table: these messages and NLMSG_DONE, deliberately split over several datagrams. */
  dump(messages: readonly MessageInput[], options: DumpAnswer = {}): this {
    return this.#last(request => dumpDatagrams(messages, options, request).map(fromKernel));
  }

  /** Acknowledge, with a warning perhaps. */
  ack(extack?: ScriptedExtack): this {
    return this.#last(request => [fromKernel(datagramOf([errorMessage(0, extack, request)], request))]);
  }

  /** Refuse: `'EEXIST'`, or its number. */
  error(error: ErrnoName | number, extack?: ScriptedExtack): this {
    const errno = errnoNumber(error);
    return this.#last(request => [fromKernel(datagramOf([errorMessage(errno, extack, request)], request))]);
  }

  /** Say nothing more. */
  silence(): this {
    return this.#last(() => []);
  }

  /** Receiving fails once with ENOBUFS: the receive buffer ran over, and what came before was lost. */
  overrun(): this {
    return this.fail(ERRNO.ENOBUFS[0]);
  }

  /** Receiving fails once. */
  fail(error: ErrnoName | number): this {
    const errno = errnoNumber(error);
    return this.#last(() => [{ errno }]);
  }

  /** Another process sends these messages, from its own port. */
  forge(sender: number, ...messages: MessageInput[]): this {
    return this.#step(request => [{ ...fromKernel(datagramOf(messages, request)), sender }]);
  }

  /** Exactly these datagrams, or what a function makes of the request; nothing is filled in or added. */
  deliver(make: readonly Delivery[] | ((request: ReceivedRequest) => Delivery[])): this {
    return this.#last(typeof make === 'function' ? make : () => [...make]);
  }

  /** Of the datagram before, only so many bytes fit the buffer of who receives it. */
  truncate(size: number): this {
    const step = this.#steps.at(-1);
    if (typeof step !== 'function') throw new ScriptError('truncate: say first what is to be truncated');
    this.#steps[this.#steps.length - 1] = request => {
      const all = step(request);
      const last = all.at(-1);
      if (last === undefined || 'errno' in last) throw new ScriptError('truncate: there is no datagram to truncate');
      return [...all.slice(0, -1), { ...last, bytes: last.bytes.subarray(0, size) }];
    };
    return this;
  }

  /** What follows arrives in a later turn of the event loop, or when the promise that `until` returns is settled. */
  later(until?: () => Promise<unknown>): this {
    this.#steps.push({ until });
    return this;
  }

  /** So many requests of this kind, one after the other, are answered like that. */
  times(count: number): this {
    if (!(Number.isInteger(count) && count > 0)) throw new RangeError(`times: expected 1 or more, got ${count}`);
    this.#times = count;
    return this;
  }

  /** How many requests have met it. */
  get met(): number {
    return this.#met;
  }

  /** How many more are expected. */
  get left(): number {
    return this.#times - this.#met;
  }

  /** What it expects, in words. */
  toString(): string {
    return describePattern(this.#pattern);
  }

  /** Why a request is another than this; undefined if it is the one. */
  difference(request: ReceivedRequest): string | undefined {
    return difference(this.#pattern, request);
  }

  /** A request has met it: deliver the answer, at once or later. What goes wrong later goes to `fail`. */
  answer(request: ReceivedRequest, to: Recipient): void {
    this.#met++;
    this.#run(0, request, to);
  }

  #run(from: number, request: ReceivedRequest, to: Recipient): void {
    for (let i = from; i < this.#steps.length; i++) {
      const step = this.#steps[i]!;
      if (typeof step !== 'function') return this.#pause(step, i + 1, request, to);
      for (const delivery of step(request)) to.deliver(delivery);
    }
    if (!this.#finished) for (const delivery of this.#rest(request)) to.deliver(delivery);
  }

  #pause({ until }: Pause, next: number, request: ReceivedRequest, to: Recipient): void {
    const goOn = (): void => {
      try {
        this.#run(next, request, to);
      } catch (error) {
        to.fail(error);
      }
    };
    if (until === undefined) setImmediate(goOn);
    else until().then(goOn, to.fail);
  }

  /** What the kernel adds by itself. */
  #rest(request: ReceivedRequest): Delivery[] {
    const { flags } = request.message;
    if ((flags & NLM_F_ACK) !== 0) return [fromKernel(datagramOf([errorMessage(0, undefined, request)], request))];
    if (this.#steps.some(step => typeof step === 'function')) return [];
    if ((flags & NLM_F_DUMP) === NLM_F_DUMP) return dumpDatagrams([], {}, request).map(fromKernel);
    throw new ScriptError(`no answer in the script for the request ${this}; if that is meant, say silence()`);
  }

  #step(step: Step): this {
    this.#steps.push(step);
    return this;
  }

  #last(step: Step): this {
    this.#finished = true;
    return this.#step(step);
  }
}
