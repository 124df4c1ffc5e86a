import type { Codec } from './codec.js';
import { DecodeError, refusedWithin, shown, wrongType } from './errors.js';
import type { Scalar } from './scalar.js';
import type { Source } from './source.js';

/** Values of one fixed size, one behind the other, as many as there are. */
export function array<T, In>(item: Scalar<T, In>): Codec<readonly T[], readonly In[]> {
  const { size } = item;
  return {
    shape: { is: 'array', item },
    read(src: Source, start: number, end: number) {
      if ((end - start) % size !== 0)
        throw new DecodeError(`expected a multiple of ${size} bytes, got ${end - start}`, start);
      const out: T[] = [];
      for (let at = start; at < end; at += size) out.push(item.get(src, at));
      return out;
    },
    write: (w, value, outer) => writeEach(value, each => item.write(w, each, outer)),
  };
}

/** Writes the items of a list; an error names the one it is about. */
export function writeEach<In>(list: readonly In[], write: (item: In, index: number) => void): void {
  if (!Array.isArray(list)) throw wrongType(`expected an array, got ${shown(list)}`);
  for (const [i, item] of (list as readonly In[]).entries()) {
    try {
      write(item, i);
    } catch (error) {
      throw refusedWithin(error, String(i));
    }
  }
}
