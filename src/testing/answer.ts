import type { Encodable } from '../protocol/codec.js';
import { type Extack, type extackAttrs, NLMSG_DONE, NLMSG_ERROR } from '../protocol/control.js';
import { appendMessage, type MessageInput } from '../protocol/frame.js';
import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLM_F_DUMP_INTR, NLM_F_MULTI } from '../protocol/header.js';
import { offsetOf } from '../protocol/request-path.js';
import { Writer } from '../protocol/writer.js';
import { ERRNO, type ErrnoName } from '../socket/errno.js';
import type { ReceivedRequest } from './request.js';
import { ScriptError } from './script-error.js';

/** An extended acknowledgement, as the kernel would add it. */
export interface ScriptedExtack extends Omit<Encodable<typeof extackAttrs>, keyof Extack & `#${string}`> {
  /** The attribute of the request that it points at, `linkinfo.data.peer.attrs.mtu`; fills in `offs`. */
  at?: string | undefined;
}

/** How a dump is answered. */
export interface DumpAnswer {
  /** Messages in each datagram, the final NLMSG_DONE counted; by default as many as make two datagrams. */
  perDatagram?: number | undefined;
  /** Mark a message in the middle as the kernel does when the table changed meanwhile. */
  interrupted?: boolean | undefined;
  /** How it ended, if not well: NLMSG_DONE carries it. */
  error?: ErrnoName | number | undefined;
  /** What NLMSG_DONE carries besides. */
  extack?: ScriptedExtack | undefined;
}

/** The number of an error given by name or number. */
export function errnoNumber(error: ErrnoName | number): number {
  const number = typeof error === 'number' ? error : ERRNO[error]?.[0];
  if (Number.isInteger(number) && number > 0) return number;
  throw new TypeError(`expected the name of an error like 'EEXIST' or its number, got ${String(error)}`);
}

/** The messages as one datagram; sequence and port are the request's unless the message has its own. */
export function datagramOf(messages: readonly MessageInput[], { message }: ReceivedRequest): Uint8Array {
  const { sequence, port } = message;
  return encodeAll(messages.map(each => ({ sequence, port, ...each })));
}

/** The messages as one datagram. */
export function encodeAll(messages: readonly MessageInput[]): Uint8Array {
  const w = new Writer();
  for (const each of messages) appendMessage(w, each);
  return w.copy();
}

/** NLMSG_ERROR, which acknowledges if `errno` is 0. It repeats only the request's header: NETLINK_CAP_ACK is on. */
export function errorMessage(
  errno: number,
  extack: ScriptedExtack | undefined,
  request: ReceivedRequest,
): MessageInput {
  const { type, flags, sequence: seq, port: pid } = request.message;
  const attrs = extack && extackOf(extack, request);
  return {
    type: NLMSG_ERROR,
    flags: NLM_F_CAPPED | (attrs === undefined ? 0 : NLM_F_ACK_TLVS),
    body: { error: -errno, msg: { len: request.bytes.length, type, flags, seq, pid }, attrs },
  };
}

function extackOf({ at, ...extack }: ScriptedExtack, { bytes }: ReceivedRequest): Encodable<typeof extackAttrs> {
  if (at === undefined) return extack;
  const offs = offsetOf(bytes, at);
  if (offs === undefined) throw new ScriptError(`the request has no attribute ${at} that an error could point at`);
  return { ...extack, offs };
}

/** The datagrams of a dump. */
export function dumpDatagrams(
  messages: readonly MessageInput[],
  { perDatagram, interrupted = false, error, extack }: DumpAnswer,
  request: ReceivedRequest,
): Uint8Array[] {
  const done: MessageInput = {
    type: NLMSG_DONE,
    flags: extack === undefined ? 0 : NLM_F_ACK_TLVS,
    body: { error: error === undefined ? 0 : -errnoNumber(error), attrs: extack && extackOf(extack, request) },
  };
  const parts = [...messages, done].map(each => ({ ...each, flags: (each.flags ?? 0) | NLM_F_MULTI }));
  if (interrupted) parts[messages.length >> 1]!.flags |= NLM_F_DUMP_INTR;
  const size = perDatagram ?? Math.ceil(parts.length / 2);
  if (!(Number.isInteger(size) && size > 0))
    throw new RangeError(`perDatagram: expected 1 or more, got ${perDatagram}`);
  const count = Math.ceil(parts.length / size);
  return Array.from({ length: count }, (_, i) => datagramOf(parts.slice(i * size, (i + 1) * size), request));
}
