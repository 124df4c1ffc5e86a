import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyCodec } from '../../src/protocol/codec.js';
import { extackAttrs } from '../../src/protocol/control.js';
import { bodies } from '../../src/protocol/rtnetlink/registry.js';
import { factsOf } from '../support/table-facts.js';

const SOURCE = join(__dirname, '../../src/protocol');
const text = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .map(file => readFileSync(join(SOURCE, file), 'utf8'))
  .join('\n');

/** All doc comments, each on one line. */
const comments = [...text.matchAll(/\/\*\*([^]*?)\*\//g)].map(([, body]) =>
  body!.replace(/\s*\n\s*\*?\s*/g, ' ').trim(),
);

/** The names whose comment says what they mean: each of them shows when the attribute is hovered. */
const explained = new Set(comments.map(comment => /^(\w+): \S/.exec(comment)?.[1]));

test('the comment of every attribute, and of every number of an array, begins with the kernel’s name, and says what it means', () => {
  const { rows, arrays } = factsOf([...Object.values(bodies), extackAttrs] as AnyCodec[]);
  expect(rows.length).toBeGreaterThan(900);
  const names = new Set([...rows.map(({ name }) => name), ...arrays.flat()]);
  expect([...names].filter(name => !explained.has(name))).toEqual([]);
});

/** What only says where something is declared: names of the kernel's, structs and headers. */
const DECLARED = /`?\b[A-Za-z0-9]*_[A-Za-z0-9_]*\*?`?|`struct \w+`|[\w/]+\.h\b|\band\b/g;

test('no comment has only names and headers of the kernel’s', () => {
  expect(comments.length).toBeGreaterThan(1500);
  expect(comments.filter(comment => !/\w/.test(comment.replace(DECLARED, '')))).toEqual([]);
});
