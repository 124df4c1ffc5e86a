import { decodeMessages, encodeMessage, explain, type MessageInput, NLMSG_ERROR } from '../../src/protocol/index.js';
import { goldens, LITTLE, toHex } from './fixtures.js';
import { swapped } from './swap.js';

const BIG = { byteOrder: 'big' } as const;

/** Bytes that no layout explains are in neither order: they are left as they are. */
describe.each(goldens)('$name of a big-endian machine', ({ bytes }) => {
  const big = swapped(bytes);

  test('is other bytes', () => {
    expect(toHex(big)).not.toBe(toHex(bytes));
  });

  test('decodes to the same value', () => {
    expect(decodeMessages(big, BIG)).toEqual(decodeMessages(bytes, LITTLE));
  });

  test('is what the value encodes to', () => {
    const [message] = decodeMessages(bytes, LITTLE);
    expect(toHex(encodeMessage(message as MessageInput, BIG))).toBe(toHex(big));
  });
});

/** Not errors: the request that they repeat is kept as bytes, so it is not turned round. */
test.each(goldens.filter(({ bytes }) => bytes[4] !== NLMSG_ERROR))(
  '$name is explained in the same words',
  ({ bytes }) => {
    expect(explain(swapped(bytes), BIG)).toBe(explain(bytes, LITTLE));
  },
);
