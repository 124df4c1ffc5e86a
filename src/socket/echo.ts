import type { Codec } from '../protocol/codec.js';
import { NLMSG_HDRLEN } from '../protocol/header.js';

/** A message by which the kernel says what a request changed (NLM_F_ECHO). */
export interface Echo<T> {
  /** NLM_F_REPLACE, NLM_F_CREATE …: how it was changed. */
  readonly flags: number;
  readonly body: T;
}

/** Reads an answer together with the flags in the header before it. */
export const echo = <T>(codec: Codec<T, never>): Codec<Echo<T>, never> => ({
  read: (src, start, end) => ({
    flags: src.view.getUint16(start - NLMSG_HDRLEN + 6, src.little),
    body: codec.read(src, start, end),
  }),
  write() {
    throw new TypeError('an echo is not sent');
  },
});
