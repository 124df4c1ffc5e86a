import { isDeepStrictEqual } from 'node:util';
import { plain } from '../plain.js';

/** One thing that is not as it should be. */
export interface Difference {
  /** Its name, as in the settings: `mtu`, `data.vlanFiltering`. */
  readonly field: string;
  /** How it is, or was; undefined for nothing. */
  readonly from: unknown;
  /** How it should be, or is now. */
  readonly to: unknown;
}

/** What differs between what is there and what should be. */
export interface Comparison {
  /** What can be changed where it is. */
  readonly changes: readonly Difference[];
  /** What cannot: the object would have to be deleted and made again. */
  readonly conflicts: readonly Difference[];
}

/** Gathers differences. */
export class Differences implements Comparison {
  readonly changes: Difference[] = [];
  readonly conflicts: Difference[] = [];

  /** Compares a field that can be changed in place. Nothing is wanted where `to` is undefined. */
  change(field: string, from: unknown, to: unknown): void {
    if (to !== undefined) this.#add(this.changes, field, from, to);
  }

  /** Compares a field that cannot. */
  fixed(field: string, from: unknown, to: unknown): void {
    if (to !== undefined) this.#add(this.conflicts, field, from, to);
  }

  /** Compares a field of which nothing is a value too. */
  exactly(list: 'changes' | 'conflicts', field: string, from: unknown, to: unknown): void {
    this.#add(this[list], field, from, to);
  }

  #add(list: Difference[], field: string, from: unknown, to: unknown): void {
    if (!isDeepStrictEqual(from, to)) list.push({ field, from, to });
  }
}

/** `mtu 1500 -> 1400` */
export const differenceWords = ({ field, from, to }: Difference): string =>
  `${field} ${valueWords(from)} -> ${valueWords(to)}`;

/** A value in few words. Text that could be taken for more than one word is quoted, and may not move the cursor. */
export function valueWords(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(itemWords).join(',');
  if (typeof value === 'string') return /[\s"]/.test(value) ? quoted(value) : itemWords(value);
  if (typeof value === 'object') return JSON.stringify(plain(value));
  return String(value);
}

/** The items of a list may be several words: the ways of a route. */
const itemWords = (value: unknown): string => {
  if (typeof value !== 'string') return valueWords(value);
  return UNSEEN.test(value) ? quoted(value) : value;
};

/** What has no shape of its own: control characters, line ends, marks of the direction of text. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const quoted = (text: string): string =>
  JSON.stringify(text).replace(new RegExp(UNSEEN, 'gu'), each => `\\u{${each.codePointAt(0)!.toString(16)}}`);
