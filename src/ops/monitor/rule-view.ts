import type { Rule } from '../rule.js';
import type { ObjectEvent } from './event.js';
import type { Key } from './group.js';
import { rules } from './rules.js';

/** The rules that a store knows. Read-only; it changes as they do. */
export interface RuleView extends Iterable<Rule> {
  readonly size: number;
  /** In the order in which they are tried; of one family, or IPv4 first. */
  list(family?: 4 | 6): readonly Rule[];
}

/** Rules in order. */
export class RuleIndex implements RuleView {
  readonly #all = new Map<Key, Rule>();

  get size(): number {
    return this.#all.size;
  }

  list(family?: 4 | 6): readonly Rule[] {
    return [...this.#all.values()]
      .filter(rule => family === undefined || rule.family === family)
      .sort((a, b) => (a.family ?? 0) - (b.family ?? 0) || a.priority - b.priority);
  }

  [Symbol.iterator](): IterableIterator<Rule> {
    return this.list()[Symbol.iterator]();
  }

  apply({ type, object }: ObjectEvent<'rule'>): void {
    if (type === 'removed') this.#all.delete(rules.key(object));
    else this.#all.set(rules.key(object), object);
  }
}
