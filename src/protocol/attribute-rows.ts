import type { Attribute, Select } from './attributes.js';
import type { AnyCodec, Codec, RowShape } from './codec.js';
import { kernelCase } from './names.js';
import type { Source } from './source.js';

/**
 * How an attribute was written where that is not the canonical way: the flag bits that differ, and whether a text
 * had a NUL at its end where ours has none or the reverse. Kept under this key. Today's kernel sends one such: IFLA_PROTINFO
 * of IPv6 lacks the bit for nesting in AF_INET6 dumps.
 */
export const wireForm: unique symbol = Symbol.for('rtnetlink.wireForm');
/** The bit of a form that says so of the NUL. */
export const OTHER_END = 0x10000;
export type Forms = Record<string, number>;
export type Values = Record<string, unknown> & { [wireForm]?: Forms };

/** A row of a table, ready to read and write. */
export interface Row extends RowShape, Omit<Attribute, 'kernelName'> {
  /** Its place among the rows of its set. */
  readonly position: number;
  readonly terminated: Codec<string>['terminated'];
}

/** A row as declared, with all that follows from it. */
export function toRow(prefix: string, name: string, row: Attribute, position: number): Row {
  const choice = 'selector' in row.codec ? row.codec : undefined;
  // All rows have the same keys in the same order: V8 reads them fast only then.
  return {
    type: row.type,
    codec: row.codec,
    flags: row.flags,
    replyFlags: row.replyFlags,
    many: row.many,
    position,
    name,
    kernelName: row.kernelName ?? prefix + kernelCase(name),
    terminated: choice ? undefined : (row.codec as AnyCodec).terminated,
    variants: choice ? choice.variants : { '': row.codec as AnyCodec },
    layout: choice ? chosen(choice) : () => row.codec as AnyCodec,
    selector: choice?.selector,
  };
}

/** Own keys only: a link kind called `constructor` must not find one on Object.prototype. */
function chosen({ selector, variants, from, choose, otherwise }: Select): Row['layout'] {
  return (siblings, outer) => {
    // A field of the header that was left out is written as 0.
    const value = from === 'header' ? ((outer as Values | undefined)?.[selector] ?? 0) : siblings[selector];
    if (choose !== undefined) return variants[choose(value as never)];
    if (value === undefined && otherwise !== undefined) return named(otherwise.variants, siblings[otherwise.selector]);
    return named(variants, value);
  };
}

const named = (variants: Select['variants'], value: unknown): AnyCodec | undefined =>
  (typeof value === 'string' || typeof value === 'number') && Object.hasOwn(variants, value)
    ? variants[value]
    : undefined;

/** The rows by their number. */
export function index(rows: readonly Row[]): (Row | undefined)[] {
  const byType: (Row | undefined)[] = new Array(1 + rows.reduce((max, row) => Math.max(max, row.type), 0)).fill(
    undefined,
  );
  for (const row of rows) byType[row.type] = row;
  return byType;
}

/** Whether the text in [from, to) ends in a NUL where its canonical form does not, or the reverse. */
export function otherEnd(row: Row, src: Source, from: number, to: number): number {
  const ends = to > from && src.bytes[to - 1] === 0;
  return ends === endsInNul(row, src.request) ? 0 : OTHER_END;
}

/** Whether the canonical form of a row's text ends in a NUL. */
export const endsInNul = (row: Row, request: boolean): boolean =>
  row.terminated === 'always' || (row.terminated === 'replies' && !request);
