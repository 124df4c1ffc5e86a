// A Worker opens a socket while the process has no descriptor left, one, and enough: there it takes two for a moment.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { open } from '../../../dist/index.js';

if (!isMainThread) {
  open().close(); // loads koffi
  parentPort.postMessage('ready');
  parentPort.on('message', () => {
    try {
      open().close();
      parentPort.postMessage('open');
    } catch ({ name, code, syscall, message }) {
      parentPort.postMessage({ name, code, syscall, message });
    }
  });
} else {
  const worker = new Worker(new URL(import.meta.url));
  const answer = () => new Promise(resolve => worker.once('message', resolve));
  await answer();
  execFileSync('prlimit', ['--pid', String(process.pid), '--nofile=64:64']);
  const held = [];
  try {
    for (;;) held.push(openSync('/dev/null'));
  } catch {}
  const outcomes = [];
  for (let free = 0; free < 3; free++) {
    const outcome = answer();
    worker.postMessage('go');
    outcomes.push(await outcome);
    closeSync(held.pop());
  }
  for (const each of held) closeSync(each);
  console.log(JSON.stringify(outcomes));
  await worker.terminate();
}
