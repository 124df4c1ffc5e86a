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
  const prefixLength = /^(0|[1-9]\d{0,2})$/.test(digits) ? Number(digits) : Number.NaN;
  if (!(prefixLength <= max))
    throw new RangeError(`${argument}: expected a prefix length from 0 to ${max}, got ${shown(text)}`);
  return { family, address, prefixLength, bytes };
}

/** A network: an address with its prefix length, behind which no bit is set. The kernel refuses others with EINVAL. */
export function parseNetwork(text: unknown, argument = 'network'): Prefix {
  const found = parseCidr(text, argument);
  const network = masked(found.bytes, found.prefixLength);
  if (network.every((byte, i) => byte === found.bytes[i])) return found;
  throw new RangeError(
    `${argument}: ${shown(text)} has bits set behind its prefix; the network is ${formatIp(network)}/${found.prefixLength}`,
  );
}

/** The network that an address is in. */
export const networkOf = (address: string, prefixLength: number): string =>
  formatIp(masked(parseAddress(address).bytes, prefixLength));

const masked = (bytes: Uint8Array, prefixLength: number): Uint8Array =>
  bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, prefixLength - 8 * i))));

/** AF_* from 4 or 6; AF_UNSPEC, which is both, if there is none. */
export function familyNumber(family: 4 | 6 | undefined): number {
  if (family === undefined) return 0;
  if (family === 4) return AF_INET;
  if (family === 6) return AF_INET6;
  throw new RangeError(`family: expected 4 or 6, got ${String(family)}`);
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
