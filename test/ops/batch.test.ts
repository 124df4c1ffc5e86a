import { type Ip, type Link, open } from '../../src/index.js';
import { RTM_GETLINK, RTM_NEWADDR, RTM_NEWLINK } from '../../src/protocol/index.js';
import { ScriptedKernel, type ScriptedTransport } from '../../src/testing/index.js';

let kernel: ScriptedKernel;
let transport: ScriptedTransport;
let ip: Ip;
beforeEach(() => {
  kernel = new ScriptedKernel();
  transport = kernel.open();
  ip = open({ transport });
});
afterEach(() => {
  ip.close();
  kernel.done();
});

test('what a batch starts leaves in one datagram, however long each prepares, and settles one by one', async () => {
  const send = jest.spyOn(transport, 'send');
  kernel.allow({ type: RTM_NEWLINK, body: { index: 2, attrs: { mtu: 1400 } } }).ack();
  kernel.allow({ type: RTM_NEWLINK, body: { index: 3, attrs: { mtu: 9 } } }).error('EINVAL', { msg: 'too small' });
  kernel.allow({ type: RTM_NEWADDR, body: { index: 2 } }).ack();
  const outcomes = await ip.batch(ip => [
    ip.link.set(2, { mtu: 1400 }),
    ip.link.set(3, { mtu: 9 }),
    ip.link.set(4, { mtu: -1 }),
    ip.address.add(2, '10.0.0.1/24'),
  ]);
  expect(outcomes).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { code: 'EINVAL', operation: 'link set #3', kernelMessage: 'too small' } },
    { status: 'rejected', reason: { name: 'RangeError' } },
    { status: 'fulfilled' },
  ]);
  expect(send).toHaveBeenCalledTimes(1);
});

test('names are looked up in one datagram too', async () => {
  const send = jest.spyOn(transport, 'send');
  kernel
    .expect(RTM_GETLINK)
    .times(8)
    .reply({ type: RTM_NEWLINK, body: { index: 7 } });
  kernel.expect({ type: RTM_NEWLINK, body: { index: 7 } }).times(8);
  // So few fit one pack however slow the first one was: see Packer.learn.
  const names = Array.from({ length: 8 }, (_, i) => `veth${i}`);
  const outcomes = await ip.batch(() => names.map(name => ip.link.set(name, { up: true })));
  expect(outcomes.every(each => each.status === 'fulfilled')).toBe(true);
  expect(send).toHaveBeenCalledTimes(2);
});

test('the outcomes have the types of the operations', async () => {
  kernel.expect(RTM_GETLINK).reply({ type: RTM_NEWLINK, body: { index: 7 } });
  kernel.expect(RTM_NEWLINK).ack();
  const [one, two] = await ip.batch(ip => [ip.link.get(7), ip.link.set(7, { up: true })]);
  const link: Link | undefined = one.status === 'fulfilled' ? one.value : undefined;
  expect([link?.index, two.status]).toEqual([7, 'fulfilled']);
});

test('an empty batch is one', async () => {
  expect(await ip.batch(() => [])).toEqual([]);
});

test('a function that returns no list is refused, and what it has started goes on', async () => {
  kernel.expect(RTM_GETLINK).error('ENODEV');
  let started: Promise<Link> | undefined;
  const one = (): unknown => {
    started = ip.link.get(7);
    return started;
  };
  for (const wrong of [() => undefined, async () => [], one]) {
    await expect(ip.batch(wrong as () => [])).rejects.toThrow(/^batch: expected a function that returns a list/);
  }
  await expect(started).rejects.toMatchObject({ code: 'ENODEV' });
});
