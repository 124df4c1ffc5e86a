import type { Datagram, ReceiveFailure, Transport, TransportOptions } from '../socket/transport.js';
import { formatExchange, type Recorded } from './exchange-text.js';

/**
 * Records what goes over real sockets, to be replayed in tests:
 *
 * ```ts
 * const recording = new Recording();
 * await using ip = open({ transport: recording.of(new KernelTransport()) });
 * await ip.link.list();
 * writeFileSync('links.exchange', recording.toString());
 * ```
 */
export class Recording {
  /** What has happened so far, in order. */
  readonly exchange: Recorded[] = [];
  #sockets = 0;

  /** A transport that does what `transport` does and is recorded, as are the siblings it opens. */
  of(transport: Transport): Transport {
    const socket = ++this.#sockets;
    this.exchange.push({ socket, what: 'open', port: transport.port });
    return new RecordedTransport(this, socket, transport);
  }

  /** The text of a fixture; `comment` says what it shows and where it comes from. */
  toString(comment?: string): string {
    return formatExchange(this.exchange, comment);
  }
}

class RecordedTransport implements Transport {
  readonly port: number;
  readonly receiveBuffer: number | undefined;
  readonly inside?: <T>(fn: () => T) => T;
  readonly openNamespace?: () => number | undefined;
  readonly ioctl?: (request: number, argument: Uint8Array) => void;
  readonly #recording: Recording;
  readonly #socket: number;
  readonly #transport: Transport;

  constructor(recording: Recording, socket: number, transport: Transport) {
    this.port = transport.port;
    this.receiveBuffer = transport.receiveBuffer;
    if (transport.inside !== undefined) this.inside = fn => transport.inside!(fn);
    if (transport.openNamespace !== undefined) this.openNamespace = () => transport.openNamespace!();
    if (transport.ioctl !== undefined) this.ioctl = (request, argument) => transport.ioctl!(request, argument);
    this.#recording = recording;
    this.#socket = socket;
    this.#transport = transport;
  }

  /** Recorded even if it fails: the kernel may have seen it. Replayed, it is not answered. */
  send(bytes: Uint8Array): void {
    this.#recording.exchange.push({ socket: this.#socket, what: 'send', bytes: bytes.slice() });
    this.#transport.send(bytes);
  }

  receive(): Datagram | ReceiveFailure | undefined {
    const received = this.#transport.receive();
    if (received === undefined) return undefined;
    const socket = this.#socket;
    if ('errno' in received) this.#recording.exchange.push({ socket, what: 'fail', errno: received.errno });
    else {
      const { length, sender, nsid } = received;
      this.#recording.exchange.push({ socket, what: 'receive', bytes: received.bytes.slice(), length, sender, nsid });
    }
    return received;
  }

  join(group: number): void {
    this.#transport.join(group);
    this.#recording.exchange.push({ socket: this.#socket, what: 'join', group });
  }

  leave(group: number): void {
    this.#transport.leave(group);
    this.#recording.exchange.push({ socket: this.#socket, what: 'leave', group });
  }

  sibling(options?: TransportOptions): Transport {
    return this.#recording.of(this.#transport.sibling(options));
  }

  release(): void {
    this.#transport.release();
  }
  grow(length: number): void {
    this.#transport.grow(length);
  }
  watch(onReadable: () => void): void {
    this.#transport.watch(onReadable);
  }
  unwatch(): void {
    this.#transport.unwatch();
  }
  hold(): void {
    this.#transport.hold();
  }
  letGo(): void {
    this.#transport.letGo();
  }
  close(): void {
    this.#transport.close();
  }
}
