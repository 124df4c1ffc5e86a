import type { Policy } from '../protocol/control.js';

/** What a payload must keep to, in words: `at most 15 bytes`, `68 to 65535`. */
export function policyWords(policy: Policy): string | undefined {
  const { type, minLength, maxLength, bitfield32Mask, mask } = policy;
  if (type === 'flag') return 'no payload';
  const allowed = mask ?? bitfield32Mask;
  if (allowed !== undefined) return `only bits of 0x${allowed.toString(16)}`;
  const numbers = range(policy.minValueS ?? policy.minValueU, policy.maxValueS ?? policy.maxValueU);
  if (numbers !== undefined) return numbers;
  const bytes = range(minLength, maxLength);
  if (bytes !== undefined) return `${bytes} bytes`;
  return type === undefined ? undefined : KINDS[type];
}

function range(min: number | bigint | undefined, max: number | bigint | undefined): string | undefined {
  if (min === undefined) return max === undefined ? undefined : `at most ${max}`;
  if (max === undefined) return `at least ${min}`;
  return min === max ? `exactly ${min}` : `${min} to ${max}`;
}

/** Where there are no bounds, at least what it must be. */
const KINDS: Readonly<Record<string | number, string>> = {
  invalid: 'not allowed here',
  binary: 'bytes',
  string: 'text',
  nulString: 'text with a NUL at its end',
  nested: 'attributes',
  nestedArray: 'an array of attributes',
  bitfield32: 'a value and a selector of 32 bits each',
};
