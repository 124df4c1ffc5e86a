import type { AnyCodec } from '../../src/protocol/codec.js';
import { extackAttrs } from '../../src/protocol/control.js';
import { bodies } from '../../src/protocol/rtnetlink/registry.js';
import { flag, type Scalar, uint } from '../../src/protocol/scalar.js';
import { factsOf } from '../support/table-facts.js';
import { addresses, beginInHostOrder, networkNumbers, plainBytes, severalNumbers } from './byte-order.js';

type Order = 'host' | 'network' | 'bytes' | 'several' | 'none';

/** How a single value lies in memory. Structs are compared with the headers, and sets hold values. */
function orderOf(codec: AnyCodec): Order | undefined {
  const { shape } = codec;
  if (shape?.is === 'struct') return shape.cName.endsWith('*') ? 'several' : undefined;
  if (shape?.is === 'array') return shape.item.shape === undefined ? 'several' : undefined;
  if (shape !== undefined) return undefined;
  const { layout } = codec as Partial<Scalar<unknown>>;
  if (layout === undefined) return codec === flag ? 'none' : codec === uint ? 'host' : 'bytes';
  return layout === 'bytes' ? 'bytes' : layout.endsWith('be') ? 'network' : 'host';
}

/** All layouts of a row, those of requests and those of replies. */
const layoutsOf = (codec: AnyCodec): AnyCodec[] =>
  codec.shape?.is === 'direction' ? [codec.shape.request, codec.shape.reply] : [codec];

const { sets } = factsOf([...Object.values(bodies), extackAttrs] as AnyCodec[]);
const declared = new Map<Order | undefined, Set<string>>();
for (const { kernelName, variants } of sets.flatMap(({ rows }) => rows)) {
  for (const order of Object.values(variants).flatMap(layoutsOf).map(orderOf)) {
    declared.set(order, (declared.get(order) ?? new Set()).add(kernelName));
  }
}

const sorted = (names: Iterable<string> | undefined): string[] => [...(names ?? [])].sort();

test('the tables have the numbers in network order that the kernel has, and no others', () => {
  expect(sorted(declared.get('network'))).toEqual(sorted(networkNumbers));
});

test('the tables have the addresses, texts and other bytes that the kernel has, and no others', () => {
  const wanted = [...addresses, ...plainBytes, ...Object.keys(beginInHostOrder)].filter(name => !name.endsWith('[]'));
  expect(sorted(declared.get('bytes'))).toEqual(sorted(wanted));
});

test('the tables have the arrays of numbers that the kernel has, and no others', () => {
  expect(sorted(declared.get('several'))).toEqual(Object.keys(severalNumbers).sort());
});

test('no attribute is in one order here and in another there', () => {
  const orders = [...declared].flatMap(([order, names]) => [...names].map(name => [name, order] as const));
  const twice = orders.filter(([name, order]) => orders.some(([other, of]) => other === name && of !== order));
  // Sent as an array and taken as a set; NLA_FLAG in requests, a byte in replies.
  expect(sorted(new Set(twice.map(([name]) => name)))).toEqual(['IFLA_INET_CONF', 'IFLA_VXLAN_TTL_INHERIT']);
  expect(declared.get('host')!.size).toBeGreaterThan(500);
});
