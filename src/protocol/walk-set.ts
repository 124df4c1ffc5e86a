import type { AnyCodec, RowShape, Shape } from './codec.js';
import { shown } from './errors.js';
import { badLength, leftOver, NLA_F_NESTED, NLA_HDRLEN, NLA_TYPE_MASK, tooDeep } from './nla.js';
import { attempt, inside, type Node, type Place, piece, rawBytes } from './node.js';
import { lastPositions } from './read-attributes.js';
import { recordLength } from './records.js';
import { MAX_DEPTH, type Source } from './source.js';
import { align4 } from './writer.js';

/** The pieces of [start, end) if `codec` is made of some; undefined for a single value. */
export function contents(src: Source, codec: AnyCodec, start: number, end: number, place: Place): Node[] | undefined {
  const shape = directed(src, codec).shape;
  if (shape?.is === 'attributes') return walkSet(src, shape, start, end, place);
  if (shape?.is === 'message') return headerAndSet(src, shape, start, end, place);
  if (shape?.is === 'records') return walkRecords(src, shape, start, end, place);
  return undefined;
}

const directed = (src: Source, codec: AnyCodec): AnyCodec =>
  codec.shape?.is === 'direction' ? codec.shape[src.request ? 'request' : 'reply'] : codec;

function headerAndSet(
  src: Source,
  { header, attrs }: Extract<Shape, { is: 'message' }>,
  start: number,
  end: number,
  place: Place,
): Node[] {
  const outer = attempt(() => header.read(src, start, end));
  if (typeof outer === 'string') return [rawBytes(start, end, place, outer)];
  const kernelName = header.shape?.is === 'struct' ? header.shape.cName : '';
  const from = Math.min(start + align4(header.size), end);
  const below = { depth: place.depth, path: place.path === '' ? '' : `${place.path}.attrs`, outer: outer as object };
  return [
    piece('header', start, start + header.size, place, { kernelName, codec: header }),
    ...(contents(src, attrs, from, end, below) ?? []),
  ];
}

/** Each record's header, its attributes below it. */
function walkRecords(
  src: Source,
  { header, attrs }: Extract<Shape, { is: 'records' }>,
  start: number,
  end: number,
  place: Place,
): Node[] {
  const nodes: Node[] = [];
  const kernelName = header.shape?.is === 'struct' ? header.shape.cName : '';
  for (let pos = start, i = 0; pos < end; i++) {
    const at = pos;
    const length = attempt(() => recordLength(src, at, end, header.size));
    if (typeof length === 'string') return [...nodes, rawBytes(pos, end, place, length)];
    const path = `${place.path}.${i}`;
    const below = { depth: place.depth + 1, path: `${path}.attrs`, outer: place.outer };
    nodes.push(piece('header', pos, pos + header.size, { ...place, path }, { kernelName, codec: header }));
    for (const node of contents(src, attrs, pos + header.size, pos + length, below) ?? []) nodes.push(node);
    pos += align4(length);
  }
  return nodes;
}

/** The attributes in [start, end); what cannot be one is the last node. */
export function walkSet(src: Source, shape: AttributeShape, start: number, end: number, place: Place): Node[] {
  if (place.depth > MAX_DEPTH) return [rawBytes(start, end, place, tooDeep(start).reason)];
  const set = new SetWalk(src, shape, place, start, end);
  const nodes: Node[] = [];
  let pos = start;
  while (end - pos >= NLA_HDRLEN) {
    const length = src.view.getUint16(pos, src.little);
    if (length < NLA_HDRLEN || pos + length > end) {
      return [...nodes, rawBytes(pos, end, place, badLength(length, pos, end).reason)];
    }
    nodes.push(set.attribute(pos, pos + length));
    pos += align4(length);
  }
  return pos < end ? [...nodes, rawBytes(pos, end, place, leftOver(pos, end).reason)] : nodes;
}

/** The set in an attribute that says it holds one and has no row. */
const NAMELESS: AttributeShape = { is: 'attributes', prefix: '', rows: [], row: () => undefined };

type AttributeShape = Extract<Shape, { is: 'attributes' }>;

/** One set being walked: what its attributes tell about their siblings. */
class SetWalk {
  /** What says how to read others, of which the last counts, as when decoding. */
  readonly #siblings: Record<string, unknown> = {};
  /** Where each type comes last. In a list, which has no rows, every member counts. */
  readonly #last: ReadonlyMap<number, number>;
  readonly #counts = new Map<number, number>();

  constructor(
    readonly src: Source,
    readonly shape: AttributeShape,
    readonly place: Place,
    start: number,
    end: number,
  ) {
    this.#last = shape.rows.length > 0 ? lastPositions(src, start, end) : new Map();
    const selectors = new Set(shape.rows.map(row => row.selector));
    for (const row of shape.rows) if (selectors.has(row.name)) this.#notice(row);
  }

  #notice(row: RowShape): void {
    const pos = this.#last.get(row.type);
    const codec = row.layout(this.#siblings, this.place.outer);
    if (pos === undefined || codec === undefined) return;
    const end = pos + this.src.view.getUint16(pos, this.src.little);
    const value = attempt(() => ({ is: codec.read(this.src, pos + NLA_HDRLEN, end, this.place.outer) }));
    if (typeof value !== 'string') this.#siblings[row.name] = value.is;
  }

  attribute(offset: number, end: number): Node {
    const { src, shape, place } = this;
    const number = src.view.getUint16(offset + 2, src.little);
    const type = number & NLA_TYPE_MASK;
    const row = shape.row(type);
    const layout = row?.layout(this.#siblings, place.outer);
    const codec = layout && directed(src, layout);
    const repeated = row !== undefined && !row.many && (this.#last.get(type) ?? offset) !== offset;
    const name = this.#name(codec && !repeated ? row : undefined, type);
    const node = piece('attribute', offset, end, place, {
      payload: offset + NLA_HDRLEN,
      path: place.path === '' ? name : `${place.path}.${name}`,
      kernelName: row?.kernelName ?? this.#nameless(type),
      type,
      flags: number & ~NLA_TYPE_MASK,
      codec,
      repeated,
      error: codec === undefined ? this.#whyNot(row, type) : undefined,
    });
    if (codec === undefined && (number & NLA_F_NESTED) !== 0) {
      node.children = walkSet(src, NAMELESS, node.payload, end, inside(node, place.outer));
    } else if (codec) node.children = contents(src, codec, node.payload, end, inside(node, place.outer)) ?? [];
    return node;
  }

  /** The key of the attribute's value, and in an array its index. */
  #name(row: RowShape | undefined, type: number): string {
    if (row !== undefined && !row.many) return row.name;
    const n = this.#counts.get(type) ?? 0;
    this.#counts.set(type, n + 1);
    if (row !== undefined) return `${row.name}.${n}`;
    return n === 0 ? `#${type}` : `#${type}.${n}`;
  }

  #nameless(type: number): string {
    return type === this.shape.padding ? `${this.shape.prefix}PAD` : `${this.shape.prefix}#${type}`;
  }

  /** Why its payload has no layout; undefined for what is simply not known. */
  #whyNot(row: RowShape | undefined, type: number): string | undefined {
    if (row === undefined) return type === this.shape.padding ? 'padding' : undefined;
    const sibling = this.#siblings[row.selector!] ?? (this.place.outer as Record<string, unknown>)?.[row.selector!];
    return sibling === undefined
      ? `no ${row.selector} says how to read it`
      : `no layout for ${row.selector} ${shown(sibling)}`;
  }
}
