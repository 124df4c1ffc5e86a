import type { Codec } from '../protocol/codec.js';
import { Source } from '../protocol/source.js';

/**
 * The same layout, read from a copy of its bytes. Decoded values may point into the buffer they came in, which many
 * messages share: what is kept for long would keep all of them.
 */
export function detached<T>(codec: Codec<T, never>): Codec<T, never> {
  return {
    ...codec,
    detached: true,
    read(src, start, end, outer) {
      const copy = Buffer.from(src.slice(start, end));
      return codec.read(new Source(copy, src.little ? 'little' : 'big'), 0, copy.length, outer);
    },
  };
}
