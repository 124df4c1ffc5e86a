import { type Ip, open } from '../../src/index.js';
import { RTM_GETLINK, RTM_NEWLINK } from '../../src/protocol/index.js';
import { ScriptedKernel } from '../../src/testing/index.js';

type Use = (ip: Ip, signal: AbortSignal) => unknown;

const uses: Record<string, Use> = {
  get: ({ socket }, signal) => socket.get(RTM_GETLINK, { index: 1 }, { signal }),
  request: ({ socket }, signal) => socket.request(RTM_NEWLINK, { index: 1 }, { signal }),
  dump: ({ socket }, signal) => socket.dump(RTM_GETLINK, {}, { signal }),
  each: ({ socket }, signal) => socket.each(RTM_GETLINK, {}, { signal }).next(),
  subscribe: async ({ socket }, signal) => socket.subscribe(['link'], { signal }),
  'link list': ({ link }, signal) => link.list({ signal }),
  'link add': ({ link }, signal) => link.add({ name: 'v', kind: 'ifb' }, { signal }),
  'link wait': ({ link }, signal) => link.waitFor('v', 'present', { signal }),
  'address add': ({ address }, signal) => address.add('v', '192.0.2.1/24', {}, { signal }),
  'route add': ({ route }, signal) => route.add('192.0.2.0/24', { gateway: '198.51.100.1' }, { signal }),
  'veth create': ({ veth }, signal) => veth.create({ name: 'a' }, { name: 'b' }, { signal }),
  monitor: (ip, signal) => ip.monitor(['link'], { signal }).next(),
  watch: (ip, signal) => ip.watch(['link'], { signal }).ready,
  apply: (ip, signal) => ip.apply({ links: [{ name: 'v', kind: 'ifb' }] }, { signal }),
};

describe.each(Object.entries(uses))('%s', (_name, use) => {
  test.each([null, 'x', {}, Object.create(null), new AbortController(), { aborted: false }])(
    'a signal that is none is refused each time, and nothing is opened or sent: %p',
    async signal => {
      const kernel = new ScriptedKernel();
      await using ip = open({ transport: kernel.open() });
      for (let i = 0; i < 2; i++) {
        const refused = Promise.resolve(use(ip, signal as AbortSignal));
        await expect(refused).rejects.toThrow(/^signal: expected an AbortSignal, got /);
        await expect(refused).rejects.toThrow(TypeError);
      }
      expect(kernel.requests).toEqual([]);
      expect(kernel.sockets.map(({ closed, holders, watched }) => [closed, holders, watched])).toEqual(
        kernel.sockets.map((_, i) => [i > 0, 0, false]),
      );
    },
  );
});
