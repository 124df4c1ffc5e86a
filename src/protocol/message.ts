import type { AnyCodec, Codec, Decoded, Encodable, Shape } from './codec.js';
import { DecodeError, refusedWithin, shown, wrongType } from './errors.js';
import type { Scalar } from './scalar.js';
import type { Source } from './source.js';
import { whole } from './struct.js';
import { align4, type Writer } from './writer.js';

/** A codec of a fixed header followed by attributes. */
export interface Body<H extends AnyCodec, A extends AnyCodec>
  extends Codec<Decoded<H> & { attrs: Decoded<A> }, Encodable<H> & { attrs?: Encodable<A> | undefined }> {
  readonly header: H & { readonly size: number };
  readonly attrs: A;
}

/**
 * A fixed header and then attributes: the body of every rtnetlink message. The attributes start at the next
 * multiple of four; `attrs` holds them, apart from the header's fields, since both may use the same name.
 */
export function message<H extends Scalar<object, object>, A extends AnyCodec>(headerCodec: H, attrs: A): Body<H, A> {
  const header = whole(headerCodec);
  const gap = align4(header.size) - header.size;
  const shape: Shape = { is: 'message', header, attrs };
  return {
    header,
    attrs,
    shape,
    read(src: Source, start: number, end: number) {
      const out = header.read(src, start, end) as Record<string, unknown>;
      out['attrs'] = readAttributes(src, attrs, Math.min(start + header.size + gap, end), end, out);
      return out;
    },
    write(w: Writer, value: Record<string, unknown>) {
      if (typeof value !== 'object' || value === null) throw wrongType(`expected an object, got ${shown(value)}`);
      header.write(w, value as never);
      if (gap > 0) w.zeros(gap);
      if (value.attrs !== undefined) writeAttributes(w, attrs, value.attrs as never, value);
    },
  } as unknown as Body<H, A>;
}

function writeAttributes(w: Writer, attrs: AnyCodec, value: never, body: object): void {
  try {
    attrs.write(w, value, body);
  } catch (error) {
    throw refusedWithin(error, 'attrs');
  }
}

function readAttributes(src: Source, attrs: AnyCodec, start: number, end: number, body: object): unknown {
  try {
    return attrs.read(src, start, end, body);
  } catch (error) {
    throw error instanceof DecodeError ? error.within('attrs') : error;
  }
}
