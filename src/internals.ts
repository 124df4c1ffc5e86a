/** What the tests and benchmarks of this repository need beside the public surface; package.json does not export it. */
export { linkCodec } from './ops/link.js';
export { Source } from './protocol/source.js';
export { KernelTransport } from './socket/kernel-transport.js';
export { Subscription } from './socket/subscription.js';
