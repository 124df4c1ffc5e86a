import type { Exchange } from './exchange.js';

/**
 * The requests under way, by sequence number. Not a Map: of one that is filled and emptied all the time V8 keeps all
 * tables it ever outgrew, and the answers with them, until the next full collection (1.8 KB and 2 µs for each request;
 * Node 20). Sequence numbers are handed out one after the other, so their last bits say where an exchange is.
 */
export class Pending {
  #slots: (Exchange | undefined)[] = new Array(64).fill(undefined);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(sequence: number): Exchange | undefined {
    const found = this.#slots[sequence & (this.#slots.length - 1)];
    return found?.sequence === sequence ? found : undefined;
  }

  /** Takes `exchange` in under the next number after `last` whose place is free; never 0, which the kernel's events use. */
  add(exchange: Exchange, last: number): void {
    if (2 * this.#size >= this.#slots.length) this.#grow();
    let sequence = last;
    do sequence = (sequence + 1) >>> 0;
    while (sequence === 0 || this.#slots[sequence & (this.#slots.length - 1)] !== undefined);
    exchange.sequence = sequence;
    this.#slots[sequence & (this.#slots.length - 1)] = exchange;
    this.#size++;
  }

  delete(exchange: Exchange): void {
    const at = exchange.sequence & (this.#slots.length - 1);
    if (this.#slots[at] !== exchange) return;
    this.#slots[at] = undefined;
    this.#size--;
  }

  /** All of them. */
  values(): Exchange[] {
    return this.#slots.filter(exchange => exchange !== undefined);
  }

  /** Two that had places of their own still have, with one bit more. */
  #grow(): void {
    const all = this.values();
    this.#slots = new Array(2 * this.#slots.length).fill(undefined);
    for (const exchange of all) this.#slots[exchange.sequence & (this.#slots.length - 1)] = exchange;
  }
}
