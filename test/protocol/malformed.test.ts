import { isDeepStrictEqual } from 'node:util';
import {
  DecodeError,
  decodeMessages,
  encodeMessage,
  explain,
  type Message,
  type MessageInput,
  parseHex,
} from '../../src/protocol/index.js';
import { type Golden, goldens, LITTLE, toHex } from './fixtures.js';

// Millions of messages are decoded here, most of them refused: `expect` only speaks up where something is wrong, and
// errors do without a stack, which costs more than the decoding.
const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

/** The messages in `bytes`, or undefined if there are none. Any other error than DecodeError fails the test. */
function decoded(bytes: Uint8Array): Message[] | undefined {
  try {
    return decodeMessages(bytes, LITTLE);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** What decodes must encode to bytes that decode to the same. */
function checkAgain(messages: Message[], what: string): void {
  const bytes = messages.map(message => encodeMessage(message as MessageInput, LITTLE));
  try {
    const again = decodeMessages(Buffer.concat(bytes), LITTLE);
    if (!isDeepStrictEqual(again, messages)) expect(again).toEqual(messages);
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : error}`);
  }
}

/** All bytes are shown, and read back the same. */
function checkExplained(bytes: Uint8Array): void {
  const shown = parseHex(explain(bytes, { ...LITTLE, bytes: true }));
  if (Buffer.compare(shown, bytes) !== 0) expect(toHex(shown)).toBe(toHex(bytes));
}

/** Everything is decoded; of a long message, only one in some is explained and encoded again too, to save time. */
const step = ({ length }: Uint8Array): number => Math.max(1, length >> 5);

test.each(goldens)('every prefix of $name', ({ bytes }) => {
  for (let length = 0; length < bytes.length; length++) {
    const prefix = bytes.slice(0, length);
    if (decoded(prefix)?.length) throw new Error(`the first ${length} bytes are taken for a message`);
    if (length % step(bytes) === 0) checkExplained(prefix);
  }
});

/** The same, with the message's length cut as well, so that its parts are what is too short. */
test.each(goldens)('every length of $name', ({ name, bytes }) => {
  for (let length = 16; length < bytes.length; length++) {
    const cut = bytes.slice(0, length);
    new DataView(cut.buffer).setUint32(0, length, true);
    const messages = decoded(cut);
    if (length % step(bytes) !== 0) continue;
    if (messages) checkAgain(messages, `${name} cut to ${length} bytes`);
    checkExplained(cut);
  }
});

function flipAll({ name, bytes }: Golden): void {
  const flipped = bytes.slice();
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const byte = bit >> 3;
    flipped[byte]! ^= 1 << (bit & 7);
    const messages = decoded(flipped);
    if (bit % (9 * step(bytes)) === 0) {
      if (messages) checkAgain(messages, `${name} with bit ${bit & 7} of byte ${byte} flipped`);
      checkExplained(flipped);
    }
    flipped[byte] = bytes[byte]!;
  }
}

test.each(goldens)('every flipped bit of $name', flipAll);
