import type { Ip } from '../../src/index.js';
import { recorder, withEcho } from '../support/sent-requests.js';

/** What `ip` of iproute2 6.1 sent for the command, captured; link 1 is lo, 3 is v0, 5 is v2. */
const captured: [command: string, call: (ip: Ip) => Promise<unknown>, hex: string][] = [
  [
    'ip route add 10.1.0.0/16 via 10.0.0.2',
    ip => ip.route.add('10.1.0.0/16', { gateway: '10.0.0.2' }),
    '2c00000018000506000000000000000002100000fe03000100000000080001000a010000080005000a000002',
  ],
  [
    'ip route add 10.1.0.0/16 via 10.0.0.2 dev v0',
    ip => ip.route.add('10.1.0.0/16', { gateway: '10.0.0.2', link: 3 }),
    '3400000018000506000000000000000002100000fe03000100000000080001000a010000080005000a0000020800040003000000',
  ],
  [
    'ip route add default via 10.0.0.2',
    ip => ip.route.add('default', { gateway: '10.0.0.2' }),
    '2400000018000506000000000000000002000000fe03000100000000080005000a000002',
  ],
  [
    'ip route add default via 10.0.0.2 dev v0 proto dhcp src 10.0.0.1 metric 100',
    ip => ip.route.add('default', { gateway: '10.0.0.2', link: 3, protocol: 'dhcp', source: '10.0.0.1', metric: 100 }),
    '3c00000018000506000000000000000002000000fe10000100000000080005000a000002080007000a00000108000600640000000800040003000000',
  ],
  [
    'ip route add 10.1.0.0/16 dev v0',
    ip => ip.route.add('10.1.0.0/16', { link: 3 }),
    '2c00000018000506000000000000000002100000fe03fd0100000000080001000a0100000800040003000000',
  ],
  [
    'ip route add 10.1.0.0/16 via 10.0.0.2 table 100',
    ip => ip.route.add('10.1.0.0/16', { gateway: '10.0.0.2', table: 100 }),
    '2c000000180005060000000000000000021000006403000100000000080001000a010000080005000a000002',
  ],
  [
    'ip route add 10.1.0.0/16 via 10.0.0.2 table 1000',
    ip => ip.route.add('10.1.0.0/16', { gateway: '10.0.0.2', table: 1000 }),
    '34000000180005060000000000000000021000000003000100000000080001000a010000080005000a00000208000f00e8030000',
  ],
  [
    'ip route add 10.1.0.0/16 via inet6 fe80::2 dev v0',
    ip => ip.route.add('10.1.0.0/16', { gateway: 'fe80::2', link: 3 }),
    '4400000018000506000000000000000002100000fe03000100000000080001000a010000160012000a00fe80000000000000000000000000000200000800040003000000',
  ],
  [
    'ip route add blackhole 10.9.0.0/16',
    ip => ip.route.add('10.9.0.0/16', { type: 'blackhole' }),
    '2400000018000506000000000000000002100000fe03000600000000080001000a090000',
  ],
  [
    'ip route add unreachable 10.9.0.0/16 metric 5',
    ip => ip.route.add('10.9.0.0/16', { type: 'unreachable', metric: 5 }),
    '2c00000018000506000000000000000002100000fe03000700000000080001000a0900000800060005000000',
  ],
  [
    'ip route add prohibit default',
    ip => ip.route.add('default', { type: 'prohibit' }),
    '1c00000018000506000000000000000002000000fe03000800000000',
  ],
  [
    'ip -6 route add blackhole 2001:db8:9::/48',
    ip => ip.route.add('2001:db8:9::/48', { type: 'blackhole' }),
    '300000001800050600000000000000000a300000fe030006000000001400010020010db8000900000000000000000000',
  ],
  [
    'ip route add throw 10.9.0.0/16 table 7',
    ip => ip.route.add('10.9.0.0/16', { type: 'throw', table: 7 }),
    '24000000180005060000000000000000021000000703000900000000080001000a090000',
  ],
  [
    'ip route add local 10.9.0.0/16 dev lo',
    ip => ip.route.add('10.9.0.0/16', { type: 'local', link: 1 }),
    '2c00000018000506000000000000000002100000ff03fe0200000000080001000a0900000800040001000000',
  ],
  [
    'ip route add broadcast 10.5.255.255 dev v0',
    ip => ip.route.add('10.5.255.255/32', { type: 'broadcast', link: 3 }),
    '2c00000018000506000000000000000002200000ff03fd0300000000080001000a05ffff0800040003000000',
  ],
  [
    'ip route add multicast 239.0.0.0/8 dev v0',
    ip => ip.route.add('239.0.0.0/8', { type: 'multicast', link: 3 }),
    '2c00000018000506000000000000000002080000fe03fd050000000008000100ef0000000800040003000000',
  ],
  [
    'ip -6 route add anycast 2001:db8::77 dev v0',
    ip => ip.route.add('2001:db8::77/128', { type: 'anycast', link: 3 }),
    '380000001800050600000000000000000a800000ff030004000000001400010020010db80000000000000000000000770800040003000000',
  ],
  [
    'ip route add 10.1.0.0/16 via 10.0.0.2 mtu 1400',
    ip => ip.route.add('10.1.0.0/16', { gateway: '10.0.0.2', mtu: 1400 }),
    '3800000018000506000000000000000002100000fe03000100000000080001000a010000080005000a0000020c0008000800020078050000',
  ],
  [
    'ip route add 10.1.0.0/16 via 10.0.0.2 mtu lock 1400',
    ip => ip.route.add('10.1.0.0/16', { gateway: '10.0.0.2', mtu: 1400, metrics: { lock: ['mtu'] } }),
    '4000000018000506000000000000000002100000fe03000100000000080001000a010000080005000a0000021400080008000200780500000800010004000000',
  ],
  [
    'ip route add 10.1.0.0/16 via 10.77.0.1 dev v0 onlink',
    ip => ip.route.add('10.1.0.0/16', { gateway: '10.77.0.1', link: 3, onlink: true }),
    '3400000018000506000000000000000002100000fe03000104000000080001000a010000080005000a4d00010800040003000000',
  ],
  [
    'ip -6 route add 2001:db8:77::/48 via fe80::7 dev v0 onlink',
    ip => ip.route.add('2001:db8:77::/48', { gateway: 'fe80::7', link: 3, onlink: true }),
    '4c0000001800050600000000000000000a300000fe030001040000001400010020010db800770000000000000000000014000500fe8000000000000000000000000000070800040003000000',
  ],
  [
    'ip route add 10.3.0.0/16 nexthop via 10.0.0.2 weight 3 nexthop via 10.0.1.2 dev v2',
    ip =>
      ip.route.add('10.3.0.0/16', {
        nexthops: [
          { gateway: '10.0.0.2', weight: 3 },
          { gateway: '10.0.1.2', link: 5 },
        ],
      }),
    '4800000018000506000000000000000002100000fe03000100000000080001000a030000240009001000000200000000080005000a0000021000000005000000080005000a000102',
  ],
  [
    'ip route add 10.3.0.0/16 nexthop via 10.0.0.2 dev v0 onlink nexthop via 10.0.1.2',
    ip =>
      ip.route.add('10.3.0.0/16', {
        nexthops: [{ gateway: '10.0.0.2', link: 3, onlink: true }, { gateway: '10.0.1.2' }],
      }),
    '4800000018000506000000000000000002100000fe03000100000000080001000a030000240009001000040003000000080005000a0000021000000000000000080005000a000102',
  ],
  [
    'ip -6 route add 2001:db8:7::/48 nexthop via 2001:db8::2 weight 5 nexthop via 2001:db8:1::2',
    ip =>
      ip.route.add('2001:db8:7::/48', {
        nexthops: [{ gateway: '2001:db8::2', weight: 5 }, { gateway: '2001:db8:1::2' }],
      }),
    '6c0000001800050600000000000000000a300000fe030001000000001400010020010db80007000000000000000000003c0009001c000004000000001400050020010db80000000000000000000000021c000000000000001400050020010db8000100000000000000000002',
  ],
  [
    'ip -6 route add 2001:db8:7::/48 via 2001:db8::2',
    ip => ip.route.add('2001:db8:7::/48', { gateway: '2001:db8::2' }),
    '440000001800050600000000000000000a300000fe030001000000001400010020010db80007000000000000000000001400050020010db8000000000000000000000002',
  ],
  [
    'ip -6 route add default via fe80::1 dev v0',
    ip => ip.route.add('default', { gateway: 'fe80::1', link: 3 }),
    '4c0000001800050600000000000000000a000000fe03000100000000140001000000000000000000000000000000000014000500fe8000000000000000000000000000010800040003000000',
  ],
  [
    'ip -6 route add 2001:db8:7::/48 dev v0',
    ip => ip.route.add('2001:db8:7::/48', { link: 3 }),
    '380000001800050600000000000000000a300000fe030001000000001400010020010db80007000000000000000000000800040003000000',
  ],
  [
    'ip -6 route add 2001:db8:6::/48 from 2001:db8::/64 via 2001:db8::2',
    ip => ip.route.add('2001:db8:6::/48', { from: '2001:db8::/64', gateway: '2001:db8::2' }),
    '580000001800050600000000000000000a304000fe030001000000001400010020010db80006000000000000000000001400020020010db80000000000000000000000001400050020010db8000000000000000000000002',
  ],
  [
    'ip route add 10.9.9.9 via 10.0.0.2',
    ip => ip.route.add('10.9.9.9/32', { gateway: '10.0.0.2' }),
    '2c00000018000506000000000000000002200000fe03000100000000080001000a090909080005000a000002',
  ],
  [
    'ip route add 10.9.0.0/16 nhid 9',
    ip => ip.route.add('10.9.0.0/16', { nexthopId: 9 }),
    '2c00000018000506000000000000000002100000fe03000100000000080001000a09000008001e0009000000',
  ],
  [
    'ip route del 10.0.0.0/24',
    ip => ip.route.delete('10.0.0.0/24'),
    '2400000019000500000000000000000002180000fe00ff0000000000080001000a000000',
  ],
  [
    'ip route del 10.1.0.0/16 via 10.0.0.2 metric 5',
    ip => ip.route.delete('10.1.0.0/16', { gateway: '10.0.0.2', metric: 5 }),
    '3400000019000500000000000000000002100000fe00ff0000000000080001000a010000080005000a0000020800060005000000',
  ],
  [
    'ip route del default',
    ip => ip.route.delete('default'),
    '1c00000019000500000000000000000002000000fe00ff0000000000',
  ],
  [
    'ip route del 10.1.0.0/16 via 10.0.0.2 dev v0 proto static table 100',
    ip => ip.route.delete('10.1.0.0/16', { gateway: '10.0.0.2', link: 3, protocol: 'static', table: 100 }),
    '34000000190005000000000000000000021000006404ff0000000000080001000a010000080005000a0000020800040003000000',
  ],
  [
    'ip route del blackhole 10.1.0.0/16',
    ip => ip.route.delete('10.1.0.0/16', { type: 'blackhole' }),
    '2400000019000500000000000000000002100000fe00ff0600000000080001000a010000',
  ],
  [
    'ip -6 route del 2001:db8::/64',
    ip => ip.route.delete('2001:db8::/64'),
    '300000001900050000000000000000000a400000fe000000000000001400010020010db8000000000000000000000000',
  ],
  [
    'ip route del 10.3.0.0/16 nexthop via 10.0.0.2 weight 3 nexthop dev v2',
    ip => ip.route.delete('10.3.0.0/16', { nexthops: [{ gateway: '10.0.0.2', weight: 3 }, { link: 5 }] }),
    '4000000019000500000000000000000002100000fe00ff0000000000080001000a0300001c0009001000000200000000080005000a0000020800000005000000',
  ],
  [
    'ip route show',
    ip => ip.route.list({ family: 4 }),
    '240000001a000103000000000000000002000000000000000000000008000f00fe000000',
  ],
  [
    'ip -6 route show',
    ip => ip.route.list({ family: 6 }),
    '240000001a00010300000000000000000a000000000000000000000008000f00fe000000',
  ],
  [
    'ip -6 route show table all',
    ip => ip.route.list({ family: 6, table: 'all' }),
    '1c0000001a00010300000000000000000a0000000000000000000000',
  ],
  [
    'ip route show table 1000',
    ip => ip.route.list({ family: 4, table: 1000 }),
    '240000001a000103000000000000000002000000000000000000000008000f00e8030000',
  ],
  [
    'ip route show dev v0',
    ip => ip.route.list({ family: 4, link: 3 }),
    '2c0000001a000103000000000000000002000000000000000000000008000f00fe0000000800040003000000',
  ],
  [
    'ip route show proto kernel',
    ip => ip.route.list({ family: 4, protocol: 'kernel' }),
    '240000001a000103000000000000000002000000000200000000000008000f00fe000000',
  ],
  [
    'ip route get 10.0.0.9',
    ip => ip.route.get('10.0.0.9'),
    '240000001a0001000000000000000000022000000000000000100000080001000a000009',
  ],
  [
    'ip route get 10.1.2.3 from 10.0.0.1 oif v0 mark 5 uid 0 ipproto tcp sport 1000 dport 53 tos 0x10',
    ip =>
      ip.route.get('10.1.2.3', {
        from: '10.0.0.1',
        link: 3,
        mark: 5,
        uid: 0,
        ipProto: 6,
        sport: 1000,
        dport: 53,
        tos: 0x10,
      }),
    '5c0000001a0001000000000000000000022020100000000000100000080001000a010203080002000a000001080019000000000005001b000600000006001c0003e8000006001d000035000008000400030000000800100005000000',
  ],
  [
    'ip route get fibmatch 10.1.2.3',
    ip => ip.route.get('10.1.2.3', { match: true }),
    '240000001a0001000000000000000000022000000000000000300000080001000a010203',
  ],
  [
    'ip -6 route get 2001:db8::9',
    ip => ip.route.get('2001:db8::9'),
    '300000001a00010000000000000000000a80000000000000000000001400010020010db8000000000000000000000009',
  ],
  [
    'ip route get 10.0.1.9 from 10.0.0.77 iif v0',
    ip => ip.route.get('10.0.1.9', { from: '10.0.0.77', iif: 3 }),
    '340000001a0001000000000000000000022020000000000000100000080001000a000109080002000a00004d0800030003000000',
  ],
];

