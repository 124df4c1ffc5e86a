import { DumpReader } from './dump-reader.js';
import { ClosedError } from './errors.js';
import type { Exchange } from './exchange.js';
import type { OnWarning } from './exchanges.js';
import { withStackOfCaller } from './stack-of-caller.js';
import type { Transport } from './transport.js';

/** One whose first part does not fit is asked for so many times again. */
const MAX_TRIES = 10;

/** The dumps of one socket that are read one by one, each over a transport of its own. */
export class IteratedDumps {
  readonly #open: (operation: string) => Transport;
  readonly #warn: OnWarning;
  readonly #readers = new Set<DumpReader>();
  /** The largest part that did not fit: the next dump will have room for it. */
  #room = 0;

  constructor(open: (operation: string) => Transport, warn: OnWarning) {
    this.#open = open;
    this.#warn = warn;
  }

  /** `begin` says what to ask for, when the first value is wanted; what it throws the iterator throws. */
  async *each(begin: () => Exchange): AsyncGenerator<unknown, void, undefined> {
    const exchange = begin();
    let reader: DumpReader | undefined;
    try {
      for (let tries = 0; reader === undefined; tries++) reader = await this.#read(exchange, tries < MAX_TRIES);
      for (let values = await reader.next(); values !== undefined; values = await reader.next()) {
        for (const value of values) {
          reader.check();
          yield value;
        }
      }
    } catch (error) {
      throw withStackOfCaller(error, exchange.operation);
    } finally {
      if (reader !== undefined) this.#leave(reader);
    }
  }

  /** Ends them all: their iterators throw ClosedError. */
  close(): void {
    for (const reader of this.#readers) reader.end(operation => new ClosedError(operation));
  }

  /** Starts a dump. Undefined if its first part did not fit: nothing has been handed out, and the next try has room. */
  async #read(exchange: Exchange, again: boolean): Promise<DumpReader | undefined> {
    const transport = this.#open(exchange.operation);
    if (this.#room > 0) transport.grow(this.#room);
    const reader = new DumpReader(transport, exchange, this.#warn);
    this.#readers.add(reader);
    try {
      reader.send();
      await reader.first();
      return reader;
    } catch (error) {
      this.#leave(reader);
      if (reader.room === 0 || !again) throw error;
      return undefined;
    }
  }

  #leave(reader: DumpReader): void {
    this.#readers.delete(reader);
    this.#room = Math.max(this.#room, reader.room);
    reader.close();
  }
}
