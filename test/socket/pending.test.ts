import fc from 'fast-check';
import type { Exchange } from '../../src/socket/exchange.js';
import { Pending } from '../../src/socket/pending.js';

const exchange = (): Exchange => ({ sequence: 0 }) as Exchange;

test('holds what a map would, under numbers that are free and go round', () => {
  const steps = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant('add' as const) }, fc.nat(300)), { size: '+2' });
  fc.assert(
    fc.property(fc.constantFrom(0, 7, 2 ** 31 - 40, 2 ** 32 - 40), steps, (first, list) => {
      const pending = new Pending();
      const model = new Map<number, Exchange>();
      let last = first;
      for (const step of list) {
        if (step === 'add') {
          const added = exchange();
          pending.add(added, last);
          last = added.sequence;
          if (last === 0 || last >= 2 ** 32 || model.has(last)) throw new Error(`${last} is not free`);
          model.set(last, added);
        } else {
          const gone = [...model.values()][step % (model.size || 1)];
          if (gone === undefined) continue;
          pending.delete(gone);
          pending.delete(gone);
          if (pending.get(gone.sequence) !== undefined) throw new Error(`${gone.sequence} is not gone`);
          model.delete(gone.sequence);
        }
      }
      expect(pending.size).toBe(model.size);
      expect([...model].every(([sequence, each]) => pending.get(sequence) === each)).toBe(true);
      expect(new Set(pending.values())).toEqual(new Set(model.values()));
    }),
  );
});

test('ten thousand at once, one of them old', () => {
  const pending = new Pending();
  const all = Array.from({ length: 10_000 }, exchange);
  let last = 2 ** 32 - 5_000;
  for (const each of all) {
    pending.add(each, last);
    last = each.sequence;
  }
  expect(pending.size).toBe(all.length);
  expect(all.every(each => pending.get(each.sequence) === each)).toBe(true);
  for (const each of all.slice(1)) pending.delete(each);
  expect(pending.values()).toEqual([all[0]]);
});
