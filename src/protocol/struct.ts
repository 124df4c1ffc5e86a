import { Parser } from 'binary-parser';
import type { Codec, Decoded, Encodable, FieldShape, Shape } from './codec.js';
import { DecodeError, outOfRange, refusedWithin, wrongType } from './errors.js';
import { kernelCase } from './names.js';
import { once } from './once.js';
import type { Scalar } from './scalar.js';
import { bytes } from './scalar.js';
import type { Source } from './source.js';
import { type StructWriter, straightLine, straightWriter } from './straight-line.js';
import type { Writer } from './writer.js';

type AnyScalar = Scalar<unknown, never> & { readonly reserved?: number };
/** The fields of a struct, in memory order. */
export type Fields = Readonly<Record<string, AnyScalar>>;
type Values<F extends Fields> = { [K in keyof F]: Decoded<F[K]> };
type Input<F extends Fields> = { [K in keyof F]?: Encodable<F[K]> | undefined };

/** What a struct keeps of bytes that do not have the size this library knows. */
export interface Odd {
  /** Bytes behind the fields known here: a newer kernel's. Written back as they are. */
  '#tail'?: Uint8Array;
  /** Bytes of the fields that are there, of a struct from an older kernel whose last fields are missing. */
  '#size'?: number;
}

/** A C struct: fixed fields in memory order. */
export interface Struct<F extends Fields> extends Scalar<Values<F> & Odd, Input<F> & Odd> {
  readonly shape: Extract<Shape, { is: 'struct' }>;
}

/** How a struct is read. */
export interface StructOptions {
  /**
   * Read field by field instead of with the layout compiled by binary-parser: for structs on hot paths, since each
   * call of a compiled layout costs about a microsecond. A test holds that both read every fixture alike.
   */
  hot?: boolean;
  /** Fields whose name in the header does not follow from theirs here. */
  cNames?: Readonly<Record<string, string>>;
}

/**
 * A C struct. `cName` and `prefix` are what the header calls it and what its fields start with
 * (`ifinfomsg`, `ifi_`). Fields left out when writing are zero. A longer one than known here keeps its tail, a
 * shorter one lacks its last fields: the kernel appends to some structs from version to version.
 */
export function struct<const F extends Fields>(
  cName: string,
  prefix: string,
  fields: F,
  { hot = false, cNames = {} }: StructOptions = {},
): Struct<F> {
  const list = once(() => layOut(prefix, fields, cNames));
  const codecs = Object.values(fields);
  const size = codecs.reduce((sum, codec) => sum + codec.size, 0);
  const compiled: Partial<Record<'little' | 'big', (bytes: Uint8Array) => Record<string, unknown>>> = {};

  const direct = hot || codecs.some(codec => codec.shape !== undefined);
  const readers = { little: hotReader(list, true), big: hotReader(list, false) };
  const get = (src: Source, at: number): Record<string, unknown> => {
    if (direct) return (src.little ? readers.little : readers.big)(src, at);
    const parse = (compiled[src.little ? 'little' : 'big'] ??= compile(list(), src.little));
    return parse(src.slice(at, at + size));
  };

  const read = (src: Source, start: number, end: number): Record<string, unknown> => {
    const given = end - start;
    if (given >= size) {
      const value = get(src, start);
      if (given > size) value['#tail'] = src.slice(start + size, end);
      return value;
    }
    return readShort(list(), src, start, end);
  };

  let writes = 0;
  let fast: StructWriter | undefined;
  const write = (w: Writer, value: Record<string, unknown>): void => {
    if (typeof value !== 'object' || value === null)
      throw wrongType(`expected an object with ${Object.keys(fields).join(', ')}`);
    if (fast !== undefined && !w.simple && attempt(w, fast, value)) return;
    if (++writes === WARM) fast = straightWriter(list(), size);
    for (const name in value) if (!Object.hasOwn(fields, name)) unknownField(cName, name);
    const from = w.length;
    writeFields(list(), w, value);
    if (value['#size'] !== undefined) shrink(w, from, size, value['#size'] as number);
    if (value['#tail'] !== undefined) bytes.write(w, value['#tail'] as Uint8Array);
  };

  const shape: Shape = {
    is: 'struct',
    cName,
    size,
    get fields() {
      return list();
    },
  };
  return { size, layout: 'bytes', get, read, write, shape } as unknown as Struct<F>;
}

interface Field extends FieldShape {
  readonly codec: AnyScalar;
}

