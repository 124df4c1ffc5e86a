import * as clock from '../../src/socket/clock.js';
import { endOfSlice, inNextTurn, TIME_SLICE } from '../../src/socket/turn.js';

jest.mock('../../src/socket/clock.js', () => {
  const real = jest.requireActual<typeof clock>('../../src/socket/clock.js');
  return { ...real, time: jest.fn() };
});

let now = 0;
jest.mocked(clock.time).mockImplementation(() => now);
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test('a slice ends so long after it began, whoever asks, and the next turn has another', async () => {
  now = 100;
  expect(endOfSlice()).toBe(100 + TIME_SLICE);
  now = 105;
  expect(endOfSlice()).toBe(100 + TIME_SLICE);
  await turn();
  await turn();
  now = 200;
  expect(endOfSlice()).toBe(200 + TIME_SLICE);
  await turn();
});

test('those who had to wait share the turn', async () => {
  const ends: number[] = [];
  now = 1000;
  const all = [1, 2, 3, 4].map(
    () =>
      new Promise<void>(resolve =>
        inNextTurn(() => {
          ends.push(endOfSlice() - now);
          now += 50;
          resolve();
        }),
      ),
  );
  await Promise.all(all);
  expect(ends).toEqual([1, 2, 3, 4].map(() => TIME_SLICE / 4));
  await turn();
});

test('who goes on without asking for the time leaves no slice behind', async () => {
  now = 2000;
  await new Promise<void>(inNextTurn);
  await turn();
  await turn();
  now = 9000;
  expect(endOfSlice()).toBeGreaterThan(now);
});
