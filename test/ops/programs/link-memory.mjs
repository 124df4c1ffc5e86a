// Prints how many bytes of JavaScript's heap a listed link takes, and how many more once its heavy parts were looked at.
// In a process of its own, with --expose-gc: what other tests leave behind would be counted as well.
import { readFileSync } from 'node:fs';
import { linkCodec, Source } from '../../../dist/internals.js';

/** Bytes once nothing is left that nobody holds. */
async function heap() {
  for (let i = 0; i < 3; i++) {
    await new Promise(resolve => setImmediate(resolve));
    gc();
  }
  return process.memoryUsage().heapUsed;
}

const hex = readFileSync(new URL('../../../bench/messages/link.hex', import.meta.url), 'latin1').replaceAll('\n', '');
/** Many messages, as they lie in the buffers that a dump shares. */
const COUNT = 20_000;
const message = Buffer.from(hex, 'hex');
const received = new Source(Uint8Array.from(Buffer.concat(Array.from({ length: COUNT }, () => message))));
const listed = count =>
  Array.from({ length: count }, (_, i) => linkCodec.read(received, i * message.length + 16, (i + 1) * message.length));

/** What is counted must still be there at the end. */
const kept = [];
async function costOf(links, use) {
  const before = await heap();
  kept.push(use(links));
  return ((await heap()) - before) / links.length;
}

listed(2000); // V8 makes code as it goes
const each = await costOf({ length: COUNT }, ({ length }) => listed(length));
const few = listed(10_000);
const same = few.every(link => link.message.attrs.mtu === link.mtu);
const looked = await costOf(few, links => links.every(({ stats, inet, inet6 }) => stats && inet && inet6));
console.log(JSON.stringify({ each, looked, same, count: kept[0].length, all: kept[1] }));
