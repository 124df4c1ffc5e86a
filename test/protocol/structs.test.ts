import { Parser } from 'binary-parser';
import type { FieldShape } from '../../src/protocol/codec.js';
import type { Node } from '../../src/protocol/node.js';
import type { Scalar } from '../../src/protocol/scalar.js';
import { Source } from '../../src/protocol/source.js';
import { walkDatagram } from '../../src/protocol/walk.js';
import { goldens } from './fixtures.js';

/** A struct in a fixture. */
interface Found {
  readonly cName: string;
  readonly fields: readonly FieldShape[];
  readonly size: number;
  readonly codec: Scalar<object>;
  readonly bytes: Uint8Array;
  readonly at: number;
}

function structsIn(nodes: readonly Node[], bytes: Uint8Array): Found[] {
  return nodes.flatMap(({ codec, payload, end, offset, is, children }) => {
    const below = structsIn(children, bytes);
    if (codec?.shape?.is !== 'struct') return below;
    const at = is === 'message' ? offset : payload;
    const { cName, fields, size } = codec.shape;
    const whole = is === 'message' || end - at >= size;
    return whole ? [{ cName, fields, size, codec: codec as unknown as Scalar<object>, bytes, at }, ...below] : below;
  });
}

const found = goldens.flatMap(({ bytes }) => structsIn(walkDatagram(new Source(bytes, 'little')), bytes));

/** What binary-parser reads, with the layouts that the fields name. */
function byBinaryParser(fields: readonly FieldShape[], bytes: Uint8Array): object {
  const layout = new Parser().endianness('little');
  for (const { name, size, codec } of fields) {
    const field = codec as unknown as Scalar<unknown> & { reserved?: number };
    const reserved = field.reserved ?? 0;
    if (codec.shape !== undefined || field.layout === 'bytes') layout.buffer(name, { length: size - reserved });
    else layout[field.layout](name);
    if (reserved > 0) layout.seek(reserved);
  }
  const value = { ...(layout.parse(bytes) as Record<string, unknown>) };
  for (const { name, codec } of fields) {
    const field = codec as unknown as Scalar<unknown>;
    const raw = value[name];
    if (codec.shape !== undefined) value[name] = field.get(new Source(raw as Uint8Array, 'little'), 0);
    else if (field.fromRaw !== undefined) value[name] = field.fromRaw(raw as never);
    else if (raw instanceof Uint8Array) value[name] = Uint8Array.from(raw);
  }
  return value;
}

const byName = group(found);
function group(all: readonly Found[]): Map<string, Found[]> {
  const out = new Map<string, Found[]>();
  for (const each of all) out.set(each.cName, [...(out.get(each.cName) ?? []), each]);
  return out;
}

test('there are structs to compare', () => {
  expect([...byName.keys()]).toEqual(
    expect.arrayContaining(['nlmsghdr', 'ifinfomsg', 'ifaddrmsg', 'rtnl_link_stats64', 'ifa_cacheinfo']),
  );
});

test.each([...byName])('struct %s is read alike by binary-parser and by both readers of ours', (_cName, all) => {
  for (const { fields, size, codec, bytes, at } of all) {
    const wanted = byBinaryParser(fields, bytes.slice(at, at + size));
    const simple = new Source(bytes, 'little');
    simple.simple = true;
    expect(codec.get(simple, at)).toEqual(wanted);
    const warm = new Source(bytes, 'little');
    for (let i = 0; i < 120; i++) codec.get(warm, at); // a straight-line reader is made after 100 reads
    expect(codec.get(warm, at)).toEqual(wanted);
  }
});