function layOut(prefix: string, fields: Fields, cNames: Readonly<Record<string, string>>): Field[] {
  let offset = 0;
  return Object.entries(fields).map(([name, codec]) => {
    const field = {
      name,
      cName: cNames[name] ?? prefix + kernelCase(name).toLowerCase(),
      offset,
      size: codec.size,
      codec,
    };
    offset += codec.size;
    return field;
  });
}

function readFields(list: readonly Field[], src: Source, at: number, count: number): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (let i = 0; i < count; i++) {
    const field = list[i]!;
    out[field.name] = field.codec.get(src, at + field.offset);
  }
  return out;
}

/** Reads after which it pays to generate a straight-line reader: making one takes as long as some hundred reads. */
const WARM = 100;

/** Reads field by field, and in a straight line once that pays. Both give the same; `src.simple` keeps to the first. */
function hotReader(
  list: () => readonly Field[],
  little: boolean,
): (src: Source, at: number) => Record<string, unknown> {
  let reads = 0;
  let fast: ReturnType<typeof straightLine>;
  return (src, at) => {
    if (fast !== undefined && !src.simple) return fast(src, at);
    if (++reads === WARM) fast = straightLine(list(), little);
    return readFields(list(), src, at, list().length);
  };
}

/** A message's body is its header's fields and its attributes in one object, so `attrs` is let through. */
function unknownField(cName: string, name: string): void {
  if (name !== 'attrs' && name[0] !== '#') throw wrongType(`struct ${cName} has no field ${name}`);
}

/** The fields that are wholly there; what is left of a field cut in two is kept as the tail. */
function readShort(list: readonly Field[], src: Source, start: number, end: number): Record<string, unknown> {
  const missing = list.findIndex(field => field.offset + field.size > end - start);
  const size = list[missing]!.offset;
  const value: Record<string, unknown> = { ...readFields(list, src, start, missing), '#size': size };
  if (start + size < end) value['#tail'] = src.slice(start + size, end);
  return value;
}

/** A short struct is written as short as it came, so that it survives a round trip. */
function shrink(w: Writer, from: number, size: number, wanted: number): void {
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > size) throw outOfRange(`#size: expected 0 to ${size}`);
  w.truncate(from + wanted);
}

/** What the straight line stumbles over, the simple way stumbles over too, and says which field it was. */
function attempt(w: Writer, fast: StructWriter, value: Record<string, unknown>): boolean {
  const start = w.length;
  try {
    if (fast(w, value)) return true;
  } catch {
    // comes again
  }
  w.truncate(start);
  return false;
}

/** Fields left out are zero. */
function writeFields(list: readonly Field[], w: Writer, value: Record<string, unknown>): void {
  for (let i = 0; i < list.length; i++) {
    const { name, codec } = list[i]!;
    const given = value[name] ?? undefined;
    if (given === undefined) {
      w.zeros(codec.size);
      continue;
    }
    try {
      codec.write(w, given as never);
    } catch (error) {
      throw refusedWithin(error, name);
    }
  }
}

/**
 * The struct as a binary-parser layout, compiled at first use. binary-parser deletes a bookkeeping key from the
 * object it returns, which makes V8 keep that object as a dictionary; an object nested in it is left alone.
 */
function compile(list: readonly Field[], little: boolean): (bytes: Uint8Array) => Record<string, unknown> {
  const layout = new Parser().endianness(little ? 'little' : 'big');
  for (const { name, codec } of list) declare(layout, name, codec);
  const parser = new Parser().nest('value', { type: layout });
  const mapped = list.filter(field => field.codec.fromRaw !== undefined);
  return input => {
    const value = (parser.parse(input) as { value: Record<string, unknown> }).value;
    for (const { name, codec } of mapped) value[name] = codec.fromRaw!(value[name] as never);
    return value;
  };
}

function declare(layout: Parser, name: string, codec: AnyScalar): void {
  const reserved = codec.reserved ?? 0;
  if (codec.layout === 'bytes') layout.buffer(name, { length: codec.size - reserved });
  else layout[codec.layout](name);
  if (reserved > 0) layout.seek(reserved);
}

/** Fails unless all of a struct is there: for the fixed headers of messages. */
export function whole<T, In>(codec: Scalar<T, In>): Codec<T, In> & { readonly size: number } {
  return {
    ...codec,
    read(src, start, end) {
      if (end - start < codec.size)
        throw new DecodeError(`expected a header of ${codec.size} bytes, got ${end - start}`, start);
      return codec.get(src, start);
    },
  };
}
