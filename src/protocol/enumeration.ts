import { outOfRange, shown, wrongType } from './errors.js';
import { kernelCase } from './names.js';
import { once } from './once.js';
import { fixed, type Scalar } from './scalar.js';
import type { Source } from './source.js';
import type { Writer } from './writer.js';

/** Names and the numbers the kernel gives them. */
export type Names = Readonly<Record<string, number>>;

/** An enumeration or flag word, with what the kernel calls it. */
export interface Named {
  /** What the kernel puts in front of the names, `IF_OPER_`. */
  readonly prefix: string;
  readonly values: Names;
  /** The kernel's spelling of one of the names. */
  kernelName(name: string): string;
}

/** The kernel's names that do not follow from ours. */
export type KernelNames = Readonly<Record<string, string>>;

function named<const V extends Names>(prefix: string, values: V, others: KernelNames): Named & { readonly values: V } {
  return { prefix, values, kernelName: name => others[name] ?? prefix + kernelCase(name) };
}

/** A number that stands for one of several things. */
export interface Enumeration<V extends Names> extends Scalar<keyof V | number, keyof V | number>, Named {
  readonly values: V;
}

/**
 * A number with names: decodes to the name, or to the number where the table has none; both are
 * accepted when writing.
 */
export function enumeration<const V extends Names>(
  base: Scalar<number>,
  prefix: string,
  values: V,
  kernelNames: KernelNames = {},
): Enumeration<V> {
  const byNumber = once(() => new Map<number, keyof V>(Object.entries(values).map(([name, value]) => [value, name])));
  const fromRaw = (raw: number): keyof V | number => byNumber().get(raw) ?? raw;
  return Object.assign(
    fixed<keyof V | number, keyof V | number>({
      size: base.size,
      layout: base.layout,
      get: (src: Source, at: number) => fromRaw(base.get(src, at)),
      fromRaw,
      write: (w: Writer, value: keyof V | number) => base.write(w, numberOf(values, value)),
      show: value => (typeof value === 'number' ? String(value) : `${String(value)} (${values[value]})`),
    }),
    named(prefix, values, kernelNames),
  );
}

/** A word in which each bit has a meaning. */
export interface Flags<V extends Names>
  extends Scalar<readonly (keyof V | number)[], readonly (keyof V | number)[] | number>,
    Named {
  readonly values: V;
}

/** Distinct words whose lists are kept; a link dump has a handful. Bounded, since the bytes may be anybody's. */
const MAX_KEPT = 256;

/**
 * A word of bits: decodes to the list of names, in ascending order, with bits the table does not name
 * as one last number. A list of names and numbers, or one number, is accepted when writing.
 */
export function flags<const V extends Names>(
  base: Scalar<number>,
  prefix: string,
  values: V,
  kernelNames: KernelNames = {},
): Flags<V> {
  const known = once(() => Object.entries(values).sort((a, b) => a[1] - b[1]));
  const kept = new Map<number, readonly (keyof V | number)[]>();
  const list = (word: number): readonly (keyof V | number)[] => {
    const names: (keyof V | number)[] = [];
    let rest = word;
    for (const [name, bits] of known()) {
      if (bits === 0 || (rest & bits) >>> 0 !== bits) continue;
      names.push(name);
      rest = (rest & ~bits) >>> 0;
    }
    if (rest !== 0) names.push(rest);
    return Object.freeze(names);
  };
  const fromRaw = (word: number): readonly (keyof V | number)[] => {
    let names = kept.get(word);
    if (names === undefined) {
      names = list(word);
      if (kept.size < MAX_KEPT) kept.set(word, names);
    }
    return names;
  };
  return Object.assign(
    fixed<readonly (keyof V | number)[], readonly (keyof V | number)[] | number>({
      size: base.size,
      layout: base.layout,
      get: (src: Source, at: number) => fromRaw(base.get(src, at)),
      fromRaw,
      write: (w: Writer, value: readonly (keyof V | number)[] | number) => base.write(w, wordOf(values, value)),
      show: value =>
        value.length === 0
          ? '0'
          : value.map(v => (typeof v === 'number' ? `0x${v.toString(16)}` : String(v))).join('|'),
    }),
    named(prefix, values, kernelNames),
  );
}

/** The number that a name, or a number itself, stands for. */
export function numberOf(values: Names, value: PropertyKey): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && Object.hasOwn(values, value)) return values[value]!;
  throw (typeof value === 'string' ? outOfRange : wrongType)(
    `expected one of ${Object.keys(values).join(', ')} or a number, got ${shown(value)}`,
  );
}

/** The word that a list of names and numbers stands for. */
export function wordOf(values: Names, value: readonly PropertyKey[] | number): number {
  if (typeof value === 'number') return value;
  if (!Array.isArray(value)) throw wrongType(`expected a list of names or a number, got ${shown(value)}`);
  return (value as readonly PropertyKey[]).reduce<number>((word, item) => (word | bitsOf(values, item)) >>> 0, 0);
}

/** What does not fit 32 bits would be cut without a word when it is joined with others. */
function bitsOf(values: Names, item: PropertyKey): number {
  const bits = numberOf(values, item);
  if (bits >>> 0 === bits) return bits;
  throw outOfRange(`expected names or numbers from 0 to 4294967295, got ${shown(item)}`);
}
