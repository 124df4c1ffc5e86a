import { readFileSync } from 'node:fs';
import { join as path } from 'node:path';
import { wireForm } from '../../src/protocol/attribute-rows.js';
import { Templates } from '../../src/protocol/attribute-template.js';
import { decodeMessageAt } from '../../src/protocol/frame.js';
import { Source } from '../../src/protocol/source.js';

/** A veth link as the kernel reports it, statistics and all. */
const hex = readFileSync(path(__dirname, '../../bench/messages/link.hex'), 'latin1').replaceAll('\n', '');
const link = (): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
/** nlmsghdr and ifinfomsg. */
const HEADERS = 32;

interface Attribute {
  type: number;
  data: Uint8Array;
}

function split(message: Uint8Array): Attribute[] {
  const view = new DataView(message.buffer);
  const list: Attribute[] = [];
  for (let at = HEADERS; at < message.length; at += (view.getUint16(at, true) + 3) & ~3) {
    const type = view.getUint16(at + 2, true);
    list.push({ type, data: message.slice(at + 4, at + view.getUint16(at, true)) });
  }
  return list;
}

function join(list: readonly Attribute[]): Uint8Array {
  const parts = list.map(({ type, data }) => {
    const out = new Uint8Array((4 + data.length + 3) & ~3);
    new DataView(out.buffer).setUint16(0, 4 + data.length, true);
    new DataView(out.buffer).setUint16(2, type, true);
    out.set(data, 4);
    return out;
  });
  const message = Uint8Array.from(Buffer.concat([link().slice(0, HEADERS), ...parts]));
  new DataView(message.buffer).setUint32(0, message.length, true);
  return message;
}

const changed = (change: (list: Attribute[]) => Attribute[]): Uint8Array => join(change(split(link())));
const replaced = (type: number, by: Attribute[]): Uint8Array =>
  changed(list => list.flatMap(each => (each.type === type ? by : [each])));
const text = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value));

const IFNAME = 3;
const MTU = 4;
const LINKINFO = 18;
const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);

const cases: Record<string, Uint8Array> = {
  'as the kernel sent it': link(),
  'another length of name': replaced(IFNAME, [{ type: IFNAME, data: text('a-long-name\0') }]),
  'a name without NUL': replaced(IFNAME, [{ type: IFNAME, data: text('v0') }]),
  'an empty name': replaced(IFNAME, [{ type: IFNAME, data: text('') }]),
  'a name with NUL inside': replaced(IFNAME, [{ type: IFNAME, data: text('v\u00000\0') }]),
  'a name twice': replaced(IFNAME, [
    { type: IFNAME, data: text('one\0') },
    { type: IFNAME, data: text('two\0') },
  ]),
  'another mtu': replaced(MTU, [{ type: MTU, data: u32(9000) }]),
  'an mtu of two bytes': replaced(MTU, [{ type: MTU, data: u32(9000).slice(0, 2) }]),
  'an mtu with odd flag bits': replaced(MTU, [{ type: MTU | 0x4000, data: u32(9000) }]),
  'no mtu': replaced(MTU, []),
  'an attribute without a row': changed(list => [{ type: 200, data: u32(7) }, ...list]),
  'an attribute without a row, twice': changed(list => [...list, ...[1, 2].map(n => ({ type: 200, data: u32(n) }))]),
  'the other way round': changed(list => [...list].reverse()),
  'a shorter statistics block': replaced(23, [{ type: 23, data: new Uint8Array(100) }]),
  'a longer statistics block': replaced(23, [{ type: 23, data: new Uint8Array(208).fill(1) }]),
  'a link without a driver': replaced(LINKINFO, []),
  'an unknown kind with data': replaced(LINKINFO, [
    { type: LINKINFO, data: Uint8Array.of(7, 0, 1, 0, 120, 120, 0, 0, 8, 0, 2, 0, 1, 2, 3, 4) },
  ]),
  'bytes left over': Uint8Array.from([...link().slice(0, -2)]),
  'an attribute cut short': join(split(link())).slice(0, -6),
};
for (const name of ['bytes left over', 'an attribute cut short']) {
  new DataView(cases[name]!.buffer).setUint32(0, cases[name]!.length, true);
}

/** What comes of it, with the order of keys and how things were written. */
function outcome(message: Uint8Array, simple: boolean): unknown {
  const src = new Source(message, 'little');
  src.simple = simple;
  try {
    const value = decodeMessageAt(src, 0, message.length);
    return [value, order(value), src.depth];
  } catch (error) {
    return String(error);
  }
}

function order(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return [...Object.entries(value).map(([name, item]) => [name, order(item)]), Reflect.get(value, wireForm)];
}

test('a template reads what the simple way reads, whatever the message', () => {
  const read = jest.spyOn(Templates.prototype, 'read');
  // Often enough, and mixed, so that templates are made of all messages that can have one.
  for (let round = 0; round < 200; round++) {
    for (const message of Object.values(cases)) outcome(message, false);
  }
  read.mockClear();
  const fits = Object.entries(cases).map(([name, message]) => {
    expect([name, outcome(message, false)]).toEqual([name, outcome(message, true)]);
    return read.mock.results.some(({ value }) => value !== undefined);
  });
  expect(fits[0]).toBe(true);
  read.mockRestore();
});
