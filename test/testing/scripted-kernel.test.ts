import { AbortError, Link, NetlinkError, open, Socket } from '../../src/index.js';
import {
  type LinkInput,
  NLM_F_CREATE,
  parseHex,
  RTM_DELLINK,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
} from '../../src/protocol/index.js';
import { Subscription } from '../../src/socket/subscription.js';
import { ScriptError, ScriptedKernel } from '../../src/testing/index.js';

const veth1: LinkInput = { index: 7, attrs: { ifname: 'veth1', mtu: 1500 } };
const kernel = (): ScriptedKernel => new ScriptedKernel();

describe('requests', () => {
  test('are matched by type, by flags and by a part of the body', async () => {
    const script = kernel();
    script.expect(RTM_GETLINK).reply({ type: RTM_NEWLINK, body: veth1 });
    script.expect({ type: RTM_NEWLINK, flags: NLM_F_CREATE, body: { attrs: { linkinfo: { kind: 'bridge' } } } }).ack();
    await using socket = new Socket(script.open());
    await expect(socket.get(RTM_GETLINK, { index: 7 })).resolves.toMatchObject({ attrs: { ifname: 'veth1' } });
    const body = { attrs: { ifname: 'br0', linkinfo: { kind: 'bridge' } } } as const;
    await socket.request(RTM_NEWLINK, body, { flags: NLM_F_CREATE });
    script.done();
    expect(script.requests.map(request => request.type)).toEqual([RTM_GETLINK, RTM_NEWLINK]);
  });

  /** `ip link set veth1 …` asks for the link first: iproute2 6.1, as strace shows it, with its own sequence number. */
  const ASKED = `
    0000: 34000000 12000100 e9e8056b 00000000  # RTM_GETLINK
    0010: 00000000 00000000 00000000 00000000
    0020: 08001d00 09000000 0a000300 76657468
    0030: 31000000`;

  test('are matched by golden bytes, whatever their sequence and port', async () => {
    const script = kernel();
    script.expect(ASKED).error('ENODEV');
    script.expect(parseHex(ASKED)).error('ENODEV');
    script.expect(ASKED);
    await using socket = new Socket(script.open());
    const ask = (ifname: string): Promise<unknown> =>
      socket.get(RTM_GETLINK, { attrs: { extMask: ['vf', 'skipStats'], ifname } });
    await expect(ask('veth1')).rejects.toThrow(NetlinkError);
    await expect(ask('veth1')).rejects.toThrow(NetlinkError);
    await expect(ask('veth2')).rejects.toThrow(/expected .*IFLA_IFNAME "veth1".*\n.*got .*IFLA_IFNAME "veth2"/);
  });

  test('are matched by a function', async () => {
    const script = kernel();
    script.expect(message => message.type === RTM_DELLINK).ack();
    await using socket = new Socket(script.open());
    await socket.request(RTM_DELLINK, { index: 7 });
    script.done();
  });

  test('that are not in the script are refused with what was expected and what came', async () => {
    const script = kernel();
    script.expect({ type: RTM_GETLINK, body: { attrs: { ifname: 'veth1' } } }).error('ENODEV');
    await using ip = open({ transport: script.open() });
    const refused = ip.link.get('veth2');
    await expect(refused).rejects.toThrow(ScriptError);
    const message = await refused.catch((error: Error) => error.message);
    expect(message).toContain("request 1 of the script is RTM_GETLINK { attrs: { ifname: 'veth1' } }");
    expect(message).toContain("body.attrs.ifname: expected 'veth1', got 'veth2'");
    expect(message).toContain('IFLA_IFNAME "veth2"');
    expect(() => script.done()).toThrow("expected 'veth1', got 'veth2'");
    expect(() => script.done()).toThrow(/were expected and did not come:\n1\. RTM_GETLINK/);
  });

  test.each([
    ['another type', { type: RTM_DELLINK }, 'type: expected RTM_DELLINK, got RTM_NEWLINK'],
    [
      'a flag that is not set',
      { type: RTM_NEWLINK, flags: NLM_F_CREATE },
      'flags: expected NLM_F_CREATE too, got NLM_',
    ],
    [
      'something that is not there',
      { type: RTM_NEWLINK, body: { attrs: { mtu: 5 } } },
      'attrs.mtu: expected 5, got undef',
    ],
    [
      'something that must not be there',
      { type: RTM_NEWLINK, body: { index: undefined } },
      'expected undefined, got 7',
    ],
    ['another list', { type: RTM_NEWLINK, body: { flags: ['up'] } }, "body.flags: expected [ 'up' ], got []"],
  ] as const)('differ by %s', async (_what, pattern, reason) => {
    const script = kernel();
    script.expect(pattern as never).ack();
    await using socket = new Socket(script.open());
    await expect(socket.request(RTM_NEWLINK, { index: 7 })).rejects.toThrow(reason);
  });

  test('may be allowed any number of times, and expected several times', async () => {
    const script = kernel();
    script.allow(RTM_GETLINK).reply({ type: RTM_NEWLINK, body: veth1 });
    const twice = script.expect(RTM_NEWADDR).times(2);
    await using ip = open({ transport: script.open() });
    await ip.address.add('veth1', '10.0.0.1/24');
    expect(() => script.done()).toThrow('1. RTM_NEWADDR');
    await ip.address.add('veth1', '10.0.0.2/24');
    script.done();
    expect(twice.met).toBe(2);
    await expect(ip.address.add('veth1', '10.0.0.3/24')).rejects.toThrow('nothing more is expected');
  });
});

