import { outOfRange } from './errors.js';
import { type ByteOrder, hostByteOrder } from './source.js';

/** NLA_ALIGN and NLMSG_ALIGN: up to the next multiple of four. */
export const align4 = (n: number): number => (n + 3) & ~3;

/** The longest attribute: its length field has 16 bits and counts the 4 bytes of its header. */
const MAX_ATTRIBUTE = 0xffff;

/** So few bytes are written one by one. */
const FEW = 16;

/**
 * Growable output. An attribute is opened, written and closed; closing fills in its length, so nothing
 * is measured before it is written.
 */
export class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  /** The bytes' buffer: a typed array takes 20 ns to say which it is (Node 20). */
  #buffer: ArrayBufferLike;
  #end = 0;
  readonly little: boolean;
  /** Whether the message being written carries NLM_F_REQUEST. */
  request = false;
  /** Attribute sets open around the current position. */
  depth = 0;
  /** Whether the fast ways may be used, which give the same as the simple ones. They know the host's byte order alone. */
  fast: boolean;
  /** From here to the end of the message all is written the simple way. */
  simple = false;

  /** `scratch` is where writing starts; it is replaced by a larger one when it gets too small. */
  constructor(order: ByteOrder = hostByteOrder, scratch: Uint8Array = new Uint8Array(4096)) {
    this.little = order === 'little';
    this.fast = order === hostByteOrder;
    this.#bytes = scratch;
    this.#buffer = scratch.buffer;
    this.#view = new DataView(scratch.buffer, scratch.byteOffset, scratch.byteLength);
  }

  /** How many bytes have been written. */
  get length(): number {
    return this.#end;
  }
  /** What all is written through, and into; others after `reserve`. */
  get view(): DataView {
    return this.#view;
  }
  get room(): Uint8Array {
    return this.#bytes;
  }

  u8(v: number): void {
    const at = this.reserve(1);
    this.#bytes[at] = v;
  }
  u16(v: number, little = this.little): void {
    const at = this.reserve(2);
    this.#view.setUint16(at, v, little);
  }
  u32(v: number, little = this.little): void {
    const at = this.reserve(4);
    this.#view.setUint32(at, v, little);
  }
  u64(v: bigint, little = this.little): void {
    const at = this.reserve(8);
    this.#view.setBigUint64(at, v, little);
  }
  zeros(n: number): void {
    const at = this.reserve(n);
    const bytes = this.#bytes;
    // `fill` and `set` take 50 ns and more however few the bytes are.
    if (n > FEW) bytes.fill(0, at, at + n);
    else for (let i = 0; i < n; i++) bytes[at + i] = 0;
  }
  bytes(v: Uint8Array): void {
    const at = this.reserve(v.length);
    const bytes = this.#bytes;
    if (v.length > FEW) bytes.set(v, at);
    else for (let i = 0; i < v.length; i++) bytes[at + i] = v[i]!;
  }
  /** Text of characters from 1 to 0x7f; returns false, and writes nothing, if it has others. */
  ascii(v: string): boolean {
    const at = this.reserve(v.length);
    const bytes = this.#bytes;
    for (let i = 0; i < v.length; i++) {
      const code = v.charCodeAt(i);
      if (code === 0 || code >= 0x80) {
        this.#end = at;
        return false;
      }
      bytes[at + i] = code;
    }
    return true;
  }

  /** Write a 16-bit or 32-bit number at an earlier position. */
  patch16(at: number, v: number): void {
    this.#view.setUint16(at, v, this.little);
  }
  patch32(at: number, v: number): void {
    this.#view.setUint32(at, v, this.little);
  }

  /** Start an attribute; `close` takes the position this returns. */
  open(type: number): number {
    const at = this.reserve(4);
    this.#view.setUint16(at + 2, type, this.little);
    return at;
  }
  /** End the attribute opened at `at`: fill in its length, pad to four bytes. */
  close(at: number): void {
    const length = this.#end - at;
    if (length > MAX_ATTRIBUTE) throw outOfRange(`${length - 4} bytes; an attribute holds at most 65531`);
    this.#view.setUint16(at, length, this.little);
    this.zeros(align4(length) - length);
  }

  /** A whole attribute of text, with a NUL at its end if `nul` is 1; returns false if `ascii` would. */
  text(type: number, v: string, nul: 0 | 1): boolean {
    const { length } = v;
    const padded = align4(length + nul);
    const at = this.reserve(4 + padded);
    this.#view.setUint16(at, 4 + length + nul, this.little);
    this.#view.setUint16(at + 2, type, this.little);
    if (padded > 0) this.#view.setUint32(at + padded, 0);
    const bytes = this.#bytes;
    for (let i = 0; i < length; i++) {
      const code = v.charCodeAt(i);
      if (code === 0 || code >= 0x80) return false;
      bytes[at + 4 + i] = code;
    }
    return length < MAX_ATTRIBUTE - 4;
  }

  /** Take back everything from `end` on. */
  truncate(end: number): void {
    this.#end = end;
  }

  /** A copy of the bytes in [start, end), by default all of them. */
  copy(start = 0, end = this.#end): Uint8Array {
    return this.#bytes.slice(start, end);
  }

  /** A view of what has been written from `start` on, valid until that is truncated or written again. */
  written(start = 0): Uint8Array {
    return new Uint8Array(this.#buffer, this.#view.byteOffset + start, this.#end - start);
  }

  /** Forget what was written; also after a write that threw half-way. */
  reset(): this {
    this.#end = 0;
    this.depth = 0;
    return this;
  }

  /** Room for `n` bytes, whatever they hold; returns where it is. */
  reserve(n: number): number {
    const at = this.#end;
    if (at + n > this.#bytes.length) this.#grow(at + n);
    this.#end = at + n;
    return at;
  }

  #grow(least: number): void {
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, least));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#buffer = grown.buffer;
    this.#view = new DataView(grown.buffer);
  }
}
