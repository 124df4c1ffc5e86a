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

/** What doc comments begin with: each of them shows when the attribute is hovered. */
const named = new Set([...text.matchAll(/\/\*\*[\s*]+([A-Za-z0-9_]+)/g)].map(([, name]) => name));

/** Declared as a list: their names are those of the files in /proc/sys/net/ipv4/conf/NAME. */
const IN_A_LIST = /^IPV4_DEVCONF_/;

test('the comment of every attribute begins with the kernel’s name', () => {
  const { rows } = factsOf([...Object.values(bodies), extackAttrs] as AnyCodec[]);
  expect(rows.length).toBeGreaterThan(900);
  const names = new Set(rows.map(({ name }) => name).filter(name => !IN_A_LIST.test(name)));
  expect([...names].filter(name => !named.has(name))).toEqual([]);
});
