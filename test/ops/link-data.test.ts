import { Differences } from '../../src/ops/ensure/difference.js';
import { compareData, dataBack } from '../../src/ops/ensure/link-data.js';

const option = (optval: unknown[], optmask: unknown[] = ['noLlLearn', 'mcastVlanSnooping']): object => ({
  multiBoolopt: { optval, optmask },
});

test.each<[string, object, object, object]>([
  ['nothing', option(['noLlLearn']), option(['noLlLearn']), {}],
  ['on', option([]), option(['noLlLearn']), option(['noLlLearn'], ['noLlLearn'])],
  ['off', option(['noLlLearn', 'mcastVlanSnooping']), option(['mcastVlanSnooping']), option([], ['noLlLearn'])],
  ['without a name', option([0x40]), option([0xa0], [0xf0]), option([0xa0], [0xe0])],
  [
    'of a vlan, which reports more than it takes',
    { flags: { flags: ['reorderHdr'], mask: ['reorderHdr', 'gvrp', 0xffff_fffc] } },
    { flags: { flags: ['gvrp'], mask: ['reorderHdr', 'gvrp', 0xffff_fffc] } },
    { flags: { flags: ['gvrp'], mask: ['reorderHdr', 'gvrp'] } },
  ],
  ['that was not reported', {}, option(['noLlLearn']), option(['noLlLearn'])],
])('of bits those are given back that differ: %s', (_what, now, before, expected) => {
  expect(dataBack(now, before)).toEqual(expected);
});

test('other settings are given back that differ and can be set', () => {
  const now = { ageingTime: 5, priority: 1, gcTimer: 7n, helloTime: 100 };
  const before = { ageingTime: 6, priority: 2, gcTimer: 8n, helloTime: 100 };
  expect(dataBack(now, before)).toEqual({ ageingTime: 6, priority: 2 });
  expect(dataBack(now, before, ['priority', 'helloTime'])).toEqual({ priority: 2 });
});

test.each<[string, object, object, boolean]>([
  ['less by one', { ageingTime: 304 }, { ageingTime: 305 }, true],
  ['less by one, of 64 bits', { mcastQueryIntvl: 12500n }, { mcastQueryIntvl: 12501n }, true],
  ['less by two', { ageingTime: 303 }, { ageingTime: 305 }, false],
  ['more', { ageingTime: 306 }, { ageingTime: 305 }, false],
  ['no time', { priority: 304 }, { priority: 305 }, false],
  ['not reported', {}, { ageingTime: 0 }, false],
  ['an option among others', option(['mcastVlanSnooping']), option([], ['noLlLearn']), true],
  ['an option that is not on', option([]), option(['noLlLearn'], ['noLlLearn']), false],
  ['an option without a name that is on', option([0x40]), option([], [0x40]), false],
])('a bridge, as it is and as it is wanted: %s', (_what, found, wanted, same) => {
  const differences = new Differences();
  compareData(differences, 'bridge', found, wanted);
  expect(differences.changes.length === 0).toBe(same);
});
