import type { AnyCodec, Codec, Decoded, Encodable, RowShape, Shape } from './codec.js';
import { DecodeError, outOfRange, refusedWithin, shown, wrongType } from './errors.js';
import { kernelCase } from './names.js';
import { bytes } from './scalar.js';
import { MAX_DEPTH, type Source } from './source.js';
import { align4, type Writer } from './writer.js';

/** Bytes of `struct nlattr`, linux/netlink.h. */
export const NLA_HDRLEN = 4;
/** Bit of `nla_type`: the payload is attributes again. */
export const NLA_F_NESTED = 0x8000;
/** Bit of `nla_type`: the payload is in network byte order. */
export const NLA_F_NET_BYTEORDER = 0x4000;
/** The bits of `nla_type` that are the type. */
export const NLA_TYPE_MASK = 0x3fff;

/** The layout of an attribute that another value of the message decides. */
export interface Select<S extends string = string, V extends Variants = Variants> {
  readonly selector: S;
  readonly variants: V;
  /** `siblings`: an attribute of the same set decides; `header`: a field of the message's fixed header. */
  readonly from: 'siblings' | 'header';
}
type Variants = Readonly<Record<string, AnyCodec>>;

/** One row of a table. */
export interface Attribute<C extends AnyCodec | Select = AnyCodec | Select, M extends boolean = boolean> {
  readonly type: number;
  readonly codec: C;
  /** NLA_F_NESTED where the kernel asks for it. */
  readonly flags: number;
  /** The same in what the kernel sends. */
  readonly replyFlags: number;
  /** Whether the attribute may come several times, and is an array. */
  readonly many: M;
  /** The kernel's name where it does not follow from the row's. */
  readonly kernelName?: string;
}

/** An attribute the table does not name, kept so that it survives a round trip. `type` includes its flag bits. */
export interface UnknownAttribute {
  readonly type: number;
  readonly data: Uint8Array;
}

/** A row: attribute number `type`, laid out as `codec`. */
export const attr = <const C extends AnyCodec | Select>(
  type: number,
  codec: C,
  kernelName?: string,
): Attribute<C, false> => ({
  type,
  codec,
  flags: 0,
  replyFlags: 0,
  many: false,
  ...(kernelName !== undefined && { kernelName }),
});

/** A row whose attribute is sent with NLA_F_NESTED, as newer parts of the kernel want it. */
export const nested = <const C extends AnyCodec | Select>(
  type: number,
  codec: C,
  kernelName?: string,
): Attribute<C, false> => ({
  ...attr(type, codec, kernelName),
  flags: NLA_F_NESTED,
  replyFlags: NLA_F_NESTED,
});

/** A row whose attribute is sent with NLA_F_NESTED, but comes from the kernel without. */
export const nestedInRequests = <const C extends AnyCodec | Select>(
  type: number,
  codec: C,
  kernelName?: string,
): Attribute<C, false> => ({
  ...attr(type, codec, kernelName),
  flags: NLA_F_NESTED,
});

/** A row whose attribute may be repeated: its value is an array. */
export const many = <const C extends AnyCodec>(row: Attribute<C, false>): Attribute<C, true> => ({
  ...row,
  many: true,
});

/** A layout named by the sibling attribute `selector`. */
export const select = <const S extends string, const V extends Variants>(selector: S, variants: V): Select<S, V> => ({
  selector,
  variants,
  from: 'siblings',
});

/** A layout named by the field `selector` of the message's fixed header; `otherwise` for all other values. */
export const selectByHeader = <const S extends string, const V extends Variants>(
  selector: S,
  variants: V,
): Select<`^${S}`, V> => ({
  selector: selector as unknown as `^${S}`,
  variants,
  from: 'header',
});

type Table = Readonly<Record<string, Attribute>>;
type CodecOf<A> = A extends Attribute<infer C> ? C : never;
type Side = 'out' | 'in';
type Sided<C, D extends Side> = D extends 'out' ? Decoded<C> : Encodable<C>;
type Value<A, D extends Side> =
  A extends Attribute<infer C, infer M>
    ? C extends Select<infer S, infer V>
      ? S extends `^${string}`
        ? Exclusive<{ [N in keyof V]: Sided<V[N], D> }[keyof V]>
        : unknown
      : M extends true
        ? readonly Sided<C, D>[]
        : Sided<C, D>
    : never;
/** A union in which each member has all the others' keys as well, undefined, so that any key may be looked at. */
type Exclusive<U, Keys extends PropertyKey = U extends unknown ? keyof U : never> = U extends unknown
  ? U & { [K in Exclude<Keys, keyof U>]?: undefined }
  : never;
