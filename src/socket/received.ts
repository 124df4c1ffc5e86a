import type { Codec } from '../protocol/codec.js';
import { DecodeError } from '../protocol/errors.js';
import { decodeMessageAt, type Message, typeName } from '../protocol/frame.js';
import { NLMSG_HDRLEN } from '../protocol/header.js';
import type { Source } from '../protocol/source.js';

/** A message that the kernel sent to a multicast group, decoded when it is asked for. */
export class Received {
  readonly kind = 'message';
  readonly #src: Source;
  readonly #at: number;
  readonly #length: number;
  #message: Message | undefined;

  /** The message of `length` bytes at `at`, whose length has been checked. */
  constructor(
    src: Source,
    at: number,
    length: number,
    /** With `listenAllNamespaces`: id of the namespace it is about; undefined for the socket's own. */
    readonly nsid: number | undefined,
  ) {
    this.#src = src;
    this.#at = at;
    this.#length = length;
  }

  /** RTM_* */
  get type(): number {
    return this.#src.view.getUint16(this.#at + 4, this.#src.little);
  }

  /** NLM_F_*: of what the kernel announces, NLM_F_REPLACE and the like, as they were in the request. */
  get flags(): number {
    return this.#src.view.getUint16(this.#at + 6, this.#src.little);
  }

  /** All of it. Throws DecodeError. */
  get message(): Message {
    this.#message ??= decodeMessageAt(this.#src, this.#at, this.#length);
    return this.#message;
  }

  /** Its body as `codec` reads it. Throws DecodeError. */
  read<T>(codec: Codec<T, never>): T {
    const src = this.#src;
    src.request = false;
    src.depth = 0;
    try {
      return codec.read(src, this.#at + NLMSG_HDRLEN, this.#at + this.#length);
    } catch (error) {
      throw error instanceof DecodeError ? error.within(typeName(this.type)) : error;
    }
  }
}
