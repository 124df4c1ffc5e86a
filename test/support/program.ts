import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Runs test/live/programs/NAME.mjs in a process of its own, in the namespaces of this one, and returns what it prints as
 * JSON. `before` is shell that runs first: `ulimit -n 64`.
 */
export function runProgram(name: string, { before = ':', args = [] as string[] } = {}): unknown {
  const file = join(__dirname, '..', 'live', 'programs', `${name}.mjs`);
  const command = `${before}; exec "$@"`;
  const node = [process.execPath, '--unhandled-rejections=strict', file, ...args];
  const printed = execFileSync('sh', ['-c', command, 'sh', ...node], { encoding: 'utf8', timeout: 300_000 });
  return JSON.parse(printed);
}
