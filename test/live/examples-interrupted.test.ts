import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { environment, folder, hasSwitch, ROOT, remains } from '../support/examples.js';

// Ctrl-C, or SIGTERM, in the middle of an example.

const hasDatabase = (): boolean => readdirSync(folder).some(name => existsSync(join(folder, name, 'db.sock')));

/** How to see that an example is half-way: by what it has printed, or a file that a program of its has made. */
const HALFWAY: [name: string, isHalfway: (printed: string) => boolean][] = [
  ['demo', printed => printed.includes('netns [')],
  ['pair', printed => printed.includes('made two namespaces')],
  ['bridge', printed => printed.includes('UDP green')],
  ['router', printed => printed.includes('forwarding')],
  ['container', printed => printed.includes('container ')],
  ...(hasSwitch ? [['openvswitch', hasDatabase] as [string, () => boolean]] : []),
];
/** Those that have more to clean up than what the kernel does when they end, and say that they did. */
const CAREFUL = ['container', 'openvswitch'];

/** An example that is half-way. */
async function halfway(name: string, isHalfway: (printed: string) => boolean) {
  const child = spawn(process.execPath, ['examples/run.mjs', name], {
    cwd: ROOT,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close'); // it may be over before anybody sees that it is half-way
  const printed: string[] = [];
  const complaints: string[] = [];
  child.stdout.on('data', chunk => printed.push(String(chunk)));
  child.stderr.on('data', chunk => complaints.push(String(chunk)));
  while (child.exitCode === null && !isHalfway(printed.join(''))) await sleep(5);
  return { child, printed, complaints, ended };
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s half-way leaves nothing behind', async signal => {
  const before = remains();
  const interrupt = async ([name, isHalfway]: (typeof HALFWAY)[number]): Promise<void> => {
    const { child, printed, ended } = await halfway(name, isHalfway);
    child.kill(signal);
    const [status, by] = await ended;
    if (!CAREFUL.includes(name) && status === 0) return; // it was over before the signal came
    expect({ name, status, by }).toEqual({ name, status: null, by: signal });
    const last = CAREFUL.includes(name) ? `${signal}: all is cleaned up\n` : '';
    expect({ name, printed: printed.join('') }).toEqual({ name, printed: expect.stringMatching(`${last}$`) });
  };
  await Promise.all(HALFWAY.map(interrupt));
  expect(remains()).toEqual(before);
});

test('nor does it if nobody reads any more what is printed', async () => {
  const before = remains();
  const said: Record<string, string> = {};
  const stopReading = async ([name, isHalfway]: (typeof HALFWAY)[number]): Promise<void> => {
    const { child, complaints, ended } = await halfway(name, isHalfway);
    child.stdout.destroy();
    const how = await ended;
    said[name] = complaints.join('');
    if (!CAREFUL.includes(name) && how[0] === 0) return; // it had printed everything
    expect({ name, ended: how }).toEqual({ name, ended: [1, null] });
  };
  await Promise.all(HALFWAY.map(stopReading));
  const after = remains();
  const why = isDeepStrictEqual(after, before) ? {} : said;
  expect({ ...after, why }).toEqual({ ...before, why: {} });
});
