import fc from 'fast-check';
import type { AnyCodec, FieldShape, RowShape, Shape } from '../../src/protocol/codec.js';
import { DecodeError } from '../../src/protocol/errors.js';
import { Source } from '../../src/protocol/source.js';

/** How deep generated sets nest: a veth peer holds a whole link again. */
const DEPTH = 6;

type Values = Record<string, unknown>;
/** What else there is to know of the message around a value. */
interface Around {
  readonly request: boolean;
  readonly depth: number;
  /** The fixed header. */
  readonly outer?: Values | undefined;
}

type Leaf = AnyCodec & {
  readonly size?: number;
  readonly layout?: string;
  readonly reserved?: number;
  fromRaw?(raw: never): unknown;
};

/** Values of `codec`, made up from what the tables say it consists of. */
export function generated(codec: AnyCodec, around: Around): fc.Arbitrary<unknown> {
  const shape = codec.shape;
  switch (shape?.is) {
    case 'direction':
      return generated(around.request ? shape.request : shape.reply, around);
    case 'struct':
      return structOf(shape.fields, around);
    case 'array':
      return fc.array(generated(shape.item, around), { minLength: 1, maxLength: 4 });
    case 'message':
      return generated(shape.header, around).chain(header =>
        generated(shape.attrs, { ...around, outer: header as Values }).map(attrs => ({ ...(header as Values), attrs })),
      );
    case 'records':
      return fc.array(recordOf(shape, around), { minLength: 1, maxLength: 3 });
    case 'attributes':
      return isList(shape) ? listOf(shape, around) : setOf(shape, around);
    default:
      return leafOf(codec, around);
  }
}

type Attributes = Extract<Shape, { is: 'attributes' }>;
const isList = (shape: Attributes): boolean => shape.rows.length === 0 && shape.row(0) !== undefined;

const listOf = (shape: Attributes, around: Around): fc.Arbitrary<unknown> =>
  fc.array(generated(shape.row(0)!.layout({})!, deeper(around)), { minLength: 1, maxLength: 3 });

const deeper = (around: Around): Around => ({ ...around, depth: around.depth + 1 });

function recordOf({ header, attrs }: Extract<Shape, { is: 'records' }>, around: Around): fc.Arbitrary<unknown> {
  return fc.tuple(generated(header, around), generated(attrs, deeper(around))).map(([fields, set]) => {
    const { len: _, ...rest } = fields as Values;
    return { ...rest, attrs: set };
  });
}

const structOf = (fields: readonly FieldShape[], around: Around): fc.Arbitrary<unknown> =>
  fc.record(Object.fromEntries(fields.map(({ name, codec }) => [name, generated(codec, around)])));

/** A few attributes in any order, an attribute that another selects only with that one. */
function setOf({ rows }: Attributes, around: Around): fc.Arbitrary<Values> {
  if (around.depth >= DEPTH || rows.length === 0) return fc.constant({});
  const few = fc.shuffledSubarray([...rows], { maxLength: Math.min(rows.length, 8) });
  return few.chain(chosen => choices(chosen, rows, around).chain(siblings => attributesOf(chosen, siblings, around)));
}

/** Values for the siblings that select: one of the names that have a layout, or what the choice is computed from. */
function choices(chosen: readonly RowShape[], rows: readonly RowShape[], around: Around): fc.Arbitrary<Values> {
  const parts: Record<string, fc.Arbitrary<unknown>> = {};
  for (const { selector, variants } of chosen) {
    const selecting = rows.find(({ name }) => name === selector);
    if (selecting === undefined) continue;
    const codec = selecting.layout({}, around.outer);
    parts[selecting.name] =
      codec?.shape?.is === 'struct' ? olderOrWhole(codec.shape.fields, around) : fc.constantFrom(...keysOf(variants));
  }
  return fc.record(parts);
}

/** A struct as it is, or as a kernel has it that lacks the last field. */
const olderOrWhole = (fields: readonly FieldShape[], around: Around): fc.Arbitrary<unknown> =>
  fc.oneof(
    structOf(fields, around),
    structOf(fields.slice(0, -1), around).map(value => ({ ...(value as Values), '#size': fields.at(-1)!.offset })),
  );

