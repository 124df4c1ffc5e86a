import { constants } from 'node:os';
import { ERRNO, errnoName, errnoWords } from '../../src/socket/errno.js';

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('the numbers are those of the system', () => {
  const theirs = Object.entries(constants.errno);
  expect(theirs.length).toBeGreaterThan(70);
  for (const [name, number] of theirs) {
    // ENOTSUP is what POSIX calls EOPNOTSUPP, EWOULDBLOCK is EAGAIN: the same numbers on Linux.
    if (name !== 'ENOTSUP' && name !== 'EWOULDBLOCK') expect([name, errnoName(number)]).toEqual([name, name]);
  }
});

test('no number has two names', () => {
  const numbers = Object.values(ERRNO).map(([number]) => number);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('a number without a name is shown as one', () => {
  expect(errnoName(133)).toBe('E133');
  expect(errnoWords(133)).toBe('unknown error');
  expect([errnoName(95), errnoWords(95)]).toEqual(['EOPNOTSUPP', 'operation not supported']);
});
