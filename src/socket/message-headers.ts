import { hostByteOrder } from '../protocol/source.js';
import { NETLINK_LISTEN_ALL_NSID, SOL_NETLINK } from './constants.js';
import type { AddressOf } from './libc.js';

const NAME_SIZE = 12;
const CONTROL_SIZE = 64;
const little = hostByteOrder === 'little';

/**
 * An array of `struct mmsghdr`, made once and patched for each call: a `struct msghdr` each, with which recvmsg(2) is
 * content, and the length of what recvmmsg(2) received. Numeric addresses make the calls cheap; this object holds the buffers
 * they belong to.
 */
export class MessageHeaders {
  /** Of the first. */
  readonly address: number;
  readonly #pointerSize: number;
  /** Bytes from one to the next: of a `struct msghdr` seven words, and one for the length. */
  readonly #size: number;
  readonly #headers: DataView;
  readonly #vectors: DataView;
  readonly #names: DataView;
  readonly #controls: DataView;

  constructor(
    readonly count: number,
    addressOf: AddressOf,
    pointerSize: number,
  ) {
    const room = (bytes: number): DataView => new DataView(new ArrayBuffer(count * bytes));
    const at = ({ buffer }: DataView): number => addressOf(new Uint8Array(buffer));
    this.#pointerSize = pointerSize;
    this.#size = 8 * pointerSize;
    this.#headers = room(this.#size);
    this.#vectors = room(2 * pointerSize);
    this.#names = room(NAME_SIZE);
    this.#controls = room(CONTROL_SIZE);
    this.address = at(this.#headers);
    const [vectors, names, controls] = [at(this.#vectors), at(this.#names), at(this.#controls)];
    for (let i = 0; i < count; i++) {
      this.#header(i, 0, names + i * NAME_SIZE);
      this.#header(i, 2, vectors + 2 * i * pointerSize);
      this.#header(i, 3, 1);
      this.#header(i, 4, controls + i * CONTROL_SIZE);
    }
  }

  /** Where header `i` is to receive, and how much. */
  aim(i: number, address: number, length: number): void {
    this.#word(this.#vectors, 2 * i, address);
    this.#word(this.#vectors, 2 * i + 1, length);
  }

  /** Fill in what the last call has overwritten. */
  prepare(i: number): void {
    this.#header(i, 1, NAME_SIZE);
    this.#header(i, 5, CONTROL_SIZE);
  }

  /** The length of what recvmmsg(2) received, as it was sent. */
  length(i: number): number {
    return this.#headers.getUint32(i * this.#size + 7 * this.#pointerSize, little);
  }

  /** `nl_pid` of the sender. */
  sender(i: number): number {
    return this.#names.getUint32(i * NAME_SIZE + 4, little);
  }

  /** The namespace id in the control data, if there is one. */
  nsid(i: number): number | undefined {
    const p = this.#pointerSize;
    const at = i * CONTROL_SIZE;
    const length = this.#headers.getUint32(i * this.#size + 5 * p + (little ? 0 : p - 4), little); // it is a small one
    if (length < p + 12) return undefined;
    if (this.#controls.getInt32(at + p, little) !== SOL_NETLINK) return undefined;
    if (this.#controls.getInt32(at + p + 4, little) !== NETLINK_LISTEN_ALL_NSID) return undefined;
    return this.#controls.getInt32(at + p + 8, little);
  }

  #header(i: number, word: number, value: number): void {
    this.#word(this.#headers, 8 * i + word, value);
  }

  /** A pointer or `size_t`. */
  #word(view: DataView, word: number, value: number): void {
    const at = word * this.#pointerSize;
    if (this.#pointerSize === 4) view.setUint32(at, value, little);
    else {
      view.setUint32(at + (little ? 0 : 4), value >>> 0, little);
      view.setUint32(at + (little ? 4 : 0), Math.floor(value / 0x100000000), little);
    }
  }
}