const keysOf = (variants: RowShape['variants']): string[] => {
  const keys = Object.keys(variants);
  return keys.length > 0 ? keys : ['none'];
};

/** A set that has this attribute, if one can be made up at all, and what it needs beside it. */
export const setWith = (row: RowShape, rows: readonly RowShape[], around: Around): fc.Arbitrary<Values> =>
  choices([row], rows, around).chain(siblings => attributesOf([row], siblings, around));

function attributesOf(chosen: readonly RowShape[], siblings: Values, around: Around): fc.Arbitrary<Values> {
  const parts: Record<string, fc.Arbitrary<unknown>> = {};
  for (const row of chosen) {
    if (row.name in siblings) continue;
    const codec = row.layout(siblings, around.outer);
    if (codec === undefined) continue;
    const one = generated(codec, deeper(around));
    parts[row.name] = row.many ? fc.array(one, { minLength: 1, maxLength: 3 }) : one;
  }
  return fc.record(parts).map(values => withoutUndefined({ ...siblings, ...values }));
}

const withoutUndefined = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

const range = (bits: number, signed: boolean): fc.Arbitrary<number> =>
  fc.integer(signed ? { min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 } : { min: 0, max: 2 ** bits - 1 });

/** The values that binary-parser's layouts can have. */
const RAW: Readonly<Record<string, fc.Arbitrary<number | bigint>>> = {
  uint8: range(8, false),
  uint16: range(16, false),
  uint32: range(32, false),
  uint16be: range(16, false),
  uint32be: range(32, false),
  int8: range(8, true),
  int16: range(16, true),
  int32: range(32, true),
  uint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  uint64be: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
};

const NAME = fc.string({ minLength: 1, maxLength: 15, unit: fc.constantFrom(...'abcxyz019-_.') });

function leafOf(codec: Leaf, around: Around): fc.Arbitrary<unknown> {
  const raw = RAW[codec.layout ?? ''];
  if (raw !== undefined) return codec.fromRaw ? raw.map(value => codec.fromRaw!(value as never)) : raw;
  if (codec.terminated !== undefined) return NAME;
  return decodable(codec, around);
}

/** Sizes that address, MAC and other codecs without a layout of their own take. */
const SIZES = [0, 1, 2, 4, 6, 8, 16, 20];

/** What random bytes of a fitting size decode to. */
function decodable(codec: Leaf, { request, outer }: Around): fc.Arbitrary<unknown> {
  const read = (bytes: Uint8Array): unknown => {
    const src = new Source(bytes, 'little');
    src.request = request;
    return codec.read(src, 0, bytes.length, outer);
  };
  const reserved = codec.reserved ?? 0;
  const sizes = codec.size === undefined ? SIZES.filter(size => acceptsSome(read, size)) : [codec.size];
  if (sizes.length === 0) return NONE; // what random bytes hardly ever are: a segment routing header
  return fc
    .constantFrom(...sizes)
    .chain(size => fc.uint8Array({ minLength: size - reserved, maxLength: size - reserved }))
    .map(bytes => (reserved === 0 ? bytes : Uint8Array.from([...bytes, ...new Uint8Array(reserved)])))
    .filter(bytes => accepts(read, bytes))
    .map(read);
}

/** For "leave it out". */
const NONE = fc.constant(undefined);

/** Bytes that look random and are the same in every run. */
const PATTERNS = Array.from(
  { length: 16 },
  (_, i) =>
    (at: number): number =>
      (i * 31 + at * 97 * i) & 0xff,
);

const acceptsSome = (read: (bytes: Uint8Array) => unknown, size: number): boolean =>
  PATTERNS.some(pattern =>
    accepts(
      read,
      Uint8Array.from({ length: size }, (_, at) => pattern(at)),
    ),
  );

function accepts(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): boolean {
  try {
    read(bytes);
    return true;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}
