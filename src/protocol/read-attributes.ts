import { index, otherEnd, type Row, type Values, wireForm } from './attribute-rows.js';
import { Templates } from './attribute-template.js';
import type { Select } from './attributes.js';
import type { AnyCodec } from './codec.js';
import { DecodeError } from './errors.js';
import { badLength, leftOver, NLA_HDRLEN, NLA_TYPE_MASK, tooDeep } from './nla.js';
import { MAX_DEPTH, type Source } from './source.js';
import { align4 } from './writer.js';

/** The rows to read, and what reading them has taught. */
export interface Reading {
  readonly byType: readonly (Row | undefined)[];
  /** The rows whose values say how to read others of the set. */
  readonly selectors: readonly Row[];
  /** Keep what has no row, rather than pass over it. */
  readonly all: boolean;
  /** Templates know where numbers lie, and so their byte order. */
  readonly templates: { readonly little: Templates; readonly big: Templates };
}

/** How to read these rows. */
export function reading(rows: readonly Row[], all: boolean): Reading {
  const byType = index(rows);
  const named = new Set(rows.filter(isSelectedBySibling).map(({ selector }) => selector));
  const selectors = rows.filter(({ name }) => named.has(name));
  const templates = { little: new Templates(byType, all), big: new Templates(byType, all) };
  return { byType, selectors, all, templates };
}

const isSelectedBySibling = ({ selector, codec }: Row): boolean =>
  selector !== undefined && (codec as Select).from === 'siblings';

/** Decode the set in [start, end). */
export function readSet(how: Reading, src: Source, start: number, end: number, outer?: object): Values {
  const depth = src.depth;
  if (depth >= MAX_DEPTH) throw tooDeep(start);
  src.depth = depth + 1;
  const templates = src.little ? how.templates.little : how.templates.big;
  const usual = src.simple || src.request ? undefined : byTemplate(templates, src, start, end, outer);
  if (usual !== undefined) {
    src.depth = depth;
    return usual;
  }
  src.depth = depth + 1;
  const values = simply(how, src, start, end, outer);
  src.depth = depth;
  if (!src.simple && !src.request) templates.missed(src, start, end);
  return values;
}

/**
 * Whatever a template stumbles over, the simple way stumbles over too, and says where it was. From there on all is read
 * the simple way: sets that each try both would double the work with every level of nesting.
 */
function byTemplate(
  templates: Templates,
  src: Source,
  start: number,
  end: number,
  outer: object | undefined,
): Values | undefined {
  try {
    return templates.read(src, start, end, outer);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    src.simple = true;
    return undefined;
  }
}

/** What is not canonical about an attribute: flag bits, the NUL at the end of a text. */
const formOf = (row: Row, type: number, src: Source, from: number, to: number): number =>
  ((type & ~NLA_TYPE_MASK) ^ (src.request ? row.flags : row.replyFlags)) |
  (row.terminated === undefined ? 0 : otherEnd(row, src, from, to));

function decode(
  codec: AnyCodec,
  name: string,
  src: Source,
  from: number,
  to: number,
  outer: object | undefined,
): unknown {
  try {
    return codec.read(src, from, to, outer);
  } catch (error) {
    throw error instanceof DecodeError ? error.within(name) : error;
  }
}

/**
 * Any case, attribute by attribute, each of them once. Of a type that comes again the last counts, as in the kernel; those
 * before it keep their places and bytes.
 */
function simply(how: Reading, src: Source, start: number, end: number, outer: object | undefined): Values {
  const out: Values = {};
  const last = lastPositions(src, start, end);
  const siblings = selecting(how, last, src, outer);
  let pos = start;
  while (end - pos >= NLA_HDRLEN) {
    const length = src.view.getUint16(pos, src.little);
    if (length < NLA_HDRLEN || pos + length > end) throw badLength(length, pos, end);
    const type = src.view.getUint16(pos + 2, src.little);
    const row = how.byType[type & NLA_TYPE_MASK];
    if (row === undefined) {
      if (how.all) keep(out, type, src, pos);
    } else if (row.many || last.get(row.type) === pos) place(out, row, type, src, pos, siblings, outer);
    else keep(out, type, src, pos);
    pos += align4(length);
  }
  if (pos < end) throw leftOver(pos, end);
  return out;
}

/** Where each type comes last in [start, end), up to what is malformed. */
export function lastPositions(src: Source, start: number, end: number): Map<number, number> {
  const last = new Map<number, number>();
  for (let pos = start, length = 0; end - pos >= NLA_HDRLEN; pos += align4(length)) {
    length = src.view.getUint16(pos, src.little);
    if (length < NLA_HDRLEN || pos + length > end) break;
    last.set(src.view.getUint16(pos + 2, src.little) & NLA_TYPE_MASK, pos);
  }
  return last;
}

/**
 * The values that say how to read others, which may come before them. Nothing nests in them, so that reading them a second
 * time at their places doubles nothing; what is wrong with them is told there.
 */
function selecting(how: Reading, last: ReadonlyMap<number, number>, src: Source, outer: object | undefined): Values {
  const values: Values = {};
  for (const row of how.selectors) {
    const pos = last.get(row.type);
    if (pos === undefined) continue;
    try {
      place(values, row, row.type, src, pos, values, outer);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  }
  return values;
}

/** Decode the attribute at `pos` into `out`. */
function place(
  out: Values,
  row: Row,
  type: number,
  src: Source,
  pos: number,
  siblings: Values,
  outer: object | undefined,
): void {
  const from = pos + NLA_HDRLEN;
  const to = pos + src.view.getUint16(pos, src.little);
  const codec = row.selector === undefined ? (row.codec as AnyCodec) : row.layout(siblings, outer);
  if (codec === undefined) return keep(out, type, src, pos);
  const { name } = row;
  const value = decode(codec, name, src, from, to, outer);
  if (!row.many) out[name] = value;
  else if (out[name] === undefined) out[name] = [value];
  else (out[name] as unknown[]).push(value);
  const form = formOf(row, type, src, from, to);
  if (form !== 0) out[wireForm] = { ...out[wireForm], [name]: form };
}

/** Keep the attribute at `pos` as it is, under its number. */
function keep(out: Values, type: number, src: Source, pos: number): void {
  const number = type & NLA_TYPE_MASK;
  const key = `#${number}`;
  const data = src.slice(pos + NLA_HDRLEN, pos + src.view.getUint16(pos, src.little));
  out[out[key] === undefined ? key : freeKey(out, number)] = { type, data };
}

/** A key for one more attribute of a type. The count is kept on the side, so that many of them take linear time. */
function freeKey(out: Values, number: number): string {
  let counts = repeats.get(out);
  if (counts === undefined) repeats.set(out, (counts = new Map()));
  const n = (counts.get(number) ?? 0) + 1;
  counts.set(number, n);
  return `#${number}.${n}`;
}
const repeats = new WeakMap<Values, Map<number, number>>();
