/** How numbers that are not expressly big-endian lie in memory. Netlink speaks the host's order. */
export type ByteOrder = 'little' | 'big';

/** The order of the machine this runs on: the one place that finds out. */
export const hostByteOrder: ByteOrder = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'little' : 'big';

/** How deep attributes may nest before a message is refused: the kernel's own nesting stays below 10. */
export const MAX_DEPTH = 64;

const STACK: unknown[] = new Array(1024).fill(undefined);

/** The bytes being decoded, with the one DataView that reads them. */
export class Source {
  readonly view: DataView;
  /** The bytes' buffer: a typed array takes 20 ns to say which it is (Node 20). */
  readonly #buffer: ArrayBufferLike;
  readonly little: boolean;
  /** Whether the message being read carries NLM_F_REQUEST. */
  request = false;
  /** Attribute sets open around the current position. */
  depth = 0;
  /** Decode in the simple way only; the fast ways must give the same. */
  simple = false;
  /**
   * Values of the attribute sets open around the current position, outermost first; `top` are in use. One for all, since
   * decoding is never interrupted and growing a new one for each message takes longer than decoding it.
   */
  readonly stack = STACK;
  top = 0;

  constructor(
    readonly bytes: Uint8Array,
    order: ByteOrder = hostByteOrder,
  ) {
    this.#buffer = bytes.buffer;
    this.view = new DataView(this.#buffer, bytes.byteOffset, bytes.byteLength);
    this.little = order === 'little';
  }

  /** A view of the bytes in [start, end): not a copy. */
  slice(start: number, end: number): Uint8Array {
    return new Uint8Array(this.#buffer, this.view.byteOffset + start, end - start);
  }
}
