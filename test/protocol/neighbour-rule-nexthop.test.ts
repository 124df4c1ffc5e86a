import { decodeMessages, encodeMessage } from '../../src/protocol/index.js';

const LITTLE = { byteOrder: 'little' } as const;
const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/**
 * Captured on Linux 7.2 with iproute2 6.1, sequence and port zeroed. `<` the kernel sent, `>` `ip` or `bridge` sent.
 * Link 3 is v0, link 4 is br0, link 6 its port p0, link 7 vx0, a vxlan.
 */
const captured = [
  {
    what: '> ip neigh replace 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0 nud stale protocol static',
    hex: '380000001c000505000000000000000002000000030000000400000005000c0004000000080001000a0000090a0002000200000000090000',
    body: {
      family: 2,
      ifindex: 3,
      state: ['stale'],
      flags: [],
      type: 'unspec',
      attrs: { protocol: 'static', dst: '10.0.0.9', lladdr: '02:00:00:00:00:09' },
    },
  },
  {
    what: '> ip neigh add 10.0.0.9 dev v0 managed',
    hex: '2c0000001c0005060000000000000000020000000300000000000000080001000a00000908000f0001000000',
    body: { state: [], attrs: { dst: '10.0.0.9', flagsExt: ['managed'] } },
  },
  {
    what: '< ip -s neigh show, of: add 2001:db8::9 lladdr 02:00:00:00:00:09 dev v0 router',
    hex: '580000001c00020000000000000000000a00000003000000800080011400010020010db80000000000000000000000090a00020002000000000900000800040000000000140003002a0000002a0000002a00000000000000',
    body: {
      family: 10,
      state: ['permanent'],
      flags: ['router'],
      type: 'unicast',
      attrs: {
        dst: '2001:db8::9',
        lladdr: '02:00:00:00:00:09',
        probes: 0,
        cacheinfo: { confirmed: 42, used: 42, updated: 42, refcnt: 0 },
      },
    },
  },
  {
    what: '< bridge -s fdb show, of: add 02:00:00:00:00:07 dev p0 master dynamic sticky',
    hex: '540000001c00020000000000000000000700000006000000020040000a0002000200000000070000080009000400000008000f000000000014000300000000001201000012010000000000000600050001000000',
    body: {
      family: 7,
      ifindex: 6,
      state: ['reachable'],
      flags: ['sticky'],
      attrs: {
        lladdr: '02:00:00:00:00:07',
        master: 4,
        flagsExt: [],
        cacheinfo: { confirmed: 0, used: 274, updated: 274, refcnt: 0 },
        vlan: 1,
      },
    },
  },
  {
    what: '> bridge fdb add 02:00:00:00:00:03 dev vx0 dst 10.0.0.3 port 4790 vni 9 via v0',
    hex: '480000001c00050600000000000000000700000007000000c00002000a0002000200000000030000080001000a0000030600060012b6000008000700090000000800080003000000',
    body: {
      state: ['noarp', 'permanent'],
      flags: ['self'],
      attrs: { lladdr: '02:00:00:00:00:03', dst: '10.0.0.3', port: 4790, vni: 9, ifindex: 3 },
    },
  },
  {
    what: '> ip rule add from 10.0.0.0/24 to 10.1.0.0/16 iif v0 oif v1 fwmark 0x5/0xff table 1000 priority 77 tos 0x10',
    hex: '5c000000200005060000000000000000021018100000000100000000080002000a000000080001000a0100000700030076300000070011007631000008000a000500000008001000ff00000008000f00e8030000080006004d000000',
    body: {
      family: 2,
      dstLen: 16,
      srcLen: 24,
      tos: 0x10,
      table: 'unspec',
      action: 'toTable',
      flags: [],
      attrs: {
        src: '10.0.0.0',
        dst: '10.1.0.0',
        iifname: 'v0',
        oifname: 'v1',
        fwmark: 5,
        fwmask: 255,
        table: 1000,
        priority: 77,
      },
    },
  },
  {
    what: '> ip rule add uidrange 5-10 ipproto tcp sport 5-6 dport 53 protocol bgp table 7',
    hex: '480000002000050600000000000000000200000007000001000000000c001400050000000a00000005001600060000000800170005000600080018003500350005001500ba000000',
    body: {
      table: 7,
      attrs: {
        uidRange: { start: 5, end: 10 },
        ipProto: 6,
        sportRange: { start: 5, end: 6 },
        dportRange: { start: 53, end: 53 },
        protocol: 'bgp',
      },
    },
  },
  {
    what: '< ip rule show, of: not from 10.0.0.0/24 lookup main suppress_prefixlength 0 suppress_ifgroup 5',
    hex: '4c00000020000200000000000000000002001800fe0000010200000008000f00fe00000008000e00000000000500150000000000080006004c00000008000d0005000000080002000a000000',
    body: {
      table: 'main',
      flags: ['invert'],
      attrs: {
        table: 'main',
        suppressPrefixlen: 0,
        protocol: 'unspec',
        priority: 76,
        suppressIfgroup: 5,
        src: '10.0.0.0',
      },
    },
  },
  {
    what: '< ip rule show, of: iif nosuch goto 40000 pref 5',
    hex: '5000000020000200000000000000000002000000000000020c00000008000f000000000008000e00ffffffff05001500000000000b0003006e6f737563680000080006000500000008000400409c0000',
    body: {
      action: 'goto',
      flags: ['unresolved', 'iifDetached'],
      attrs: {
        table: 'unspec',
        suppressPrefixlen: -1,
        protocol: 'unspec',
        iifname: 'nosuch',
        priority: 5,
        goto: 40000,
      },
    },
  },
  {
    what: '> ip rule add tun_id 9 table 7',
    hex: '280000002000050600000000000000000200000007000001000000000c000c000000000000000009',
    body: { attrs: { tunId: 9n } },
  },
  {
    what: '< ip netconf show',
    hex: '4c0000005000020000000000000000000200000008000100ffffffff080002000000000008000300000000000800040000000000080008000000000008000500000000000800060000000000',
    body: {
      family: 2,
      attrs: {
        ifindex: -1,
        forwarding: 0,
        rpFilter: 0,
        mcForwarding: 0,
        bcForwarding: 0,
        proxyNeigh: 0,
        ignoreRoutesWithLinkdown: 0,
      },
    },
  },
  {
    what: '> ip nexthop add id 11 group 9,4/10',
    hex: '340000006800050600000000000000000000000000000000080001000b0000001400020009000000030000000a00000000000000',
    body: {
      family: 0,
      attrs: {
        id: 11,
        group: [
          { id: 9, weight: 3, weightHigh: 0, resvd2: 0 },
          { id: 10, weight: 0, weightHigh: 0, resvd2: 0 },
        ],
      },
    },
  },
  {
    what: '< ip nexthop show, of: id 12 group 9/10 type resilient buckets 8 idle_timer 60 unbalanced_timer 300',
    hex: '6c0000006800020000000000000000000000000000000000080001000c00000006000300010000001400020009000000000000000a0000000000000028000c800600010008000000080002007017000008000300307500000c000400000000000000000008000e0000000080',
    body: {
      attrs: {
        id: 12,
        groupType: 'res',
        group: [
          { id: 9, weight: 0, weightHigh: 0, resvd2: 0 },
          { id: 10, weight: 0, weightHigh: 0, resvd2: 0 },
        ],
        resGroup: { buckets: 8, idleTimer: 6000, unbalancedTimer: 30000, unbalancedTime: 0n },
        opFlags: ['respGrpResvd0'],
      },
    },
  },
  {
    what: '< ip nexthop show, of: id 3 via 10.0.0.5 dev v0 onlink encap mpls 100 ttl 4',
    hex: '4c00000068000200000000000000000002fd00000400000008000100030000000800050003000000080006000a00000514000800080001000006410005000200040000000600070001000000',
    body: {
      family: 2,
      scope: 'link',
      protocol: 'unspec',
      flags: ['onlink'],
      attrs: { id: 3, oif: 3, gateway: '10.0.0.5', encap: { dst: '100', ttl: 4 }, encapType: 'mpls' },
    },
  },
  {
    what: '< ip nexthop bucket get id 12 index 3',
    hex: '400000007400000000000000000000000000000000000000080001000c00000020000d800600010003000000080003000a0000000c0002000d00000000000000',
    body: { attrs: { id: 12, resBucket: { index: 3, nhId: 10, idleTime: 13n } } },
  },
];

test.each(captured)('$what', ({ hex, body }) => {
  const message = decodeMessages(fromHex(hex), LITTLE)[0]!;
  expect(message.body).toMatchObject(body);
  expect((message.body as { attrs: object }).attrs).toEqual(body.attrs);
  expect(toHex(encodeMessage(message, LITTLE))).toBe(hex);
});
