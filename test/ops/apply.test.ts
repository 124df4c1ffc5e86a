import { type NetworkSpec, open } from '../../src/index.js';
import {
  type LinkInput,
  type MessageInput,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_DELROUTE,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETNEIGH,
  RTM_GETNEXTHOP,
  RTM_GETROUTE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWROUTE,
} from '../../src/protocol/index.js';
import { ip, kernel } from '../support/scripted.js';

const WANTED: NetworkSpec = { links: [{ name: 'b0', kind: 'bridge', addresses: ['10.0.0.1/24'], up: true }] };
const bridge: MessageInput = {
  type: RTM_NEWLINK,
  body: { index: 7, attrs: { ifname: 'b0', linkinfo: { kind: 'bridge' } } },
};

/** Of a namespace without any links. */
function nothingThere(): void {
  kernel.expect(RTM_GETLINK).dump([]);
  kernel.expect(RTM_GETADDR).dump([]);
}

test('what cannot be undone is told beside what failed', async () => {
  nothingThere();
  kernel.expect({ type: RTM_NEWLINK }).reply(bridge);
  kernel.expect({ type: RTM_NEWADDR, body: { index: 7 } }).error('EINVAL', { msg: 'no such thing' });
  kernel.expect({ type: RTM_DELLINK, body: { index: 7 } }).error('EBUSY');
  const error = await ip.apply(WANTED).catch((each: unknown) => each);
  expect(error).toMatchObject({ name: 'AggregateError', errors: [{ code: 'EINVAL' }, { code: 'EBUSY' }] });
  expect((error as Error).message).toBe(
    'apply: address add 10.0.0.1/24 dev b0: EINVAL: no such thing; and not all could be undone: ' +
      'apply: link b0: delete: EBUSY: device or resource busy',
  );
  kernel.done();
  expect(kernel.sockets.filter(socket => !socket.closed)).toHaveLength(1);
});

test.each<[string, LinkInput, boolean]>([
  ['that nobody has touched is deleted', {}, true],
  ['that is up was made by somebody else', { flags: ['up'] }, false],
  ['of another kind was made by somebody else', { attrs: { ifname: 'b0', linkinfo: { kind: 'veth' } } }, false],
])('the answer to the making is lost; a link of the name %s', async (_what, changes, ours) => {
  nothingThere();
  kernel.expect({ type: RTM_NEWLINK }).overrun();
  kernel
    .expect({ type: RTM_GETLINK })
    .reply({ type: RTM_NEWLINK, body: { ...(bridge.body as LinkInput), ...changes } });
  if (ours) kernel.expect({ type: RTM_DELLINK, body: { index: 7 } });
  await expect(ip.apply(WANTED)).rejects.toMatchObject({ name: 'OverrunError' });
  kernel.done();
});

test('a kernel that takes a change and does nothing is found out', async () => {
  // What an MTU may take along is noted before, and looked for after.
  for (const type of [RTM_GETNEIGH, RTM_GETNEXTHOP, RTM_GETROUTE]) kernel.allow(type).dump([]);
  kernel.expect(RTM_GETLINK).dump([bridge]);
  kernel.allow(RTM_GETADDR).dump([]);
  kernel.expect({ type: RTM_NEWLINK, body: { index: 7, attrs: { mtu: 1400 } } });
  kernel
    .expect({ type: RTM_GETLINK, body: { index: 7 } })
    .reply(bridge)
    .times(2);
  kernel.expect({ type: RTM_GETLINK }).dump([bridge]).times(2); // any MTU to be set back, anything else amiss?
  await expect(ip.link.ensure({ name: 'b0', mtu: 1400 })).rejects.toMatchObject({
    name: 'ConflictError',
    message: 'link ensure b0: mtu is 0, not 1400: the kernel took the change and did not make it so',
  });
  kernel.done();
});

