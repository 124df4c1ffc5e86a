import type { AnyCodec, Codec, Decoded, Encodable } from './codec.js';

/** What the kernel takes in one layout and sends in another. */
export function byDirection<const Q extends AnyCodec, const R extends AnyCodec>(
  request: Q,
  reply: R,
): Codec<Decoded<Q> | Decoded<R>, Encodable<Q> | Encodable<R>> {
  return {
    read: (src, start, end, outer) => (src.request ? request : reply).read(src, start, end, outer) as Decoded<Q | R>,
    write: (w, value, outer) => (w.request ? request : reply).write(w, value as never, outer),
    shape: { is: 'direction', request, reply },
  };
}
