// Numbered changes of the namespace it runs in, until it is killed: the alias of lo becomes 1, 2, 3 …, and the same number
// is an address of lo (10.0.0.0/8) for a while. PAUSE milliseconds after every ten.
import { open } from '../../../dist/index.js';

const pause = Number(process.argv[2]);
const ip = open();
await ip.link.set('lo', { up: true });
const address = number => `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}/32`;
const sleeper = new Int32Array(new SharedArrayBuffer(4));
console.log('started');
for (let number = 1; ; number++) {
  await ip.link.set(1, { alias: String(number) });
  await ip.address.add(1, address(number));
  if (number > 5) await ip.address.delete(1, address(number - 5));
  if (number % 10 === 0) Atomics.wait(sleeper, 0, 0, pause);
}
