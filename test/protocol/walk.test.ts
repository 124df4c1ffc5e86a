import { decodeMessages, NLMSG_DONE, NLMSG_ERROR } from '../../src/protocol/index.js';
import type { Node } from '../../src/protocol/node.js';
import { Source } from '../../src/protocol/source.js';
import { walkMessage } from '../../src/protocol/walk.js';
import { goldens, LITTLE } from './fixtures.js';

const walked = (bytes: Uint8Array): Node => walkMessage(new Source(bytes, 'little'), 0);
const align4 = (length: number): number => (length + 3) & ~3;

/** Fixtures with a header and attributes. */
const messages = goldens.filter(({ bytes }) => {
  const { type, children } = walked(bytes);
  return ![NLMSG_ERROR, NLMSG_DONE].includes(type) && children[0]?.is === 'header';
});

/** The same message with all its attributes twice. */
function twice(bytes: Uint8Array): Uint8Array {
  const from = align4(walked(bytes).children[0]!.end);
  const out = new Uint8Array(align4(bytes.length) + bytes.length - from);
  out.set(bytes);
  out.set(bytes.subarray(from), align4(bytes.length));
  new DataView(out.buffer).setUint32(0, out.length, true);
  return out;
}

/** All attributes; of those that do not count, not what is in them. */
const attributesIn = (nodes: readonly Node[]): Node[] =>
  nodes.flatMap(node => [
    ...(node.is === 'attribute' ? [node] : []),
    ...(node.repeated ? [] : attributesIn(node.children)),
  ]);

/** The value at a path; keys like `#42.1` have a dot in them. */
function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const keys = Object.keys(value).filter(key => path === key || path.startsWith(`${key}.`));
  const longest = keys.sort((a, b) => b.length - a.length)[0];
  return longest === undefined
    ? undefined
    : valueAt((value as Record<string, unknown>)[longest], path.slice(longest.length + 1));
}

function lost(bytes: Uint8Array): string[] {
  const { attrs } = decodeMessages(bytes, LITTLE)[0]!.body as { attrs: object };
  const paths = attributesIn(walked(bytes).children).map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
  return paths.filter(path => valueAt(attrs, path) === undefined);
}

test.each(messages)('every attribute of $name is found decoded where its path says', ({ bytes }) => {
  expect(lost(bytes)).toEqual([]);
});

test.each(messages)('every attribute of $name is so where all come twice', ({ bytes }) => {
  expect(lost(twice(bytes))).toEqual([]);
});
