import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kept } from '../../fixtures/case.js';
import { cases } from '../../fixtures/cases/index.js';
import { fact, parseFixture } from '../../fixtures/format.js';
import { parseHex } from '../../src/protocol/index.js';

const DIRECTORY = join(__dirname, '..', '..', 'fixtures');

/** A golden message: bytes that iproute2 or the kernel sent. All were captured on little-endian machines. */
export interface Golden {
  readonly name: string;
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly direction: string;
  readonly note: string | undefined;
  /** The decoded message as the fixture has it. */
  readonly value: unknown;
  /** What its body must hold, written by hand. */
  readonly expected: object | undefined;
}

const wanted = new Map<string, Kept>(
  cases.flatMap(({ name, keep }) => Object.entries(keep).map(([suffix, kept]) => [`${name}-${suffix}`, kept] as const)),
);

/** Every fixture, by name. */
export const goldens: readonly Golden[] = readdirSync(DIRECTORY, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.txt'))
  .sort()
  .map(file => {
    const name = file.slice(0, -4);
    const text = readFileSync(join(DIRECTORY, file), 'utf8');
    const fixture = parseFixture(text);
    return {
      name,
      text,
      bytes: parseHex(fixture.dump),
      direction: fact(fixture, 'direction') ?? '',
      note: fact(fixture, 'note'),
      value: fixture.value,
      expected: wanted.get(name)?.expect,
    };
  });

/** The names of the fixtures that the table of cases asks for. */
export const wantedNames: readonly string[] = [...wanted.keys()].sort();

export const LITTLE = { byteOrder: 'little' } as const;

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
