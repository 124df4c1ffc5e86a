// npm run fuzz [-- COUNT [SEED]]: decodes, explains and encodes again COUNT random and mutated datagrams (1,000,000).
// Anything but a value or a DecodeError ends it with status 1 and the datagram in hex.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DecodeError, decodeMessages, encodeMessage, explain, parseHex } from 'rtnetlink/protocol';

const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run fuzz -- [COUNT [SEED]]');
  process.exit(2);
}

/** mulberry32: the same numbers for the same seed. */
let state = seed >>> 0;
function random(below) {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) % below;
}

const corpus = readdirSync('fixtures', { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.txt'))
  .map(file => parseHex(readFileSync(join('fixtures', file), 'utf8').split('\n\n')[2]));

/** Numbers at which lengths and types go wrong. */
const EDGES = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 0x7f, 0x80, 0xff, 0x3fff, 0x4000, 0x7fff, 0x8000, 0xfffe, 0xffff];

const MUTATIONS = [
  bytes => void (bytes[random(bytes.length)] ^= 1 << random(8)),
  bytes => void (bytes[random(bytes.length)] = random(256)),
  bytes => view(bytes).setUint16(2 * random(bytes.length >> 1), EDGES[random(EDGES.length)], true),
  bytes => bytes.copyWithin(4 * random(bytes.length >> 2), 4 * random(bytes.length >> 2), bytes.length),
  bytes => void bytes.fill(random(256), random(bytes.length), random(bytes.length)),
  bytes => bytes.subarray(0, 16 + random(bytes.length)),
];

const view = bytes => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function fromCorpus() {
  let bytes = corpus[random(corpus.length)].slice();
  if (random(4) === 0) bytes = spliced(bytes, corpus[random(corpus.length)]);
  for (let n = 1 + random(6); n > 0; n--) bytes = MUTATIONS[random(MUTATIONS.length)](bytes) ?? bytes;
  if (random(2) === 0 && bytes.length >= 4) view(bytes).setUint32(0, bytes.length, true);
  return bytes;
}

/** The beginning of one, the end of another. */
function spliced(one, other) {
  const head = one.subarray(0, 4 * random(one.length >> 2));
  return Uint8Array.from([
    ...head,
    ...other.subarray(4 * random(other.length >> 2)),
    0,
    0,
    0,
    0,
    ...new Uint8Array(16),
  ]);
}

/** Random bytes behind a header that says something is there. */
function fromNothing() {
  const bytes = Uint8Array.from({ length: 16 + random(200) }, () => (random(3) === 0 ? random(256) : random(20)));
  view(bytes).setUint32(0, bytes.length, true);
  view(bytes).setUint16(4, random(128), true);
  return bytes;
}

/** `unwritable`: what a request must not hold, such as an empty name, though bytes can. */
const outcomes = { decoded: 0, refused: 0, unwritable: 0 };

function encoded(message) {
  try {
    return encodeMessage(message, { byteOrder: 'little' });
  } catch (error) {
    if (error instanceof RangeError && error.code === 'ERR_NETLINK_ENCODE') return undefined;
    throw error;
  }
}

function attempt(bytes, i) {
  let messages;
  try {
    messages = decodeMessages(bytes, { byteOrder: 'little' });
    outcomes.decoded++;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    outcomes.refused++;
  }
  if (i % 16 === 0) explain(bytes, { byteOrder: i % 32 === 0 ? 'little' : 'big', bytes: i % 64 === 0 });
  if (messages === undefined) return;
  for (const message of messages) {
    const again = encoded(message);
    if (again === undefined) outcomes.unwritable++;
    else decodeMessages(again, { byteOrder: 'little' });
  }
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
function heap() {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

console.log(`seed ${seed}, ${corpus.length} fixtures, ${count} datagrams`);
const started = Date.now();
let slowest = 0;
let settled;
for (let i = 0; i < count; i++) {
  const bytes = random(8) === 0 ? fromNothing() : fromCorpus();
  const before = performance.now();
  try {
    attempt(bytes, i);
  } catch (error) {
    console.error(`datagram ${i}: ${Buffer.from(bytes).toString('hex')}\n`, error);
    process.exit(1);
  }
  slowest = Math.max(slowest, performance.now() - before);
  if ((i + 1) % Math.ceil(count / 10) !== 0) continue;
  const used = heap();
  settled ??= used;
  console.log(
    `${i + 1}: ${outcomes.decoded} decoded, ${outcomes.refused} refused, ${outcomes.unwritable} unwritable, heap ${used.toFixed(1)} MiB`,
  );
}
const grown = heap() - (settled ?? 0);
console.log(
  `${count} datagrams in ${((Date.now() - started) / 1000).toFixed(1)} s, slowest ${slowest.toFixed(1)} ms, heap ${grown >= 0 ? '+' : ''}${grown.toFixed(1)} MiB since the first tenth`,
);
if (slowest > 2000) {
  console.error('one took long');
  process.exitCode = 1;
}
if (grown > 8) {
  console.error('the heap grows');
  process.exitCode = 1;
}
