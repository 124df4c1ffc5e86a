import { appendMessage } from '../../src/protocol/frame.js';
import { type MessageInput, NLM_F_REQUEST } from '../../src/protocol/index.js';
import { WriteTemplates } from '../../src/protocol/write-template.js';
import { Writer } from '../../src/protocol/writer.js';
import { goldens, toHex } from './fixtures.js';

const fast = jest.spyOn(WriteTemplates.prototype, 'write');

/** What writing comes to: the bytes, or the error in words. */
function outcome(message: MessageInput, way: 'fast' | 'simple'): string {
  // Dirty memory, of which nothing may be left.
  const w = new Writer(undefined, new Uint8Array(256).fill(0xa5));
  w.fast = way === 'fast';
  try {
    appendMessage(w, message);
    return toHex(w.written());
  } catch (error) {
    return String(error);
  }
}

type Values = Record<string, unknown>;
const isSet = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** What may stand where a number, a text, a list or a set is meant. */
const strange = [undefined, null, -1, -0, 0, 0xff, 0x100, 0xffff, 0x1_0000, 2 ** 32 - 1, 2 ** 32, 1.5, Number.NaN, 7n];
const stranger = [
  '',
  'x',
  'a\0b',
  'é',
  'v'.repeat(16),
  '10.0.0.1',
  '10.0.0.01',
  'veth',
  [],
  [1],
  {},
  true,
  new Uint8Array(3),
];

/** The value with one thing in it changed, in every place and way. */
function* changed(value: Values): Generator<Values> {
  for (const [name, item] of Object.entries(value)) {
    for (const other of [...strange, ...stranger]) yield { ...value, [name]: other };
    if (isSet(item)) for (const inner of changed(item)) yield { ...value, [name]: inner };
  }
  yield Object.fromEntries(Object.entries(value).reverse());
  yield { ...value, nonsense: 1 };
  yield { ...value, '#999': { type: 999, data: Uint8Array.of(1, 2, 3) } };
}

const requests = goldens
  // What has no row, or is written otherwise than we do, is nothing for templates.
  .map(({ name, value, text }) => [name, value as MessageInput & { body: Values }, !/"[#@]/.test(text)] as const)
  .filter(([, { flags, body }]) => ((flags ?? 0) & NLM_F_REQUEST) !== 0 && isSet(body));

test('there are requests of all kinds', () => expect(requests.length).toBeGreaterThan(100));

describe('once every request has been written often', () => {
  const limits = { ...WriteTemplates.limits };
  beforeAll(() => {
    Object.assign(WriteTemplates.limits, { templates: 1000, misses: Number.POSITIVE_INFINITY });
    for (const [, message] of requests) for (let i = 0; i < 120; i++) outcome(message, 'fast');
    WriteTemplates.limits.templates = 0; // no more
  });
  afterAll(() => void Object.assign(WriteTemplates.limits, limits));

  test.each(requests)(
    '%s is written alike the fast and the simple way, whatever is changed in it',
    (_name, message, usual) => {
      fast.mockClear();
      expect(outcome(message, 'fast')).toBe(outcome(message, 'simple'));
      if (usual) expect(fast.mock.results.map(({ value }) => value)).not.toContain(false);
      for (const body of changed(message.body)) {
        const other = { ...message, body } as MessageInput;
        const [quick, slow] = [outcome(other, 'fast'), outcome(other, 'simple')];
        if (quick !== slow) expect([body, quick]).toEqual([body, slow]);
      }
    },
  );
});
