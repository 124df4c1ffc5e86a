import fc from 'fast-check';
import type { AnyCodec, RowShape } from '../../src/protocol/codec.js';
import { extackAttrs } from '../../src/protocol/control.js';
import { bodies } from '../../src/protocol/rtnetlink/registry.js';
import { Source } from '../../src/protocol/source.js';
import { Writer } from '../../src/protocol/writer.js';
import { factsOf } from '../support/table-facts.js';
import { setWith } from './arbitrary.js';

const { sets } = factsOf([...Object.values(bodies), extackAttrs] as AnyCodec[]);
const DIRECTIONS = [true, false];

/** What random bytes hardly ever are: a label stack that ends, a segment routing header. route.test.ts has some. */
const NEVER_MADE_UP: readonly string[] = ['MPLS_IPTUNNEL_DST', 'SEG6_IPTUNNEL_SRH'];

function again(codec: AnyCodec, value: unknown, request: boolean, outer: object | undefined): unknown {
  const w = new Writer('little');
  w.request = request;
  codec.write(w, value as never, outer);
  const bytes = w.written();
  const src = new Source(bytes, 'little');
  src.request = request;
  return codec.read(src, 0, bytes.length, outer);
}

/** The headers that decide how a row is read; undefined for a row that does not look at the header. */
const headersFor = (
  { selector, variants }: RowShape,
  rows: readonly RowShape[],
): (Record<string, unknown> | undefined)[] =>
  selector === undefined || rows.some(({ name }) => name === selector)
    ? [undefined]
    : Object.keys(variants).map(key => ({ [selector]: Number.isNaN(Number(key)) ? key : Number(key) }));

/** Whether a value could be made up; what was made up went there and back. */
function goesBothWays(row: RowShape, rows: readonly RowShape[], codec: AnyCodec): boolean {
  let made = false;
  for (const request of DIRECTIONS) {
    for (const outer of headersFor(row, rows)) {
      const values = setWith(row, rows, { request, depth: 4, outer });
      fc.assert(
        fc.property(values, value => {
          made ||= row.name in value;
          expect(again(codec, value, request, outer)).toEqual(value);
        }),
        { numRuns: 15 },
      );
    }
  }
  return made;
}

test('there are sets, and all that is in them is walked', () => {
  expect(sets.length).toBeGreaterThan(100);
  expect(sets.flatMap(({ rows }) => rows).length).toBeGreaterThan(900);
});

const named = sets.filter(({ rows }) => rows.length > 0).map(each => [each.prefix, each.rows.length, each] as const);

test.each(named)('every attribute of %s* (%d) decodes to what was encoded', (_prefix, _count, { codec, rows }) => {
  const missing = rows.filter(row => !goesBothWays(row, rows, codec)).map(({ kernelName }) => kernelName);
  expect(missing.filter(name => !NEVER_MADE_UP.includes(name))).toEqual([]);
});

test('of the attributes that cannot be made up none is listed without need', () => {
  const rows = sets.flatMap(each => each.rows.map(row => ({ ...each, row })));
  const listed = rows.filter(({ row }) => NEVER_MADE_UP.includes(row.kernelName));
  expect(listed.filter(each => goesBothWays(each.row, each.rows, each.codec))).toEqual([]);
  expect(listed).toHaveLength(NEVER_MADE_UP.length);
});

test('nothing nests in what says how to read its siblings, since it is read twice', () => {
  const selecting = sets.flatMap(({ rows }) =>
    rows.filter(({ name }) => rows.some(({ selector }) => selector === name)),
  );
  expect(selecting.map(({ name }) => name)).toEqual(expect.arrayContaining(['kind', 'slaveKind', 'conf']));
  const nests = selecting.filter(row => !['struct', undefined].includes(row.layout({})?.shape?.is));
  expect(nests.map(({ kernelName }) => kernelName)).toEqual([]);
});
