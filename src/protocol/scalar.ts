import type { Codec } from './codec.js';
import { DecodeError, outOfRange, shown, wrongType } from './errors.js';
import type { Source } from './source.js';
import type { Writer } from './writer.js';

/** The layouts binary-parser calls by these names; `bytes` for everything it has no name for. */
export type RawLayout =
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint16be'
  | 'uint32be'
  | 'uint64be'
  | 'bytes';

/** A value of fixed size: an attribute's payload or a field of a struct. */
export interface Scalar<T, In = T> extends Codec<T, In> {
  /** Bytes. */
  readonly size: number;
  /** Read the value at `at`; the caller has checked that it is all there. */
  get(src: Source, at: number): T;
  /** How binary-parser reads it, and what to make of the raw value. */
  readonly layout: RawLayout;
  /** Absent when the raw value is the value. */
  readonly fromRaw?: (raw: never) => T;
  /** A number as it is, of which every value that `layout` holds may be written. */
  readonly plain?: boolean;
}

/** Completes a scalar: reading an attribute's whole payload. */
export function fixed<T, In>(part: Omit<Scalar<T, In>, 'read'>): Scalar<T, In> {
  const { size, get } = part;
  return {
    ...part,
    read(src, start, end) {
      if (end - start !== size) throw new DecodeError(`expected ${size} bytes, got ${end - start}`, start);
      return get(src, start);
    },
  };
}

function number(
  size: number,
  layout: RawLayout,
  min: number,
  max: number,
  get: (src: Source, at: number) => number,
  put: (w: Writer, value: number) => void,
): Scalar<number> {
  const write = (w: Writer, value: number): void => {
    if (!(value >= min && value <= max && Number.isInteger(value))) throw notInteger(value, min, max);
    put(w, value);
  };
  return fixed({ size, layout, plain: true, get, write });
}

function notInteger(value: unknown, min: number | bigint, max: number | bigint): Error {
  const wanted = `expected an integer from ${min} to ${max}, got ${shown(value)}`;
  return typeof value === typeof max ? outOfRange(wanted) : wrongType(wanted);
}

/** Unsigned 8 bits. */
export const u8 = number(
  1,
  'uint8',
  0,
  0xff,
  (s, at) => s.view.getUint8(at),
  (w, v) => w.u8(v),
);
/** Signed 8 bits. */
export const s8 = number(
  1,
  'int8',
  -0x80,
  0x7f,
  (s, at) => s.view.getInt8(at),
  (w, v) => w.u8(v),
);
/** Unsigned 16 bits, host order. */
export const u16 = number(
  2,
  'uint16',
  0,
  0xffff,
  (s, at) => s.view.getUint16(at, s.little),
  (w, v) => w.u16(v),
);
/** Signed 16 bits, host order. */
export const s16 = number(
  2,
  'int16',
  -0x8000,
  0x7fff,
  (s, at) => s.view.getInt16(at, s.little),
  (w, v) => w.u16(v),
);
/** Unsigned 32 bits, host order. */
export const u32 = number(
  4,
  'uint32',
  0,
  0xffffffff,
  (s, at) => s.view.getUint32(at, s.little),
  (w, v) => w.u32(v),
);
/** Signed 32 bits, host order. */
export const s32 = number(
  4,
  'int32',
  -0x80000000,
  0x7fffffff,
  (s, at) => s.view.getInt32(at, s.little),
  (w, v) => w.u32(v),
);
/** Unsigned 16 bits, network order (`__be16`): a plain number all the same. */
export const be16 = number(
  2,
  'uint16be',
  0,
  0xffff,
  (s, at) => s.view.getUint16(at),
  (w, v) => w.u16(v, false),
);
/** Unsigned 32 bits, network order (`__be32`). */
export const be32 = number(
  4,
  'uint32be',
  0,
  0xffffffff,
  (s, at) => s.view.getUint32(at),
  (w, v) => w.u32(v, false),
);

function big(
  layout: RawLayout,
  min: bigint,
  max: bigint,
  get: (src: Source, at: number) => bigint,
  put: (w: Writer, value: bigint) => void,
): Scalar<bigint, bigint | number> {
  const write = (w: Writer, value: bigint | number): void => {
    const exact = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
    if (typeof exact !== 'bigint' || exact < min || exact > max) throw notInteger(value, min, max);
    put(w, exact);
  };
  return fixed({ size: 8, layout, get, write });
}

/** Unsigned 64 bits, host order: a `bigint`, exact; a safe integer is accepted when writing. */
export const u64 = big(
  'uint64',
  0n,
  2n ** 64n - 1n,
  (s, at) => s.view.getBigUint64(at, s.little),
  (w, v) => w.u64(v),
);
/** Signed 64 bits, host order. */
export const s64 = big(
  'int64',
  -(2n ** 63n),
  2n ** 63n - 1n,
  (s, at) => s.view.getBigInt64(at, s.little),
  (w, v) => w.u64(BigInt.asUintN(64, v)),
);
/** Unsigned 64 bits, network order (`__be64`). */
export const be64 = big(
  'uint64be',
  0n,
  2n ** 64n - 1n,
  (s, at) => s.view.getBigUint64(at),
  (w, v) => w.u64(v, false),
);

/** `inner` followed by `n` reserved bytes, which the kernel wants to be zero. */
export function padded<T, In>(inner: Scalar<T, In>, n: number): Scalar<T, In> & { readonly reserved: number } {
  return {
    ...fixed({
      ...inner,
      plain: false,
      size: inner.size + n,
      write(w: Writer, value: In) {
        inner.write(w, value);
        w.zeros(n);
      },
    }),
    reserved: n,
  };
}

/**
 * NLA_UINT and NLA_SINT's unsigned half: 4 bytes when the number fits, else 8. Decodes to a number from
 * 4 bytes and a `bigint` from 8, and is written back in the width it came in.
 */
export const uint: Codec<number | bigint> = {
  read(src, start, end) {
    return end - start === 8 ? u64.get(src, start) : u32.read(src, start, end);
  },
  write(w, value) {
    if (typeof value === 'bigint') u64.write(w, value);
    else u32.write(w, value);
  },
};

/** NLA_FLAG: there or not, no payload. Only `true` can be written; leave it out for "not". */
export const flag: Codec<true> = {
  read(_src, start, end) {
    if (end !== start) throw new DecodeError(`expected a flag without payload, got ${end - start} bytes`, start);
    return true;
  },
  write(_w, value) {
    if (value !== true) throw wrongType(`expected true (leave it out for false), got ${shown(value)}`);
  },
};

/** Bytes as they are: a view of the received buffer, not a copy. */
export const bytes: Codec<Uint8Array> = {
  read: (src, start, end) => src.slice(start, end),
  write(w, value) {
    if (!(value instanceof Uint8Array)) throw wrongType(`expected a Uint8Array, got ${shown(value)}`);
    w.bytes(value);
  },
};

/** Exactly `size` bytes. Shorter values are filled up with zeros when written. */
export function block(size: number): Scalar<Uint8Array> {
  return fixed({
    size,
    layout: 'bytes',
    get: (src: Source, at: number) => src.slice(at, at + size),
    write(w: Writer, value: Uint8Array) {
      if (!(value instanceof Uint8Array)) throw wrongType(`expected a Uint8Array, got ${shown(value)}`);
      if (value.length > size) throw outOfRange(`expected at most ${size} bytes, got ${value.length}`);
      w.bytes(value);
      w.zeros(size - value.length);
    },
  });
}
