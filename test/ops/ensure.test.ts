import { Differences } from '../../src/ops/ensure/difference.js';
import { compareData } from '../../src/ops/ensure/link-data.js';

/** Kinds that not every kernel has: how settings are said in requests and how they are reported. */
const same: [string, string, object, object][] = [
  [
    'a number by its name',
    'bond',
    { mode: 'activebackup', miimon: 100 },
    { mode: 'activebackup', miimon: 100, updelay: 0 },
  ],
  ['a name by its number', 'bond', { mode: 1 }, { mode: 'activebackup' }],
  [
    'flags under their mask',
    'vlan',
    { id: 5, flags: { flags: ['gvrp'], mask: ['gvrp', 'mvrp'] } },
    {
      id: 5,
      protocol: '8021q',
      flags: { flags: ['reorderHdr', 'gvrp'], mask: ['reorderHdr', 'gvrp', 'looseBinding', 'mvrp', 0xffff_fff0] },
    },
  ],
  ['a flag that is reported as a number', 'vxlan', { ttlInherit: true }, { ttlInherit: 1 }],
  ['64 bits', 'bridge', { mcastQuerierIntvl: 25500n }, { mcastQuerierIntvl: 25500n }],
  ['an address', 'vxlan', { group6: 'FF05:0::0001' }, { group6: 'ff05::1' }],
];
const different: [string, string, object, object, object][] = [
  ['another number', 'bond', { miimon: 100 }, { miimon: 50 }, { field: 'data.miimon', from: 50, to: 100 }],
  [
    'a flag that is not set',
    'vlan',
    { flags: { flags: ['gvrp'], mask: ['gvrp'] } },
    { flags: { flags: ['reorderHdr'], mask: [0xffff_ffff] } },
    { field: 'data.flags' },
  ],
  [
    'a flag that is set',
    'vlan',
    { flags: { flags: [], mask: ['reorderHdr'] } },
    { flags: { flags: ['reorderHdr'], mask: [0xffff_ffff] } },
    { field: 'data.flags' },
  ],
  [
    'a flag reported as 0',
    'vxlan',
    { ttlInherit: true },
    { ttlInherit: 0 },
    { field: 'data.ttlInherit', from: 0, to: true },
  ],
  ['a flag that is not reported', 'vxlan', { gbp: true }, {}, { field: 'data.gbp', from: undefined, to: true }],
  [
    'what is not reported',
    'vxlan',
    { group: '239.1.1.1' },
    {},
    { field: 'data.group', from: undefined, to: '239.1.1.1' },
  ],
];

function differences(kind: string, wanted: object, found: object): Differences {
  const all = new Differences();
  compareData(all, kind, found, wanted);
  return all;
}

test.each(same)('settings of a kind: the same: %s', (_what, kind, wanted, found) => {
  expect(differences(kind, wanted, found)).toEqual({ changes: [], conflicts: [] });
});

test.each(different)('settings of a kind: not the same: %s', (_what, kind, wanted, found, difference) => {
  expect(differences(kind, wanted, found).changes).toMatchObject([difference]);
});

test('settings of a kind of which nothing is known cannot be compared', () => {
  expect(() => differences('somethingnew', { id: 5 }, {})).toThrow(/the settings of kind "somethingnew" are not known/);
});
