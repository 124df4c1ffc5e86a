import type { Codec } from '../protocol/codec.js';
import type { Extack } from '../protocol/control.js';
import type { Source } from '../protocol/source.js';
import { offAbort, onAbort } from './abort.js';
import { after, time } from './clock.js';
import { AbortError, TimeoutError } from './errors.js';

/** Options of everything that waits for the kernel. */
export interface WaitOptions {
  /** Gives up when it fires: AbortError. A request that was sent by then may take effect all the same. */
  signal?: AbortSignal | undefined;
  /**
   * Gives up when the kernel has said nothing for so many milliseconds: TimeoutError. Dumps are sent one after the other:
   * what is said about one counts for those that wait for their turn. By default the socket's, 5,000. Infinity for never.
   */
  timeout?: number | undefined;
}

/** Options of a request. */
export interface RequestOptions extends WaitOptions {
  /** NLM_F_* beside those that the kind of request implies. */
  flags?: number | undefined;
  /** What errors call it: `link add veth1`. By default the message type's name. */
  operation?: string | undefined;
  /** Words beside an errno; `words` are the kernel's own, if it gave any. By default what is known of any request; '' for none. */
  hint?: ((code: string, words: string | undefined) => string | undefined) | undefined;
}

/** How a request ends: with an acknowledgement, with one reply, or with the end of a dump. */
export type Ending = 'ack' | 'reply' | 'dump';

/** What an exchange came to. */
export interface Outcome<T> {
  results: T[];
  /** What the kernel added to its acknowledgement: a warning may be in `msg`. */
  extack: Extack;
}

/** What the socket has to know of a request to send it. */
export interface Outgoing {
  readonly type: number;
  readonly flags: number;
  readonly body: unknown;
  readonly ending: Ending;
}

/** One request and what has come back of it. */
export class Exchange<T = unknown> {
  /** 0 until it is sent. */
  sequence = 0;
  results: T[] = [];
  /** A part of the dump was marked NLM_F_DUMP_INTR. */
  interrupted = false;
  tries = 1;
  settled = false;
  /** The kernel has it and has not said the last word about it. */
  sent = false;
  /** The watcher and the deadline look after it. */
  waiting = false;
  /** When the deadline was started, milliseconds. */
  since = 0;
  readonly promise: Promise<Outcome<T>>;
  #resolve!: (outcome: Outcome<T>) => void;
  #reject!: (error: unknown) => void;
  #stopTimer: (() => void) | undefined;
  #onAbort: (() => void) | undefined;

  constructor(
    readonly outgoing: Outgoing,
    readonly operation: string,
    readonly options: RequestOptions,
    readonly codec: Codec<T, never>,
    readonly timeout: number,
  ) {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** A message of the reply. */
  accept(src: Source, start: number, end: number): void {
    this.results.push(this.codec.read(src, start, end));
  }

  /** Forget what has been read: it is asked for again. */
  startOver(): void {
    this.tries++;
    this.sequence = 0;
    this.sent = false;
    this.results = [];
    this.interrupted = false;
  }

  /** Heed the signal from now on, also while the request waits for its turn. */
  heedSignal(giveUp: (error: Error) => void): void {
    const { signal } = this.options;
    if (signal === undefined) return;
    this.#onAbort = () => giveUp(new AbortError(this.operation, signal.reason));
    onAbort(signal, this.#onAbort);
  }

  /** Start the deadline, if it is not running. */
  startDeadline(onTime: () => void): void {
    if (this.#stopTimer !== undefined || this.timeout === Number.POSITIVE_INFINITY) return;
    this.since = time();
    this.restartDeadline(this.timeout, onTime);
  }

  /** So many milliseconds are left. */
  restartDeadline(left: number, onTime: () => void): void {
    this.#stopTimer = after(left, onTime);
  }

  stopDeadline(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  /** What the deadline means when it passes. */
  get overdue(): TimeoutError {
    return new TimeoutError(this.operation, this.timeout);
  }

  resolve(extack: Extack): void {
    this.#end();
    this.#resolve({ results: this.results, extack });
  }

  reject(error: unknown): void {
    this.#end();
    this.#reject(error);
  }

  #end(): void {
    this.settled = true;
    this.stopDeadline();
    if (this.#onAbort !== undefined) offAbort(this.options.signal!, this.#onAbort);
  }
}

/** The timeout of an operation, checked. */
export function checkTimeout(timeout: number): number {
  if (typeof timeout !== 'number' || !(timeout > 0)) {
    throw new RangeError(`timeout: expected milliseconds above 0, or Infinity, got ${String(timeout)}`);
  }
  return timeout;
}
