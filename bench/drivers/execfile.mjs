// What most programs do today: Node's execFile of `ip`, and JSON.parse of what it prints.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { addressOf, dumps, oneByOne, roundTrips, workload } from './measure.mjs';

const run = promisify(execFile);
const ip = async (...args) => (await run('ip', args, { maxBuffer: 1 << 28 })).stdout;
const list = async (...args) => JSON.parse(await ip('-j', '-d', ...args)).length;

const workloads = {
  w1: () => oneByOne(i => ip('link', 'add', `v${2 * i}`, 'type', 'veth', 'peer', 'name', `v${2 * i + 1}`)),
  w2: () => oneByOne(i => ip('address', 'add', `${addressOf(i)}/24`, 'dev', `v${i}`)),
  w3: () => dumps(() => list('-s', 'link', 'show')),
  'w3-cold': () => dumps(() => list('link', 'show')),
  w4: () => dumps(() => list('address', 'show')),
  w5: () => roundTrips(() => list('link', 'show', 'v0')),
};

await workloads[workload]();