/** `{ kind: 'veth'; data?: Veth } | { kind: 'vlan'; data?: Vlan } | { kind?: string | number; data?: undefined }` */
type Variant<K extends PropertyKey, C, D extends Side> =
  C extends Select<infer S, infer V>
    ? S extends `^${string}`
      ? unknown
      :
          | { [N in keyof V]: { [P in S]: N } & { [P in K]?: Sided<V[N], D> | Opt<D> } }[keyof V]
          | ({ [P in S]?: string | number | Opt<D> } & { [P in K]?: undefined })
    : unknown;
/** What a caller may pass for "leave it out". */
type Opt<D extends Side> = D extends 'in' ? undefined : never;
type All<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never;
type Attrs<T extends Table, D extends Side> = { [K in keyof T]?: Value<T[K], D> | Opt<D> } & {
  [unknown: `#${string}`]: UnknownAttribute;
} & (All<{ [K in keyof T]: { v: Variant<K, CodecOf<T[K]>, D> } }[keyof T]> extends { v: infer U } ? U : unknown);

/** A set of attributes: what a table makes. */
export interface AttributeSet<T extends Table> extends Codec<Attrs<T, 'out'>, Attrs<T, 'in'>> {
  readonly shape: Extract<Shape, { is: 'attributes' }>;
  /**
   * A codec that decodes only the attributes named and passes over all others; those under `instead` with the codec
   * given there (usually a `pick` of their own).
   */
  pick<const K extends keyof T & string, const I extends { readonly [N in keyof T]?: AnyCodec } = Record<never, never>>(
    names: readonly K[],
    instead?: I,
  ): Codec<{ [N in K]?: Value<T[N], 'out'> } & { -readonly [N in keyof I]?: Decoded<I[N]> }, Attrs<T, 'in'>>;
}

/**
 * How an attribute was written where that is not the canonical way: the flag bits that differ, and whether a text
 * had a NUL at its end where ours has none or the reverse. Kept under this key, absent in what the kernel sends today.
 */
export const wireForm: unique symbol = Symbol('rtnetlink.wireForm');
const OTHER_END = 0x10000;
type Forms = Record<string, number>;
type Values = Record<string, unknown> & { [wireForm]?: Forms };

interface Row extends RowShape, Omit<Attribute, 'kernelName'> {
  readonly terminated: Codec<string>['terminated'];
}

/**
 * A set of attributes. Decoding yields those present, in wire order; encoding writes them in the order of the value's
 * keys. An attribute without a row, or with no layout for its selector, is kept under its number: `'#66'`; one that
 * comes twice where only the last counts keeps the earlier ones the same way (`'#3'`, `'#3.1'`).
 *
 * `prefix` is what the kernel puts before the rows' names: `IFLA_`.
 */
export function attributes<const T extends Table>(prefix: string, table: T): AttributeSet<T> {
  const rows = Object.entries(table).map(([name, row]) => toRow(prefix, name, row));
  const byName = new Map(rows.map(row => [row.name, row]));
  const shape: Shape = { is: 'attributes', prefix, rows, row: type => byType[type] };
  const byType = index(rows);
  const write = (w: Writer, value: Values, outer?: object): void => writeSet(prefix, byName, w, value, outer);
  return {
    shape,
    write,
    read: (src: Source, start: number, end: number, outer?: object) => readSet(byType, true, src, start, end, outer),
    pick(names: readonly string[], instead: Readonly<Record<string, AnyCodec>> = {}) {
      const replaced = rows.filter(row => row.name in instead).map(row => ({ ...row, codec: instead[row.name]! }));
      const picked = index([...rows.filter(row => names.includes(row.name)), ...replaced]);
      return {
        shape,
        write,
        read: (src: Source, start: number, end: number, outer?: object) =>
          readSet(picked, false, src, start, end, outer),
      };
    },
  } as unknown as AttributeSet<T>;
}

function toRow(prefix: string, name: string, row: Attribute): Row {
  const choice = 'selector' in row.codec ? row.codec : undefined;
  return {
    ...row,
    name,
    kernelName: row.kernelName ?? prefix + kernelCase(name),
    terminated: choice ? undefined : (row.codec as AnyCodec).terminated,
    variants: choice ? choice.variants : { '': row.codec as AnyCodec },
    layout: choice ? chosen(choice) : () => row.codec as AnyCodec,
    ...(choice && { selector: choice.selector }),
  };
}

