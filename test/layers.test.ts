import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const SRC = join(__dirname, '..', 'src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));

/** Every import of every source file: `[importing file, what it imports]`, the latter relative to src if it is ours. */
const imports = files.flatMap(file => {
  const text = readFileSync(join(SRC, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:from |import |import\(|createRequire\([^)]*\)\()'([^']+)'/g)].map(
    match => match[1]!,
  );
  return specifiers.map(
    specifier =>
      [file, specifier.startsWith('.') ? relative(SRC, join(SRC, dirname(file), specifier)) : specifier] as const,
  );
});

const layerOf = (path: string): string => (path.includes(sep) ? path.slice(0, path.indexOf(sep)) : '');

/** What each layer may import of the others. */
const BELOW: Record<string, readonly string[]> = {
  protocol: ['protocol'],
  socket: ['protocol', 'socket'],
  ops: ['protocol', 'socket', 'ops'],
  testing: ['protocol', 'socket', 'testing'],
  '': ['ops', 'socket', 'protocol'],
};

test('there is something to check', () => {
  expect(files.length).toBeGreaterThan(40);
  expect(imports.length).toBeGreaterThan(150);
});

test('layers import downwards only', () => {
  const ours = imports.filter(([, target]) => target.endsWith('.js'));
  const wrong = ours.filter(([file, target]) => !BELOW[layerOf(file)]?.includes(layerOf(target)));
  expect(wrong).toEqual([]);
});

test.each([
  ['koffi', join('socket', 'libc.ts')],
  ['debug', join('socket', 'log.ts')],
  ['binary-parser', join('protocol', 'struct.ts')],
])('%s has one importer', (name, importer) => {
  const importers = imports.filter(([, target]) => target === name).map(([file]) => file);
  expect([...new Set(importers)]).toEqual([importer]);
});

test('protocol uses nothing of Node', () => {
  expect(imports.filter(([file, target]) => layerOf(file) === 'protocol' && target.startsWith('node:'))).toEqual([]);
});

test('the scripted kernel needs no libc: it runs on any system', () => {
  const reached = new Set([join('testing', 'index.ts')]);
  for (const file of reached) {
    for (const [from, target] of imports) {
      if (from === file && target.endsWith('.js')) reached.add(target.replace(/\.js$/, '.ts'));
    }
  }
  expect(reached.size).toBeGreaterThan(30);
  expect([...reached]).not.toContain(join('socket', 'libc.ts'));
  expect([...reached].every(file => files.includes(file))).toBe(true);
});

test('index files only re-export', () => {
  const text = readFileSync(join(SRC, 'index.ts'), 'utf8');
  const statements = text
    .split(';')
    .map(each => each.trim())
    .filter(each => each !== '');
  expect(statements.filter(each => !each.startsWith('export'))).toEqual([]);
});

test('time is the machine’s: nobody asks the globals, which a test tool may have replaced', () => {
  const clock = join('socket', 'clock.ts');
  const asked = files
    .filter(file => file !== clock && file.includes(sep))
    .flatMap(file => {
      const text = readFileSync(join(SRC, file), 'utf8').replace(/^\s*(?:\*|\/\*|\/\/).*$/gm, '');
      const taken = /import \{([^}]*)\} from '[./]*(?:socket\/)?clock\.js'/.exec(text)?.[1] ?? '';
      const used = text.matchAll(
        /(?<![.\w])(set(?:Timeout|Interval|Immediate)|clear(?:Timeout|Interval)|queueMicrotask|nextTick)\(/g,
      );
      return [
        ...[...used].map(([, name]) => name!).filter(name => !taken.includes(name)),
        ...[...text.matchAll(/process\.nextTick|performance\.now|Date\.now|'node:timers[^']*'/g)].map(([what]) => what),
      ].map(what => `${file}: ${what}`);
    });
  expect(asked).toEqual([]);
});
