import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from '../../src/index.js';
import { RTM_GETLINK, RTM_NEWLINK } from '../../src/protocol/index.js';
import { Socket } from '../../src/socket/socket.js';
import { Subscription } from '../../src/socket/subscription.js';
import { parseExchange, Recording, replay, ScriptError, ScriptedKernel } from '../../src/testing/index.js';

/** Recorded by record.mjs on the kernel that its first line names. */
const text = readFileSync(join(__dirname, 'veth.exchange'), 'utf8');

test('a recorded exchange is replayed: the program cannot tell', async () => {
  const kernel = replay(text);
  await using ip = open({ transport: kernel.open() });
  const events = new Subscription(kernel.open(), [1]);
  const link = await ip.link.add({ name: 'veth1', kind: 'veth', mtu: 1400, peer: { name: 'veth2' } });
  expect(link).toMatchObject({ name: 'veth1', kind: 'veth', mtu: 1400, up: false });
  await ip.address.add('veth1', '172.20.1.1/24');
  await expect(ip.link.add({ name: 'veth1', kind: 'veth' })).rejects.toMatchObject({ code: 'EEXIST' });
  const first = await events.next();
  expect(first.value).toMatchObject({
    kind: 'message',
    message: { type: RTM_NEWLINK, body: { attrs: { ifname: 'veth2' } } },
  });
  expect(await ip.address.list({ link: 'veth1' })).toMatchObject([{ cidr: '172.20.1.1/24', index: link.index }]);
  const [one, two] = await Promise.all([ip.link.get('veth1'), ip.link.get('veth2')]);
  expect([one.linkIndex, two.linkIndex]).toEqual([two.index, one.index]);
  events.close();
  kernel.done();
});

test('another request than the recorded one is refused', async () => {
  const kernel = replay(text);
  await using ip = open({ transport: kernel.open() });
  await expect(ip.link.add({ name: 'veth1', kind: 'veth', mtu: 1300, peer: { name: 'veth2' } })).rejects.toThrow(
    /expected .*IFLA_MTU 1400\s+got .*IFLA_MTU 1300/,
  );
  expect(() => kernel.done()).toThrow(ScriptError);
});

test('what is recorded is read back as it was, failures, truncation, other senders and namespaces included', async () => {
  const script = new ScriptedKernel();
  const link = { type: RTM_NEWLINK, body: { index: 3 } } as const;
  script.expect(RTM_GETLINK).forge(77, link).overrun();
  script.expect(RTM_GETLINK).reply(link).truncate(20);
  script.expect(RTM_GETLINK).later().reply(link);
  const recording = new Recording();
  await using socket = new Socket(recording.of(script.open()));
  const events = new Subscription(recording.of(script.open()), [40]);
  script.notify(40, { type: RTM_NEWLINK, body: { index: 4 } }, { nsid: 9 });
  await events.next();
  await expect(socket.get(RTM_GETLINK, {})).rejects.toMatchObject({ code: 'ENOBUFS' });
  await socket.get(RTM_GETLINK, {});
  events.close();
  const back = parseExchange(recording.toString('what a comment\nsays is not read'));
  expect(back).toEqual(recording.exchange);
  expect(back.map(each => each.what)).toEqual([
    'open',
    'open',
    'join',
    'receive',
    'send',
    'receive',
    'fail',
    'send',
    'receive',
    'send',
    'receive',
  ]);
  expect(back[3]).toMatchObject({ socket: 2, nsid: 9 });
  expect(back[5]).toMatchObject({ sender: 77 });
  expect(back[8]).toMatchObject({ length: 32, bytes: { length: 20 } });

  const again = replay(recording.toString());
  await using other = new Socket(again.open());
  const sameEvents = new Subscription(again.open(), [40]);
  expect((await sameEvents.next()).value).toMatchObject({ nsid: 9, message: { body: { index: 4 } } });
  await expect(other.get(RTM_GETLINK, {})).rejects.toMatchObject({ code: 'ENOBUFS' });
  expect(await other.get(RTM_GETLINK, {})).toMatchObject({ index: 3 });
  sameEvents.close();
  again.done();
});

test.each([
  ['nonsense', 'line 1 of the exchange: expected what happened'],
  ['send socket x', 'expected a number behind "socket"'],
  ['open socket 1', 'expected a number behind "port"'],
  ['fail socket 1 errno ENOPE', 'expected the name of an error, got ENOPE'],
])('%s is no exchange', (given, reason) => {
  expect(() => replay(given)).toThrow(reason);
});
