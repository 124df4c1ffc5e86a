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
  /** Keep what has no row, rather than pass over it. */
  readonly all: boolean;
  readonly templates: Templates;
}

/** How to read these rows. */
export function reading(rows: readonly Row[], all: boolean): Reading {
  const byType = index(rows);
  return { byType, all, templates: new Templates(byType, all) };
}

/** Decode the set in [start, end). */
export function readSet(how: Reading, src: Source, start: number, end: number, outer?: object): Values {
  const depth = src.depth;
  if (depth >= MAX_DEPTH) throw tooDeep(start);
  src.depth = depth + 1;
  const usual = src.simple || src.request ? undefined : byTemplate(how.templates, src, start, end, outer);
  if (usual !== undefined) {
    src.depth = depth;
    return usual;
  }
  src.depth = depth + 1;
  const values = simply(how, src, start, end, outer);
  src.depth = depth;
  if (!src.simple && !src.request) how.templates.missed(src, start, end);
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

/** Any case, attribute by attribute. */
function simply(how: Reading, src: Source, start: number, end: number, outer: object | undefined): Values {
  const out: Values = {};
  let waiting: number[] | undefined; // attributes that came before the sibling that says how to read them
  let seen: Map<number, number> | undefined; // where each type came last, once one has come twice
  let pos = start;
  while (end - pos >= NLA_HDRLEN) {
    const length = src.view.getUint16(pos, src.little);
    if (length < NLA_HDRLEN || pos + length > end) throw badLength(length, pos, end);
    const type = src.view.getUint16(pos + 2, src.little);
    const row = how.byType[type & NLA_TYPE_MASK];
    if (row === undefined) {
      if (how.all) keep(out, type, src, pos);
    } else {
      if (!row.many && out[row.name] !== undefined) {
        seen ??= lastPositions(src, start, pos);
        keepEarlier(out, row, src, seen.get(row.type)!);
        for (const each of selectedBy(how.byType, row, out)) {
          (waiting ??= []).push(seen.get(each.type)!);
          out[each.name] = undefined;
        }
      }
      seen?.set(row.type, pos);
      if (waits(row, out)) {
        (waiting ??= []).push(pos);
        out[row.name] ??= undefined; // holds its place
      } else place(out, row, type, src, pos, outer);
    }
    pos += align4(length);
  }
  if (pos < end) throw leftOver(pos, end);
  if (waiting !== undefined) placeWaiting(out, waiting, how.byType, src, outer);
  return out;
}

const waits = (row: Row, out: Values): boolean =>
  row.selector !== undefined && (row.codec as Select).from === 'siblings' && out[row.selector] === undefined;

/** What was read as an earlier `row` said, and has to be read again. */
const selectedBy = (byType: readonly (Row | undefined)[], row: Row, out: Values): Row[] =>
  byType.filter((each): each is Row => each?.selector === row.name && out[each.name] !== undefined);

/** Decode the attribute at `pos` into `out`. */
function place(out: Values, row: Row, type: number, src: Source, pos: number, outer?: object): void {
  const from = pos + NLA_HDRLEN;
  const to = pos + src.view.getUint16(pos, src.little);
  const codec = row.selector === undefined ? (row.codec as AnyCodec) : row.layout(out, outer);
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

/** Where each type came last in [start, end). */
function lastPositions(src: Source, start: number, end: number): Map<number, number> {
  const last = new Map<number, number>();
  for (let pos = start; pos < end; pos += align4(src.view.getUint16(pos, src.little))) {
    last.set(src.view.getUint16(pos + 2, src.little) & NLA_TYPE_MASK, pos);
  }
  return last;
}

/** An attribute that comes again: the kernel takes the last, so the one before moves to a numbered key. */
function keepEarlier(out: Values, row: Row, src: Source, pos: number): void {
  delete out[row.name]; // comes again behind the earlier one, so that encoding keeps their order
  if (out[wireForm] !== undefined) delete out[wireForm][row.name];
  keep(out, src.view.getUint16(pos + 2, src.little), src, pos);
}

function placeWaiting(
  out: Values,
  waiting: readonly number[],
  byType: readonly (Row | undefined)[],
  src: Source,
  outer?: object,
): void {
  for (const pos of waiting) {
    const type = src.view.getUint16(pos + 2, src.little);
    const row = byType[type & NLA_TYPE_MASK]!;
    place(out, row, type, src, pos, outer);
    if (out[row.name] === undefined) delete out[row.name];
  }
}
