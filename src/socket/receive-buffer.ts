import { hostByteOrder } from '../protocol/source.js';
import { NETLINK_LISTEN_ALL_NSID, SOL_NETLINK } from './constants.js';
import type { AddressOf } from './libc.js';

/** The kernel sizes the parts of a dump by the largest buffer that was offered, up to this. */
const LARGEST_PART = 32768;
/** Datagrams share a slab, so that what is kept of them need not be copied. */
const SLAB = 4 * LARGEST_PART;
const CONTROL_SIZE = 64;
const little = hostByteOrder === 'little';

/**
 * The memory that recvmsg writes into: a slab for the datagrams, and one `struct msghdr` with its address and
 * control data, made once and patched for each call. Numeric addresses make the call cheap; this object holds the
 * buffers they belong to.
 */
export class ReceiveBuffer {
  /** Address of the `struct msghdr`. */
  readonly messageAddress: number;
  readonly #pointerSize: number;
  readonly #message: DataView;
  readonly #vector: DataView;
  readonly #name = new DataView(new ArrayBuffer(12));
  readonly #control = new DataView(new ArrayBuffer(CONTROL_SIZE));
  readonly #addressOf: AddressOf;
  #part = LARGEST_PART;
  #slab: Uint8Array = new Uint8Array(0);
  #memory: ArrayBufferLike = this.#slab.buffer;
  #slabAddress = 0;
  #used = 0;
  #last = 0;

  constructor(addressOf: AddressOf, pointerSize: number) {
    this.#addressOf = addressOf;
    this.#pointerSize = pointerSize;
    this.#message = new DataView(new ArrayBuffer(7 * pointerSize));
    this.#vector = new DataView(new ArrayBuffer(2 * pointerSize));
    const at = (view: DataView): number => addressOf(new Uint8Array(view.buffer));
    this.messageAddress = at(this.#message);
    this.#word(this.#message, 0, at(this.#name));
    this.#word(this.#message, 2 * pointerSize, at(this.#vector));
    this.#word(this.#message, 3 * pointerSize, 1);
    this.#word(this.#message, 4 * pointerSize, at(this.#control));
  }

  /** Fill in what differs from call to call, and what the last call has overwritten. */
  prepare(): void {
    if (this.#slab.length - this.#used < this.#part) this.#newSlab();
    const p = this.#pointerSize;
    this.#word(this.#vector, 0, this.#slabAddress + this.#used);
    this.#word(this.#vector, p, this.#slab.length - this.#used);
    this.#word(this.#message, p, this.#name.byteLength);
    this.#word(this.#message, 5 * p, CONTROL_SIZE);
  }

  /** The first `length` bytes received, or as many of them as there was room for. */
  take(length: number): Uint8Array {
    const size = Math.min(length, this.#slab.length - this.#used);
    const bytes = new Uint8Array(this.#memory, this.#used, size);
    this.#last = this.#used;
    this.#used += (size + 7) & ~7;
    return bytes;
  }

  /** Give the room of the last datagram back. */
  release(): void {
    this.#used = this.#last;
  }

  grow(length: number): void {
    this.#part = Math.max(this.#part, length);
  }

  /** `nl_pid` of the sender. */
  get sender(): number {
    return this.#name.getUint32(4, little);
  }

  /** The namespace id in the control data, if there is one. */
  get nsid(): number | undefined {
    const p = this.#pointerSize;
    const length = this.#message.getUint32(5 * p + (little ? 0 : p - 4), little); // it is a small one
    if (length < p + 12) return undefined;
    if (this.#control.getInt32(p, little) !== SOL_NETLINK) return undefined;
    if (this.#control.getInt32(p + 4, little) !== NETLINK_LISTEN_ALL_NSID) return undefined;
    return this.#control.getInt32(p + 8, little);
  }

  #newSlab(): void {
    this.#slab = new Uint8Array(Math.max(SLAB, this.#part));
    this.#memory = this.#slab.buffer;
    this.#slabAddress = this.#addressOf(this.#slab);
    this.#used = 0;
  }

  /** A pointer or `size_t`. */
  #word(view: DataView, at: number, value: number): void {
    if (this.#pointerSize === 4) view.setUint32(at, value, little);
    else {
      view.setUint32(at + (little ? 0 : 4), value >>> 0, little);
      view.setUint32(at + (little ? 4 : 0), Math.floor(value / 0x100000000), little);
    }
  }
}
