import { appendMessage, type MessageInput } from '../protocol/frame.js';
import { NLM_F_REQUEST } from '../protocol/header.js';
import { Writer } from '../protocol/writer.js';
import type { Exchange } from './exchange.js';

/** Most bytes of one pack; the kernel's default send buffer takes 208 KiB. */
const MAX_BYTES = 32768;
/** Most requests of one pack: their answers must fit the receive buffer together. */
const MAX_REQUESTS = 128;
/** The kernel works a pack off within the call that sends it: so many milliseconds may the event loop stand still. */
const MAX_MILLISECONDS = 5;

interface Entry {
  readonly exchange: Exchange;
  readonly start: number;
  readonly end: number;
}

/**
 * Requests on their way to the kernel. They are encoded when they are issued, so that bad values are refused there
 * and then; those issued in the same tick leave together, as far as the bounds allow.
 */
export class Packer {
  #writer = new Writer();
  #spare = new Writer();
  #entries: Entry[] = [];
  #next = 0;
  /** How many requests the kernel works off in MAX_MILLISECONDS, as seen so far. */
  #limit = 16;

  get empty(): boolean {
    return this.#next === this.#entries.length;
  }

  /** Encode a request. Throws EncodeError, and then keeps nothing of it. */
  add(exchange: Exchange, port: number): void {
    const { type, flags, body } = exchange.outgoing;
    const start = this.#writer.length;
    const message = { type, flags: flags | NLM_F_REQUEST, sequence: exchange.sequence, port, body } as MessageInput;
    try {
      appendMessage(this.#writer, message);
    } catch (error) {
      this.#writer.truncate(start);
      throw error;
    }
    this.#entries.push({ exchange, start, end: this.#writer.length });
  }

  /** The next pack: its bytes, valid until the next `add`, and whose they are. Requests given up meanwhile are left out. */
  take(): { bytes: Uint8Array; exchanges: Exchange[] } {
    const exchanges: Exchange[] = [];
    let size = 0;
    while (this.#next < this.#entries.length && exchanges.length < this.#limit) {
      const { exchange, start, end } = this.#entries[this.#next]!;
      if (exchange.settled) {
        if (exchanges.length > 0) break; // leaves a hole: the pack ends here
        this.#next++;
        continue;
      }
      if (exchanges.length > 0 && size + end - start > MAX_BYTES) break;
      size += end - start;
      exchanges.push(exchange);
      this.#next++;
    }
    const end = this.#next === 0 ? 0 : this.#entries[this.#next - 1]!.end;
    const bytes = this.#writer.written().subarray(end - size, end);
    if (this.empty) this.#restart();
    return { bytes, exchanges };
  }

  /** Everything has been taken: start over in the other writer, since the pack still lies in this one. */
  #restart(): void {
    [this.#writer, this.#spare] = [this.#spare.reset(), this.#writer];
    this.#entries = [];
    this.#next = 0;
  }

  /** The kernel worked off `count` requests in so many milliseconds: bound the next pack by what it can do in time. */
  learn(count: number, milliseconds: number): void {
    const fitting = Math.floor((count * MAX_MILLISECONDS) / Math.max(milliseconds, 0.001));
    const limit = fitting < this.#limit ? Math.ceil((this.#limit + fitting) / 2) : Math.min(2 * this.#limit, fitting);
    if (fitting < this.#limit || count >= this.#limit) this.#limit = Math.max(1, Math.min(limit, MAX_REQUESTS));
  }
}
