// What lists, look-ups and a snapshot cost with N objects in the namespace: `node scale.mjs WHAT N` prints one line of JSON.
import { open } from 'rtnetlink';
import { median } from '../statistics.mjs';

const [what, count] = process.argv.slice(2);
const n = Number(count);
const ip = open({ receiveBuffer: 4 << 20, timeout: 60_000 });
const CHUNK = 100;

async function many(operation) {
  for (let i = 0; i < n; i += CHUNK) {
    await Promise.all(Array.from({ length: Math.min(CHUNK, n - i) }, (_, k) => operation(i + k)));
  }
}

/** A thousand addresses a link: the kernel compares each with all that its link has. */
async function makeAddresses() {
  const links = Math.ceil(n / 1000);
  for (let i = 0; i < links; i++) await ip.link.add({ name: `a${i}`, kind: 'veth' });
  const indexes = (await ip.link.list()).filter(({ name }) => /^a\d+$/.test(name)).map(({ index }) => index);
  await many(i => ip.address.add(indexes[i % links], `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}/32`));
}

async function makeRoutes() {
  await ip.link.add({ name: 'r0', kind: 'veth', peer: { name: 'r1' } });
  await ip.link.set('r0', { up: true });
  const { index } = await ip.link.get('r0');
  await many(i => ip.route.add(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}/32`, { link: index }));
}

const kinds = {
  links: { list: () => ip.link.list(), group: 'link' },
  addresses: { make: makeAddresses, list: () => ip.address.list(), group: 'address' },
  routes: { make: makeRoutes, list: () => ip.route.list({ family: 4 }) },
};

/** Monitors until all that is there has been reported; how many that were. */
async function snapshot(group) {
  let seen = 0;
  for await (const event of ip.monitor([group])) {
    if (event.type === 'added') seen++;
    if (event.type === 'synced') break;
  }
  return seen;
}

/** Memory when nothing is left that nobody holds. */
async function settled() {
  for (let i = 0; i < 3; i++) {
    await new Promise(resolve => setImmediate(resolve));
    globalThis.gc();
  }
  return process.memoryUsage();
}

async function timed(operation) {
  const before = process.cpuUsage();
  const started = performance.now();
  const value = await operation();
  const { user, system } = process.cpuUsage(before);
  return { value, wallMs: performance.now() - started, cpuMs: (user + system) / 1000 };
}

/** Median microseconds of one look-up. */
async function lookUp(operation) {
  for (let i = 0; i < 200; i++) await operation(i);
  const times = [];
  for (let i = 0; i < 1000; i++) times.push((await timed(() => operation(i))).wallMs * 1000);
  return median(times);
}

const { make, list, group } = kinds[what];
const made = make && (await timed(make));
for (let i = 0; i < 2; i++) (await list()).length = 0;
const before = await settled();
const { value, wallMs, cpuMs } = await timed(list);
const after = await settled();
const figures = {
  objects: value.length,
  makeUs: made && (made.wallMs * 1000) / n,
  wallUs: (wallMs * 1000) / value.length,
  cpuUs: (cpuMs * 1000) / value.length,
  heapBytes: (after.heapUsed - before.heapUsed) / value.length,
  bufferBytes: (after.arrayBuffers - before.arrayBuffers) / value.length,
  rssMiB: after.rss / 2 ** 20,
};
if (group !== undefined) {
  const { value: seen, wallMs } = await timed(() => snapshot(group));
  if (seen < value.length) throw new Error(`the monitor reported ${seen} of ${value.length}`);
  figures.monitorUs = (wallMs * 1000) / seen;
}
if (what === 'links') {
  const names = value.map(({ name }) => name);
  figures.byNameUs = await lookUp(i => ip.link.get(names[(i * 37) % names.length]));
  const indexes = value.map(({ index }) => index);
  figures.byIndexUs = await lookUp(i => ip.link.get(indexes[(i * 37) % indexes.length]));
}
console.log(JSON.stringify(figures));
ip.close();
