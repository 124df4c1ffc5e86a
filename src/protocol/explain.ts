import { type AnyBytes, bytesOf } from './bytes-of.js';
import type { AnyCodec, FieldShape } from './codec.js';
import { quoted, shown } from './errors.js';
import { flagNames } from './header.js';
import { formatHex } from './hex.js';
import { NLA_F_NESTED, NLA_F_NET_BYTEORDER } from './nla.js';
import { attempt, type Node } from './node.js';
import { type ByteOrder, Source } from './source.js';
import { walkDatagram } from './walk.js';

/** How to show bytes. */
export interface ExplainOptions {
  /** By default the host's, which is what netlink speaks. */
  byteOrder?: ByteOrder;
  /** Print the bytes too, 16 a line, with what they mean behind them. */
  bytes?: boolean;
}

/**
 * What bytes mean, in words: an indented listing with offsets, headers, attribute names, values and flags, one line an
 * attribute. Takes a datagram, a single message, or either as hex text (as `parseHex` reads it, which reads the output
 * of this function with `bytes: true` as well).
 *
 * Whatever the bytes, it throws nothing: what is malformed or unknown is shown as hex with the reason, and the rest is
 * shown all the same; what has no bytes (memory given away, text that is no hex, null) gives a line with the reason. A
 * TypeError says that `options` is no object, or `byteOrder` no byte order.
 */
export function explain(datagram: AnyBytes | string, options: ExplainOptions = {}): string {
  const { byteOrder, bytes = false } = checked(options);
  const given = bytesOf(datagram);
  if (typeof given === 'string') return given;
  if (given.length === 0) return bytes ? '# no bytes' : 'no bytes';
  const src = new Source(given, byteOrder);
  const nodes = inOrder(walkDatagram(src));
  const lines = nodes.map((node, i) => {
    const end = nodes[i + 1]?.offset ?? given.length;
    return bytes ? dumped(src, node, end) : listed(src, node);
  });
  return lines.join('\n');
}

function checked(options: ExplainOptions | null): ExplainOptions {
  if (typeof options !== 'object') throw new TypeError(`options: expected an object, got ${shown(options)}`);
  const order = options?.byteOrder;
  if (order !== undefined && order !== 'little' && order !== 'big')
    throw new TypeError(`byteOrder: expected "little" or "big", got ${shown(order)}`);
  return options ?? {};
}

/** All pieces as they lie in memory. */
function inOrder(nodes: readonly Node[], out: Node[] = []): Node[] {
  for (const node of nodes) {
    out.push(node);
    inOrder(node.children, out);
  }
  return out;
}

const indent = (node: Node): string => '  '.repeat(node.depth);
const lineOffset = (offset: number): string => `${offset.toString(16).padStart(4, '0')}:`;

/** One line. Of many fields, those that are zero are summed up. */
function listed(src: Source, node: Node): string {
  const { title, fields, wrong } = describe(src, node);
  const told = fields.length > 6 ? fields.filter(field => !field.zero) : fields;
  const texts = told.map(field => field.text);
  if (told.length < fields.length) texts.push(told.length > 0 ? 'the others 0' : 'all 0');
  if (wrong !== undefined) texts.push(`${formatHex(src.bytes, node.payload, node.end)} (${wrong})`.trimStart());
  return `${lineOffset(node.offset)} ${indent(node)}${titled(title, texts)}`;
}

const titled = (title: string, texts: readonly string[]): string =>
  title.trim() === '' || texts.length === 0 ? title + texts.join(', ') : `${title} ${texts.join(', ')}`;

const ROW = 16;
/** How wide 16 bytes are in hexadecimal. */
const HEX_WIDTH = 2 * ROW + ROW / 4 - 1;

/** The node's own bytes up to `end`, padding included; each row says what begins in it. */
function dumped(src: Source, node: Node, end: number): string {
  const { title, fields, wrong } = describe(src, node);
  const rows: string[] = [];
  for (let at = node.offset; at < end || at === node.offset; at += ROW) {
    const first = at === node.offset;
    const texts = fields
      .filter(({ offset }) => offset >= at && offset < at + ROW)
      .map(field => field.hex ?? field.text);
    if (first && wrong !== undefined) texts.push(`(${wrong})`);
    const told = titled(first ? title : '  ', texts);
    const hex = formatHex(src.bytes, at, Math.min(at + ROW, end)).padEnd(HEX_WIDTH);
    rows.push(`${lineOffset(at)} ${hex} # ${indent(node)}${told}`.trimEnd());
  }
  return rows.join('\n');
}

