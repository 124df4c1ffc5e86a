import { shown } from '../protocol/errors.js';
import { formatIp, ipBytes } from '../protocol/ip.js';

/** AF_INET and AF_INET6, linux/socket.h. */
export const AF_INET = 2;
export const AF_INET6 = 10;

/** An address with the length of its network part. */
export interface Prefix {
  family: typeof AF_INET | typeof AF_INET6;
  address: string;
  prefixLength: number;
  bytes: Uint8Array;
}

/** Splits `172.20.1.1/24`. Strict: the length must be there, since none is as often forgotten as meant. */
export function parseCidr(text: unknown, argument = 'address'): Prefix {
  if (typeof text !== 'string')
    throw new TypeError(`${argument}: expected text like 172.20.1.1/24, got ${String(text)}`);
  const at = text.indexOf('/');
  if (at < 0)
    throw new RangeError(
      `${argument}: expected a prefix length, like ${text}/${text.includes(':') ? 64 : 24}, got ${shown(text)}`,
    );
  const { family, address, bytes } = parseAddress(text.slice(0, at), argument);
  const digits = text.slice(at + 1);
  const max = 8 * bytes.length;
  const prefixLength = /^\d{1,3}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!(prefixLength <= max))
    throw new RangeError(`${argument}: expected a prefix length from 0 to ${max}, got ${shown(text)}`);
  return { family, address, prefixLength, bytes };
}

/** An IPv4 or IPv6 address without a prefix length. */
export function parseAddress(text: unknown, argument = 'address'): Omit<Prefix, 'prefixLength'> {
  try {
    const bytes = ipBytes(text as string);
    return { family: bytes.length === 4 ? AF_INET : AF_INET6, address: formatIp(bytes), bytes };
  } catch (error) {
    (error as Error).message = `${argument}: ${(error as Error).message}`;
    throw error;
  }
}