/** Own keys only: a link kind called `constructor` must not find one on Object.prototype. */
function chosen({ selector, variants, from }: Select): Row['layout'] {
  return (siblings, outer) => {
    const value = (from === 'header' ? (outer as Values | undefined) : siblings)?.[selector];
    if ((typeof value === 'string' || typeof value === 'number') && Object.hasOwn(variants, value))
      return variants[value];
    return undefined;
  };
}

function index(rows: readonly Row[]): (Row | undefined)[] {
  const byType: (Row | undefined)[] = new Array(1 + rows.reduce((max, row) => Math.max(max, row.type), 0)).fill(
    undefined,
  );
  for (const row of rows) byType[row.type] = row;
  return byType;
}

/** `all`: keep what has no row. */
function readSet(
  byType: readonly (Row | undefined)[],
  all: boolean,
  src: Source,
  start: number,
  end: number,
  outer?: object,
): Values {
  if (++src.depth > MAX_DEPTH) throw tooDeep(start);
  const out: Values = {};
  let waiting: number[] | undefined; // attributes that came before the sibling that says how to read them
  let seen: Map<number, number> | undefined; // where each type came last, once one has come twice
  let pos = start;
  while (end - pos >= NLA_HDRLEN) {
    const length = src.view.getUint16(pos, src.little);
    if (length < NLA_HDRLEN || pos + length > end) throw badLength(length, pos, end);
    const type = src.view.getUint16(pos + 2, src.little);
    const row = byType[type & NLA_TYPE_MASK];
    if (row === undefined) {
      if (all) keep(out, type, src, pos);
    } else {
      if (!row.many && out[row.name] !== undefined) {
        seen ??= lastPositions(src, start, pos);
        keepEarlier(out, row, src, seen.get(row.type)!);
      }
      seen?.set(row.type, pos);
      if (waits(row, out)) {
        (waiting ??= []).push(pos);
        out[row.name] ??= undefined; // holds its place
      } else place(out, row, type, src, pos, outer);
    }
    pos += align4(length);
  }
  if (pos < end) throw leftOver(pos, end);
  if (waiting !== undefined) placeWaiting(out, waiting, byType, src, outer);
  src.depth--;
  return out;
}

const waits = (row: Row, out: Values): boolean =>
  row.selector !== undefined && (row.codec as Select).from === 'siblings' && out[row.selector] === undefined;

// What can be wrong with a set; also for those who walk bytes without decoding them.

export const tooDeep = (at: number): DecodeError =>
  new DecodeError(`attributes nested more than ${MAX_DEPTH} deep`, at);

export const badLength = (length: number, pos: number, end: number): DecodeError =>
  new DecodeError(`expected an attribute length from ${NLA_HDRLEN} to ${end - pos}, got ${length}`, pos);

export const leftOver = (pos: number, end: number): DecodeError =>
  new DecodeError(`${end - pos} bytes left over after the last attribute`, pos);

/** Decode the attribute at `pos` into `out`. */
function place(out: Values, row: Row, type: number, src: Source, pos: number, outer?: object): void {
  const from = pos + NLA_HDRLEN;
  const to = pos + src.view.getUint16(pos, src.little);
  const codec = row.selector === undefined ? (row.codec as AnyCodec) : row.layout(out, outer);
  if (codec === undefined) return keep(out, type, src, pos);
  const { name } = row;
  let value: unknown;
  try {
    value = codec.read(src, from, to, outer);
  } catch (error) {
    throw error instanceof DecodeError ? error.within(name) : error;
  }
  if (!row.many) out[name] = value;
  else if (out[name] === undefined) out[name] = [value];
  else (out[name] as unknown[]).push(value);
  const form =
    ((type & ~NLA_TYPE_MASK) ^ (src.request ? row.flags : row.replyFlags)) |
    (row.terminated === undefined ? 0 : otherEnd(row, src, from, to));
  if (form !== 0) out[wireForm] = { ...out[wireForm], [name]: form };
}

/** Whether the text in [from, to) ends in a NUL where its canonical form does not, or the reverse. */
function otherEnd(row: Row, src: Source, from: number, to: number): number {
  const ends = to > from && src.bytes[to - 1] === 0;
  const canonical = row.terminated === 'always' || (row.terminated === 'replies' && !src.request);
  return ends === canonical ? 0 : OTHER_END;
}

/** Keep the attribute at `pos` as it is, under its number. */
function keep(out: Values, type: number, src: Source, pos: number): void {
  const number = type & NLA_TYPE_MASK;
  const key = `#${number}`;
  const data = src.slice(pos + NLA_HDRLEN, pos + src.view.getUint16(pos, src.little));
  out[out[key] === undefined ? key : freeKey(out, number)] = { type, data };
}

