import { writeEach } from './array.js';
import { wireForm } from './attribute-rows.js';
import type { Codec, RowShape, Shape } from './codec.js';
import { DecodeError } from './errors.js';
import { badLength, leftOver, NLA_HDRLEN, NLA_TYPE_MASK, tooDeep } from './nla.js';
import { MAX_DEPTH, type Source } from './source.js';
import { align4 } from './writer.js';

/**
 * A list as attributes numbered 0, 1, 2, …: IFLA_BOND_ARP_IP_TARGET. A list that is numbered otherwise keeps its
 * numbers under `wireForm`, so that it survives a round trip.
 */
export function indexed<T, In>(item: Codec<T, In>): Codec<readonly T[], readonly In[]> {
  const row = (type: number): RowShape => ({
    kernelName: `[${type}]`,
    name: String(type),
    type,
    many: false,
    layout: () => item,
    variants: { '': item },
  });
  const shape: Shape = { is: 'attributes', prefix: '', rows: [], row };
  return {
    shape,
    read: (src, start, end, outer) => readList(item, src, start, end, outer),
    write(w, list, outer) {
      const types = (list as Numbered | undefined)?.[wireForm];
      writeEach(list, (value, i) => {
        const at = w.open(types?.[i] ?? i);
        item.write(w, value, outer);
        w.close(at);
      });
    },
  };
}

type Numbered = readonly unknown[] & { readonly [wireForm]?: readonly number[] };

function readList<T>(item: Codec<T, never>, src: Source, start: number, end: number, outer?: object): readonly T[] {
  if (++src.depth > MAX_DEPTH) throw tooDeep(start);
  const out: T[] = [];
  const types: number[] = [];
  let pos = start;
  while (end - pos >= NLA_HDRLEN) {
    const length = src.view.getUint16(pos, src.little);
    if (length < NLA_HDRLEN || pos + length > end) throw badLength(length, pos, end);
    const type = src.view.getUint16(pos + 2, src.little);
    out.push(readItem(item, src, pos + NLA_HDRLEN, pos + length, type & NLA_TYPE_MASK, outer));
    types.push(type);
    pos += align4(length);
  }
  if (pos < end) throw leftOver(pos, end);
  src.depth--;
  return types.every((type, i) => type === i) ? out : Object.assign(out, { [wireForm]: types });
}

function readItem<T>(item: Codec<T, never>, src: Source, start: number, end: number, type: number, outer?: object): T {
  try {
    return item.read(src, start, end, outer);
  } catch (error) {
    throw error instanceof DecodeError ? error.within(String(type)) : error;
  }
}
