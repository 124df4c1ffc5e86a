import { RTM_DELLINK, RTM_GETLINK, RTM_NEWLINK } from '../../src/protocol/index.js';
import { ip, kernel } from '../support/scripted.js';

const VXLAN = { name: 'vx0', kind: 'vxlan', data: { id: 5 } } as const;
const named = { attrs: { ifname: 'vx0' } };

/** A kernel that makes a link, does not tell which, and then refuses to. */
function silentlyMade(): void {
  kernel.expect({ type: RTM_NEWLINK, body: named });
  kernel.expect({ type: RTM_GETLINK, body: named }).error('ENOMEM');
}

test('a link that was made and cannot be found again is removed', async () => {
  silentlyMade();
  kernel.expect({ type: RTM_DELLINK, body: named });
  await expect(ip.link.add(VXLAN)).rejects.toMatchObject({ code: 'ENOMEM' });
  kernel.done();
});

test('nothing more is told if it is gone by then', async () => {
  silentlyMade();
  kernel.expect({ type: RTM_DELLINK, body: named }).error('ENODEV');
  await expect(ip.link.add(VXLAN)).rejects.toMatchObject({ name: 'NetlinkError', code: 'ENOMEM' });
  kernel.done();
});

test('that it could not be removed is told', async () => {
  silentlyMade();
  kernel.expect({ type: RTM_DELLINK, body: named }).error('EBUSY');
  const errors = [{ code: 'ENOMEM' }, { code: 'EBUSY' }];
  await expect(ip.link.add(VXLAN)).rejects.toMatchObject({ name: 'AggregateError', errors });
  kernel.done();
});
