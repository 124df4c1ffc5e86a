// The example of docs/testing.md: a program, and its tests on a scripted kernel.
import { type Ip, NetlinkError, open } from '../../src/index.js';
import { RTM_GETLINK, RTM_NEWLINK } from '../../src/protocol/index.js';
import { ScriptedKernel } from '../../src/testing/index.js';

/** Gives links a larger MTU where theirs is smaller, and says which. Links that do not take it stay as they are. */
async function raiseMtu(ip: Ip, mtu: number): Promise<string[]> {
  const raised: string[] = [];
  for (const link of await ip.link.list()) {
    if (link.mtu >= mtu) continue;
    try {
      await ip.link.set(link, { mtu });
      raised.push(link.name);
    } catch (error) {
      if (!(error instanceof NetlinkError && error.code === 'EINVAL')) throw error;
    }
  }
  return raised;
}

const veth1 = { type: RTM_NEWLINK, body: { index: 7, attrs: { ifname: 'veth1', mtu: 1280 } } } as const;
const veth2 = { type: RTM_NEWLINK, body: { index: 8, attrs: { ifname: 'veth2', mtu: 9000 } } } as const;

let kernel: ScriptedKernel;
let ip: Ip;
beforeEach(() => {
  kernel = new ScriptedKernel();
  ip = open({ transport: kernel.open() });
});
afterEach(() => {
  ip.close();
  kernel.done();
});

test('raises the MTU of small links', async () => {
  kernel.expect(RTM_GETLINK).dump([veth1, veth2]);
  kernel.expect({ type: RTM_NEWLINK, body: { index: 7, attrs: { mtu: 1500 } } });
  expect(await raiseMtu(ip, 1500)).toEqual(['veth1']);
});

test('leaves a link alone that does not take it', async () => {
  kernel.expect(RTM_GETLINK).dump([veth1]);
  kernel.expect(RTM_NEWLINK).error('EINVAL', { msg: 'mtu greater than device maximum', at: 'mtu' });
  expect(await raiseMtu(ip, 70000)).toEqual([]);
});

test('does not hide a missing permission', async () => {
  kernel.expect(RTM_GETLINK).dump([veth1]);
  kernel.expect(RTM_NEWLINK).error('EPERM');
  await expect(raiseMtu(ip, 1500)).rejects.toThrow('CAP_NET_ADMIN');
});

test('reads the links again when they changed meanwhile', async () => {
  kernel.expect(RTM_GETLINK).dump([veth1, veth2], { interrupted: true });
  kernel.expect(RTM_GETLINK).dump([veth2]);
  expect(await raiseMtu(ip, 1500)).toEqual([]);
});
