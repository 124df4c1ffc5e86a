import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { linkCodec } from '../../src/ops/link.js';
import { Source } from '../../src/protocol/source.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of JavaScript's heap once nothing is left that nobody holds. */
async function heap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise(resolve => setImmediate(resolve));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

const hex = readFileSync(join(__dirname, '../../bench/messages/link.hex'), 'latin1').replaceAll('\n', '');
/** Many messages, as they lie in the buffers that a dump shares. */
const COUNT = 20_000;
const message = Buffer.from(hex, 'hex');
const received = new Source(Uint8Array.from(Buffer.concat(Array.from({ length: COUNT }, () => message))));
const read = (i: number) => linkCodec.read(received, i * message.length + 16, (i + 1) * message.length);

test('a listed link takes at most 1.2 KB of heap beside the bytes that were received', async () => {
  const warm = Array.from({ length: 2000 }, (_, i) => read(i));
  expect(warm[1999]?.name).toBe(warm[0]?.name);
  const before = await heap();
  const links = Array.from({ length: COUNT }, (_, i) => read(i));
  const each = ((await heap()) - before) / links.length;
  expect(links).toHaveLength(COUNT);
  expect(each).toBeGreaterThan(100); // they are there
  expect(each).toBeLessThan(1229);
});

test('what is decoded when it is asked for is not kept', async () => {
  const links = Array.from({ length: 2000 }, (_, i) => read(i));
  for (const link of links) expect(link.message.attrs.mtu).toBe(link.mtu);
  const before = await heap();
  for (const { stats, inet, inet6 } of links) if (!stats || !inet || !inet6) throw new Error('not decoded');
  expect(((await heap()) - before) / links.length).toBeLessThan(500); // of code, which V8 makes as it goes
});
