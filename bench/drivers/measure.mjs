// What the drivers in JavaScript share: `node DRIVER WORKLOAD N` prints one line of JSON.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export const [workload = '', count = '1'] = process.argv.slice(2);
export const n = Number(count);
/** Links made for the workloads: `v0`, `v1`, … with the indexes BASE, BASE + 1, …. */
export const BASE = 1000;
/** The link and the address of operation `i` of workload W2. */
export const LINKS = 1000;
export const indexOf = i => BASE + (i % LINKS);
export const addressOf = i => `10.${i >> 8}.${i & 255}.1`;

const now = () => process.hrtime.bigint();

/** CPU time of this process and of the children it has waited for, nanoseconds; theirs in steps of 10 ms. */
function cpu() {
  const { user, system } = process.cpuUsage();
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1].split(' ');
  return (user + system) * 1000 + (Number(fields[13]) + Number(fields[14])) * 10_000_000;
}

/** Starts the clocks; the function it returns stops them and prints. */
export function start() {
  const wall = now();
  const cpuBefore = cpu();
  return (ops, more = {}) => {
    const wallNs = Number(now() - wall);
    const cpuNs = cpu() - cpuBefore;
    const rssKiB = process.resourceUsage().maxRSS;
    console.log(JSON.stringify({ ops, wallNs, cpuNs, rssKiB, ...more }));
  };
}

/** Operations before those that are measured, unless it is the cold start that is: numbers n, n + 1, …. */
export const warmUp = workload.includes('cold') ? 0 : workload.startsWith('w1') ? n / 2 : 8 * n;

/** Awaits `operation(i)` n times, one by one. */
export async function oneByOne(operation) {
  for (let i = n; i < n + warmUp; i++) await operation(i);
  const stop = start();
  for (let i = 0; i < n; i++) await operation(i);
  stop(n);
}

/**
 * Milliseconds that a list or a round trip is repeated before it is measured: as long as V8 takes to compile for good what
 * it runs (link get by rtnetlink: 60 µs at first, 10 after 5,000 to 8,000).
 */
const WARM_UP = 500;

async function warm(operation) {
  for (const end = performance.now() + WARM_UP; performance.now() < end; ) await operation();
}

/** Calls `dump` n times, warm unless the workload is the cold one; it returns how many it got. */
export async function dumps(dump) {
  if (!workload.includes('cold')) await warm(dump);
  const stop = start();
  let ops = 0;
  for (let i = 0; i < n; i++) ops += await dump();
  stop(ops);
}

/** Awaits `operation()` n times, warm; the median of a single one too. */
export async function roundTrips(operation) {
  await warm(operation);
  const times = new Float64Array(n);
  const stop = start();
  for (let i = 0; i < n; i++) {
    const before = performance.now();
    await operation();
    times[i] = performance.now() - before;
  }
  stop(n, { p50Ns: times.sort()[n >> 1] * 1e6 });
}

let sink;
/** Runs `operation(0 to 999)` in batches of n; the median and the best batch, per operation. */
export function codec(operation) {
  const times = new Float64Array(15);
  const batch = () => {
    for (let i = 0; i < n; i++) sink = operation(i % 1000);
  };
  for (let i = 0; i < 5; i++) batch();
  const stop = start();
  for (let i = 0; i < times.length; i++) {
    const before = now();
    batch();
    times[i] = Number(now() - before) / n;
  }
  const sorted = times.sort();
  stop(n * times.length, { p50Ns: sorted[times.length >> 1], minNs: sorted[0] });
  return sink;
}

/** A message that the kernel sent when the harness asked for it: `link` or `address`. */
export const captured = name => readFileSync(`${process.env.BENCH_MESSAGES}/${name}.bin`);

/** Makes the kernel send about n notifications, and waits for it. */
export function generate(what) {
  const { status } = spawnSync(process.env.BENCH_LIMIT, ['generate', what, count], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`the generator ended with ${status}`);
}

/**
 * The same in a process beside this one. `take` returns how many notifications it has handled since it was last asked;
 * the result comes when the generator is done and a fifth of a second has been quiet.
 */
export async function live(what, take, more = () => ({})) {
  const stop = start();
  const child = spawn(process.env.BENCH_LIMIT, ['generate', what, count], { stdio: 'inherit' });
  await new Promise(resolve => child.on('exit', resolve));
  let ops = 0;
  for (let quiet = 0; quiet < 4; ) {
    const fresh = take();
    ops += fresh;
    quiet = fresh === 0 ? quiet + 1 : 0;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  stop(ops, { sent: n, ...more() });
}

/** Bytes of heap and of buffers that what `make` returns keeps; node needs --expose-gc. */
export async function retained(make) {
  const settle = async () => {
    for (let i = 0; i < 3; i++) {
      globalThis.gc();
      await new Promise(resolve => setImmediate(resolve));
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return { heapUsed, arrayBuffers };
  };
  (await make()).length = 0; // code is compiled and caches are filled: not counted
  const before = await settle();
  const stop = start();
  const kept = await make();
  const after = await settle();
  const per = key => (after[key] - before[key]) / kept.length;
  stop(kept.length, { heapBytes: per('heapUsed'), bufferBytes: per('arrayBuffers') });
}
