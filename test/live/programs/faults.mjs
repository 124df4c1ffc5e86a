// Requests of all kinds, while system calls fail or signals come in; says how each ended, and whether all goes well after.
// With an argument: SIGALRM comes every so many microseconds.
import { createRequire } from 'node:module';
import { netns, open } from '../../../dist/index.js';

const microseconds = Number(process.argv[2] ?? 0);
let signals = 0;
function alarms(every) {
  const koffi = createRequire(import.meta.url)('koffi');
  const setitimer = koffi.load(null).func('int setitimer(int, const void *, void *)');
  const REAL = 0;
  const value = BigInt64Array.of(0n, BigInt(every), 0n, BigInt(every));
  if (setitimer(REAL, new Uint8Array(value.buffer), null) !== 0) throw new Error(`setitimer: errno ${koffi.errno()}`);
}

const ns = netns.create();
const ip = open({ netns: ns });
for (const name of ['veth1', 'veth3']) await untilDone(() => ip.link.add({ name, kind: 'veth' }));
const events = ip.socket.subscribe(['link']);

const ended = { done: 0, wrong: 0 };
/** Counts it as done, or as what it failed with, the operation's name included. */
async function expectResult(expected, request, operation) {
  try {
    ended[(await request) === expected ? 'done' : 'wrong']++;
  } catch ({ name, code, message }) {
    const what = message.includes(operation) ? `${name} ${code}` : message;
    ended[what] = (ended[what] ?? 0) + 1;
  }
}
/** Failing system calls or not. */
async function untilDone(attempt) {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (error.code === 'EEXIST') return;
      if (tries === 20) throw error;
    }
  }
}
const nameOf = async request => (await request).name;
const lengthOf = async list => (await list).length;
async function collect(iterable) {
  const all = [];
  for await (const each of iterable) all.push(each);
  return all;
}

if (microseconds > 0) {
  process.on('SIGALRM', () => signals++);
  alarms(microseconds);
}
const rounds = microseconds > 0 ? 200 : 20;
for (let i = 0; i < rounds; i++) {
  await Promise.all([
    // So many answers one behind the other are received many at a time.
    ...Array(6)
      .fill(['veth1', 'veth3', 'lo'])
      .flat()
      .map(name => expectResult(name, nameOf(ip.link.get(name)), `link get ${name}`)),
    ...[2, 3].map(index => expectResult(undefined, ip.link.set(index, { mtu: 1400 + (i % 2) }), `link set #${index}`)),
    expectResult(5, lengthOf(ip.link.list()), 'link list'),
    expectResult(5, lengthOf(collect(ip.link.each())), 'link list'),
  ]);
  // One that leaves alone.
  await expectResult('veth1', nameOf(ip.link.get('veth1')), 'link get veth1');
}
if (microseconds > 0) alarms(0);
let notifications = 0;
await untilDone(() => {
  events.poll();
  while (events.take() !== undefined) notifications++;
  if (notifications < 2 * rounds) throw new Error('not yet');
}).catch(() => {});
await untilDone(() => ip.link.get('veth1'));
ip.close();
ns.close();
console.log(JSON.stringify({ ended, signals, notifications, requests: rounds * 23 }));
