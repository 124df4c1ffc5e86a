import type { AddressOf } from './libc.js';
import { MessageHeaders } from './message-headers.js';
import type { Datagram } from './transport.js';

/** The kernel sizes the parts of a dump by the largest buffer that was offered, up to this. */
const LARGEST_PART = 32768;
/** Datagrams share a slab, so that what is kept of them need not be copied. */
const SLAB = 4 * LARGEST_PART;

/** The memory that recvmsg writes into: a slab for the datagrams, and a header. */
export class ReceiveBuffer {
  readonly #headers: MessageHeaders;
  readonly #addressOf: AddressOf;
  #part = LARGEST_PART;
  #slab: Uint8Array = new Uint8Array(0);
  #memory: ArrayBufferLike = this.#slab.buffer;
  #slabAddress = 0;
  #used = 0;
  #last = 0;

  constructor(addressOf: AddressOf, pointerSize: number) {
    this.#addressOf = addressOf;
    this.#headers = new MessageHeaders(1, addressOf, pointerSize);
  }

  /** Address of the `struct msghdr`, prepared for the next call. */
  prepare(): number {
    if (this.#slab.length - this.#used < this.#part) this.#newSlab();
    this.#headers.aim(0, this.#slabAddress + this.#used, this.#slab.length - this.#used);
    this.#headers.prepare(0);
    return this.#headers.address;
  }

  /** What has been received, of `length` bytes: as many of them as there was room for. */
  take(length: number): Datagram {
    const bytes = this.#claim(Math.min(length, this.#slab.length - this.#used));
    return { bytes, length, sender: this.#headers.sender(0), nsid: this.#headers.nsid(0) };
  }

  /** A copy of a datagram that was received elsewhere. */
  copy(bytes: Uint8Array): Uint8Array {
    if (this.#slab.length - this.#used < bytes.length) this.#newSlab();
    this.#slab.set(bytes, this.#used);
    return this.#claim(bytes.length);
  }

  /** Give the room of the last datagram back. */
  release(): void {
    this.#used = this.#last;
  }

  /** Bytes that a datagram may have. */
  get part(): number {
    return this.#part;
  }

  grow(length: number): void {
    this.#part = Math.max(this.#part, length);
  }

  #claim(size: number): Uint8Array {
    const bytes = new Uint8Array(this.#memory, this.#used, size);
    this.#last = this.#used;
    this.#used += (size + 7) & ~7;
    return bytes;
  }

  #newSlab(): void {
    this.#slab = new Uint8Array(Math.max(SLAB, this.#part));
    this.#memory = this.#slab.buffer;
    this.#slabAddress = this.#addressOf(this.#slab);
    this.#used = 0;
  }
}
