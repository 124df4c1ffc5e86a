import { inOrder } from '../../src/ops/apply/link-order.js';
import type { LinkPlan } from '../../src/ops/apply/link-plan.js';
import { Place, View } from '../../src/ops/apply/places.js';
import { requestBytes } from '../../src/ops/ensure/reread.js';
import { Link } from '../../src/ops/link.js';
import { link as codec } from '../../src/protocol/rtnetlink/index.js';
import { hostByteOrder } from '../../src/protocol/source.js';

const place = new Place(undefined, undefined);
place.view = new View(
  ['a', 'b', 'c'].map(
    (ifname, i) => new Link(requestBytes(codec, { index: i + 1, type: 'ether', attrs: { ifname } }), hostByteOrder),
  ),
);

const plan = (name: string, link?: string | number): LinkPlan => ({
  ends: [{ place, spec: { name }, found: place.find(name) }],
  steps: [],
  lower: link === undefined ? undefined : { place, link },
});
const names = (links: readonly LinkPlan[]): string[] => links.map(({ ends }) => ends[0]!.spec.name);

test('links come after those that they sit on, whether those are there or not', () => {
  const given = [plan('x', 'y'), plan('y', 'a'), plan('a', 2), plan('b', 'c'), plan('c')];
  expect(names(inOrder(given))).toEqual(['c', 'b', 'a', 'y', 'x']);
});

test('tunnels that are there may lead to each other, new links not', () => {
  expect(names(inOrder([plan('x', 'a'), plan('a', 2), plan('b', 1)]))).toEqual(['a', 'b', 'x']);
  expect(() => inOrder([plan('x', 'y'), plan('y', 'x')])).toThrow('links: each of some sits on another of them');
});
