import { endsInNul, type Row, type Values } from './attribute-rows.js';
import type { Select } from './attributes.js';
import { NLA_HDRLEN, NLA_TYPE_MASK } from './nla.js';
import type { Scalar } from './scalar.js';
import type { Source } from './source.js';
import { generate, inlineRead } from './straight-line.js';
import { align4 } from './writer.js';

/**
 * Reads a set that has exactly the attributes of the one it was made from, in their order and canonical form; undefined
 * for any other. A DecodeError from it has no path yet.
 */
export type Template = (src: Source, start: number, end: number, outer: object | undefined) => Values | undefined;

/** The longest set that gets a template; the kernel's longest have some 60 attributes. */
const MAX_PARTS = 200;

/** One attribute of the set a template is made from. */
interface Part {
  /** With its flag bits. */
  readonly type: number;
  /** Without: what comes twice is told apart by its place, whatever its flag bits. */
  readonly number: number;
  /** Bytes, header included; undefined where they may vary. */
  readonly length: number | undefined;
  /** Its name among the values; undefined if it is passed over. */
  readonly name: string | undefined;
  readonly row: Row | undefined;
}

/**
 * A template of the set in [start, end), which must be one that can be read; undefined if the set is not the usual case
 * (rows that repeat, a selector behind what it selects, odd flag bits or text ends) or if code cannot be generated.
 *
 * It first compares all headers, then reads all values in one expression. That is faster than a loop over the rows,
 * since V8 knows each codec at its place and the object's final layout; an object filled key by key becomes a
 * dictionary beyond 20 keys. A veth link (1,492 bytes): 9 µs key by key, 1.2 µs so (Node 20).
 */
export function templateOf(
  byType: readonly (Row | undefined)[],
  all: boolean,
  src: Source,
  start: number,
  end: number,
): Template | undefined {
  const parts: Part[] = [];
  for (let pos = start, length = 0; pos < end; pos += align4(length)) {
    length = src.view.getUint16(pos, src.little);
    const part = partOf(byType, all, src, pos, length);
    if (part === undefined || parts.length >= MAX_PARTS || parts.some(({ number }) => number === part.number)) {
      return undefined;
    }
    parts.push(part);
  }
  const matching = parts.map((part, i) => matchPart(part, i, src.little));
  const reading = parts.flatMap((part, i) => readPart(part, i, parts, src.little) ?? []);
  if (reading.length !== parts.filter(({ name }) => name !== undefined).length) return undefined;
  const made = parts.flatMap(({ name }, i) => (name === undefined ? [] : [`${JSON.stringify(name)}: v${i}`]));
  const body = [...matching, 'if (p < end) return undefined;', ...reading, `return { ${made.join(', ')} };`];
  const rows = parts.map(({ row }) => row);
  const codecs = rows.map(row => row?.codec);
  return generate(
    `return (src, start, end, outer) => { const { view, bytes } = src; let p = start, n = 0;\n${body.join('\n')} };`,
    { rows, codecs, none: {} },
  );
}

function partOf(
  byType: readonly (Row | undefined)[],
  all: boolean,
  src: Source,
  pos: number,
  length: number,
): Part | undefined {
  const type = src.view.getUint16(pos + 2, src.little);
  const number = type & NLA_TYPE_MASK;
  const row = byType[number];
  if (row === undefined) return { type, number, row, length: undefined, name: all ? `#${number}` : undefined };
  if (row.many || type !== (row.type | row.replyFlags)) return undefined;
  if (row.terminated !== undefined && endsInNul(row, false) !== (src.bytes[pos + length - 1] === 0)) return undefined;
  const sized = row.selector === undefined && 'size' in row.codec;
  return { type, number, row, name: row.name, length: sized ? length : undefined };
}

/** Code that finds the attribute at `p`, or leaves. */
function matchPart({ type, length, row }: Part, i: number, little: boolean): string {
  if (length !== undefined) {
    const header = little ? ((type << 16) | length) >>> 0 : ((length << 16) | type) >>> 0;
    return `const p${i} = p + 4; if (p + ${length} > end || view.getUint32(p, ${little}) !== ${header}) return undefined; p += ${align4(length)};`;
  }
  const end = `${NLA_HDRLEN} > n || p + n > end`;
  const text = row?.terminated === undefined ? '' : textEnd(row);
  return `if (p + ${NLA_HDRLEN} > end || view.getUint16(p + 2, ${little}) !== ${type}) return undefined; n = view.getUint16(p, ${little}); if (${end}${text}) return undefined; const p${i} = p + 4, e${i} = p + n; p += (n + 3) & ~3;`;
}

/** A text whose end is not the canonical one is somebody else's business. */
const textEnd = (row: Row): string => ` || (n > 4 && bytes[p + n - 1] === 0) !== ${endsInNul(row, false)}`;

/** Code that reads the attribute found; undefined if its layout depends on what comes later. */
function readPart(part: Part, i: number, parts: readonly Part[], little: boolean): string | undefined {
  const { row, name, type, length } = part;
  if (name === undefined) return undefined;
  if (row === undefined) return `const v${i} = { type: ${type}, data: src.slice(p${i}, e${i}) };`;
  const to = length === undefined ? `e${i}` : `p${i} + ${length - NLA_HDRLEN}`;
  if (row.selector !== undefined) return readSelected(row, i, parts);
  const inline =
    length !== undefined && (row.codec as Scalar<unknown>).size === length - NLA_HDRLEN
      ? inlineRead(row.codec as Scalar<unknown>, `codecs[${i}]`, `p${i}`, little)
      : undefined;
  return `const v${i} = ${inline ?? `codecs[${i}].read(src, p${i}, ${to}, outer)`};`;
}

function readSelected(row: Row, i: number, parts: readonly Part[]): string | undefined {
  const decider = parts.findIndex(({ name }) => name === row.selector);
  if ((row.codec as Select).from === 'siblings' && (decider < 0 || decider > i)) return undefined;
  const siblings =
    (row.codec as Select).from === 'siblings' ? `{ ${JSON.stringify(row.selector)}: v${decider} }` : 'none';
  return `const c${i} = rows[${i}].layout(${siblings}, outer); if (c${i} === undefined) return undefined; const v${i} = c${i}.read(src, p${i}, e${i}, outer);`;
}

/** Sets of one kind look alike, so that a few templates serve; more are not kept, since the bytes may be anybody's. */
const MAX_TEMPLATES = 8;
/** Sets that no template fits after which it pays to make one: that takes as long as reading some dozens. */
const WARM = 16;

/** The templates of one set, and when to make another. */
export class Templates {
  #list: Template[] = [];
  #misses = 0;

  constructor(
    readonly byType: readonly (Row | undefined)[],
    readonly all: boolean,
  ) {}

  /** The set in [start, end) read by a template that fits; undefined if none does. */
  read(src: Source, start: number, end: number, outer: object | undefined): Values | undefined {
    const list = this.#list;
    for (let i = 0; i < list.length; i++) {
      const value = list[i]!(src, start, end, outer);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Tells that no template fitted the set in [start, end), which could be read otherwise. */
  missed(src: Source, start: number, end: number): void {
    if (++this.#misses % WARM !== 0 || this.#list.length >= MAX_TEMPLATES || this.#misses > 64 * WARM) return;
    const made = templateOf(this.byType, this.all, src, start, end);
    if (made !== undefined) this.#list.push(made);
  }
}
