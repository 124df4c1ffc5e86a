// 1,024 namespaces made and let go where no more than 64 may be at a time: a few that leaked would be the end of it.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { netns, open } from '../../../dist/index.js';

const state = () => ({
  descriptors: readdirSync('/proc/self/fd').length,
  threads: readdirSync('/proc/self/task').length,
  mounts: readFileSync('/proc/self/mountinfo', 'utf8').split('\n').length,
  names: netns.list(),
});

function cycle(n) {
  const ns = n % 8 === 0 ? netns.create('cycle') : netns.create();
  if (n % 16 === 0) open({ netns: ns }).close();
  ns.close();
  if (n % 8 === 0) netns.delete('cycle');
}

cycle(0);
const before = state();
let waits = 0;
for (let n = 0; n < 1024; ) {
  try {
    cycle(n);
    n++;
  } catch (error) {
    // The kernel takes its time to clear up those that are gone.
    if (error.code !== 'ENOSPC' || ++waits > 3000) throw error;
    await setTimeout(10);
  }
}
console.log(JSON.stringify({ before, after: state() }));
