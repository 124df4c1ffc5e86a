import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyCodec } from '../../src/protocol/codec.js';
import { extackAttrs } from '../../src/protocol/control.js';
import { bodies } from '../../src/protocol/rtnetlink/registry.js';
import { factsOf } from '../support/table-facts.js';

const SOURCE = join(__dirname, '../../src/protocol');

const textsIn = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => readFileSync(join(directory, file), 'utf8'));
const text = textsIn(SOURCE).join('\n');

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

/** A row or a struct's field in a declaration file, where its type is written out; what a number selects is neither. */
const ROW =
  /^(?:readonly )?'?(?!\d+:|(?:inet|inet6|packet):)\w+'?: (?:import\("[^"]*"\)\.)?(?:Attribute|Scalar|Enumeration|Flags)</;

/**
 * The compiler writes the type of a table out in every file that uses it, and leaves the comments behind if the table is in
 * another file. An interface it mentions by name: `LinkBody`.
 */
test('whoever uses the library sees the comments of every row and field', () => {
  const directory = mkdtempSync(join(tmpdir(), 'declarations-'));
  try {
    const root = join(SOURCE, '../..');
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [tsc, '-p', join(root, 'src'), '--outDir', directory, '--declarationMap', 'false']);
    const lines = textsIn(join(directory, 'protocol')).flatMap(file => file.split('\n'));
    const rows = lines.map((line, i) => [line.trim(), lines[i - 1]!] as const).filter(([line]) => ROW.test(line));
    expect(rows.length).toBeGreaterThan(1000);
    expect(rows.filter(([, before]) => !before.endsWith('*/')).map(([line]) => line)).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 120_000);
