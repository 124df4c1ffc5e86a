import { NLMSG_HDRLEN } from '../protocol/header.js';
import { hostByteOrder } from '../protocol/source.js';
import type { Ignored } from './transport.js';

/** BPF_LD | BPF_H | BPF_ABS and so on, linux/bpf_common.h. */
const LOAD_16 = 0x28;
const LOAD_8 = 0x30;
const JUMP_IF_EQUAL = 0x15;
const RETURN = 0x06;
/** `nlmsg_type` in `struct nlmsghdr` */
const TYPE = 4;
const ALL = 0xffffffff;
const little = hostByteOrder === 'little';

/** The fields of `struct sock_filter`, linux/filter.h. */
type Instruction = readonly [code: number, ifEqual: number, ifNot: number, k: number];
const INSTRUCTION = 8;

/**
 * A program that keeps messages out of a socket's receive buffer (SO_ATTACH_FILTER, socket(7)): an array of
 * `struct sock_filter`. It sees a notification from its `struct nlmsghdr` on.
 */
export function filterProgram(ignored: readonly Ignored[]): Uint8Array {
  const program: Instruction[] = [...ignored.flatMap(unlessIgnored), [RETURN, 0, 0, ALL]];
  const bytes = new Uint8Array(program.length * INSTRUCTION);
  const view = new DataView(bytes.buffer);
  for (const [i, [code, ifEqual, ifNot, k]] of program.entries()) {
    const at = i * INSTRUCTION;
    view.setUint16(at, code, little);
    view.setUint8(at + 2, ifEqual);
    view.setUint8(at + 3, ifNot);
    view.setUint32(at + 4, k, little);
  }
  return bytes;
}

/** Drops such a message; any other goes on behind it. */
const unlessIgnored = ({ type, family }: Ignored): Instruction[] => [
  [LOAD_16, 0, 0, TYPE],
  [JUMP_IF_EQUAL, 0, 3, asLoaded(type)],
  [LOAD_8, 0, 0, NLMSG_HDRLEN],
  [JUMP_IF_EQUAL, 0, 1, family],
  [RETURN, 0, 0, 0],
];

/** Loads are in network byte order, netlink is in the host's. */
const asLoaded = (value: number): number => (little ? ((value & 0xff) << 8) | (value >> 8) : value);

/** `struct sock_fprog`: how many instructions, and where. */
export function filterArgument(program: Uint8Array, address: number, pointerSize: number): Uint8Array {
  const bytes = new Uint8Array(2 * pointerSize);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, program.length / INSTRUCTION, little);
  if (pointerSize === 4) view.setUint32(4, address, little);
  else view.setBigUint64(8, BigInt(address), little);
  return bytes;
}
