import dgram from 'node:dgram';
import { once } from 'node:events';
import { type Namespace, numericLookup } from 'rtnetlink';

/** The port that echo servers listen to (RFC 862). */
const ECHO = 7;

/** A UDP socket that belongs to `ns`, bound to `address`. */
export function udp(ns: Namespace, address: string, port = 0): dgram.Socket {
  const type = address.includes(':') ? 'udp6' : 'udp4';
  return ns.run(() => dgram.createSocket({ type, lookup: numericLookup }).bind(port, address));
}

/** Sends back whatever comes. */
export function echoServer(ns: Namespace, address: string): dgram.Socket {
  const server = udp(ns, address, ECHO);
  return server.on('message', (message, from) => server.send(message, from.port, from.address));
}

/** How long to wait for an answer. */
interface Patience {
  /** Milliseconds; by default 20,000. */
  timeout?: number;
  signal?: AbortSignal;
}

/**
 * Milliseconds from a datagram's departure to its answer's arrival. Sent again every 200 ms until it is answered: the first
 * packets may be lost while addresses are resolved and bridges learn. Rejects with AbortError if no answer comes.
 */
export async function roundTrip(
  client: dgram.Socket,
  address: string,
  { timeout = 20_000, signal }: Patience = {},
): Promise<number> {
  const enough = [AbortSignal.timeout(timeout), ...(signal ? [signal] : [])];
  const answer = once(client, 'message', { signal: AbortSignal.any(enough) });
  let sent = 0;
  const send = (): void => {
    sent = performance.now();
    client.send('ping', ECHO, address);
  };
  send();
  const again = setInterval(send, 200);
  try {
    await answer;
    return performance.now() - sent;
  } finally {
    clearInterval(again);
  }
}
