import type { Codec } from '../../protocol/codec.js';
import { detached } from '../../socket/detached.js';

/**
 * Reads what a monitor keeps and hands out: from a copy of its bytes, and read-only, since the next state is compared with
 * it. `make` makes the object of what was decoded.
 */
export function lasting<T extends object, M = T>(body: Codec<M, never>, make: (message: M) => T): Codec<T, never> {
  return detached<T>({
    read: (src, start, end) => frozen(make(frozen(body.read(src, start, end)))),
    write() {
      throw new TypeError('what the kernel said of an object cannot be sent; send a message');
    },
  });
}

/** The same value, of which nothing can be changed any more but its bytes. */
export function frozen<T>(value: T): T {
  if (Object.isFrozen(value)) return value;
  // `for … in` asks V8 for no list of its own, which takes longer than the freezing.
  for (const name in value) {
    const part = value[name];
    if (typeof part === 'object' && part !== null && !ArrayBuffer.isView(part)) frozen(part);
  }
  return Object.freeze(value);
}
