import { decodeMessageAt, type Message, messageLength } from '../protocol/frame.js';
import { Source } from '../protocol/source.js';
import { align4 } from '../protocol/writer.js';

/** One message that was sent to the scripted kernel. */
export interface ReceivedRequest {
  /** As it was sent: a copy. */
  readonly bytes: Uint8Array;
  readonly message: Message;
}

/** The messages of a datagram, decoded. Throws DecodeError for bytes that are none. */
export function splitMessages(datagram: Uint8Array): ReceivedRequest[] {
  const src = new Source(datagram.slice());
  const requests: ReceivedRequest[] = [];
  for (let at = 0; at < src.bytes.length; ) {
    const length = messageLength(src, at);
    requests.push({ bytes: src.slice(at, at + length), message: decodeMessageAt(src, at, length) });
    at += align4(length);
  }
  return requests;
}
