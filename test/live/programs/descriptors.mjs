// 10,000 times open and close under a small limit of descriptors; then as many open as the limit allows.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { open } from '../../../dist/index.js';

const count = () => readdirSync('/proc/self/fd').length;
const rounds = Number(process.argv[2]);

open().close(); // loads koffi
// Only now: Node's loader opens the modules of an import side by side, more than 64 of them.
execFileSync('prlimit', ['--pid', String(process.pid), '--nofile=64:64']);
const before = count();
for (let i = 0; i < rounds; i++) {
  const ip = open();
  // Some of them wait for something, so that libuv watches them.
  if (i % 10 === 0) await ip.link.get('lo');
  if (i % 100 === 0) ip.socket.get(16, { index: 1 }, { timeout: 1000 }).catch(() => {});
  if (i % 100 === 0) await new Promise(setImmediate);
  ip.close();
}
const after = count();

const opened = [];
let refusal;
try {
  for (;;) opened.push(open());
} catch (error) {
  const { name, code, syscall, message } = error;
  refusal = { name, code, syscall, message };
}
const full = opened.length;
const { socket } = opened[0];
const failures = [
  await socket
    .each(18, {}, { operation: 'link list' })
    .next()
    .catch(error => error),
  await Promise.resolve()
    .then(() => socket.subscribe(['link']))
    .catch(error => error),
].map(({ code, operation, message }) => ({ code, operation, message }));
opened.pop().close();
const again = open();
const { name } = await again.link.get('lo');
again.close();
for (const each of opened) each.close();
console.log(JSON.stringify({ before, after, refusal, failures, full, next: name, end: count() }));
