import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { formatMac, macBytes } from '../../src/protocol/address-codecs.js';
import type { AnyCodec } from '../../src/protocol/codec.js';
import {
  decodeMessages,
  encodeMessage,
  explain,
  type MessageInput,
  parseHex,
  RTM_NEWLINK,
  typeName,
} from '../../src/protocol/index.js';
import { formatIPv4, formatIPv6, parseIPv4, parseIPv6 } from '../../src/protocol/ip.js';
import { linkKinds, slaveKinds } from '../../src/protocol/rtnetlink/link-kinds/index.js';
import { bodies } from '../../src/protocol/rtnetlink/registry.js';
import { generated } from './arbitrary.js';
import { LITTLE, toHex } from './fixtures.js';

const NLM_F_REQUEST = 1;

/** The first message type of each body. */
const first = [
  ...new Map(
    Object.entries(bodies)
      .map(([type, body]) => [body, Number(type)])
      .reverse() as [object, number][],
  ),
];

describe.each(first.map(([body, type]) => [typeName(type), type, body] as const))('%s', (_name, type, body) => {
  test.each([
    ['requests', NLM_F_REQUEST],
    ['what the kernel sends', 0],
  ])('%s decode to what was encoded', (_what, flags) => {
    const values = generated(body as never, { request: flags !== 0, depth: 0 });
    fc.assert(
      fc.property(values, value => {
        const message = { type, flags, sequence: 1, port: 2, body: value } as MessageInput;
        const bytes = encodeMessage(message, LITTLE);
        expect(decodeMessages(bytes, LITTLE)).toEqual([message]);
        expect(toHex(parseHex(explain(bytes, { ...LITTLE, bytes: true })))).toBe(toHex(bytes));
      }),
      { numRuns: 200 },
    );
  });
});

describe.each([
  ...Object.entries(linkKinds).map(([kind, codec]) => [kind, 'kind', 'data', codec] as const),
  ...Object.entries(slaveKinds).map(([kind, codec]) => [kind, 'slaveKind', 'slaveData', codec] as const),
])('a %s link (%s)', (kind, selector, name, codec) => {
  test.each([
    ['requests', NLM_F_REQUEST],
    ['what the kernel sends', 0],
  ])('%s decode to what was encoded', (_what, flags) => {
    const values = generated(codec as never, { request: flags !== 0, depth: 2, outer: { family: 0 } });
    const seen = new Set<string>();
    fc.assert(
      fc.property(values, data => {
        for (const attribute of Object.keys(data as object)) seen.add(attribute);
        const attrs = { linkinfo: { [selector]: kind, [name]: data } };
        const bytes = encodeMessage({ type: RTM_NEWLINK, flags, body: { attrs } } as unknown as MessageInput, LITTLE);
        expect(decodeMessages(bytes, LITTLE)[0]!.body).toMatchObject({ attrs });
      }),
      { numRuns: 40 },
    );
    expect(2 * seen.size).toBeGreaterThan(rowsOf(codec));
  });
});

const rowsOf = ({ shape }: AnyCodec): number => (shape?.is === 'attributes' ? shape.rows.length : 0);

/** An IPv6 address as WHATWG URLs print it: RFC 5952, but without IPv4 tails. */
const byUrl = (text: string): string => new URL(`http://[${text}]/`).hostname.slice(1, -1);

const address16 = fc.oneof(
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
  fc.array(fc.constantFrom(0, 0, 1, 255), { minLength: 16, maxLength: 16 }).map(list => Uint8Array.from(list)),
);

test('IPv6 text is what RFC 5952 wants', () => {
  fc.assert(
    fc.property(address16, bytes => {
      const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i]! << 8) | bytes[2 * i + 1]!).toString(16));
      const text = formatIPv6(bytes);
      expect(isIPv6(text)).toBe(true);
      expect(byUrl(text)).toBe(byUrl(groups.join(':')));
      if (!text.includes('.')) expect(text).toBe(byUrl(text));
      expect(toHex(parseIPv6(text)!)).toBe(toHex(bytes));
      expect(toHex(parseIPv6(groups.join(':').toUpperCase())!)).toBe(toHex(bytes));
    }),
  );
});

test('IPv4 text goes both ways', () => {
  fc.assert(
    fc.property(fc.ipV4(), text => {
      expect(formatIPv4(parseIPv4(text)!)).toBe(text);
    }),
  );
});

/** Close to addresses, so that some are: node:net is the other opinion. A zone is ours to refuse. */
const almost = (letters: string): fc.Arbitrary<string> =>
  fc.string({ maxLength: 20, unit: fc.constantFrom(...letters) });

test('what is an address and what is not, node:net says too', () => {
  fc.assert(
    fc.property(fc.oneof(almost('0125.'), fc.ipV4Extended()), text => {
      expect(parseIPv4(text) !== undefined).toBe(isIPv4(text));
    }),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.oneof(almost('01f:::.'), fc.ipV6()), text => {
      expect(parseIPv6(text) !== undefined).toBe(isIPv6(text));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  'fe80::1%eth0',
  '010.0.0.1',
  '0x7f.1',
  '1.2.3',
  '1::2::3',
  '',
  ' ::1',
  '::1/64',
  '1:2:3:4:5:6:7:8:9',
  '::1.2.3.4.5',
])('%j is no address', text => {
  expect(parseIPv4(text)).toBeUndefined();
  expect(parseIPv6(text)).toBeUndefined();
});

test('hardware addresses go both ways', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 32 }), bytes => {
      expect(toHex(macBytes(formatMac(bytes)))).toBe(toHex(bytes));
      expect(toHex(macBytes(formatMac(bytes).toUpperCase()))).toBe(toHex(bytes));
    }),
  );
});