interface Description {
  readonly title: string;
  readonly fields: readonly Field[];
  /** Why the bytes have to be shown as such. */
  readonly wrong?: string | undefined;
}

/** Something said about the bytes at `offset`. */
interface Field {
  readonly offset: number;
  readonly text: string;
  readonly zero: boolean;
  /** What to say instead where the bytes stand beside it. */
  readonly hex?: string;
}

/** What is shown by its parts. */
const SETS: ReadonlySet<string | undefined> = new Set(['attributes', 'message', 'records']);

function describe(src: Source, node: Node): Description {
  const { is, kernelName, codec, error, children } = node;
  const title = kernelName + (is === 'attribute' ? typeBits(node.flags) : '') + (node.repeated ? ' (comes again)' : '');
  if (is === 'message') return { title, fields: messageFields(src, node) };
  if (is === 'bytes') return { title, fields: [], wrong: error ?? 'not interpreted' };
  const shape = codec?.shape;
  if (children.length > 0 || SETS.has(shape?.is)) return { title, fields: [] };
  if (codec === undefined) return { title, fields: [], wrong: error ?? 'unknown' };
  if (shape?.is === 'struct') return { title, fields: structFields(src, node, shape.fields) };
  const value = shownValue(src, node, codec, node.payload, node.end);
  return 'reason' in value
    ? { title, fields: [], wrong: value.reason }
    : { title, fields: value.text === '' ? [] : [{ ...value, offset: node.offset }] };
}

function typeBits(flags: number): string {
  const nested = (flags & NLA_F_NESTED) !== 0 ? ' NLA_F_NESTED' : '';
  return (flags & NLA_F_NET_BYTEORDER) !== 0 ? `${nested} NLA_F_NET_BYTEORDER` : nested;
}

function messageFields(src: Source, { offset, type, flags }: Node): Field[] {
  const word = (at: number): number => src.view.getUint32(offset + at, src.little);
  return [`length ${word(0)}`, flagNames(type, flags), `sequence ${word(8)}`, `port ${word(12)}`].map(text => ({
    offset,
    text,
    zero: false,
  }));
}

/** The fields that are wholly there, and what is left over. */
function structFields(src: Source, node: Node, fields: readonly FieldShape[]): Field[] {
  const there = fields.filter(field => node.payload + field.offset + field.size <= node.end);
  const said = there.map(field => {
    const offset = node.payload + field.offset;
    const value = shownValue(src, node, field.codec, offset, offset + field.size);
    const text =
      'reason' in value ? `${formatHex(src.bytes, offset, offset + field.size)} (${value.reason})` : value.text;
    return {
      offset,
      text: `${field.cName} ${text}`,
      zero: 'zero' in value && value.zero,
      ...('hex' in value && { hex: `${field.cName} ${value.hex}` }),
    };
  });
  const last = there.at(-1);
  const from = node.payload + (last === undefined ? 0 : last.offset + last.size);
  if (from < node.end) {
    said.push({
      offset: from,
      text: `${formatHex(src.bytes, from, node.end)} (${node.end - from} bytes more)`,
      zero: false,
    });
  }
  if (there.length < fields.length)
    said.push({ offset: node.end - 1, text: `ends before ${fields[there.length]!.cName}`, zero: false });
  return said;
}

type Shown = Pick<Field, 'text' | 'zero' | 'hex'> | { readonly reason: string };

function shownValue(src: Source, { outer }: Node, codec: AnyCodec, start: number, end: number): Shown {
  src.depth = 0; // a read that failed half-way has not counted it down
  const read = attempt(() => ({ value: codec.read(src, start, end, outer) }));
  if (typeof read === 'string') return { reason: read };
  const { value } = read;
  const text = codec.show ? codec.show(value as never) : plain(value);
  const zero = src.bytes.subarray(start, end).every(byte => byte === 0);
  return value instanceof Uint8Array && !codec.show ? { text, zero, hex: `(${value.length} bytes)` } : { text, zero };
}

/** A value as it is; what JSON cannot say, in text. */
function plain(value: unknown): string {
  if (value instanceof Uint8Array) return formatHex(value);
  if (typeof value !== 'object') return String(value);
  return quoted(value, (_key, item) =>
    typeof item === 'bigint' ? String(item) : item instanceof Uint8Array ? formatHex(item) : item,
  );
}
