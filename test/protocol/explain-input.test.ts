import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { explain, parseHex } from '../../src/protocol/index.js';
import { goldens, LITTLE } from './fixtures.js';

const bytesOf = (name: string): Uint8Array => goldens.find(each => each.name === name)!.bytes;

test('hex text, with or without offsets and comments, is read', () => {
  const bytes = bytesOf('link/add-veth-request');
  const plain = explain(bytes, LITTLE);
  expect(explain(Buffer.from(bytes).toString('hex'), LITTLE)).toBe(plain);
  expect(explain(explain(bytes, { ...LITTLE, bytes: true }), LITTLE)).toBe(plain);
  expect(explain([...bytes].map(byte => `\\x${byte.toString(16).padStart(2, '0')}`).join(''), LITTLE)).toBe(plain);
});

test.each<[unknown, string]>([
  ['zz', 'no hex text: "z" in line 1'],
  ['14 0', 'no hex text: an odd number of digits in line 1'],
  ['1400', '0000: 1400 (expected a message header of 16 bytes, got 2)'],
  ['# nothing but a comment', 'no bytes'],
  ['', 'no bytes'],
  [new Uint8Array(0), 'no bytes'],
  [null, 'no bytes: null'],
  [undefined, 'no bytes: undefined'],
  [[20, 0], 'no bytes: [object Array]'],
  [Object.create(null), 'no bytes: [object Object]'],
  [{ [Symbol.toStringTag]: 'ArrayBuffer' }, 'no bytes: [object ArrayBuffer]'],
])('%j is explained as %j, without an error', (given, text) => {
  expect(explain(given as string, LITTLE)).toBe(text);
});

test('that there are no bytes is a comment where bytes are listed, so that it can be read back', () => {
  expect(explain('', { bytes: true })).toBe('# no bytes');
});

test('bytes of any kind are bytes', () => {
  const bytes = bytesOf('link/add-veth-request');
  const plain = explain(bytes, LITTLE);
  const around = new Uint8Array(bytes.length + 8);
  around.set(bytes, 4);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  expect(explain(new DataView(around.buffer, 4, bytes.length), LITTLE)).toBe(plain);
  expect(explain(new Uint16Array(around.buffer, 4, bytes.length / 2), LITTLE)).toBe(plain);
  expect(explain(bytes.slice().buffer, LITTLE)).toBe(plain);
  expect(explain(shared, LITTLE)).toBe(plain);
  expect(explain(shared.buffer, LITTLE)).toBe(plain);
  expect(explain(runInNewContext('Uint8Array').from(bytes), LITTLE)).toBe(plain);
  expect(explain(runInNewContext('Uint8Array').from(bytes).buffer, LITTLE)).toBe(plain);
});

test('an error with more attributes than a function takes arguments is explained as well', () => {
  const count = 200_000;
  const bytes = new Uint8Array(36 + 4 * count);
  bytes.set(parseHex('00000000 02000003 00000000 00000000 00000000 10000000 00000000 00000000 00000000'));
  new DataView(bytes.buffer).setUint32(0, bytes.length, true);
  for (let at = 36; at < bytes.length; at += 4) bytes.set([4, 0, 99, 0], at);
  expect(explain(bytes, LITTLE).match(/NLMSGERR_ATTR_#99/g)?.length).toBe(count);
});

test('memory that was given away is said to be gone', () => {
  const views = [new Uint8Array(64), new DataView(new ArrayBuffer(64)), new ArrayBuffer(64)];
  structuredClone(views, { transfer: views.map(view => ('buffer' in view ? view.buffer : view)) });
  for (const view of views) expect(explain(view, LITTLE)).toBe('no bytes: their memory was given away');
});

test('what will not even say what it is, is explained without an error', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const hostile = Object.defineProperty(new Uint8Array(4), 'buffer', {
    get: () => {
      throw new Error('no');
    },
  });
  for (const given of [proxy, hostile]) expect(explain(given as Uint8Array, LITTLE)).toMatch(/^no bytes: /);
});

test('no options are the usual ones; wrong ones are a TypeError', () => {
  const bytes = bytesOf('link/add-veth-request');
  for (const none of [undefined, null]) expect(explain(bytes, none as never)).toBe(explain(bytes));
  expect(() => explain(bytes, 'little' as never)).toThrow(new TypeError('options: expected an object, got "little"'));
  expect(() => explain(bytes, { byteOrder: 'middle' as never })).toThrow(
    new TypeError('byteOrder: expected "little" or "big", got "middle"'),
  );
});

test('whatever the text, something is said about it', () => {
  const almostHex = fc.string({ unit: fc.constantFrom(...'0123456789abcdefx\\,: #\n') });
  const anything = fc.anything({ withNullPrototype: true, withTypedArray: true, withBigInt: true, withDate: true });
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), almostHex, anything), given => {
      expect(typeof explain(given as string, LITTLE)).toBe('string');
    }),
    { numRuns: 2000 },
  );
});
