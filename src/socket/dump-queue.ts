import { queueMicrotask, time } from './clock.js';
import type { Exchange } from './exchange.js';
import { inNextTurn } from './turn.js';

/** The dumps of one transport. The kernel does one at a time: the first is under way, the others wait for it. */
export class DumpQueue {
  readonly #dumps: Exchange[] = [];
  readonly #send: (dump: Exchange) => void;
  readonly #drain: () => boolean;
  /** What a dump that was given up has left behind is being read, to make way for the next. */
  #draining = false;
  #heard = 0;

  /** `drain` receives until its time is over; it returns whether nothing is left. */
  constructor(send: (dump: Exchange) => void, drain: () => boolean) {
    this.#send = send;
    this.#drain = drain;
  }

  /** All of them, as they are now. */
  get all(): readonly Exchange[] {
    return [...this.#dumps];
  }

  /** When a part of a dump was received last, milliseconds. */
  get heard(): number {
    return this.#heard;
  }

  /** Sends it, or has it wait for its turn. */
  add(dump: Exchange): void {
    if (this.#dumps.push(dump) === 1 && !this.#draining) this.#send(dump);
  }

  isFirst(exchange: Exchange): boolean {
    return exchange === this.#dumps[0];
  }

  hear(): void {
    this.#heard = time();
  }

  /** It is over, or given up. */
  remove(exchange: Exchange): void {
    const at = this.#dumps.indexOf(exchange);
    if (at < 0) return;
    this.#dumps.splice(at, 1);
    if (at === 0) this.makeWay(exchange.sent);
  }

  /** For the next, or for the first once more; if the kernel has not said that it is over, the rest is to be read first. */
  makeWay(unfinished: boolean): void {
    if (unfinished) this.#draining = true;
    queueMicrotask(() => this.#next());
  }

  /**
   * The kernel goes on with a dump only as it is read, and refuses another until then (EBUSY). When nothing is left to
   * receive it has come to its end, whether or not its end was seen.
   */
  #next(): void {
    if (this.#draining && !this.#drain()) return inNextTurn(() => this.#next());
    this.#draining = false;
    const next = this.#dumps[0];
    if (next !== undefined && next.sequence === 0) this.#send(next);
  }
}
