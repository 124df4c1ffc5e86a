import { NetlinkError, open, Socket } from '../../src/index.js';
import { attributeAt, type LinkInput, RTM_GETLINK, RTM_NEWLINK } from '../../src/protocol/index.js';
import { policyWords } from '../../src/socket/policy-words.js';
import { type ScriptedExtack, ScriptedKernel } from '../../src/testing/index.js';

const veth: LinkInput = {
  attrs: { ifname: 'veth1', linkinfo: { kind: 'veth', data: { peer: { attrs: { ifname: 'veth2', mtu: 70000 } } } } },
};

/** What comes of a request that is refused with this extended acknowledgement. */
async function refusal(extack: ScriptedExtack, error: 'EINVAL' | 'ERANGE' = 'EINVAL'): Promise<NetlinkError> {
  const kernel = new ScriptedKernel();
  kernel.expect(RTM_NEWLINK).error(error, extack);
  await using socket = new Socket(kernel.open());
  const outcome = await socket.request(RTM_NEWLINK, veth, { operation: 'link add veth1' }).catch(error => error);
  expect(outcome).toBeInstanceOf(NetlinkError);
  return outcome as NetlinkError;
}

test('the offset becomes the path of the attribute in the request', async () => {
  const msg = 'mtu greater than device maximum';
  expect(await refusal({ msg, at: 'linkinfo.data.peer.attrs.mtu' })).toMatchObject({
    attribute: 'linkinfo.data.peer.attrs.mtu',
    message: `link add veth1: EINVAL: ${msg} (linkinfo.data.peer.attrs.mtu)`,
  });
  expect(await refusal({ at: 'ifname' })).toMatchObject({
    attribute: 'ifname',
    message: 'link add veth1: EINVAL: invalid argument (ifname)',
  });
});

test('the policy becomes words', async () => {
  const msg = 'Attribute failed policy validation';
  const error = await refusal({ msg, at: 'ifname', policy: { type: 'string', maxLength: 15 } }, 'ERANGE');
  expect(error).toMatchObject({
    policy: 'at most 15 bytes',
    message: `link add veth1: ERANGE: ${msg} (ifname: at most 15 bytes)`,
  });
});

test('a missing attribute gets its name, in its set', async () => {
  expect(await refusal({ missType: 4 })).toMatchObject({
    missing: 'mtu',
    message: 'link add veth1: EINVAL: invalid argument (missing: mtu)',
  });
  // The set in which VETH_INFO_PEER lies, and the peer's own.
  const request = { attrs: veth.attrs! };
  expect(Object.keys(request.attrs)).toEqual(['ifname', 'linkinfo']);
  const inPeer = await refusal({ missType: 3, missNest: 16 + 16 + 12 + 4 + 12 + 4 });
  expect(inPeer.missing).toBe('linkinfo.data.peer.attrs.ifname');
  expect((await refusal({ missType: 999 })).missing).toBe('#999');
  expect((await refusal({ missType: 999, missNest: 16 + 16 + 12 })).missing).toBe('linkinfo.#999');
});

test('an offset that no attribute lies at says nothing', async () => {
  for (const offs of [0, 4, 20, 4000, 0xffffffff]) expect((await refusal({ offs })).attribute).toBeUndefined();
  expect(attributeAt(new Uint8Array(16), 8)).toBeUndefined();
});

test('a request that was changed meanwhile and cannot be encoded any more is still refused as it was', async () => {
  const kernel = new ScriptedKernel();
  kernel.expect(RTM_NEWLINK).later().error('EINVAL', { msg: 'no', at: 'mtu' });
  await using socket = new Socket(kernel.open());
  const body: { attrs: { mtu: unknown } } = { attrs: { mtu: 5 } };
  const refused = socket.request(RTM_NEWLINK, body as LinkInput);
  await Promise.resolve();
  body.attrs.mtu = 'changed';
  await expect(refused).rejects.toMatchObject({ code: 'EINVAL', kernelMessage: 'no', attribute: undefined });
});

test('the errno and the extended acknowledgement of NLMSG_DONE are the error of a dump', async () => {
  const kernel = new ScriptedKernel();
  const link = { type: RTM_NEWLINK, body: { index: 1 } } as const;
  kernel.expect(RTM_GETLINK).dump([link], { error: 'EINVAL', extack: { msg: 'Invalid index', at: 'master' } });
  await using socket = new Socket(kernel.open());
  await expect(socket.dump(RTM_GETLINK, { attrs: { master: 9 } })).rejects.toMatchObject({
    code: 'EINVAL',
    kernelMessage: 'Invalid index',
    attribute: 'master',
  });
});

test('the stack shows who asked, not where the answer came in', async () => {
  const kernel = new ScriptedKernel();
  kernel.expect(RTM_GETLINK).later().error('ENODEV');
  await using ip = open({ transport: kernel.open() });
  const error = await askForLink().catch((error: Error) => error);
  async function askForLink(): Promise<unknown> {
    return await ip.link.get('nope');
  }
  expect((error as Error).stack).toContain('askForLink');
  expect((error as Error).message).toBe(
    'link get nope: ENODEV: there is no link "nope" in the namespace of its transport',
  );
});

test.each([
  [{ type: 'string', maxLength: 15 }, 'at most 15 bytes'],
  [{ type: 'binary', minLength: 6, maxLength: 6 }, 'exactly 6 bytes'],
  [{ type: 'binary', minLength: 4 }, 'at least 4 bytes'],
  [{ type: 'binary', minLength: 4, maxLength: 32 }, '4 to 32 bytes'],
  [{ type: 'u32', minValueU: 68n, maxValueU: 65535n }, '68 to 65535'],
  [{ type: 's32', minValueS: -5n, maxValueS: 0n }, '-5 to 0'],
  [{ type: 'u64', minValueU: 0n, maxValueU: 0xffffffffffffffffn }, '0 to 18446744073709551615'],
  [{ type: 'u8', mask: 6n }, 'only bits of 0x6'],
  [{ type: 'bitfield32', bitfield32Mask: 0x30 }, 'only bits of 0x30'],
  [{ type: 'flag' }, 'no payload'],
  [{ type: 'nested' }, 'attributes'],
  [{ type: 'binary' }, 'bytes'],
  [{ type: 77 }, undefined],
  [{}, undefined],
] as const)('a policy in words: %p', (policy, words) => {
  expect(policyWords(policy)).toBe(words);
});