test.each(captured)('%s', async (_command, call, hex) => {
  const { ip, sent } = recorder();
  await call(ip).catch(() => {}); // lookups end in an error here, since they get no answer
  expect(sent).toEqual([hex]);
});

test('ip route replace 10.1.0.0/16 dev v0 scope link, with NLM_F_ECHO', async () => {
  const { ip, sent } = recorder();
  await ip.route.replace('10.1.0.0/16', { link: 3, scope: 'link' });
  const hex = '2c00000018000505000000000000000002100000fe03fd0100000000080001000a0100000800040003000000';
  expect(sent).toEqual([withEcho(hex)]);
});

test('link names are looked up, and nothing is sent when a setting is bad', async () => {
  const { ip, sent } = recorder();
  const refused: [() => Promise<unknown>, RegExp][] = [
    [() => ip.route.add('10.1.2.3/16', { gateway: '10.0.0.2' }), /destination: "10\.1\.2\.3\/16" has bits set behind/],
    [() => ip.route.add('10.1.2.3/16', { gateway: '10.0.0.2' }), /the network is 10\.1\.0\.0\/16/],
    [() => ip.route.add('2001:db8::1/33', {}), /the network is 2001:db8::\/33/],
    [() => ip.route.add('10.1.0.0', {}), /prefix length/],
    [() => ip.route.add('10.1.0.0/33', {}), /from 0 to 32/],
    [() => ip.route.add('10.1.0.0/016', {}), /from 0 to 32/],
    [() => ip.link.get('\ud800'), /link: "\\ud800" is no link name: it has half a surrogate pair/],
    [() => ip.link.get(null as never), /link: expected a link's name, index or object, got null/],
    [() => ip.link.set(undefined as never, { up: true }), /link: expected a link's name, index or object/],
    [() => ip.link.add({ name: 'v1', kind: 'veth', alias: '\ud800' }), /alias: expected well-formed text/],
    [() => ip.route.add('2001:db8::/32', { gateway: '10.0.0.2' }), /an IPv6 route cannot have an IPv4 gateway/],
    [() => ip.route.add('10.1.0.0/16', { source: 'fe80::1' }), /source: expected an IPv4 address/],
    [() => ip.route.add('default', { family: 4, gateway: '10.0.0.2', from: '10.0.0.0/8' }), /from: only IPv6/],
    [() => ip.route.add('default', { gateway: '10.0.0.2', nexthops: [] }), /nexthops: each has its own/],
    [() => ip.route.add('default', { nexthops: [] }), /nexthops: expected one or more/],
    [() => ip.route.add('default', { nexthops: {} as never }), /nexthops: expected a list/],
    [
      () => ip.route.add('fd09::/32', { nexthops: [{ gateway: 'fd00::2' }, { gateway: 'fd00::2', weight: 2 }] }),
      /route add fd09::.32: nexthops.1: leads where nexthops.0 leads/,
    ],
    [() => ip.route.add('default', { nexthops: [{}] }), /route add default: nexthops.0: say where it leads/],
    [
      () => ip.route.add('default', {}),
      /route add default: say where it leads: by a gateway, link, nexthops or nexthopId/,
    ],
    [() => ip.route.replace('10.1.0.0/16', { type: 'unicast' }), /route replace 10.1.0.0.16: say where it leads/],
    [() => ip.route.ensure('10.1.0.0/16', { metric: 5 }), /route ensure 10.1.0.0.16: say where it leads/],
    [() => ip.route.add('10.1.0.0/16', { via: '10.0.0.1' } as never), /no setting is called "via"/],
    [() => ip.route.add('default', { nexthops: [{ weight: 257 }] }), /nexthops\.0\.weight: expected 1 to 256/],
    [() => ip.route.add('default', { nexthops: [{ gatway: '10.0.0.2' } as object] }), /called "gatway"/],
    [() => ip.route.add('default', { via: '10.0.0.2' } as object), /no setting is called "via"/],
    [() => ip.route.add('default', { gateway: '10.0.0.2', metric: -1 }), /priority: expected an integer/],
    [
      () => ip.route.add('default', { table: 'mian' as 'main' }),
      /table: expected one of unspec, compat, default, main, local/,
    ],
    [() => ip.route.get('10.0.0.0/8'), /destination \(without a prefix length\)/],
    [() => ip.route.flush({}), /at least one of family/],
    [() => ip.route.list({ family: 5 as 4 }), /family: expected 4 or 6/],
  ];
  for (const [attempt, message] of refused) {
    await expect(attempt()).rejects.toThrow(message);
    await expect(attempt()).rejects.toMatchObject({ name: expect.stringMatching(/^(Type|Range)Error$/) });
  }
  expect(sent).toEqual([]);
});
