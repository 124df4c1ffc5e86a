import { type Ip, type Namespace, netns, open } from '../../src/index.js';
import { RTM_GETLINK } from '../../src/protocol/index.js';

let ns: Namespace;
let ip: Ip;
beforeEach(() => {
  ns = netns.create();
  ip = open({ netns: ns });
});
afterEach(() => {
  ip.close();
  ns.close();
});

test('a dump that was given up half-way does not stand in the way of the next', async () => {
  // More links than fit one datagram, so that the kernel waits to be read.
  await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      ip.link.add({ name: `a${i}`, kind: 'veth', numTxQueues: 1, numRxQueues: 1, peer: { name: `b${i}` } }),
    ),
  );
  // The signal fires from within the decoder: in the middle of the first datagram.
  const controller = new AbortController();
  let read = 0;
  const as = {
    read: () => {
      if (++read === 3) controller.abort();
      return read;
    },
    write() {},
  };
  const first = ip.socket.dump(RTM_GETLINK, {}, { as, signal: controller.signal });
  const second = ip.link.list();
  const outcome = first.then(
    () => 'finished',
    (error: Error) => error.name,
  );
  expect(await second).toHaveLength(81);
  expect(await outcome).toBe('AbortError');
  const timedOut = ip.socket.dump(RTM_GETLINK, {}, { timeout: 0.001 }).catch((error: Error) => error.name);
  expect(await ip.link.list()).toHaveLength(81);
  expect(['TimeoutError', expect.any(Array)]).toContainEqual(await timedOut);
});