describe('answers', () => {
  test('errors point at attributes', async () => {
    const script = kernel();
    script.expect(RTM_NEWLINK).error('ERANGE', { msg: 'too long', at: 'linkinfo.kind', policy: { maxLength: 15 } });
    await using socket = new Socket(script.open());
    const refused = socket.request(RTM_NEWLINK, { attrs: { ifname: 'x', linkinfo: { kind: 'bridge' } } });
    await expect(refused).rejects.toMatchObject({
      code: 'ERANGE',
      errno: 34,
      kernelMessage: 'too long',
      extack: { offs: 16 + 16 + 8 + 4, policy: { maxLength: 15 } },
    });
  });

  test('an attribute that the request does not have cannot be pointed at', async () => {
    const script = kernel();
    script.expect(RTM_NEWLINK).error('EINVAL', { at: 'mtu' });
    await using socket = new Socket(script.open());
    await expect(socket.request(RTM_NEWLINK, {})).rejects.toThrow('no attribute mtu');
  });

  test('a request without an answer is acknowledged if it wants to be; a question is not left to its deadline', async () => {
    const script = kernel();
    script.expect(RTM_NEWLINK);
    script.expect(RTM_GETADDR);
    script.expect(RTM_GETLINK);
    await using socket = new Socket(script.open());
    await socket.request(RTM_NEWLINK, {});
    expect(await socket.dump(RTM_GETADDR, {})).toEqual([]);
    await expect(socket.get(RTM_GETLINK, {})).rejects.toThrow('say silence()');
  });

  test('an acknowledgement carries a warning', async () => {
    const script = kernel();
    script.expect(RTM_NEWLINK).ack({ msg: 'deprecated' });
    await using socket = new Socket(script.open());
    expect((await socket.request(RTM_NEWLINK, {})).extack.msg).toBe('deprecated');
  });

  test('replyWith sees the request', async () => {
    const script = kernel();
    script.allow(RTM_GETLINK).replyWith(({ message }) => [{ type: RTM_NEWLINK, body: message.body as LinkInput }]);
    await using socket = new Socket(script.open());
    expect(await socket.get(RTM_GETLINK, { index: 5 })).toMatchObject({ index: 5 });
  });

  test('a dump comes in datagrams of any size', async () => {
    for (const perDatagram of [undefined, 1, 2, 3, 100]) {
      const script = kernel();
      const messages = [1, 2, 3, 4, 5].map(index => ({ type: RTM_NEWLINK, body: { index } }) as const);
      script.expect(RTM_GETLINK).dump(messages, { perDatagram });
      const transport = script.open();
      await using socket = new Socket(transport);
      let datagrams = 0;
      const receive = transport.receive.bind(transport);
      transport.receive = () => {
        const received = receive();
        if (received !== undefined) datagrams++;
        return received;
      };
      expect((await socket.dump(RTM_GETLINK, {})).map(link => link.index)).toEqual([1, 2, 3, 4, 5]);
      expect(datagrams).toBe(Math.ceil(6 / (perDatagram ?? 3)));
    }
  });

  test('silence lasts until somebody gives up', async () => {
    const script = kernel();
    script.expect(RTM_GETLINK).silence();
    await using socket = new Socket(script.open());
    const giveUp = new AbortController();
    const waiting = socket.get(RTM_GETLINK, {}, { signal: giveUp.signal });
    setImmediate(() => giveUp.abort());
    await expect(waiting).rejects.toThrow(AbortError);
  });

  test('later: in another turn, or when a promise says so', async () => {
    const script = kernel();
    let letGo: (() => void) | undefined;
    const gate = new Promise<void>(resolve => {
      letGo = resolve;
    });
    script
      .expect(RTM_GETLINK)
      .later()
      .reply({ type: RTM_NEWLINK, body: { index: 1 } });
    script
      .expect(RTM_GETLINK)
      .later(() => gate)
      .reply({ type: RTM_NEWLINK, body: { index: 2 } });
    await using socket = new Socket(script.open());
    await expect(socket.get(RTM_GETLINK, {})).resolves.toMatchObject({ index: 1 });
    let done = false;
    const second = socket.get(RTM_GETLINK, {}).finally(() => {
      done = true;
    });
    await new Promise(setImmediate);
    expect(done).toBe(false);
    letGo!();
    await expect(second).resolves.toMatchObject({ index: 2 });
  });

  test('what goes wrong later is reported by done', async () => {
    const script = kernel();
    script.expect(RTM_NEWLINK).later().error('EINVAL', { at: 'mtu' });
    await using socket = new Socket(script.open());
    await expect(socket.request(RTM_NEWLINK, {}, { timeout: 20 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(() => script.done()).toThrow('no attribute mtu');
  });

  test('released datagrams are overwritten: what is kept must not have been', async () => {
    const script = kernel();
    script.expect(RTM_GETLINK).reply({ type: RTM_NEWLINK, body: veth1 });
    script.expect(RTM_NEWLINK).ack();
    const transport = script.open();
    const release = jest.spyOn(transport, 'release');
    await using ip = open({ transport });
    const link = await ip.link.get('veth1');
    // A link that comes alone is read from a copy, so that the next datagram can take its room.
    expect(release).toHaveBeenCalledTimes(1);
    await ip.link.set(7, { mtu: 1400 });
    expect(link).toBeInstanceOf(Link);
    expect(link.message.attrs).toMatchObject({ ifname: 'veth1', mtu: 1500 });
  });
});

test('events reach the sockets that joined their group', async () => {
  const script = kernel();
  const [links, addresses] = [1, 5].map(group => new Subscription(script.open(), [group]));
  script.notify(1, { type: RTM_NEWLINK, body: veth1 }, { nsid: 3 });
  script.overrun(1);
  script.notify(5, [
    { type: RTM_NEWADDR, body: { index: 7 } },
    { type: RTM_NEWADDR, body: { index: 8 } },
  ]);
  const event = { kind: 'message', nsid: 3, message: { type: RTM_NEWLINK, sequence: 0, port: 0, body: { index: 7 } } };
  expect((await links!.next()).value).toMatchObject(event);
  expect((await links!.next()).value).toEqual({ kind: 'overrun' });
  expect((await addresses!.next()).value).toMatchObject({ message: { body: { index: 7 } }, nsid: undefined });
  expect((await addresses!.next()).value).toMatchObject({ message: { body: { index: 8 } } });
  links!.close();
  addresses!.close();
  expect(script.sockets.every(socket => socket.closed)).toBe(true);
});

test('a wrong argument of the script is refused where it stands', () => {
  const script = kernel();
  expect(() => script.expect(RTM_NEWLINK).error('ENOPE' as 'EPERM')).toThrow("name of an error like 'EEXIST'");
  expect(() => script.expect(RTM_NEWLINK).error(0)).toThrow(TypeError);
  expect(() => script.expect(RTM_NEWLINK).times(0)).toThrow(RangeError);
  expect(() => script.expect(RTM_NEWLINK).truncate(4)).toThrow('say first what');
});
