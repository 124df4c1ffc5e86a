import { decodeMessageAt } from '../../src/protocol/frame.js';
import {
  DecodeError,
  decodeMessages,
  encodeMessage,
  explain,
  type Message,
  type MessageInput,
  NLMSG_ERROR,
  RTM_NEWLINK,
} from '../../src/protocol/index.js';
import { Source } from '../../src/protocol/source.js';
import { LITTLE, toHex } from './fixtures.js';

/** An attribute, its length as given or as its payload wants it. */
function attribute(type: number, payload: Uint8Array | string, length?: number): Buffer {
  const bytes = Buffer.from(payload as string, 'latin1');
  const out = Buffer.alloc((4 + bytes.length + 3) & ~3);
  out.writeUInt16LE(length ?? 4 + bytes.length, 0);
  out.writeUInt16LE(type, 2);
  bytes.copy(out, 4);
  return out;
}

const NESTED = 0x8000;
const [IFNAME, MTU, STATS64, MAP, LINKINFO, IFALIAS] = [3, 4, 23, 14, 18, 20];
const [INFO_KIND, INFO_DATA] = [1, 2];

/** An RTM_NEWLINK of these attributes. */
function link(...attributes: Uint8Array[]): Buffer {
  const out = Buffer.concat([Buffer.alloc(32), ...attributes]);
  out.writeUInt32LE(out.length, 0);
  out.writeUInt16LE(RTM_NEWLINK, 4);
  return out;
}

type LinkMessage = Extract<Message, { type: typeof RTM_NEWLINK }>;
const decode = (bytes: Uint8Array): LinkMessage['body']['attrs'] =>
  (decodeMessages(bytes, LITTLE)[0] as LinkMessage).body.attrs;
