import { open, type VethEndSettings } from '../../src/index.js';
import {
  type MessageInput,
  RTM_DELLINK,
  RTM_GETLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
  typeName,
} from '../../src/protocol/index.js';
import { type Expectation, ScriptedKernel } from '../../src/testing/index.js';

const A: VethEndSettings = { name: 'veth1', addresses: ['172.20.1.1/24', '172.20.2.1/24'], up: true, mtu: 1400 };
const B: VethEndSettings = { name: 'veth2', alias: 'b', addresses: ['172.20.1.2/24'], master: 9, up: true };

const link = (name: string, index: number, peer: number): MessageInput => ({
  type: RTM_NEWLINK,
  body: { index, attrs: { ifname: name, link: peer, linkinfo: { kind: 'veth' } } },
});
const one = link('veth1', 41, 42);
const two = link('veth2', 42, 41);

/** What the kernel is sent for a pair, in order. */
const STEPS: [string, (kernel: ScriptedKernel) => Expectation][] = [
  ['make', kernel => kernel.expect({ type: RTM_NEWLINK, body: { attrs: { ifname: 'veth1', mtu: 1400 } } }).reply(one)],
  ['address 1', kernel => kernel.expect({ type: RTM_NEWADDR, body: { index: 41, attrs: { local: '172.20.1.1' } } })],
  ['address 2', kernel => kernel.expect({ type: RTM_NEWADDR, body: { index: 41, attrs: { local: '172.20.2.1' } } })],
  ['up', kernel => kernel.expect({ type: RTM_NEWLINK, body: { index: 41, flags: ['up'] } })],
  ['address 3', kernel => kernel.expect({ type: RTM_NEWADDR, body: { index: 42, attrs: { local: '172.20.1.2' } } })],
  ['settings', kernel => kernel.expect({ type: RTM_NEWLINK, body: { index: 42, attrs: { ifalias: 'b', master: 9 } } })],
  ['get 1', kernel => kernel.expect({ type: RTM_GETLINK, body: { index: 41 } }).reply(one)],
  ['get 2', kernel => kernel.expect({ type: RTM_GETLINK, body: { index: 42 } }).reply(two)],
];
/** Requests that leave together: when one is refused the others have been sent all the same. */
const TOGETHER = [[0], [1, 2, 3, 4, 5], [6, 7]];

/** A kernel that refuses step `refused`, or loses its answer. */
function kernelThat(refused: number, how: (expectation: Expectation) => Expectation): ScriptedKernel {
  const kernel = new ScriptedKernel();
  const last = TOGETHER.find(group => group.includes(refused))!.at(-1)!;
  for (const [i, [, expect]] of STEPS.slice(0, last + 1).entries()) {
    if (i !== refused) expect(kernel);
    else
      how(
        kernel.expect({
          type: [
            RTM_NEWLINK,
            RTM_NEWADDR,
            RTM_NEWADDR,
            RTM_NEWLINK,
            RTM_NEWADDR,
            RTM_NEWLINK,
            RTM_GETLINK,
            RTM_GETLINK,
          ][i]!,
        }),
      );
  }
  return kernel;
}

test('one request makes the pair, one datagram completes it, and the links come back', async () => {
  const kernel = new ScriptedKernel();
  for (const [, expect] of STEPS) expect(kernel);
  await using ip = open({ transport: kernel.open() });
  const [a, b] = await ip.veth.create(A, B);
  kernel.done();
  expect([a.link.index, b.link.index, b.link.linkIndex]).toEqual([41, 42, 41]);
  // Attributes that the kernel ignores when a link is made are sent afterwards only.
  const [made] = kernel.requests;
  expect(made!.body).toMatchObject({
    attrs: { linkinfo: { kind: 'veth', data: { peer: { attrs: { ifname: 'veth2' } } } } },
  });
  expect(JSON.stringify(made!.body)).not.toMatch(/alias|master|"up"/);
  expect(kernel.sockets.filter(socket => !socket.closed)).toHaveLength(1);
});

test.each(STEPS.map(([what], i) => [what, i] as const))('refused at "%s": nothing is left', async (_what, step) => {
  const kernel = kernelThat(step, expectation => expectation.error('EINVAL'));
  if (step > 0) kernel.expect({ type: RTM_DELLINK, body: { index: 41 } });
  await using ip = open({ transport: kernel.open() });
  await expect(ip.veth.create(A, B)).rejects.toMatchObject({
    code: 'EINVAL',
    operation: expect.stringMatching(/^veth create veth1 veth2/),
  });
  kernel.done();
  expect(kernel.sockets.filter(socket => !socket.closed)).toHaveLength(1);
});

