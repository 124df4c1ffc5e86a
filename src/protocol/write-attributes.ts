import { endsInNul, OTHER_END, type Row, type Values, wireForm } from './attribute-rows.js';
import type { UnknownAttribute } from './attributes.js';
import type { AnyCodec } from './codec.js';
import { outOfRange, refusedWithin, shown, wrongType } from './errors.js';
import { NLA_TYPE_MASK } from './nla.js';
import { bytes } from './scalar.js';
import { MAX_DEPTH } from './source.js';
import type { WriteTemplates } from './write-template.js';
import type { Writer } from './writer.js';

/** Append a set: the attributes in the order of the value's keys. */
export function writeSet(prefix: string, templates: WriteTemplates, w: Writer, value: Values, outer?: object): void {
  if (typeof value !== 'object' || value === null)
    throw wrongType(`expected an object of ${prefix}* attributes, got ${shown(value)}`);
  if (++w.depth > MAX_DEPTH) throw outOfRange(`attributes nested more than ${MAX_DEPTH} deep`);
  const usual = !w.simple && w.request;
  if (!usual || !templates.write(w, value, outer)) {
    simply(prefix, templates.byName, w, value, outer);
    if (usual && !w.simple) templates.missed(value);
  }
  w.depth--;
}

/** Any case, attribute by attribute. */
function simply(prefix: string, byName: ReadonlyMap<string, Row>, w: Writer, value: Values, outer?: object): void {
  const forms = value[wireForm];
  for (const name in value) {
    const item = value[name];
    if (item === undefined) continue;
    const row = byName.get(name);
    try {
      if (row !== undefined) writeRow(w, row, forms?.[name] ?? 0, item, value, outer);
      else if (name.charCodeAt(0) === 0x23) writeUnknown(w, item as UnknownAttribute);
      else throw wrongType(`no ${prefix}* attribute has this name`);
    } catch (error) {
      throw refusedWithin(error, name);
    }
  }
}

function writeRow(w: Writer, row: Row, form: number, item: unknown, siblings: Values, outer?: object): void {
  const codec = row.selector === undefined ? (row.codec as AnyCodec) : row.layout(siblings, outer);
  if (codec === undefined) throw wrongType(noLayout(row, siblings));
  if (!row.many) return put(w, row, form, codec, item, outer);
  if (!Array.isArray(item)) throw wrongType(`expected an array, got ${shown(item)}`);
  for (const each of item) put(w, row, form, codec, each, outer);
}

function noLayout({ selector, variants, type }: Row, siblings: Values): string {
  const given = siblings[selector!];
  return `no layout for ${selector} ${shown(given)} (known: ${Object.keys(variants).join(', ')}); raw bytes go under '#${type}'`;
}

function put(w: Writer, row: Row, form: number, codec: AnyCodec, value: unknown, outer?: object): void {
  const flags = w.request ? row.flags : row.replyFlags;
  const at = w.open(row.type | (flags ^ (form & ~NLA_TYPE_MASK & 0xffff)));
  codec.write(w, value as never, outer);
  if ((form & OTHER_END) !== 0) swapEnd(w, row);
  w.close(at);
}

function swapEnd(w: Writer, row: Row): void {
  if (endsInNul(row, w.request)) w.truncate(w.length - 1);
  else w.zeros(1);
}

function writeUnknown(w: Writer, item: UnknownAttribute): void {
  if (typeof item !== 'object' || !Number.isInteger(item.type) || item.type < 0 || item.type > 0xffff) {
    throw wrongType(`expected { type: 0 to 65535, data: Uint8Array }, got ${shown(item)}`);
  }
  const at = w.open(item.type);
  bytes.write(w, item.data);
  w.close(at);
}
