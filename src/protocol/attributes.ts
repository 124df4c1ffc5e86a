import { toRow, type Values } from './attribute-rows.js';
import type { AnyCodec, Codec, Decoded, Encodable, Shape } from './codec.js';
import { NLA_F_NESTED } from './nla.js';
import { once } from './once.js';
import { type Reading, reading, readSet } from './read-attributes.js';
import type { Source } from './source.js';
import { writeSet } from './write-attributes.js';
import { WriteTemplates } from './write-template.js';
import type { Writer } from './writer.js';

/** The layout of an attribute that another value of the message decides. */
export interface Select<
  S extends string = string,
  V extends Variants = Variants,
  O extends Otherwise = Otherwise | undefined,
> {
  readonly selector: S;
  readonly variants: V;
  /** `siblings`: an attribute of the same set decides; `header`: a field of the message's fixed header. */
  readonly from: 'siblings' | 'header';
  /** Which variant the selector's value means, if it is not called so itself. */
  readonly choose?: (value: never) => string;
  /** Which sibling decides where `selector` is missing. */
  readonly otherwise: O;
}
type Variants = Readonly<Record<string, AnyCodec>>;
type Otherwise = { readonly selector: string; readonly variants: Variants } | undefined;

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

/** A layout named by the sibling attribute `selector`, or where that is missing by another. */
export function select<const S extends string, const V extends Variants>(
  selector: S,
  variants: V,
): Select<S, V, undefined>;
export function select<const S extends string, const V extends Variants, const O extends NonNullable<Otherwise>>(
  selector: S,
  variants: V,
  otherwise: O,
): Select<S, V, O>;
export function select(selector: string, variants: Variants, otherwise?: Otherwise): Select {
  return { selector, variants, from: 'siblings', otherwise };
}

/** A layout that `choose` names by the value of the sibling `selector`, or by undefined where that is missing. */
export const selectBySibling = <const S extends string, T, const V extends Variants>(
  selector: S,
  choose: (value: T | undefined) => keyof V & string,
  variants: V,
): Select<`^${S}`, V, undefined> => ({
  selector: selector as unknown as `^${S}`,
  variants,
  from: 'siblings',
  choose,
  otherwise: undefined,
});

/** A layout named by the field `selector` of the message's fixed header; `otherwise` for all other values. */
export const selectByHeader = <const S extends string, const V extends Variants>(
  selector: S,
  variants: V,
): Select<`^${S}`, V, undefined> => ({
  selector: selector as unknown as `^${S}`,
  variants,
  from: 'header',
  otherwise: undefined,
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
  C extends Select<infer S, infer V, infer O>
    ? S extends `^${string}`
      ? unknown
      :
          | Named<K, S, V, D>
          | ({ [P in S]?: string | number | Opt<D> } & { [P in K]?: undefined })
          | (O extends NonNullable<Otherwise>
              ? Named<K, O['selector'], O['variants'], D> & { [P in S]?: undefined }
              : never)
    : unknown;
/** One member for each name that `S` can have. */
type Named<K extends PropertyKey, S extends string, V extends Variants, D extends Side> = {
  [N in keyof V]: { [P in S]: N } & { [P in K]?: Sided<V[N], D> | Opt<D> };
}[keyof V];
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

/** What a set's attributes are called that have no row. */
interface SetNames {
  readonly prefix: string;
  readonly padding?: number;
}

/**
 * The prefix of a set that has padding, `IFLA_PAD`: an empty attribute by which some kernels move 64-bit numbers to
 * multiples of eight. Listings name it; decoded it is kept like what has no row, since its place is all that it says.
 */
export const padding = (prefix: string, type: number): SetNames => ({ prefix, padding: type });

/**
 * A set of attributes. Decoding yields those present, in wire order; encoding writes them in the order of the value's
 * keys. An attribute without a row, or with no layout for its selector, is kept under its number: `'#66'`; one that
 * comes twice where only the last counts keeps the earlier ones the same way (`'#3'`, `'#3.1'`).
 *
 * `names` is what the kernel puts before the rows' names, `IFLA_`.
 */
export function attributes<const T extends Table>(names: string | SetNames, table: T): AttributeSet<T> {
  const { prefix, padding: pad }: SetNames = typeof names === 'string' ? { prefix: names } : names;
  const made = once(() => Object.entries(table).map(([name, row], position) => toRow(prefix, name, row, position)));
  const writing = once(() => new WriteTemplates(new Map(made().map(row => [row.name, row]))));
  const whole = once(() => reading(made(), true));
  const shape: Shape = {
    is: 'attributes',
    prefix,
    padding: pad,
    get rows() {
      return made();
    },
    row: type => whole().byType[type],
  };
  let templates: WriteTemplates | undefined;
  const write = (w: Writer, value: Values, outer?: object): void => {
    templates ??= writing();
    writeSet(prefix, templates, w, value, outer);
  };
  const codec = (how: () => Reading): object => ({
    shape,
    write,
    read: (src: Source, start: number, end: number, outer?: object) => readSet(how(), src, start, end, outer),
  });
  const picked = (names: readonly string[], instead: Readonly<Record<string, AnyCodec>>): Reading => {
    const replaced = made()
      .filter(row => row.name in instead)
      .map(row => ({ ...row, codec: instead[row.name]! }));
    return reading([...made().filter(row => names.includes(row.name)), ...replaced], false);
  };
  return {
    ...codec(whole),
    pick: (names: readonly string[], instead: Readonly<Record<string, AnyCodec>> = {}) =>
      codec(once(() => picked(names, instead))),
  } as unknown as AttributeSet<T>;
}