const refusal = (bytes: Uint8Array): DecodeError => {
  try {
    decodeMessages(bytes, LITTLE);
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
  throw new Error('was decoded');
};
const survives = (bytes: Uint8Array): void => {
  const [message] = decodeMessages(bytes, LITTLE);
  expect(toHex(encodeMessage(message as MessageInput, LITTLE))).toBe(toHex(bytes));
};

describe('names', () => {
  test('NUL within a name is refused: the kernel would read another one', () => {
    expect(refusal(link(attribute(IFNAME, 'a\0b\0')))).toMatchObject({
      path: 'RTM_NEWLINK.attrs.ifname',
      reason: 'expected text without NUL',
      offset: 37,
    });
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('a link may be called %s', name => {
    const bytes = link(attribute(IFNAME, `${name}\0`));
    expect(decode(bytes).ifname).toBe(name);
    survives(bytes);
  });

  test.each(['__proto__', 'constructor', 'toString'])(
    'a kind called %s has no layout: its data keep their bytes',
    name => {
      const bytes = link(
        attribute(LINKINFO, Buffer.concat([attribute(INFO_KIND, `${name}\0`), attribute(INFO_DATA, 'abcd')])),
      );
      const linkinfo = decode(bytes).linkinfo as Record<string, unknown>;
      expect(linkinfo).toEqual({ kind: name, '#2': { type: INFO_DATA, data: new Uint8Array([97, 98, 99, 100]) } });
      expect(Object.getPrototypeOf(linkinfo)).toBe(Object.prototype);
      survives(bytes);
    },
  );

  test('bytes that are no UTF-8 survive', () => {
    const bytes = link(attribute(IFALIAS, Buffer.from([0x66, 0xff, 0xc3, 0xa9, 0xc3, 0])));
    expect(decode(bytes).ifalias).toBe('f\udcffé\udcc3');
    survives(bytes);
  });

  test('an empty name decodes to empty text', () => {
    expect(decode(link(attribute(IFALIAS, '\0'))).ifalias).toBe('');
    survives(link(attribute(IFALIAS, '')));
  });
});

describe('lengths', () => {
  test.each([0, 1, 2, 3])('an attribute length of %d is refused: it counts its own header', length => {
    expect(refusal(link(attribute(MTU, 'abcd', length)))).toMatchObject({
      path: 'RTM_NEWLINK.attrs',
      reason: `expected an attribute length from 4 to 8, got ${length}`,
      offset: 32,
    });
  });

  test('an attribute longer than its set is refused', () => {
    expect(refusal(link(attribute(MTU, 'abcd', 9)))).toMatchObject({
      reason: 'expected an attribute length from 4 to 8, got 9',
    });
  });

  test.each([1, 2, 3])('%d bytes behind the last attribute are refused', count => {
    expect(refusal(link(attribute(MTU, 'abcd'), Buffer.alloc(count, 1)))).toMatchObject({
      reason: `${count} bytes left over after the last attribute`,
      offset: 40,
    });
  });

  test('an attribute whose padding is cut off at the end is accepted', () => {
    const bytes = link(attribute(IFALIAS, 'ab').subarray(0, 6));
    expect(decode(bytes).ifalias).toBe('ab');
  });

  test('a number of the wrong size is refused', () => {
    expect(refusal(link(attribute(MTU, 'ab')))).toMatchObject({
      path: 'RTM_NEWLINK.attrs.mtu',
      reason: 'expected 4 bytes, got 2',
    });
  });

  test('a message length below 16 or beyond the datagram is refused', () => {
    const bytes = link();
    bytes.writeUInt32LE(15, 0);
    expect(refusal(bytes).reason).toBe('expected a message length from 16 to 32, got 15');
    bytes.writeUInt32LE(33, 0);
    expect(refusal(bytes).reason).toBe('expected a message length from 16 to 32, got 33');
  });

  test('a header that is cut short is refused', () => {
    const bytes = link().subarray(0, 31);
    bytes.writeUInt32LE(31, 0);
    expect(refusal(bytes)).toMatchObject({ path: 'RTM_NEWLINK', reason: 'expected a header of 16 bytes, got 15' });
  });
});

describe('structs', () => {
  test('a longer one keeps its tail', () => {
    const bytes = link(attribute(STATS64, Buffer.alloc(208, 1)));
    const { stats64 } = decode(bytes);
    expect(stats64).toMatchObject({ rxPackets: 0x0101010101010101n, '#tail': new Uint8Array(8).fill(1) });
    survives(bytes);
  });

  test('a shorter one lacks its last fields', () => {
    const bytes = link(attribute(STATS64, Buffer.alloc(16, 1)));
    expect(decode(bytes).stats64).toEqual({
      rxPackets: 0x0101010101010101n,
      txPackets: 0x0101010101010101n,
      '#size': 16,
    });
    survives(bytes);
  });

  test('one that is cut within a field keeps the rest as its tail', () => {
    const bytes = link(attribute(STATS64, Buffer.alloc(11, 1)));
    expect(decode(bytes).stats64).toEqual({
      rxPackets: 0x0101010101010101n,
      '#size': 8,
      '#tail': new Uint8Array(3).fill(1),
    });
    survives(bytes);
  });

  test('an empty one has no fields', () => {
    const bytes = link(attribute(MAP, ''));
    expect(decode(bytes).map).toEqual({ '#size': 0 });
    survives(bytes);
  });
});

describe('order', () => {
  test('of an attribute that comes twice, the last counts as in the kernel; the earlier one is kept', () => {
    const bytes = link(attribute(MTU, '\x01\0\0\0'), attribute(IFALIAS, 'x\0'), attribute(MTU, '\x02\0\0\0'));
    const attrs = decode(bytes);
    expect(attrs.mtu).toBe(2);
    expect(attrs['#4']).toEqual({ type: 4, data: new Uint8Array([1, 0, 0, 0]) });
    expect(Object.keys(attrs)).toEqual(['#4', 'ifalias', 'mtu']);
    survives(bytes);
  });

  test('unknown attributes that repeat are all kept, in place', () => {
    const bytes = link(
      attribute(999, 'a'),
      attribute(MTU, '\x01\0\0\0'),
      attribute(999 | NESTED, 'b'),
      attribute(999, 'c'),
    );
    expect(Object.keys(decode(bytes))).toEqual(['#999', 'mtu', '#999.1', '#999.2']);
    survives(bytes);
  });

  test('data before kind are read all the same, and stay before it', () => {
    const peer = attribute(1, Buffer.concat([Buffer.alloc(16), attribute(IFNAME, 'b\0')]));
    const bytes = link(
      attribute(LINKINFO, Buffer.concat([attribute(INFO_DATA, peer), attribute(INFO_KIND, 'veth\0')])),
    );
    const { linkinfo } = decode(bytes);
    expect(linkinfo).toMatchObject({ kind: 'veth', data: { peer: { attrs: { ifname: 'b' } } } });
    expect(Object.keys(linkinfo!)).toEqual(['data', 'kind']);
    survives(bytes);
  });

  test('of two kinds the last says how data are read, also those before it', () => {
    const data = attribute(INFO_DATA, attribute(1, '\x05\0'));
    const kinds = [attribute(INFO_KIND, 'vlan\0'), data, attribute(INFO_KIND, 'vrf\0')];
    expect(refusal(link(attribute(LINKINFO, Buffer.concat(kinds)))).path).toBe('RTM_NEWLINK.attrs.linkinfo.data.table');
    const unknown = [attribute(INFO_KIND, 'vlan\0'), data, attribute(INFO_KIND, 'nosuch\0')];
    const bytes = link(attribute(LINKINFO, Buffer.concat(unknown)));
    expect(decode(bytes).linkinfo).toMatchObject({ kind: 'nosuch', '#2': { type: 2 } });
    survives(bytes);
  });

  const ORDERS = [...'kd'].flatMap(a =>
    [...'kd'].flatMap(b => [...'kd'].flatMap(c => [...'kd'].map(d => a + b + c + d))),
  );
  test.each(ORDERS)('kinds and data in the order %s: the last of each count, all keep their places', order => {
    const parts = [...order].map((each, i) =>
      each === 'k' ? attribute(INFO_KIND, 'vlan\0') : attribute(INFO_DATA, attribute(1, Buffer.from([i + 1, 0]))),
    );
    const bytes = link(attribute(LINKINFO, Buffer.concat(parts)));
    const { linkinfo } = decode(bytes);
    const count = (letter: string): number => order.split(letter).length - 1;
    expect(linkinfo!.kind).toBe(count('k') > 0 ? 'vlan' : undefined);
    if (count('k') * count('d') > 0) expect(linkinfo!.data).toEqual({ id: order.lastIndexOf('d') + 1 });
    expect(Object.keys(linkinfo!)).toHaveLength(4);
    survives(bytes);
  });

  test('data without a kind keep their bytes', () => {
    const bytes = link(attribute(LINKINFO, attribute(INFO_DATA, 'abcd')));
    expect(decode(bytes).linkinfo).toEqual({ '#2': { type: 2, data: new Uint8Array([97, 98, 99, 100]) } });
    survives(bytes);
  });

  test('flag bits that the table does not expect survive', () => {
    survives(link(attribute(MTU | NESTED, '\x01\0\0\0'), attribute(IFNAME | 0x4000, 'a\0')));
  });
});

describe('bounds', () => {
  /** VETH_INFO_PEER in VETH_INFO_PEER in ...: three sets a level. */
  function nest(levels: number): Buffer {
    let inner: Buffer = Buffer.alloc(0);
    for (let i = 0; i < levels; i++) {
      const peer = attribute(1, Buffer.concat([Buffer.alloc(16), inner]));
      inner = attribute(LINKINFO, Buffer.concat([attribute(INFO_KIND, 'veth\0'), attribute(INFO_DATA, peer)]));
    }
    return link(inner);
  }

  test('attributes nest 64 deep and no deeper', () => {
    expect(decode(nest(21)).linkinfo).toBeDefined();
    expect(refusal(nest(22)).reason).toBe('attributes nested more than 64 deep');
  });

  test('after a refusal the next message is read as usual', () => {
    refusal(nest(22));
    expect(decode(nest(21)).linkinfo).toBeDefined();
  });

  test('data that kinds come before and after are read once a level, not twice', () => {
    const kind = attribute(INFO_KIND, 'veth\0');
    let inner: Buffer = Buffer.alloc(0);
    for (let i = 0; i < 21; i++) {
      const data = attribute(INFO_DATA, attribute(1, Buffer.concat([Buffer.alloc(16), inner])));
      inner = attribute(LINKINFO, Buffer.concat([kind, data, kind]));
    }
    const bytes = Uint8Array.from(link(inner));
    const view = new CountingView(bytes.buffer);
    const src = Object.assign(new Source(bytes, 'little'), { view });
    expect(decodeMessageAt(src, 0, bytes.length)).toBeDefined();
    expect(view.reads).toBeLessThan(50 * 21);
    survives(Buffer.from(bytes));
  });

  test('errors about errors about errors are listed one level deep, whatever their number', () => {
    const levels = 20_000;
    const bytes = Buffer.alloc(20 * levels + 16);
    for (let i = 0; i <= levels; i++) {
      bytes.writeUInt32LE(bytes.length - 20 * i, 20 * i);
      if (i < levels) bytes.writeUInt16LE(NLMSG_ERROR, 20 * i + 4);
    }
    const lines = explain(bytes, LITTLE).split('\n');
    expect(lines.length).toBeLessThan(12);
  });

  /** A view that counts what is read through it. */
  class CountingView extends DataView<ArrayBuffer> {
    reads = 0;
    override getUint16(at: number, little?: boolean): number {
      this.reads++;
      return super.getUint16(at, little);
    }
    override getUint32(at: number, little?: boolean): number {
      this.reads++;
      return super.getUint32(at, little);
    }
  }

  test.each([
    ['of ten thousand types', (i: number) => 200 + (i % 10_000)],
    ['of one unknown type', () => 999],
    ['of one known type', () => MTU],
    ['of a known and an unknown type in turn', (i: number) => (i % 2 === 0 ? MTU : 999)],
  ])('60,000 attributes %s are each looked at a few times, however many there are', (_what, typeOf) => {
    const bytes = Uint8Array.from(link(...Array.from({ length: 60_000 }, (_, i) => attribute(typeOf(i), 'abcd'))));
    const view = new CountingView(bytes.buffer);
    const src = Object.assign(new Source(bytes, 'little'), { view });
    const { body } = decodeMessageAt(src, 0, bytes.length) as LinkMessage;
    expect(Object.keys(body.attrs)).toHaveLength(60_000);
    expect(view.reads).toBeLessThan(12 * 60_000);
  });
});
