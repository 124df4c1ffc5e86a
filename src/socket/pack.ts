import { appendMessage, type MessageInput } from '../protocol/frame.js';
import { NLM_F_ECHO, NLM_F_REQUEST } from '../protocol/header.js';
import { Writer } from '../protocol/writer.js';
import type { Exchange } from './exchange.js';

/** Most bytes of one pack; the kernel's default send buffer takes 208 KiB. */
const MAX_BYTES = 32768;
/** Most requests of one pack. */
const MAX_REQUESTS = 128;
/** What an acknowledgement takes of the receive buffer, the kernel's own data included (0.8 KiB without words). */
const ACK_ROOM = 2048;
/** What a reply takes of it: a link with all its attributes. */
const REPLY_ROOM = 8192;
/** A writer that has grown beyond this is not kept. */
const KEPT_BYTES = 1 << 20;
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
  /** Never more than this: the answers of larger packs did not fit. It grows again by one with 16 packs that are as large. */
  #most = MAX_REQUESTS;
  /** How many requests the last pack had. */
  #last = 0;
  /** How much the answers of one pack may take of the receive buffer, which others may need too. */
  readonly #room: number;

  constructor(receiveBuffer = Number.POSITIVE_INFINITY) {
    this.#room = receiveBuffer / 2;
  }

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
    let room = this.#room;
    while (this.#next < this.#entries.length && exchanges.length < this.#limit) {
      const { exchange, start, end } = this.#entries[this.#next]!;
      if (exchange.settled) {
        if (exchanges.length > 0) break; // leaves a hole: the pack ends here
        this.#next++;
        continue;
      }
      room -= roomFor(exchange);
      if (exchanges.length > 0 && (size + end - start > MAX_BYTES || room < 0)) break;
      size += end - start;
      exchanges.push(exchange);
      this.#next++;
    }
    this.#last = exchanges.length;
    const end = this.#next === 0 ? 0 : this.#entries[this.#next - 1]!.end;
    const bytes = this.#writer.written().subarray(end - size, end);
    if (this.empty) this.#restart();
    return { bytes, exchanges };
  }

  /** Everything has been taken: start over in the other writer, since the pack still lies in this one. */
  #restart(): void {
    const next = this.#spare.length > KEPT_BYTES ? new Writer() : this.#spare.reset();
    [this.#writer, this.#spare] = [next, this.#writer];
    this.#entries = [];
    this.#next = 0;
  }

  /** The kernel worked off `count` requests in so many milliseconds: bound the next pack by what it can do in time. */
  learn(count: number, milliseconds: number): void {
    const most = Math.floor(this.#most);
    if (count >= most && most < MAX_REQUESTS) this.#most += 1 / 16;
    const fitting = Math.floor((count * MAX_MILLISECONDS) / Math.max(milliseconds, 0.001));
    const limit = fitting < this.#limit ? Math.floor((this.#limit + fitting) / 2) : Math.min(2 * this.#limit, fitting);
    if (fitting < this.#limit || count >= this.#limit) this.#limit = Math.max(1, Math.min(limit, most));
  }

  /** Answers did not fit the receive buffer: from now on fewer at once, if it was for their number. */
  overran(): void {
    if (this.#last <= 1) return;
    this.#limit = this.#most = Math.max(1, Math.min(this.#most, this.#last) >> 1);
  }
}

/** A request that is to be echoed is answered with both. */
function roomFor({ outgoing: { ending, flags } }: Exchange): number {
  return ending === 'ack' && (flags & NLM_F_ECHO) === 0 ? ACK_ROOM : REPLY_ROOM;
}