test('the answer to the first request is lost, the pair was made: it is found and removed', async () => {
  const kernel = new ScriptedKernel();
  kernel.expect({ type: RTM_NEWLINK }).overrun();
  kernel.expect({ type: RTM_GETLINK, body: { attrs: { ifname: 'veth1' } } }).reply(one);
  kernel.expect({ type: RTM_GETLINK, body: { index: 42 } }).reply(two);
  kernel.expect({ type: RTM_DELLINK, body: { index: 41 } });
  await using ip = open({ transport: kernel.open() });
  await expect(ip.veth.create(A, B)).rejects.toMatchObject({ name: 'OverrunError' });
  kernel.done();
});

const others: [string, MessageInput][] = [
  [
    'that is up',
    {
      type: RTM_NEWLINK,
      body: { index: 41, flags: ['up'], attrs: { ifname: 'veth1', link: 42, linkinfo: { kind: 'veth' } } },
    },
  ],
  [
    'of another kind',
    { type: RTM_NEWLINK, body: { index: 41, attrs: { ifname: 'veth1', linkinfo: { kind: 'dummy' } } } },
  ],
];
test.each(others)('a link of that name %s is not ours to remove', async (_what, other) => {
  const kernel = new ScriptedKernel();
  kernel.expect({ type: RTM_NEWLINK }).overrun();
  kernel.expect({ type: RTM_GETLINK, body: { attrs: { ifname: 'veth1' } } }).reply(other);
  await using ip = open({ transport: kernel.open() });
  await expect(ip.veth.create(A, B)).rejects.toMatchObject({ name: 'OverrunError' });
  kernel.done();
  expect(kernel.requests.map(({ type }) => typeName(type))).not.toContain('RTM_DELLINK');
});

test('the pair is removed by its other end where the first is gone', async () => {
  const kernel = kernelThat(1, expectation => expectation.error('EINVAL'));
  kernel.expect({ type: RTM_DELLINK, body: { index: 41 } }).error('ENODEV');
  kernel.expect({ type: RTM_DELLINK, body: { index: 42 } });
  await using ip = open({ transport: kernel.open() });
  await expect(ip.veth.create(A, B)).rejects.toMatchObject({ code: 'EINVAL' });
  kernel.done();
});

test('the pair is removed by its other end where the first cannot be, and by another socket where one fails', async () => {
  const kernel = kernelThat(1, expectation => expectation.error('EINVAL'));
  kernel.expect({ type: RTM_DELLINK, body: { index: 41 } }).error('EPERM');
  kernel.expect({ type: RTM_DELLINK, body: { index: 42 } }).overrun();
  kernel.expect({ type: RTM_DELLINK, body: { index: 42 } });
  await using ip = open({ transport: kernel.open() });
  await expect(ip.veth.create(A, B)).rejects.toMatchObject({ name: 'NetlinkError', code: 'EINVAL' });
  kernel.done();
  expect(kernel.sockets.filter(socket => !socket.closed)).toHaveLength(1);
});

test('a pair that cannot be removed is told', async () => {
  const kernel = kernelThat(1, expectation => expectation.error('EINVAL'));
  kernel.expect({ type: RTM_DELLINK, body: { index: 41 } }).error('EPERM');
  kernel.expect({ type: RTM_DELLINK, body: { index: 42 } }).error('EBUSY');
  await using ip = open({ transport: kernel.open() });
  const error = await ip.veth.create(A, B).catch((each: unknown) => each);
  expect(error).toMatchObject({ name: 'AggregateError', errors: [{ code: 'EINVAL' }, { code: 'EPERM' }] });
  expect(String(error)).toContain('the pair could not be removed again');
});

test('the options of the Ip hold for what it opens: deadline and warnings', async () => {
  const kernel = new ScriptedKernel();
  kernel.allow(RTM_GETLINK).silence();
  kernel.expect(RTM_NEWLINK).silence();
  const quick = open({ transport: kernel.open(), timeout: 30 });
  await expect(quick.veth.create({ name: 'a' }, { name: 'b' })).rejects.toThrow('no answer within 30 ms');
  quick.close();

  const warnings: string[] = [];
  const own = new ScriptedKernel();
  own.expect(RTM_NEWLINK).ack({ msg: 'take care' });
  own.allow(RTM_GETLINK).reply({ type: RTM_NEWLINK, body: { index: 7, attrs: { ifname: 'a', link: 8 } } });
  await using warned = open({ transport: own.open(), onWarning: ({ message }) => void warnings.push(message) });
  await warned.veth.create({ name: 'a' }, { name: 'b' });
  expect(warnings).toEqual(['take care']);
});
