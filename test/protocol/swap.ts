import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyCodec } from '../../src/protocol/codec.js';
import type { Node } from '../../src/protocol/node.js';
import { Source } from '../../src/protocol/source.js';
import { walkDatagram } from '../../src/protocol/walk.js';
import { addresses, beginInHostOrder, networkNumbers, plainBytes, severalNumbers } from './byte-order.js';

/**
 * The message as a big-endian machine would have it: every number in host order turned round. Where attributes and structs
 * lie, the library says; where numbers are in them and in which order, byte-order.ts and the kernel's headers.
 */
export function swapped(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  const turn = (at: number, size: number): void => void out.subarray(at, at + size).reverse();
  for (const node of walkDatagram(new Source(bytes, 'little'))) swapNode(node, '', turn);
  return out;
}

type Turn = (at: number, size: number) => void;

function swapNode(node: Node, parent: string, turn: Turn): void {
  if (node.is === 'message') swapStruct('nlmsghdr', node.offset, node.payload, turn);
  if (node.is === 'header') swapHeader(node, turn);
  if (node.is === 'attribute') {
    turn(node.offset, 2);
    turn(node.offset + 2, 2);
    if (node.children.length === 0 && node.codec) swapValue(nameOf(node, parent), node, node.codec, turn);
  }
  const repeated = node.is === 'message' && node.depth > 0; // a request in an error is kept as bytes
  if (!repeated) for (const child of node.children) swapNode(child, node.kernelName, turn);
}

/** The members of a list are numbered. */
const nameOf = ({ kernelName }: Node, parent: string): string =>
  kernelName.startsWith('[') ? `${parent}[]` : kernelName;

/** A struct, or the number of an error. */
function swapHeader({ kernelName, payload, end }: Node, turn: Turn): void {
  if (kernelName === 'error') turn(payload, end - payload);
  else swapStruct(kernelName, payload, end, turn);
}

const AS_THEY_ARE = new Set([...networkNumbers, ...addresses, ...plainBytes]);

function swapValue(name: string, { payload, end }: Node, codec: AnyCodec, turn: Turn): void {
  if (AS_THEY_ARE.has(name)) return;
  if (beginInHostOrder[name] !== undefined) return turn(payload, beginInHostOrder[name]);
  const size = severalNumbers[name];
  if (size !== undefined) {
    for (let at = payload; at + size <= end; at += size) turn(at, size);
    return;
  }
  const { shape } = codec;
  if (shape?.is === 'struct') return swapStruct(shape.cName, payload, end, turn);
  if (shape?.is === 'array') return swapStructs(shape.item, payload, end, turn);
  if (![0, 1, 2, 4, 8].includes(end - payload)) throw new Error(`${name}: ${end - payload} bytes are no number`);
  turn(payload, end - payload);
}

function swapStructs(
  { shape, size }: AnyCodec & { readonly size: number },
  from: number,
  end: number,
  turn: Turn,
): void {
  if (shape?.is !== 'struct') throw new Error('no array of structs');
  for (let at = from; at + size <= end; at += size) swapStruct(shape.cName, at, at + size, turn);
}

interface HeaderStruct {
  readonly fields: Readonly<Record<string, readonly [offset: number, size: number]>>;
  readonly types: Readonly<Record<string, string>>;
}
type Structs = Readonly<Record<string, HeaderStruct | undefined>>;
const headers = JSON.parse(readFileSync(join(__dirname, '../../fixtures/headers.json'), 'utf8')) as {
  readonly structs: Structs;
  readonly source: { readonly structs: Structs };
};

/** C's numbers in host order, and how wide they are; `__be16` and bytes are turned nowhere. */
const WIDTHS: Readonly<Record<string, number>> = {
  ...{ char: 1, __u8: 1, 'unsigned char': 1, __be16: 1, __be32: 1 },
  ...{ __u16: 2, 'unsigned short': 2, __u32: 4, unsigned: 4, 'unsigned int': 4, __s32: 4, int: 4, __u64: 8 },
};

/** The fields that are wholly there. */
function swapStruct(cName: string, start: number, end: number, turn: Turn): void {
  const struct = headers.structs[cName] ?? headers.source.structs[cName];
  if (struct === undefined) throw new Error(`no header has struct ${cName}`);
  for (const [name, [offset, size]] of Object.entries(struct.fields)) {
    const width = WIDTHS[struct.types[name]!];
    if (width === undefined) throw new Error(`${cName}.${name}: what is ${struct.types[name]}?`);
    for (let at = start + offset; at < start + offset + size && at + width <= end; at += width) turn(at, width);
  }
}
