import { decodeMessages, encodeMessage, explain, type MessageInput, typeName } from '../../src/protocol/index.js';
import { bodies } from '../../src/protocol/rtnetlink/registry.js';
import * as types from '../../src/protocol/rtnetlink/types.js';
import { goldens, LITTLE, toHex } from './fixtures.js';

const CONTROL = { NLMSG_NOOP: 1, NLMSG_ERROR: 2, NLMSG_DONE: 3, NLMSG_OVERRUN: 4 };
const known: Readonly<Record<string, number>> = { ...CONTROL, ...types };

/** Message types that no kernel sends or takes. */
const NEVER_SENT: Readonly<Record<string, string>> = {
  NLMSG_NOOP: 'no kernel since 2.6 sends it',
  NLMSG_OVERRUN: 'no kernel sends it: lost messages show as ENOBUFS',
  RTM_DELNEXTHOPBUCKET: 'only its number is reserved',
};
/** Message types of which only the header is read, and the body is kept as bytes: hints for those who watch. */
const WITHOUT_LAYOUT = ['RTM_NEWQDISC', 'RTM_DELQDISC', 'RTM_NEWPREFIX'];

const typeOf = (bytes: Uint8Array): string => typeName(bytes[4]! | (bytes[5]! << 8));
const exceptions = [...Object.keys(NEVER_SENT), ...WITHOUT_LAYOUT];

test('every message type with a layout has its number, and every number a layout, but those listed', () => {
  const numbers = Object.values(types).filter(type => !(type in bodies));
  expect(numbers.map(typeName).sort()).toEqual([...WITHOUT_LAYOUT].sort());
  expect(Object.keys(bodies).filter(type => !Object.values<number>(types).includes(Number(type)))).toEqual([]);
});

test.each(Object.keys(known).filter(type => !exceptions.includes(type)))('%s has a fixture', type => {
  expect(goldens.filter(({ bytes }) => typeOf(bytes) === type)).not.toEqual([]);
});

test('no exception is listed that has a fixture', () => {
  expect(goldens.filter(({ bytes }) => exceptions.includes(typeOf(bytes)))).toEqual([]);
});

test.each(exceptions)('%s, made by hand, keeps its body and is named', type => {
  const bytes = new Uint8Array(24).fill(0xa5, 16);
  const number = known[type]!;
  bytes.set([24, 0, 0, 0, number]);
  if (number in bodies) return expect(decodeMessages(bytes, LITTLE)[0]!.type).toBe(number);
  const [message] = decodeMessages(bytes, LITTLE);
  expect(message).toMatchObject({ type: number, body: new Uint8Array(8).fill(0xa5) });
  expect(toHex(encodeMessage(message as MessageInput, LITTLE))).toBe(toHex(bytes));
  expect(explain(bytes, LITTLE)).toBe(
    `0000: ${type} length 24, 0, sequence 0, port 0\n0010:   a5a5a5a5 a5a5a5a5 (not interpreted)`,
  );
});

/** What travels both ways, and how the kernel sends it. */
test.each(['RTM_NEWLINK', 'RTM_DELLINK', 'RTM_NEWADDR', 'RTM_DELADDR'])('%s has fixtures of both directions', type => {
  const directions = goldens.filter(({ bytes }) => typeOf(bytes) === type).map(({ direction }) => direction);
  expect(directions).toContain('request');
  expect(directions).toContain('notification');
});

/** What NLMSG_ERROR, NLMSG_DONE and the parts of a dump can say beside their plain forms. */
test.each([
  ['an error with the attribute it is about', 'NLMSG_ERROR', { error: -34, attrs: { offs: expect.any(Number) } }],
  ['an error with the policy that was not kept', 'NLMSG_ERROR', { attrs: { policy: expect.any(Object) } }],
  ['an error about a missing attribute', 'NLMSG_ERROR', { error: -22, attrs: { missType: expect.any(Number) } }],
  ['an error about a missing attribute of a set', 'NLMSG_ERROR', { attrs: { missNest: expect.any(Number) } }],
  ['an acknowledgement with a warning', 'NLMSG_ERROR', { error: 0, attrs: { msg: expect.any(String) } }],
  ['a plain acknowledgement', 'NLMSG_ERROR', { error: 0, attrs: {} }],
  ['the end of a dump', 'NLMSG_DONE', { error: 0, attrs: {} }],
  ['the end of a dump that failed', 'NLMSG_DONE', { error: -22, attrs: { msg: expect.any(String) } }],
])('%s has a fixture', (_what, type, body) => {
  const found = goldens
    .filter(({ bytes }) => typeOf(bytes) === type)
    .map(({ value }) => (value as { body: object }).body);
  expect(found).toContainEqual(expect.objectContaining({ ...body, attrs: expect.objectContaining(body.attrs) }));
});

test('a part of a dump that was interrupted has a fixture', () => {
  const NLM_F_DUMP_INTR = 0x10;
  const parts = goldens.filter(({ bytes }) => bytes[6]! & 2 && bytes[6]! & NLM_F_DUMP_INTR);
  expect(parts).not.toEqual([]);
});
