import type { AnyCodec, RowShape, Shape } from './codec.js';
import { DecodeError } from './errors.js';
import { badLength, leftOver, NLA_F_NESTED, NLA_HDRLEN, NLA_TYPE_MASK, tooDeep } from './nla.js';
import { recordLength } from './records.js';
import { MAX_DEPTH, type Source } from './source.js';
import { align4 } from './writer.js';

/** A piece of a datagram: what lies where, without its value. Its payload ends at `end`, padding not counted. */
export interface Node {
  /** `header`: a fixed header or number; `bytes`: what is no attribute. */
  readonly is: 'message' | 'header' | 'attribute' | 'bytes';
  readonly offset: number;
  /** Where its payload starts: behind the header of a message or attribute. */
  readonly payload: number;
  readonly end: number;
  /** How many messages, headers and attributes it lies in. */
  readonly depth: number;
  /** Where its value is in the message's attributes: `linkinfo.data.peer.attrs.mtu`. */
  readonly path: string;
  /** `RTM_NEWLINK`, `ifinfomsg`, `IFLA_MTU`; an attribute without a row is `IFLA_#99`. */
  readonly kernelName: string;
  /** Of the message or attribute, without flag bits. */
  readonly type: number;
  /** Flags of the message, flag bits of the attribute's type. */
  readonly flags: number;
  /** The layout of its payload, where it has one; of a message, that of its header. */
  readonly codec?: AnyCodec | undefined;
  /** The decoded fixed header around it. */
  readonly outer?: object | undefined;
  children: readonly Node[];
  /** What is wrong with it, or why its bytes have no layout. */
  readonly error?: string | undefined;
}

/** Where in the tree a piece belongs. */
export interface Place {
  readonly depth: number;
  readonly path: string;
  readonly outer?: object | undefined;
}

export const inside = (node: Node, outer: object | undefined): Place => ({
  depth: node.depth + 1,
  path: node.path,
  outer,
});

export function piece(
  is: Node['is'],
  offset: number,
  end: number,
  { depth, path, outer }: Place,
  rest: Partial<Node>,
): Node {
  return {
    is,
    offset,
    payload: offset,
    end,
    depth,
    path,
    outer,
    kernelName: '',
    type: 0,
    flags: 0,
    children: [],
    ...rest,
  };
}

export const rawBytes = (offset: number, end: number, place: Place, error?: string): Node =>
  piece('bytes', offset, end, place, { error });

/** What `read` returns, or the reason why it cannot. */
export function attempt<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodeError) return error.reason;
    throw error;
  }
}

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
    nodes.push(...(contents(src, attrs, pos + header.size, pos + length, below) ?? []));
    pos += align4(length);
  }
  return nodes;
}

/** The attributes in [start, end); what cannot be one is the last node. */
export function walkSet(src: Source, shape: AttributeShape, start: number, end: number, place: Place): Node[] {
  if (place.depth > MAX_DEPTH) return [rawBytes(start, end, place, tooDeep(start).reason)];
  const set = new SetWalk(src, shape, place);
  let pos = start;
  while (end - pos >= NLA_HDRLEN) {
    const length = src.view.getUint16(pos, src.little);
    if (length < NLA_HDRLEN || pos + length > end) {
      return set.finish(rawBytes(pos, end, place, badLength(length, pos, end).reason));
    }
    set.add(pos, pos + length);
    pos += align4(length);
  }
  return pos < end ? set.finish(rawBytes(pos, end, place, leftOver(pos, end).reason)) : set.finish();
}

/** The set in an attribute that says it holds one and has no row. */
const NAMELESS: AttributeShape = { is: 'attributes', prefix: '', rows: [], row: () => undefined };

type AttributeShape = Extract<Shape, { is: 'attributes' }>;

/** One set being walked: what its attributes tell about their siblings. */
class SetWalk {
  readonly #nodes: Node[] = [];
  readonly #siblings: Record<string, unknown> = {};
  readonly #selectors: ReadonlySet<string | undefined>;
  /** Attributes that came before the sibling that says how to read them. */
  readonly #waiting: number[] = [];
  readonly #counts = new Map<number, number>();

  constructor(
    readonly src: Source,
    readonly shape: AttributeShape,
    readonly place: Place,
  ) {
    this.#selectors = new Set(shape.rows.map(row => row.selector));
  }

  add(pos: number, end: number): void {
    const row = this.shape.row(this.src.view.getUint16(pos + 2, this.src.little) & NLA_TYPE_MASK);
    if (row !== undefined && this.#waits(row)) this.#waiting.push(this.#nodes.length);
    this.#nodes.push(this.#attribute(row, pos, end));
    if (row !== undefined && this.#selectors.has(row.name)) this.#notice(row, pos, end);
  }

  finish(wrong?: Node): Node[] {
    for (const i of this.#waiting) {
      const { offset, end, type } = this.#nodes[i]!;
      this.#counts.delete(type);
      this.#nodes[i] = this.#attribute(this.shape.row(type), offset, end);
    }
    if (wrong) this.#nodes.push(wrong);
    return this.#nodes;
  }

  #waits = (row: RowShape): boolean =>
    row.selector !== undefined &&
    this.#siblings[row.selector] === undefined &&
    row.layout(this.#siblings, this.place.outer) === undefined;

  #notice(row: RowShape, pos: number, end: number): void {
    const codec = row.layout(this.#siblings, this.place.outer);
    const value = attempt(() => ({ is: codec?.read(this.src, pos + NLA_HDRLEN, end, this.place.outer) }));
    if (typeof value !== 'string') this.#siblings[row.name] = value.is;
  }

  #attribute(row: RowShape | undefined, offset: number, end: number): Node {
    const { src, shape, place } = this;
    const number = src.view.getUint16(offset + 2, src.little);
    const type = number & NLA_TYPE_MASK;
    const layout = row?.layout(this.#siblings, place.outer);
    const codec = layout && directed(src, layout);
    const name = this.#name(codec && row, type);
    const node = piece('attribute', offset, end, place, {
      payload: offset + NLA_HDRLEN,
      path: place.path === '' ? name : `${place.path}.${name}`,
      kernelName: row?.kernelName ?? `${shape.prefix}#${type}`,
      type,
      flags: number & ~NLA_TYPE_MASK,
      codec,
      error: row !== undefined && codec === undefined ? this.#noLayout(row) : undefined,
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

  #noLayout(row: RowShape): string {
    const sibling = this.#siblings[row.selector!] ?? (this.place.outer as Record<string, unknown>)?.[row.selector!];
    return sibling === undefined
      ? `no ${row.selector} says how to read it`
      : `no layout for ${row.selector} ${sibling}`;
  }
}
