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

/**
 * Milliseconds from a datagram's departure to its answer's arrival. Sent again every 200 ms until it is answered, within
 * `timeout` ms: the first packets may be lost while addresses are resolved and bridges learn.
 */
export async function roundTrip(client: dgram.Socket, address: string, timeout = 20_000): Promise<number> {
  const answer = once(client, 'message', { signal: AbortSignal.timeout(timeout) });
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
