import { decodeMessages, encodeMessage, explain, NLMSG_DONE, parseHex, RTM_NEWLINK } from '../../src/protocol/index.js';

// What is read or written often is read by templates: the same bytes must mean the same, the first time and ever after.

/** A link message whose attributes are the bytes given. */
const link = (attributes: string, order: 'little' | 'big' = 'little'): Uint8Array => {
  const body = Buffer.from('00'.repeat(16) + attributes, 'hex');
  const header = Buffer.alloc(16);
  header[`writeUInt32${order === 'little' ? 'LE' : 'BE'}`](16 + body.length, 0);
  header[`writeUInt16${order === 'little' ? 'LE' : 'BE'}`](RTM_NEWLINK, 4);
  return Buffer.concat([header, body]);
};

function outcome(bytes: Uint8Array, byteOrder: 'little' | 'big' = 'little'): unknown {
  try {
    return decodeMessages(bytes, { byteOrder })[0]!.body;
  } catch (error) {
    return (error as Error).message;
  }
}

test.each([
  ['an attribute that comes twice, with other flag bits', '0800e70301000000' + '0800e78302000000'],
  ['the same of one that has a row', '0800040001000000' + '0800048002000000'],
  ['three times', '0800e70301000000' + '0800e74302000000' + '0800e78303000000'],
])('%s', (_what, attributes) => {
  const bytes = link(attributes);
  const first = outcome(bytes);
  expect(Object.keys((first as { attrs: object }).attrs)).toHaveLength(attributes.length / 16);
  for (let i = 0; i < 60; i++) expect(outcome(bytes)).toEqual(first);
});

test('messages of one byte order teach nothing about those of the other', () => {
  const mtu = '08000400dc050000';
  const first = outcome(link(mtu, 'big'), 'big');
  expect(first).toMatch('expected an attribute length from 4 to 8, got 2048');
  for (let i = 0; i < 60; i++) expect(outcome(link(mtu))).toMatchObject({ attrs: { mtu: 1500 } });
  expect(outcome(link(mtu, 'big'), 'big')).toBe(first);
});

test.each([2 ** 32, 2 ** 32 + 1, 1.5, Number.NaN, -1, Number.POSITIVE_INFINITY])(
  'a number in a list of flags that 32 bits do not hold is refused, not cut: %p',
  item => {
    for (let i = 0; i < 40; i++) {
      const message = { type: RTM_NEWLINK, body: { index: 1, flags: ['up', item] } } as const;
      expect(() => encodeMessage(message)).toThrow('flags: expected names or numbers from 0 to 4294967295, got');
    }
  },
);

test('the words of an NLMSG_DONE without an error are written too', () => {
  const bytes = encodeMessage({ type: NLMSG_DONE, body: { attrs: { msg: 'almost' } } });
  expect(decodeMessages(bytes)[0]!.body).toEqual({ error: 0, attrs: { msg: 'almost' } });
});

test('a name that looks like a listing, and speaks to the terminal, is a name in a listing', () => {
  // IFLA_LINKINFO { IFLA_INFO_KIND, IFLA_INFO_DATA }, IFLA_IFALIAS "a\u009bb"
  const kind = Buffer.from('x\n0000: 0400 \u001b[31mRED\0\0');
  const attribute = (type: number, payload: Uint8Array): Buffer => {
    const header = Buffer.alloc(4);
    header.writeUInt16LE(4 + payload.length, 0);
    header.writeUInt16LE(type, 2);
    return Buffer.concat([header, payload, Buffer.alloc(-payload.length & 3)]);
  };
  const info = Buffer.concat([attribute(1, kind), attribute(2, Buffer.from([1, 2, 3, 4]))]);
  const bytes = link(Buffer.concat([attribute(18, info), attribute(20, Buffer.from('a\u009bb\0'))]).toString('hex'));
  const listing = explain(bytes, { byteOrder: 'little' });
  expect(listing.split('\n')).toHaveLength(6); // message, header, four attributes
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(listing).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(Buffer.from(parseHex(explain(bytes, { byteOrder: 'little', bytes: true })))).toEqual(Buffer.from(bytes));
});
