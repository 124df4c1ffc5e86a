import { setTimeout as sleep } from 'node:timers/promises';
import { DuplicateAddressError } from '../../src/index.js';
import {
  type AddressInput,
  type LinkInput,
  RTM_DELADDR,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
} from '../../src/protocol/index.js';
import { ip, kernel } from '../support/scripted.js';

const LINK = 1;
const ADDRESS6 = 9;
const link = (mtu: number): LinkInput => ({ index: 7, attrs: { ifname: 'veth1', mtu } });

afterEach(() => {
  ip.close(); // twice is once
  expect(kernel.sockets.every(socket => socket.closed && socket.holders === 0)).toBe(true);
  kernel.done();
});

test('it asks at once, once more when it has subscribed, and then only when the kernel tells of something', async () => {
  kernel.expect(RTM_GETLINK).error('ENODEV');
  kernel.expect(RTM_GETLINK).reply({ type: RTM_NEWLINK, body: link(1500) });
  const waiting = ip.link.waitFor('veth1', { mtu: 1400 });
  await sleep(60);
  expect(kernel.requests).toHaveLength(2);
  expect(kernel.sockets.map(socket => [...socket.groups])).toEqual([[], [1, 4]]);
  // Three at once are one question.
  kernel.expect(RTM_GETLINK).reply({ type: RTM_NEWLINK, body: link(1450) });
  for (let i = 0; i < 3; i++) kernel.notify(LINK, { type: RTM_NEWLINK, body: link(1400) });
  await sleep(20);
  expect(kernel.requests).toHaveLength(3);
  kernel.expect(RTM_GETLINK).reply({ type: RTM_NEWLINK, body: link(1400) });
  kernel.overrun(LINK);
  expect(await waiting).toMatchObject({ mtu: 1400 });
});

test('what is so already takes one question and no subscription', async () => {
  kernel.expect(RTM_GETLINK).reply({ type: RTM_NEWLINK, body: link(1400) });
  expect(await ip.link.waitFor('veth1', { mtu: 1400 })).toMatchObject({ name: 'veth1' });
  kernel.expect(RTM_GETLINK).error('ENODEV');
  expect(await ip.link.waitFor('veth1', 'absent')).toBeUndefined();
  kernel.expect(RTM_GETLINK).error('ENODEV');
  expect(await ip.address.waitFor('veth1', '10.0.0.1', 'absent')).toBeUndefined();
  kernel.expect(RTM_GETADDR).dump([
    {
      type: RTM_NEWADDR,
      body: { family: 2, prefixlen: 24, index: 7, attrs: { local: '10.0.0.1', address: '10.0.0.1' } },
    },
  ]);
  expect(await ip.address.waitFor(7, '10.0.0.1')).toMatchObject({ cidr: '10.0.0.1/24' });
  expect(kernel.sockets).toHaveLength(1);
});

test('what duplicate address detection finds while the first question is asked is not missed', async () => {
  const body = (flag: 'tentative' | 'dadfailed'): AddressInput => ({
    family: 10,
    prefixlen: 64,
    index: 7,
    attrs: { address: 'fd00::1', flags: [flag] },
  });
  const tell = async (): Promise<void> => kernel.notify(ADDRESS6, { type: RTM_DELADDR, body: body('dadfailed') });
  kernel
    .expect(RTM_GETADDR)
    .later(tell)
    .dump([{ type: RTM_NEWADDR, body: body('tentative') }]);
  kernel.expect(RTM_GETADDR).dump([]);
  await expect(ip.address.waitFor(7, 'fd00::1', 'usable', { timeout: 500 })).rejects.toThrow(DuplicateAddressError);
});

test('another error of the kernel is not waited out', async () => {
  kernel.expect(RTM_GETLINK).error('EPERM');
  await expect(ip.link.waitFor('veth1', 'present')).rejects.toMatchObject({
    code: 'EPERM',
    operation: 'link wait veth1: present',
  });
});

test('a condition that throws rejects with that, and frees everything', async () => {
  kernel.expect(RTM_GETLINK).error('ENODEV').times(2);
  let calls = 0;
  const condition = (): boolean => {
    if (++calls === 2) throw new Error('mine');
    return false;
  };
  await expect(ip.link.waitFor('veth1', condition)).rejects.toThrow('mine');
});

test.each([
  ['a field that is none of the state', { index: 7 }, /expected some of name, kind.*got "index"/],
  ['nothing', {}, /expected some of name/],
  ['another word', 'gone', /expected 'present', 'absent', an object or a function, got "gone"/],
])('%s is refused before anything is asked', async (_, condition, words) => {
  await expect(ip.link.waitFor('veth1', condition as 'present')).rejects.toThrow(words);
  await expect(ip.address.waitFor('veth1', '10.0.0.1', 'gone' as 'present')).rejects.toThrow(/'usable' or a function/);
  await expect(ip.address.waitFor('veth1', '10.0.0')).rejects.toThrow(RangeError);
  expect(kernel.requests).toEqual([]);
});