test('what is missing in the end is told, though the kernel refused nothing', async () => {
  for (const type of [RTM_GETNEIGH, RTM_GETNEXTHOP, RTM_GETROUTE]) kernel.allow(type).dump([]);
  kernel.allow(RTM_GETLINK).dump([bridge]);
  const attrs = { local: '10.0.0.1', address: '10.0.0.1' };
  const address: MessageInput = { type: RTM_NEWADDR, body: { family: 2, prefixlen: 24, index: 7, attrs } };
  kernel.expect(RTM_GETADDR).dump([address]).times(2); // for the plan, and what may be lost
  kernel.expect({ type: RTM_DELADDR, body: { index: 7 } });
  kernel.expect({ type: RTM_NEWROUTE }).error('ENETUNREACH');
  kernel.allow(RTM_GETADDR).dump([]);
  kernel.expect({ type: RTM_NEWADDR, body: { index: 7 } }); // and it is not there
  const attempt = ip.apply({
    links: [{ name: 'b0', addresses: [{ address: '10.0.0.1/24', state: 'absent' }] }],
    routes: [{ destination: '10.9.0.0/16', gateway: '10.8.0.1' }],
  });
  const second = { message: 'apply: address 10.0.0.1/24: is not there again as it was' };
  await expect(attempt).rejects.toMatchObject({ name: 'AggregateError', errors: [{ code: 'ENETUNREACH' }, second] });
  kernel.done();
});

test('so is a link that is not as it was', async () => {
  for (const type of [RTM_GETNEIGH, RTM_GETROUTE, RTM_GETADDR]) kernel.allow(type).dump([]);
  kernel.allow(RTM_GETNEXTHOP).error('EOPNOTSUPP'); // before Linux 5.3 there are none
  kernel.expect(RTM_GETLINK).dump([bridge]);
  kernel.expect({ type: RTM_NEWLINK, body: { index: 7 } });
  const down: MessageInput = { type: RTM_NEWLINK, body: { ...(bridge.body as LinkInput), flags: ['noarp'] } };
  kernel
    .expect({ type: RTM_GETLINK, body: { index: 7 } })
    .reply(bridge)
    .times(2);
  kernel.expect({ type: RTM_GETLINK }).dump([down]).times(2);
  await expect(ip.apply({ links: [{ name: 'b0', mtu: 1400 }] })).rejects.toMatchObject({
    name: 'AggregateError',
    errors: [{ name: 'ConflictError' }, { message: 'apply: link b0: arp true -> false' }],
  });
  kernel.done();
});

test('the answer to the making of a route is lost, and there is no such nexthop object: it was not made', async () => {
  nothingThere();
  kernel.expect(RTM_GETROUTE).dump([]).times(2);
  kernel.expect({ type: RTM_NEWROUTE, body: { attrs: { nhId: 7 } } }).overrun();
  kernel.expect({ type: RTM_DELROUTE }).error('EINVAL', { msg: 'Nexthop id does not exist' });
  const attempt = ip.apply({ routes: [{ destination: '10.9.0.0/16', nexthopId: 7 }] });
  await expect(attempt).rejects.toMatchObject({ name: 'OverrunError' });
  kernel.done();
});

test('a timeout is that of each request', async () => {
  nothingThere();
  kernel.expect({ type: RTM_NEWLINK }).silence();
  kernel.expect({ type: RTM_GETLINK }).error('ENODEV');
  await expect(ip.apply(WANTED, { timeout: 20 })).rejects.toMatchObject({ name: 'TimeoutError', timeout: 20 });
  kernel.done();
});

test('the options of the Ip hold for what it opens: the deadline', async () => {
  kernel.allow(RTM_GETLINK).silence();
  kernel.allow(RTM_GETADDR).silence();
  const quick = open({ transport: kernel.open(), timeout: 30 });
  await expect(quick.apply(WANTED)).rejects.toThrow('no answer within 30 ms');
  quick.close();
});
