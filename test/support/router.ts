import type { Namespace } from '../../src/index.js';

const koffi = require('koffi') as typeof import('koffi');

const [AF_INET6, SOCK_RAW, IPPROTO_ICMPV6] = [10, 3, 58];
const IPV6_MULTICAST_HOPS = 18;
/** `ff02::1`, all nodes. */
const ALL_NODES = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

/** What a router says (RFC 4861, 4.2). */
export interface Advertisement {
  readonly hopLimit?: number;
  /** Of the router over others (RFC 4191, 2.2). */
  readonly pref?: 'low' | 'medium' | 'high';
  readonly mtu?: number;
  /** Of 64 bits, for addresses that hosts make. */
  readonly prefix?: string;
}

/** Sends a router advertisement by a link of `ns`, from its link-local address. */
export function advertise(ns: Namespace, index: number, says: Advertisement): void {
  const libc = koffi.load(null);
  const socket = libc.func('int socket(int, int, int)');
  const setsockopt = libc.func('int setsockopt(int, int, int, const void *, uint32_t)');
  const sendto = libc.func('intptr_t sendto(int, const void *, size_t, int, const void *, uint32_t)');
  const close = libc.func('int close(int)');
  const fd = ns.run(() => socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6) as number);
  try {
    const hops = Int32Array.of(255); // others are not heeded (6.1.2)
    expect(setsockopt(fd, 41, IPV6_MULTICAST_HOPS, hops, 4)).toBe(0);
    const [packet, to] = [packetOf(says), new DataView(new ArrayBuffer(28))];
    to.setUint16(0, AF_INET6, true);
    new Uint8Array(to.buffer).set(ALL_NODES, 8);
    to.setUint32(24, index, true);
    expect(Number(sendto(fd, packet, packet.length, 0, new Uint8Array(to.buffer), 28))).toBe(packet.length);
  } finally {
    close(fd);
  }
}

const PREFERENCE = { low: 0x18, medium: 0, high: 0x08 };

function packetOf({ hopLimit = 64, pref = 'medium', mtu, prefix }: Advertisement): Buffer {
  const parts = [Buffer.of(134, 0, 0, 0, hopLimit, PREFERENCE[pref], 600 >> 8, 600 & 0xff, 0, 0, 0, 0, 0, 0, 0, 0)];
  if (prefix !== undefined) {
    const option = Buffer.alloc(32);
    option.set([3, 4, 64, 0xc0]);
    option.writeUInt32BE(600, 4);
    option.writeUInt32BE(300, 8);
    prefix.split(':').forEach((word, i) => {
      if (word !== '') option.writeUInt16BE(Number.parseInt(word, 16), 16 + 2 * i);
    });
    parts.push(option);
  }
  if (mtu !== undefined) {
    const option = Buffer.alloc(8);
    option.set([5, 1]);
    option.writeUInt32BE(mtu, 4);
    parts.push(option);
  }
  return Buffer.concat(parts);
}
