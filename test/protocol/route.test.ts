import {
  decodeMessages,
  encodeMessage,
  type Message,
  type Route,
  RTM_NEWLINK,
  RTM_NEWROUTE,
} from '../../src/protocol/index.js';

const LITTLE = { byteOrder: 'little' } as const;
const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

type RouteMessage = Extract<Message, { body: Route }>;
const decode = (hex: string): RouteMessage => decodeMessages(fromHex(hex), LITTLE)[0] as RouteMessage;

/** Captured on Linux 6.18 with iproute2 6.1, sequence and port zeroed. `<` the kernel sent, `>` `ip` sent. */
const captured = [
  {
    // < ip route show, of: nexthop via 10.0.0.2 weight 3 nexthop via inet6 fe80::2 dev v0 nexthop dev v2 weight 256
    what: 'nexthops with a gateway, an IPv6 gateway and none',
    hex: '6800000018002200000000000000000002100000fe0300010000000008000f00fe000000080001000a0300003c0009001000000203000000080005000a0000022000000003000000160012000a00fe8000000000000000000000000000020000080000ff05000000',
    attrs: {
      table: 'main',
      dst: '10.3.0.0',
      multipath: [
        { flags: [], hops: 2, ifindex: 3, attrs: { gateway: '10.0.0.2' } },
        { flags: [], hops: 0, ifindex: 3, attrs: { via: { family: 'inet6', addr: 'fe80::2' } } },
        { flags: [], hops: 255, ifindex: 5, attrs: {} },
      ],
    },
  },
  {
    // < ip route show, of: nexthop via 10.0.0.7 dev v0 onlink nexthop via 10.9.9.9 dev v2 onlink
    what: 'flags of nexthops',
    hex: '5000000018002200000000000000000002100000fe0300010000000008000f00fe000000080001000a040000240009001000040003000000080005000a0000071000040005000000080005000a090909',
    attrs: {
      table: 'main',
      dst: '10.4.0.0',
      multipath: [
        { flags: ['onlink'], hops: 0, ifindex: 3, attrs: { gateway: '10.0.0.7' } },
        { flags: ['onlink'], hops: 0, ifindex: 5, attrs: { gateway: '10.9.9.9' } },
      ],
    },
  },
  {
    // < ip route show, of: via inet6 fe80::2 dev v0
    what: 'a gateway of another family',
    hex: '4c00000018002200000000000000000002100000fe0300010000000008000f00fe000000080001000a020000160012000a00fe80000000000000000000000000000200000800040003000000',
    attrs: { table: 'main', dst: '10.2.0.0', via: { family: 'inet6', addr: 'fe80::2' }, oif: 3 },
  },
  {
    // < ip route show, of: mtu lock 1400 advmss 1360 window 65535 rtt 30ms rttvar 10 ssthresh 9 cwnd lock 20
    //   initcwnd 10 initrwnd 11 hoplimit 44 rto_min 50ms reordering 5 quickack 1 fastopen_no_cookie 1 features ecn
    //   congctl lock reno
    what: 'every metric',
    hex: 'cc00000018002200000000000000000002100000fe0300010000000008000f00fe000000080001000a010000900008000800010084200100080002007805000008000300ffff000008000400f0000000080005000a000000080006000900000008000700140000000800080050050000080009000500000008000a002c00000008000b000a00000008000c000100000008000d003200000008000e000b00000008000f00010000000900100072656e6f000000000800110001000000080005000a0000020800040003000000',
    attrs: {
      table: 'main',
      dst: '10.1.0.0',
      metrics: {
        lock: ['mtu', 'cwnd', 'rtoMin', 'ccAlgo'],
        mtu: 1400,
        window: 65535,
        rtt: 240,
        rttvar: 10,
        ssthresh: 9,
        cwnd: 20,
        advmss: 1360,
        reordering: 5,
        hoplimit: 44,
        initcwnd: 10,
        features: ['ecn'],
        rtoMin: 50,
        initrwnd: 11,
        quickack: 1,
        ccAlgo: 'reno',
        fastopenNoCookie: 1,
      },
      gateway: '10.0.0.2',
      oif: 3,
    },
  },
  {
    // < ip route show, of: encap ip id 5 src 10.0.0.1 dst 1.2.3.4 ttl 9 tos 4 key csum seq via 10.0.0.2
    what: 'an IPv4 tunnel header, its layout named behind it',
    hex: '7c00000018002200000000000000000002100000fe0300010000000008000f00fe000000080001000a010000080005000a0000020800040003000000380016000c00010000000000000000050800020001020304080003000a0000010500050004000000050004000900000006000600000d00000600150002000000',
    attrs: {
      table: 'main',
      dst: '10.1.0.0',
      gateway: '10.0.0.2',
      oif: 3,
      encap: { id: 5n, dst: '1.2.3.4', src: '10.0.0.1', tos: 4, ttl: 9, flags: ['csum', 'key', 'seq'] },
      encapType: 'ip',
    },
  },
  {
    // < ip route show, of: nexthop encap ip id 7 dst 1.2.3.4 via 10.0.0.2 nexthop via 10.0.0.3
    what: 'a tunnel header of one nexthop',
    hex: '9000000018002200000000000000000002100000fe0300010000000008000f00fe000000080001000a060000640009005000000003000000080005000a000002380016000c00010000000000000000070800020001020304080003000000000005000500000000000500040000000000060006000000000006001500020000001000000003000000080005000a000003',
    attrs: {
      table: 'main',
      dst: '10.6.0.0',
      multipath: [
        {
          flags: [],
          hops: 0,
          ifindex: 3,
          attrs: {
            gateway: '10.0.0.2',
            encap: { id: 7n, dst: '1.2.3.4', src: '0.0.0.0', tos: 0, ttl: 0, flags: [] },
            encapType: 'ip',
          },
        },
        { flags: [], hops: 0, ifindex: 3, attrs: { gateway: '10.0.0.3' } },
      ],
    },
  },
  {
    // > ip -6 route add 2001:db8:5::/48 encap seg6 mode encap segs 2001:db8::5,2001:db8::6 dev v0
    what: 'a segment routing header, the last segment first',
    hex: '740000001800050600000000000000000a300000fe030001000000001400010020010db8000500000000000000000000340016803000010001000000000404010100000020010db800000000000000000000000620010db800000000000000000000000506001500050000000800040003000000',
    attrs: {
      dst: '2001:db8:5::',
      encap: {
        srh: {
          mode: 'encap',
          nexthdr: 0,
          hdrlen: 4,
          type: 4,
          segmentsLeft: 1,
          firstSegment: 1,
          flags: 0,
          tag: 0,
          segments: ['2001:db8::6', '2001:db8::5'],
        },
      },
      encapType: 'seg6',
      oif: 3,
    },
  },
  {
    // > ip -f mpls route add 100 as 200/300 via inet 10.0.0.2
    what: 'labels',
    hex: '3c0000001800050600000000000000001c140000fe0300010000000008000100000641000c001300000c80000012c1000a00120002000a0000020000',
    attrs: { dst: '100', newdst: '200/300', via: { family: 'inet', addr: '10.0.0.2' } },
  },
];

