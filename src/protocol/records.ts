import type { AnyCodec, Codec, Decoded, Encodable, Shape } from './codec.js';
import { DecodeError, outOfRange, refusedWithin, shown, wrongType } from './errors.js';
import type { Source } from './source.js';
import type { Fields, Struct } from './struct.js';
import { align4, type Writer } from './writer.js';

/** One of `records`. */
export type RecordOf<H, A> = Omit<Decoded<H>, 'len'> & { attrs: Decoded<A> };
/** One of `records`, to encode. */
export type RecordInput<H, A> = Omit<Encodable<H>, 'len'> & { attrs?: Encodable<A> | undefined };

/** The length field of a record has 16 bits. */
const MAX_RECORD = 0xffff;

/**
 * Records one behind the other, each at a multiple of four: a struct whose first field, `len`, counts the record's
 * bytes, and attributes (`struct rtnexthop`). The length is filled in when writing and left out of the value.
 */
export function records<F extends Fields, A extends AnyCodec>(
  header: Struct<F>,
  attrs: A,
): Codec<readonly RecordOf<Struct<F>, A>[], readonly RecordInput<Struct<F>, A>[]> {
  const shape: Shape = { is: 'records', header, attrs };
  const get = header.get as (src: Source, at: number) => Record<string, unknown>;

  const read = (src: Source, start: number, end: number, outer?: object): unknown[] => {
    const out: unknown[] = [];
    for (let pos = start; pos < end; ) {
      const length = recordLength(src, pos, end, header.size);
      const { len: _, ...record } = get(src, pos);
      record['attrs'] = readAttributes(attrs, src, pos + header.size, pos + length, out.length, outer);
      out.push(record);
      pos += align4(length);
    }
    return out;
  };

  const write = (w: Writer, list: readonly Record<string, unknown>[], outer?: object): void => {
    if (!Array.isArray(list)) throw wrongType(`expected an array, got ${shown(list)}`);
    for (const [i, record] of list.entries()) {
      try {
        writeRecord(w, record, header as AnyCodec, attrs, outer);
      } catch (error) {
        throw refusedWithin(error, String(i));
      }
    }
  };
  return { read, write, shape } as unknown as Codec<
    readonly RecordOf<Struct<F>, A>[],
    readonly RecordInput<Struct<F>, A>[]
  >;
}

/** The checked length of the record at `pos`, whose header has `least` bytes. */
export function recordLength(src: Source, pos: number, end: number, least: number): number {
  const left = end - pos;
  if (left < least) throw new DecodeError(`expected a record of at least ${least} bytes, got ${left}`, pos);
  const length = src.view.getUint16(pos, src.little);
  if (length >= least && length <= left) return length;
  throw new DecodeError(`expected a record length from ${least} to ${left}, got ${length}`, pos);
}

function readAttributes(
  attrs: AnyCodec,
  src: Source,
  start: number,
  end: number,
  index: number,
  outer?: object,
): unknown {
  try {
    return attrs.read(src, start, end, outer);
  } catch (error) {
    throw error instanceof DecodeError ? error.within(`${index}.attrs`) : error;
  }
}

function writeRecord(
  w: Writer,
  record: Record<string, unknown>,
  header: AnyCodec,
  attrs: AnyCodec,
  outer?: object,
): void {
  if (typeof record !== 'object' || record === null) throw wrongType(`expected an object, got ${shown(record)}`);
  if (record['len'] !== undefined) throw wrongType('len: is filled in when writing');
  const at = w.length;
  header.write(w, record as never);
  if (record['attrs'] !== undefined) {
    try {
      attrs.write(w, record['attrs'] as never, outer);
    } catch (error) {
      throw refusedWithin(error, 'attrs');
    }
  }
  const length = w.length - at;
  if (length > MAX_RECORD) throw outOfRange(`${length} bytes; a record holds at most ${MAX_RECORD}`);
  w.patch16(at, length);
}
