import { NLMSG_ERROR } from '../protocol/control.js';
import { NLMSG_HDRLEN } from '../protocol/header.js';
import { Source } from '../protocol/source.js';
import { align4 } from '../protocol/writer.js';
import { parseExchange, type Recorded } from './exchange-text.js';
import type { Delivery } from './expectation.js';
import { type ReceivedRequest, splitMessages } from './request.js';
import { ScriptedKernel } from './scripted-kernel.js';

type Received = Extract<Recorded, { what: 'receive' | 'fail' }>;

/** A request of the exchange, and what was received before the next one that this does not answer. */
interface Replayed {
  readonly socket: number;
  readonly request: ReceivedRequest;
  readonly received: Received[];
}

/**
 * A scripted kernel that expects the requests of a recorded exchange, in the same order, and answers them with what was
 * received then. Sequence numbers and ports are put in place. A notification comes when the request before it has been
 * answered; one that came before any request, when its socket joins a group. Bytes are as the recording machine's: one
 * of the other byte order cannot replay them.
 */
export function replay(text: string): ScriptedKernel {
  const kernel = new ScriptedKernel();
  const replayed: Replayed[] = [];
  for (const each of parseExchange(text)) {
    if (each.what === 'send') {
      for (const request of splitMessages(each.bytes)) replayed.push({ socket: each.socket, request, received: [] });
    } else if (each.what === 'receive' || each.what === 'fail') {
      const before = precedingRequest(replayed, each);
      if (before !== undefined) before.received.push(each);
      else kernel.deliverOnJoin(each.socket, delivery(each));
    }
  }
  for (const each of replayed) kernel.expect(each.request.bytes).deliver(now => answer(kernel, each, now));
  return kernel;
}

/** The request that a datagram answers, by its first message; for all else the latest one of its socket, or of any. */
function precedingRequest(replayed: readonly Replayed[], received: Received): Replayed | undefined {
  const own = replayed.filter(({ socket }) => socket === received.socket);
  const answered = received.what === 'receive' ? sequenceAt(received.bytes) : undefined;
  return own.find(({ request }) => request.message.sequence === answered) ?? own.at(-1) ?? replayed.at(-1);
}

function sequenceAt(datagram: Uint8Array): number | undefined {
  if (datagram.length < NLMSG_HDRLEN) return undefined;
  const { view, little } = new Source(datagram);
  return view.getUint32(8, little);
}

/** What the socket that asked is to receive; what another one received meanwhile goes there. */
function answer(kernel: ScriptedKernel, { socket, request, received }: Replayed, now: ReceivedRequest): Delivery[] {
  for (const each of received) {
    if (each.socket === socket) continue;
    kernel.sockets[each.socket - 1]?.deliver(delivery(each));
  }
  return received
    .filter(each => each.socket === socket)
    .map(each => ('bytes' in each ? { ...each, bytes: readdressed(each.bytes, request, now) } : each))
    .map(delivery);
}

function delivery(received: Received): Delivery {
  if (received.what === 'fail') return { errno: received.errno };
  const { bytes, length, sender, nsid } = received;
  return { bytes: bytes.slice(), length, sender, nsid };
}

/** The same bytes, with the sequence number and port of the request that they answer now. */
function readdressed(bytes: Uint8Array, then: ReceivedRequest, now: ReceivedRequest): Uint8Array {
  const src = new Source(bytes.slice());
  const { view, little } = src;
  for (let at = 0; at + NLMSG_HDRLEN <= bytes.length; ) {
    readdress(src, at, then, now);
    if (view.getUint16(at + 4, little) === NLMSG_ERROR) readdress(src, at + NLMSG_HDRLEN + 4, then, now);
    at += Math.max(NLMSG_HDRLEN, align4(view.getUint32(at, little)));
  }
  return src.bytes;
}

function readdress({ view, little }: Source, at: number, then: ReceivedRequest, now: ReceivedRequest): void {
  if (at + NLMSG_HDRLEN > view.byteLength) return;
  const { sequence, port } = then.message;
  if (view.getUint32(at + 8, little) === sequence) view.setUint32(at + 8, now.message.sequence, little);
  if (view.getUint32(at + 12, little) === port) view.setUint32(at + 12, now.message.port, little);
}
