import { type Ip, open, type Transport } from '../../src/index.js';
import {
  encodeMessage,
  NLM_F_DUMP,
  NLM_F_ECHO,
  NLM_F_MULTI,
  NLMSG_DONE,
  NLMSG_ERROR,
} from '../../src/protocol/index.js';

/**
 * An `Ip` whose kernel says yes to everything but questions, to which it knows no answer (ENOENT), and what was sent to it: each request in hex, sequence and port zeroed
 * as captures of iproute2 have them.
 */
export function recorder(): { ip: Ip; sent: string[] } {
  const sent: string[] = [];
  const answers: Uint8Array[] = [];
  const nothing = (): void => {};
  const transport: Transport = {
    port: 1,
    send(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = 0; at < bytes.length; at += (view.getUint32(at, true) + 3) & ~3) {
        const request = bytes.slice(at, at + view.getUint32(at, true));
        const sequence = view.getUint32(at + 8, true);
        const asks = (request[4]! & 3) === 2;
        const isDump = asks && (view.getUint16(at + 6, true) & NLM_F_DUMP) === NLM_F_DUMP;
        const error = asks && !isDump ? -2 : 0;
        const answer = { flags: isDump ? NLM_F_MULTI : 0, sequence, port: 1, body: { error } };
        answers.push(encodeMessage(isDump ? { ...answer, type: NLMSG_DONE } : { ...answer, type: NLMSG_ERROR }));
        sent.push(Buffer.from(request.fill(0, 8, 16)).toString('hex'));
      }
    },
    receive() {
      const bytes = answers.shift();
      return bytes && { bytes, length: bytes.length, sender: 0 };
    },
    sibling: () => transport,
    release: nothing,
    grow: nothing,
    watch: nothing,
    unwatch: nothing,
    hold: nothing,
    letGo: nothing,
    join: nothing,
    leave: nothing,
    close: nothing,
  };
  return { ip: open({ transport }), sent };
}

/** The same request with NLM_F_ECHO, which `ip` does not set: with it the kernel says at once what it has changed. */
export function withEcho(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  bytes[6] = bytes[6]! | NLM_F_ECHO;
  return bytes.toString('hex');
}
