import type { AnyCodec, Shape } from '../../src/protocol/codec.js';
import { uint } from '../../src/protocol/scalar.js';
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

function swapValue(codec: AnyCodec & { layout?: string }, start: number, end: number, turn: Turn): void {
  if (codec === uint) return turn(start, end - start);
  const shape: Shape | undefined = codec.shape;
  if (shape?.is === 'struct') {
    for (const { codec: field, offset, size } of shape.fields) {
      if (start + offset + size <= end) swapValue(field, start + offset, start + offset + size, turn);
    }
  } else if (shape?.is === 'array') {
    const { item } = shape;
    for (let at = start; at + item.size <= end; at += item.size) swapValue(item, at, at + item.size, turn);
  } else {
    const size = SIZES[codec.layout ?? ''];
    if (size !== undefined) turn(start, size);
  }
}
