import { builtin } from '../socket/builtin.js';

/**
 * A `lookup` for `dgram.createSocket` that takes numeric addresses and answers at once. Node binds a datagram socket
 * when the lookup answers, by default in a later turn, when the thread has left the namespace; with this one a socket
 * that is created and bound inside `run` belongs to that namespace:
 *
 * ```ts
 * const socket = ns.run(() => dgram.createSocket({ type: 'udp4', lookup: numericLookup }).bind(7, '172.20.1.2'));
 * ```
 */
export function numericLookup(
  address: string,
  _options: unknown,
  done: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  const family = builtin('node:net').isIP(address);
  const error =
    family === 0 ? Object.assign(new Error(`${address} is no numeric address`), { code: 'ENOTFOUND' }) : null;
  done(error, address, family);
}
