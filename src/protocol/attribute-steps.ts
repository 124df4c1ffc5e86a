import type { Row } from './attribute-rows.js';
import { objectMaker } from './straight-line.js';

/** Steps a set may have: real kernels need some dozens, hostile bytes could ask for any number. */
const MAX_STEPS = 512;
/** Objects after which it pays to generate a function that makes them. */
const WARM = 30;

type Maker = (values: readonly unknown[], base: number) => Record<string, unknown>;

/**
 * The attributes read so far, in their order. Messages of one kind bring the same attributes in the same order, so that
 * each set walks the same few paths through its steps, and the object at the end of a path can be made at once, in one
 * expression, instead of key by key: V8 makes a dictionary of an object that grows beyond 20 keys, which takes three
 * times as long to fill (a veth link of 49 attributes: 5.4 µs key by key, 2.9 µs at once; Node 20) and more memory to keep.
 */
export class Step {
  readonly #next: (Step | undefined)[] = [];
  readonly #root: Step;
  #steps = 1;
  #visits = 0;
  #make: Maker | undefined;
  #keys: string[] | undefined;
  /** How many attributes lead here. */
  readonly count: number;
  /** Where, among the values read so far, the one that the row's layout depends on stands; -1 if it does not. */
  readonly selectorAt: number;

  constructor(
    readonly parent?: Step,
    readonly row?: Row,
  ) {
    this.#root = parent ? parent.#root : this;
    this.count = parent ? parent.count + 1 : 0;
    this.selectorAt = row?.selector === undefined || parent === undefined ? -1 : parent.#find(row.selector);
  }

  /** The step that `row` leads to; undefined if the row has come before or there are too many steps. */
  to(row: Row): Step | undefined {
    return this.#next[row.position] ?? this.#extend(row);
  }

  /** The values on the stack from `base` on as an object. */
  object(values: readonly unknown[], base: number): Record<string, unknown> {
    if (this.#make !== undefined) return this.#make(values, base);
    this.#keys ??= this.#names();
    if (++this.#visits === WARM) this.#make = objectMaker(this.#keys);
    const out: Record<string, unknown> = {};
    for (let i = 0; i < this.#keys.length; i++) out[this.#keys[i]!] = values[base + i];
    return out;
  }

  #extend(row: Row): Step | undefined {
    if (this.#root.#steps >= MAX_STEPS || this.#find(row.name) >= 0) return undefined;
    this.#root.#steps++;
    return (this.#next[row.position] = new Step(this, row));
  }

  #find(name: string): number {
    for (let step: Step | undefined = this; step?.row !== undefined; step = step.parent) {
      if (step.row.name === name) return step.count - 1;
    }
    return -1;
  }

  #names(): string[] {
    return this.parent === undefined ? [] : [...this.parent.#names(), this.row!.name];
  }
}