/** A key for one more attribute of a type. The count is kept on the side, so that many of them take linear time. */
function freeKey(out: Values, number: number): string {
  let counts = repeats.get(out);
  if (counts === undefined) repeats.set(out, (counts = new Map()));
  const n = (counts.get(number) ?? 0) + 1;
  counts.set(number, n);
  return `#${number}.${n}`;
}
const repeats = new WeakMap<Values, Map<number, number>>();

/** Where each type came last in [start, end). */
function lastPositions(src: Source, start: number, end: number): Map<number, number> {
  const last = new Map<number, number>();
  for (let pos = start; pos < end; pos += align4(src.view.getUint16(pos, src.little))) {
    last.set(src.view.getUint16(pos + 2, src.little) & NLA_TYPE_MASK, pos);
  }
  return last;
}

/** An attribute that comes again: the kernel takes the last, so the one before moves to a numbered key. */
function keepEarlier(out: Values, row: Row, src: Source, pos: number): void {
  delete out[row.name]; // comes again behind the earlier one, so that encoding keeps their order
  if (out[wireForm] !== undefined) delete out[wireForm][row.name];
  keep(out, src.view.getUint16(pos + 2, src.little), src, pos);
}

function placeWaiting(
  out: Values,
  waiting: readonly number[],
  byType: readonly (Row | undefined)[],
  src: Source,
  outer?: object,
): void {
  for (const pos of waiting) {
    const type = src.view.getUint16(pos + 2, src.little);
    const row = byType[type & NLA_TYPE_MASK]!;
    place(out, row, type, src, pos, outer);
    if (out[row.name] === undefined) delete out[row.name];
  }
}

function writeSet(prefix: string, byName: ReadonlyMap<string, Row>, w: Writer, value: Values, outer?: object): void {
  if (typeof value !== 'object' || value === null)
    throw wrongType(`expected an object of ${prefix}* attributes, got ${shown(value)}`);
  if (++w.depth > MAX_DEPTH) throw outOfRange(`attributes nested more than ${MAX_DEPTH} deep`);
  const forms = value[wireForm];
  for (const name in value) {
    const item = value[name];
    if (item === undefined) continue;
    const row = byName.get(name);
    try {
      if (row !== undefined) writeRow(w, row, forms?.[name] ?? 0, item, value, outer);
      else if (name.charCodeAt(0) === 0x23) writeUnknown(w, item as UnknownAttribute);
      else throw wrongType(`no ${prefix}* attribute has this name`);
    } catch (error) {
      throw refusedWithin(error, name);
    }
  }
  w.depth--;
}

function writeRow(w: Writer, row: Row, form: number, item: unknown, siblings: Values, outer?: object): void {
  const codec = row.selector === undefined ? (row.codec as AnyCodec) : row.layout(siblings, outer);
  if (codec === undefined) throw wrongType(noLayout(row, siblings));
  if (!row.many) return put(w, row, form, codec, item, outer);
  if (!Array.isArray(item)) throw wrongType(`expected an array, got ${shown(item)}`);
  for (const each of item) put(w, row, form, codec, each, outer);
}

function noLayout({ selector, variants, type }: Row, siblings: Values): string {
  const given = siblings[selector!];
  return `no layout for ${selector} ${shown(given)} (known: ${Object.keys(variants).join(', ')}); raw bytes go under '#${type}'`;
}

function put(w: Writer, row: Row, form: number, codec: AnyCodec, value: unknown, outer?: object): void {
  const flags = w.request ? row.flags : row.replyFlags;
  const at = w.open(row.type | (flags ^ (form & ~NLA_TYPE_MASK & 0xffff)));
  codec.write(w, value as never, outer);
  if ((form & OTHER_END) !== 0) swapEnd(w, row);
  w.close(at);
}

function swapEnd(w: Writer, row: Row): void {
  if (row.terminated === 'always' || (row.terminated === 'replies' && !w.request)) w.truncate(w.length - 1);
  else w.zeros(1);
}

function writeUnknown(w: Writer, item: UnknownAttribute): void {
  if (typeof item !== 'object' || !Number.isInteger(item.type) || item.type < 0 || item.type > 0xffff) {
    throw wrongType(`expected { type: 0 to 65535, data: Uint8Array }, got ${shown(item)}`);
  }
  const at = w.open(item.type);
  bytes.write(w, item.data);
  w.close(at);
}
