import type { Link } from '../../src/index.js';
import type { Place } from '../../src/ops/apply/places.js';
import { revive } from '../../src/ops/apply/revive.js';
import { dataBack } from '../../src/ops/ensure/link-data.js';
import {
  type LinkInput,
  type MessageInput,
  RTM_GETLINK,
  RTM_NEWLINK,
  RTM_NEWLINKPROP,
} from '../../src/protocol/index.js';
import type { RequestPattern } from '../../src/testing/index.js';
import { ip, kernel } from '../support/scripted.js';

/** A link as the kernel tells of it. */
async function told(message: MessageInput): Promise<Link> {
  kernel.expect(RTM_GETLINK).reply(message);
  return ip.link.get(7);
}

const link = (kind: string, data: object, attrs: object = {}): MessageInput => ({
  type: RTM_NEWLINK,
  body: { index: 7, flags: ['up'], attrs: { ifname: 'l0', ...attrs, linkinfo: { kind, data } } } as LinkInput,
});

const reviveIn = (found: Link): Promise<void> => {
  const place = { context: { socket: ip.socket, where: 'here' } } as Place;
  return revive({ link: found, place, ports: [], address: undefined, peer: undefined }, 'link delete l0');
};

const set = (attrs: object): RequestPattern => ({ type: RTM_NEWLINK, body: { index: 7, attrs } });
const setData = (kind: string, data: object): RequestPattern => set({ linkinfo: { kind, data } });

test('a setting that is refused does not stop those that come after it', async () => {
  const found = await told(
    link('bridge', { ageingTime: 500, priority: 7 }, { ifalias: 'before', propList: { altIfname: ['a', 'b'] } }),
  );
  kernel.expect({ type: RTM_NEWLINK, body: { attrs: { ifname: 'l0' } } }).ack();
  kernel.expect(RTM_GETLINK).reply(link('bridge', { ageingTime: 300, priority: 1 }));
  kernel.expect(setData('bridge', { ageingTime: 500, priority: 7 })).error('EINVAL');
  kernel.expect(setData('bridge', { ageingTime: 500 })).error('EINVAL', { msg: 'too old' });
  kernel.expect(setData('bridge', { priority: 7 })).ack();
  kernel.expect(set({ ifalias: 'before' })).ack();
  kernel.expect({ type: RTM_NEWLINKPROP, body: { attrs: { propList: { altIfname: ['a'] } } } }).error('EEXIST');
  kernel.expect({ type: RTM_NEWLINKPROP, body: { attrs: { propList: { altIfname: ['b'] } } } }).ack();
  kernel.expect({ type: RTM_NEWLINK, body: { index: 7, flags: ['up'] } }).ack();
  await expect(reviveIn(found)).rejects.toMatchObject({
    name: 'AggregateError',
    message: 'link delete l0: EINVAL: too old; link delete l0: EEXIST: file exists',
    errors: [{ code: 'EINVAL' }, { code: 'EEXIST' }],
  });
  kernel.done();
});

test('one that is refused alone is told as it is', async () => {
  const found = await told(link('bridge', { ageingTime: 500 }));
  kernel.expect({ type: RTM_NEWLINK, body: { attrs: { ifname: 'l0' } } }).ack();
  kernel.expect(RTM_GETLINK).reply(link('bridge', { ageingTime: 300 }));
  kernel.expect(setData('bridge', { ageingTime: 500 })).error('EINVAL');
  kernel.expect(setData('bridge', { ageingTime: 500 })).error('EINVAL');
  kernel.expect({ type: RTM_NEWLINK, body: { index: 7, flags: ['up'] } }).ack();
  await expect(reviveIn(found)).rejects.toMatchObject({ name: 'NetlinkError', code: 'EINVAL' });
  kernel.done();
});

test('a vlan is born without its flags: the kernel takes fewer than it reports', async () => {
  const mask = ['reorderHdr', 'gvrp', 'looseBinding', 'mvrp', 'bridgeBinding', 0xffff_ffe0];
  const vlan = (...flags: string[]): MessageInput => link('vlan', { id: 5, flags: { flags, mask } }, { link: 3 });
  const found = await told(vlan('gvrp'));
  kernel.expect({ type: RTM_NEWLINK, body: { attrs: { ifname: 'l0' } } }).ack();
  kernel.expect(RTM_GETLINK).reply(vlan('reorderHdr'));
  kernel.expect(setData('vlan', { flags: { flags: ['gvrp'], mask: ['reorderHdr', 'gvrp'] } })).ack();
  kernel.expect({ type: RTM_NEWLINK, body: { index: 7, flags: ['up'] } }).ack();
  await reviveIn(found);
  const { body } = kernel.requests[1] as { body: { attrs: { linkinfo: { data: object } } } };
  expect(body.attrs.linkinfo.data).toEqual({ id: 5 });
  kernel.done();
});

test('which port of a bond is the active one it finds out itself', async () => {
  const bond = (data: object): MessageInput => link('bond', { mode: 'activebackup', ...data });
  const found = await told(bond({ activeSlave: 3, primary: 3, arpIpTarget: ['10.0.0.1'] }));
  kernel.expect({ type: RTM_NEWLINK, body: { attrs: { ifname: 'l0' } } }).ack();
  kernel.expect(RTM_GETLINK).reply(bond({ primary: 3, arpIpTarget: ['10.0.0.1'] }));
  kernel.expect({ type: RTM_NEWLINK, body: { index: 7, flags: ['up'] } }).ack();
  await reviveIn(found);
  const { body } = kernel.requests[1] as { body: { attrs: { linkinfo: { data: object } } } };
  expect(body.attrs.linkinfo.data).toEqual({ mode: 'activebackup', primary: 3, arpIpTarget: ['10.0.0.1'] });
  kernel.done();
});

test('a bond that had no primary port and nothing to probe has none again', () => {
  const data = { mode: 'activebackup', miimon: 100 };
  const now = { ...data, activeSlave: 3, primary: 3, arpIpTarget: ['10.0.0.1'], nsIp6Target: ['fd00::1'] };
  const none = { primary: 0, arpIpTarget: [], nsIp6Target: [] };
  expect(dataBack(now, data)).toEqual(none);
  expect(dataBack(now, data, ['activeSlave'])).toEqual({ activeSlave: 0 });
});
