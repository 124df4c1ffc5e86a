import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

interface Measured {
  readonly each: number;
  readonly looked: number;
}

const { each, looked, ...rest } = JSON.parse(
  execFileSync(process.execPath, ['--expose-gc', join(__dirname, 'programs', 'link-memory.mjs')], { encoding: 'utf8' }),
) as Measured;

test('all was decoded', () => expect(rest).toEqual({ same: true, count: 20_000, all: true }));

test('a listed link takes at most 1.2 KB of heap beside the bytes that were received', () => {
  expect(each).toBeGreaterThan(100); // they are there
  expect(each).toBeLessThan(1229);
});

test('what is decoded when it is asked for is not kept', () => {
  expect(looked).toBeLessThan(500); // of code, which V8 makes as it goes
});
