import { type Ip, open } from '../../src/index.js';
import { type MessageInput, RTM_GETLINK, RTM_NEWLINK } from '../../src/protocol/index.js';
import { ScriptedKernel } from '../../src/testing/index.js';

const link = (index: number, peer: number, linkNetnsid?: number): MessageInput => ({
  type: RTM_NEWLINK,
  body: { index, attrs: { ifname: `v${index}`, link: peer, linkNetnsid, linkinfo: { kind: 'veth' } } },
});

/** A kernel that is asked for the links with these indices, in this order, and gives these answers. */
function scripted(...script: [asked: number, answer: MessageInput | 'ENODEV' | 'EPERM' | 'EINVAL'][]): {
  ip: Ip;
  kernel: ScriptedKernel;
} {
  const kernel = new ScriptedKernel();
  for (const [index, answer] of script) {
    const expected = kernel.expect({ type: RTM_GETLINK, body: { index } });
    if (typeof answer === 'string') expected.error(answer);
    else expected.reply(answer);
  }
  return { ip: open({ transport: kernel.open() }), kernel };
}

test('a peer that is gone when it is looked at is asked about again', async () => {
  const { ip, kernel } = scripted([1, link(1, 2)], [2, 'ENODEV'], [1, link(1, 3)], [3, link(3, 1)]);
  expect(await ip.link.peer(1)).toMatchObject({ index: 3, link: { name: 'v3' } });
  kernel.done();
});

test('another link that has taken the index of the peer is not mistaken for it', async () => {
  const { ip, kernel } = scripted([1, link(1, 2)], [2, link(2, 7)], [1, link(1, 3)], [3, link(3, 1)]);
  expect(await ip.link.peer(1)).toMatchObject({ index: 3, link: { name: 'v3' } });
  kernel.done();
});

test('an id that means nothing any more, and a namespace that is going', async () => {
  const { ip, kernel } = scripted([1, link(1, 2, 5)], [2, 'EINVAL'], [1, link(1, 2, -1)]);
  expect(await ip.link.peer(1)).toBeUndefined();
  kernel.done();
});

test('the own end goes meanwhile', async () => {
  const { ip, kernel } = scripted([1, link(1, 2)], [2, 'ENODEV'], [1, 'ENODEV']);
  await expect(ip.link.peer(1)).rejects.toMatchObject({ code: 'ENODEV', operation: 'link peer #1' });
  kernel.done();
});

test('other refusals are told, and it does not go on for ever', async () => {
  const refused = scripted([1, link(1, 2)], [2, 'EPERM']);
  await expect(refused.ip.link.peer(1)).rejects.toMatchObject({ code: 'EPERM' });
  const endless = Array.from({ length: 10 }, () => [
    [1, link(1, 2)],
    [2, 'ENODEV'],
  ]).flat() as Parameters<typeof scripted>;
  const { ip, kernel } = scripted(...endless);
  await expect(ip.link.peer(1)).rejects.toThrow('link peer #1: the ends moved while they were looked at, 10 times');
  kernel.done();
});
