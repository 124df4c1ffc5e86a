import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environment, folder, ROOT, remains, switchInstalled } from '../support/examples.js';

// Ctrl-C, or SIGTERM, in the middle of an example.

const hasDatabase = (): boolean => readdirSync(folder).some(name => existsSync(join(folder, name, 'db.sock')));

/** How to see that an example is half-way: by what it has printed, or a file that a program of its has made. */
const HALFWAY: [name: string, isHalfway: (printed: string) => boolean][] = [
  ['demo', printed => printed.includes('netns [')],
  ['pair', printed => printed.includes('made two namespaces')],
  ['bridge', printed => printed.includes('UDP green')],
  ['router', printed => printed.includes('forwarding')],
  ['container', printed => printed.includes('container ')],
  ...(switchInstalled ? [['openvswitch', hasDatabase] as [string, () => boolean]] : []),
];
/** Those that have more to clean up than what the kernel does when they end, and say that they did. */
const CAREFUL = ['container', 'openvswitch'];

async function interrupt(name: string, isHalfway: (printed: string) => boolean, signal: string): Promise<void> {
  const child = spawn(process.execPath, ['examples/run.mjs', name], {
    cwd: ROOT,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', chunk => (printed += chunk));
  const ended = once(child, 'close');
  while (child.exitCode === null && !isHalfway(printed)) await sleep(5);
  child.kill(signal as NodeJS.Signals);
  const [status, by] = await ended;
  expect({ name, status, by }).toEqual({ name, status: null, by: signal });
  expect(printed.includes(`${signal}: all is cleaned up`)).toBe(CAREFUL.includes(name));
}

test.each(['SIGINT', 'SIGTERM'])('%s half-way leaves nothing behind', async signal => {
  const before = remains();
  await Promise.all(HALFWAY.map(([name, isHalfway]) => interrupt(name, isHalfway, signal)));
  expect(remains()).toEqual(before);
});