test.each(captured)('$what', ({ hex, attrs }) => {
  const message = decode(hex);
  expect(message.body.attrs).toEqual(attrs);
  expect(toHex(encodeMessage(message, LITTLE))).toBe(hex);
  const rebuilt = { ...message, body: { ...message.body, attrs } } as RouteMessage;
  expect(decode(toHex(encodeMessage(rebuilt, LITTLE))).body.attrs).toEqual(attrs);
});

test('lengths and counts of a segment routing header follow from its segments', () => {
  const { hex } = captured.find(({ what }) => what.startsWith('a segment'))!;
  const body = {
    family: 10,
    dstLen: 48,
    table: 'main' as const,
    protocol: 'boot' as const,
    type: 'unicast' as const,
    attrs: {
      dst: '2001:db8:5::',
      encap: { srh: { mode: 'encap' as const, segments: ['2001:db8::6', '2001:db8::5'] } },
      encapType: 'seg6' as const,
      oif: 3,
    },
  };
  expect(toHex(encodeMessage({ type: RTM_NEWROUTE, flags: 0x605, body }, LITTLE))).toBe(hex);
});

const multipath = captured[0]!.hex;
const at = multipath.indexOf('1000000203000000');
const withLength = (length: string): string => multipath.slice(0, at) + length + multipath.slice(at + 4);

test.each([
  ['0700', 'expected a record length from 8 to 56, got 7'],
  ['3900', 'expected a record length from 8 to 56, got 57'],
])('a nexthop of length %s is refused', (length, reason) => {
  expect(() => decode(withLength(length))).toThrow(expect.objectContaining({ name: 'DecodeError', reason }));
});

test('bad attributes are found by the index of their nexthop', () => {
  const broken = multipath.replace('160012000a00', '050012000a00');
  expect(() => decode(broken)).toThrow(/RTM_NEWROUTE\.attrs\.multipath\.1\.attrs\.via/);
});

test('layouts that depend on the family take one that is left out for AF_UNSPEC', () => {
  const link = (family?: 0): string =>
    toHex(
      encodeMessage(
        { type: RTM_NEWLINK, flags: 1, body: { family, attrs: { afSpec: { inet: { conf: { forwarding: 1 } } } } } },
        LITTLE,
      ),
    );
  expect(link()).toBe(link(0));
  expect(link()).toContain('14001a00100002000c0001000800010001000000');
});

test('values that cannot be meant are refused by path', () => {
  const encode = (attrs: object) => () =>
    encodeMessage({ type: RTM_NEWROUTE, body: { family: 2, attrs } as never }, LITTLE);
  expect(encode({ dst: '2001:db8::' })).toThrow(/attrs\.dst: expected an IPv4 address/);
  expect(encode({ multipath: [{}, { attrs: { gateway: 'x' } }] })).toThrow(/attrs\.multipath\.1\.attrs\.gateway/);
  expect(encode({ multipath: [{ len: 8 }] })).toThrow(/attrs\.multipath\.0: len: is filled in/);
  expect(encode({ encapType: 'mpls', encap: { dst: '1048576' } })).toThrow(/attrs\.encap\.dst: expected labels/);
  expect(encode({ via: { family: 'inet', addr: 'fe80::2' } })).toThrow(/attrs\.via\.addr: expected an IPv4 address/);
});
