import { isIPv4 } from 'node:net';
import fc from 'fast-check';
import { formatIPv4, parseIPv4 } from '../../src/protocol/ip.js';

const part = fc.oneof(
  fc.integer({ min: 0, max: 999 }).map(String),
  fc.constantFrom('', '00', '01', '0x7', '-1', ' 1', '1e1', '٣'),
);
const nearly = fc.array(part, { minLength: 0, maxLength: 6 }).map(parts => parts.join('.'));

test('IPv4 text is what Node calls IPv4, no more and no less', () => {
  const same = (text: string): void => {
    const found = parseIPv4(text);
    expect([text, found !== undefined]).toEqual([text, isIPv4(text)]);
    if (found !== undefined) expect(formatIPv4(found)).toBe(text);
  };
  for (const text of ['010.0.0.1', '1.2.3', '1.2.3.4.', '.1.2.3', '1.2.3.256', '1.2.3.1000', '255.255.255.255'])
    same(text);
  fc.assert(fc.property(nearly, same), { numRuns: 2000 });
  fc.assert(fc.property(fc.string(), same));
});
