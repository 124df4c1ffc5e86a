import {
  doneBody,
  type Extack,
  errorBody,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_NOOP,
  NLMSG_OVERRUN,
} from '../protocol/control.js';
import { DecodeError } from '../protocol/errors.js';
import { NLM_F_ACK_TLVS, NLM_F_DUMP_INTR, NLM_F_MULTI, NLMSG_HDRLEN } from '../protocol/header.js';
import type { Source } from '../protocol/source.js';
import { OverrunError } from './errors.js';
import type { Exchange } from './exchange.js';
import { log } from './log.js';

/** How a request ended: well if `errno` is 0. */
export interface Verdict {
  /** Positive, as in errno.h. */
  readonly errno: number;
  readonly extack: Extack;
  /** Whether something that was decoded still refers to the message. */
  readonly keep: boolean;
}

const ACKNOWLEDGED: Verdict = { errno: 0, extack: {}, keep: false };
const REPLIED = {
  attached: { errno: 0, extack: {}, keep: true },
  detached: { errno: 0, extack: {}, keep: false },
} satisfies Record<string, Verdict>;
/** Bytes of NLMSG_ERROR that say all if nothing is added to it: the number and a header. */
const BARE_ERROR = 4 + NLMSG_HDRLEN;

/**
 * What the message in [at, end), header included, means for the request it answers: the end of it, or undefined as long
 * as there is more to come. Throws DecodeError, and OverrunError if the kernel says that it lost something.
 */
export function interpret(exchange: Exchange, src: Source, at: number, end: number): Verdict | undefined {
  const { view, little } = src;
  const type = view.getUint16(at + 4, little);
  const flags = view.getUint16(at + 6, little);
  const start = at + NLMSG_HDRLEN;
  src.request = false;
  src.depth = 0;
  // Asking again must change nothing.
  if ((flags & NLM_F_DUMP_INTR) !== 0 && exchange.outgoing.ending !== 'ack') exchange.interrupted = true;
  if (type === NLMSG_ERROR) return errorVerdict(exchange, src, start, end, flags);
  if (type === NLMSG_DONE) {
    if (end - start < 4) return { errno: 0, extack: doneBody.read(src, start, end).attrs, keep: false };
    const errno = -view.getInt32(start, little);
    return { errno, extack: said(() => doneBody.read(src, start, end).attrs), keep: true };
  }
  if (type === NLMSG_OVERRUN) throw new OverrunError(exchange.operation);
  if (type === NLMSG_NOOP) return undefined;
  exchange.accept(src, start, end);
  if (exchange.outgoing.ending !== 'reply' || (flags & NLM_F_MULTI) !== 0) return undefined;
  return exchange.codec.detached === true ? REPLIED.detached : REPLIED.attached;
}

/** What the kernel adds is there to explain: if it cannot be read, the number stands alone. */
function said(read: () => Extack): Extack {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    log.socket('an extended acknowledgement is malformed: %s', error.message);
    return {};
  }
}

function errorVerdict(
  { outgoing }: Exchange,
  src: Source,
  start: number,
  end: number,
  flags: number,
): Verdict | undefined {
  if (end - start < BARE_ERROR)
    throw new DecodeError(`expected at least ${BARE_ERROR} bytes, got ${end - start}`, start);
  const errno = -src.view.getInt32(start, src.little);
  // An acknowledgement is no answer to a question, and does not end a dump.
  if (errno === 0 && outgoing.ending !== 'ack') return undefined;
  if ((flags & NLM_F_ACK_TLVS) === 0) return errno === 0 ? ACKNOWLEDGED : { errno, extack: {}, keep: false };
  return { errno, extack: said(() => errorBody.read(src, start, end, flags).attrs), keep: true };
}
