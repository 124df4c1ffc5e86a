import { fixtureText, parseFixture } from '../../fixtures/format.js';
import { decodeMessages, encodeMessage, explain, type MessageInput } from '../../src/protocol/index.js';
import { goldens, LITTLE, toHex, wantedNames } from './fixtures.js';

test('every case has its fixtures, and every fixture its case', () => {
  expect(goldens.map(({ name }) => name).sort()).toEqual(wantedNames);
});

describe.each(goldens)('$name', ({ text, bytes, value, expected }) => {
  const [message, ...more] = decodeMessages(bytes, LITTLE);

  test('decodes to the value', () => {
    expect(more).toEqual([]);
    expect(message).toEqual(value);
  });

  test('holds what the command says', () => {
    expect(Object.keys(expected!)).not.toEqual([]);
    expect((message as { body: object }).body).toMatchObject(expected!);
  });

  test('the value encodes to the bytes', () => {
    expect(toHex(encodeMessage(value as MessageInput, LITTLE))).toBe(toHex(bytes));
  });

  test('the decoded message encodes to the bytes', () => {
    expect(toHex(encodeMessage(message as MessageInput, LITTLE))).toBe(toHex(bytes));
  });

  test('the comments print again unchanged', () => {
    const fixture = parseFixture(text);
    expect(explain(bytes, { ...LITTLE, bytes: true })).toBe(fixture.dump);
    expect(fixtureText({ ...fixture, value: message })).toBe(text);
  });
});
