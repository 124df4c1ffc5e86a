import { SIOCETHTOOL } from './constants.js';
import { load } from './libc.js';
import type { Socket } from './socket.js';

/** Commands of SIOCETHTOOL, linux/ethtool.h. */
const ETHTOOL_GSTRINGS = 0x1b;
const ETHTOOL_GSTATS = 0x1d;
const ETHTOOL_GSSET_INFO = 0x37;
/** The set of strings that names the driver's statistics. */
const ETH_SS_STATS = 1;
const ETH_GSTRING_LEN = 32;
/** `struct ifreq`: 16 bytes of name, then a union whose largest member takes 24 where a pointer takes 8. */
const IFREQ_SIZE = 40;
const IFREQ_DATA = 16;
/** The kernel writes as many as there are, whatever the room: more than were counted if queues are added meanwhile. */
const SPARE = 1024;

/**
 * The statistics that the driver of a link keeps, by its own names; empty if it keeps none: `ethtool -S NAME`. The link
 * is one of the socket's namespace, which is not entered for it. Throws SyscallError ENODEV if there is none of this name.
 */
export function driverStatistics(socket: Socket, name: string): Record<string, bigint> {
  const ask: Ask = request => socket.ioctl(SIOCETHTOOL, ifreq(name, request));
  for (let tries = 0; tries < 10; tries++) {
    const count = countOf(ask);
    if (count === 0) return {};
    const names = namesOf(ask, count);
    const values = valuesOf(ask, count);
    if (names.length === values.length) return Object.fromEntries(names.map((each, i) => [each, values[i]!]));
  }
  throw new Error(`${name}: the number of its statistics changed while they were read, 10 times in a row`);
}

/** One command of ethtool's; its answer is written over it. */
type Ask = (request: Uint8Array) => void;

/** `struct ethtool_sset_info`: 0 where the driver has no such set. */
function countOf(ask: Ask): number {
  const request = new Uint8Array(24);
  const words = new Uint32Array(request.buffer);
  words[0] = ETHTOOL_GSSET_INFO;
  new BigUint64Array(request.buffer)[1] = 1n << BigInt(ETH_SS_STATS);
  ask(request);
  return new BigUint64Array(request.buffer)[1] === 0n ? 0 : words[4]!;
}

/** `struct ethtool_gstrings` */
function namesOf(ask: Ask, count: number): string[] {
  const request = Buffer.alloc(12 + (count + SPARE) * ETH_GSTRING_LEN);
  const words = new Uint32Array(request.buffer, request.byteOffset, 3);
  words.set([ETHTOOL_GSTRINGS, ETH_SS_STATS, count]);
  ask(request);
  return Array.from({ length: words[2]! }, (_, i) => {
    const start = 12 + i * ETH_GSTRING_LEN;
    const text = request.toString('latin1', start, start + ETH_GSTRING_LEN);
    return text.split('\0', 1)[0]!;
  });
}

/** `struct ethtool_stats` */
function valuesOf(ask: Ask, count: number): BigUint64Array {
  const request = new Uint8Array(8 + (count + SPARE) * 8);
  const words = new Uint32Array(request.buffer, 0, 2);
  words.set([ETHTOOL_GSTATS, count]);
  ask(request);
  return new BigUint64Array(request.buffer, 8, words[1]!);
}

/** `struct ifreq`, linux/if.h: the link's name and where the command lies. */
function ifreq(name: string, request: Uint8Array): Uint8Array {
  const { addressOf, pointerSize } = load();
  const bytes = Buffer.alloc(IFREQ_SIZE);
  bytes.write(name);
  const address = addressOf(request);
  const pointer = pointerSize === 8 ? BigUint64Array.of(BigInt(address)) : Uint32Array.of(address);
  bytes.set(new Uint8Array(pointer.buffer), IFREQ_DATA);
  return bytes;
}
