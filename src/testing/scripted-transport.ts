import { setImmediate } from '../socket/clock.js';
import { ClosedError, SyscallError } from '../socket/errors.js';
import type { Datagram, ReceiveFailure, Transport } from '../socket/transport.js';
import type { Delivery } from './expectation.js';
import { splitMessages } from './request.js';
import type { ScriptedKernel } from './scripted-kernel.js';

/** What a released datagram is overwritten with, so that whoever still looks at it notices. */
const SCRIBBLE = 0xa5;

/** One socket of a scripted kernel. */
export class ScriptedTransport implements Transport {
  readonly #kernel: ScriptedKernel;
  readonly #queue: Delivery[] = [];
  readonly #groups = new Set<number>();
  #last: Datagram | undefined;
  #onReadable: (() => void) | undefined;
  #scheduled = false;
  #holders = 0;
  #closed = false;
  #room = 0;
  #nextFailure: number | undefined;

  constructor(
    kernel: ScriptedKernel,
    readonly port: number,
  ) {
    this.#kernel = kernel;
  }

  /** Groups joined. */
  get groups(): ReadonlySet<number> {
    return this.#groups;
  }
  /** How many times it is held: while it is, a kernel's would keep the process alive. */
  get holders(): number {
    return this.#holders;
  }
  get closed(): boolean {
    return this.#closed;
  }
  get watched(): boolean {
    return this.#onReadable !== undefined;
  }
  /** Bytes that `grow` asked for. */
  get room(): number {
    return this.#room;
  }
  /** Datagrams that wait to be received. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** The next `send` fails with this errno, and nothing is sent. */
  failNextSend(errno: number): void {
    this.#nextFailure = errno;
  }

  /** Let it receive this. */
  deliver(delivery: Delivery): void {
    if (this.#closed) return;
    this.#queue.push(delivery);
    this.#notify();
  }

  send(bytes: Uint8Array): void {
    if (this.#closed) throw new ClosedError('send');
    const errno = this.#nextFailure;
    this.#nextFailure = undefined;
    if (errno !== undefined) throw new SyscallError('send', errno, `${bytes.length} bytes`);
    for (const request of splitMessages(bytes)) this.#kernel.take(request, this);
  }

  receive(): Datagram | ReceiveFailure | undefined {
    const delivery = this.#queue.shift();
    this.#last = delivery === undefined || 'errno' in delivery ? undefined : delivery;
    return delivery;
  }

  release(): void {
    this.#last?.bytes.fill(SCRIBBLE);
    this.#last = undefined;
  }

  grow(length: number): void {
    this.#room = Math.max(this.#room, length);
  }

  watch(onReadable: () => void): void {
    this.#onReadable = onReadable;
    this.#notify();
  }

  unwatch(): void {
    this.#onReadable = undefined;
  }

  /** As with the kernel's, the callback comes in a later turn, and again as long as something is there. */
  #notify(): void {
    if (this.#scheduled || this.#onReadable === undefined || this.#queue.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#closed && this.#queue.length > 0) this.#onReadable?.();
      this.#notify();
    });
  }

  hold(): void {
    this.#holders++;
  }

  letGo(): void {
    this.#holders--;
  }

  join(group: number): void {
    this.#groups.add(group);
    this.#kernel.joined(this);
  }

  leave(group: number): void {
    this.#groups.delete(group);
  }

  sibling(): ScriptedTransport {
    return this.#kernel.open();
  }

  close(): void {
    this.#closed = true;
    this.#queue.length = 0;
    this.unwatch();
  }
}
