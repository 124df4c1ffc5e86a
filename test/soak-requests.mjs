// npm run soak:requests: a million requests of all kinds, among them refused, given up and never answered ones, dumps, subscriptions
// and sockets that come and go; then neither memory nor a descriptor may be missing. `npm run soak:requests -- N` makes N requests.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { open } from '../dist/index.js';
import { RTM_GETLINK, RTM_NEWLINK } from '../dist/protocol/index.js';

const ISOLATED = 'RTNETLINK_SOAK';
/** Part of the requests after which memory has to stay where it is: V8 has compiled everything by then. */
const WARM_UP = 0.25;
const SAMPLES = 20;
/** A leak of some 16 bytes a request is found; what is resident goes up and down by as much anyway, MiB. */
const TOLERANCE = 16;
const NOISE = 16;
const MIB = 1 << 20;

if (process.env[ISOLATED] === undefined) {
  const args = ['--map-root-user', '--net', process.execPath, '--expose-gc', fileURLToPath(import.meta.url)];
  const env = { ...process.env, [ISOLATED]: '1' };
  const { status, error } = spawnSync('unshare', [...args, ...process.argv.slice(2)], { env, stdio: 'inherit' });
  if (error) throw error;
  process.exit(status ?? 1);
}

const total = Number(process.argv[2] ?? 1_000_000);
const IN_FLIGHT = 100;
const ip = open();
const link = await ip.link.add({
  name: 'veth1',
  kind: 'veth',
  numTxQueues: 1,
  numRxQueues: 1,
  peer: { name: 'veth2' },
});
await ip.link.set(link, { up: true });

/** It never fires: nothing may pile up on it. */
const lasting = new AbortController().signal;
const ended = { fulfilled: 0, rejected: {} };
async function settle(requests) {
  for (const { status, reason } of await Promise.allSettled(requests)) {
    if (status === 'fulfilled') ended.fulfilled++;
    else ended.rejected[reason.code] = (ended.rejected[reason.code] ?? 0) + 1;
  }
}

/** As many requests at once; every few rounds some that take another way through the code. */
async function round(n) {
  const requests = Array.from({ length: IN_FLIGHT - 10 }, (_, i) =>
    i % 2 === 0 ? ip.link.get(link.index) : ip.link.get('veth2'),
  );
  for (let i = 0; i < 6; i++) requests.push(ip.link.set(link, { alias: `round ${n}` }));
  requests.push(ip.link.get('nope'), ip.link.set(link, { mtu: 70000 }));
  requests.push(ip.link.list({ signal: lasting }));
  const controller = new AbortController();
  requests.push(ip.link.get(link.index, { signal: controller.signal }));
  if (n % 10 === 0) controller.abort();
  // A change without NLM_F_ACK: the kernel does not answer.
  if (n % 50 === 0) requests.push(ip.socket.get(RTM_NEWLINK, { index: link.index }, { timeout: 2 }));
  const settled = settle(requests);
  if (n % 20 === 0) for await (const _ of ip.link.each()) break;
  if (n % 20 === 0) await visit();
  await settled;
}

/** A socket of its own, with a subscription, both closed while something is under way. */
async function visit() {
  const other = open();
  const events = other.socket.subscribe(['link']);
  const waiting = events.next();
  const asked = other.socket.get(RTM_GETLINK, { index: link.index });
  await ip.link.set(link, { alias: 'visited' });
  await waiting;
  other.close();
  await settle([asked]);
}

const descriptors = () => readdirSync('/proc/self/fd').length;
function sample(done) {
  globalThis.gc();
  globalThis.gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { done, rss: rss / MIB, heap: heapUsed / MIB, external: external / MIB, fds: descriptors() };
}

const started = performance.now();
const samples = [];
const rounds = Math.ceil(total / IN_FLIGHT);
for (let n = 0; n < rounds; n++) {
  await round(n);
  if ((n + 1) % Math.ceil(rounds / SAMPLES) === 0 || n === rounds - 1) samples.push(sample((n + 1) * IN_FLIGHT));
}
ip.close();
const seconds = (performance.now() - started) / 1000;

const shown = value => Number(value.toFixed(1));
console.table(
  samples.map(({ done, rss, heap, external, fds }) => ({
    requests: done,
    'rss MiB': shown(rss),
    'heap MiB': shown(heap),
    'external MiB': shown(external),
    fds,
  })),
);
const median = values => values.sort((a, b) => a - b)[values.length >> 1];
const warm = samples.filter(({ done }) => done >= WARM_UP * total);
const quarter = Math.max(1, warm.length >> 2);
const growth = key =>
  median(warm.slice(-quarter).map(each => each[key])) - median(warm.slice(0, quarter).map(each => each[key]));
const grown = { rss: growth('rss'), heap: growth('heap'), external: growth('external'), fds: growth('fds') };
console.log(`${rounds * IN_FLIGHT} requests in ${seconds.toFixed(1)} s: ${JSON.stringify(ended)}`);
console.log(
  `from the first to the last quarter after warm-up: rss ${grown.rss.toFixed(2)} MiB, heap ${grown.heap.toFixed(2)} MiB, ${grown.fds} descriptors`,
);

const requested = (total * (1 - WARM_UP) * TOLERANCE) / MIB;
const limit = Math.max(requested, NOISE);
const wrong = Object.entries({
  rss: grown.rss > limit,
  heap: grown.heap > 1,
  external: grown.external > 1,
  descriptors: grown.fds !== 0,
}).filter(([, is]) => is);
const expected = rounds * 2;
if ((ended.rejected.ENODEV ?? 0) + (ended.rejected.EINVAL ?? 0) !== expected)
  wrong.push([`${expected} refusals expected`]);
if (wrong.length > 0) {
  console.error(
    `not flat: ${wrong.map(([what]) => what).join(', ')} (at most ${limit.toFixed(1)} MiB resident, 1 MiB heap)`,
  );
  process.exitCode = 1;
}
