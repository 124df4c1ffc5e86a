import type { AnyCodec, Shape } from '../../src/protocol/codec.js';
import { Source } from '../../src/protocol/source.js';
import { walkDatagram } from '../../src/protocol/walk.js';
import type { Node } from '../../src/protocol/walk-set.js';

/**
 * The message as a big-endian machine would have it: every number in host order turned round, where the tables say
 * numbers are. Knows nothing of how codecs read: only sizes, and the layout names that binary-parser has for them.
 */
export function swapped(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  const turn = (at: number, size: number): void => void out.subarray(at, at + size).reverse();
  const src = new Source(bytes, 'little');
  for (const node of walkDatagram(src)) swapNode(node, turn);
  return out;
}

type Turn = (at: number, size: number) => void;

function swapNode(node: Node, turn: Turn): void {
  if (node.is === 'message') for (const [at, size] of NLMSGHDR) turn(node.offset + at, size);
  if (node.is === 'attribute') {
    turn(node.offset, 2);
    turn(node.offset + 2, 2);
  }
  const whole = node.children.length > 0 && node.is === 'attribute';
  if (!whole && node.is !== 'message' && node.codec) swapValue(node.codec, node.payload, node.end, turn);
  const repeated = node.is === 'message' && node.depth > 0; // a request in an error is kept as bytes
  if (!repeated) for (const child of node.children) swapNode(child, turn);
}

const NLMSGHDR = [
  [0, 4],
  [4, 2],
  [6, 2],
  [8, 4],
  [12, 4],
] as const;

const SIZES: Readonly<Record<string, number>> = { uint16: 2, int16: 2, uint32: 4, int32: 4, uint64: 8, int64: 8 };

function swapValue(codec: AnyCodec & { layout?: string }, start: number, end: number, turn: Turn): void {
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
