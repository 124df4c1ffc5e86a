import type { Ip } from '../../src/index.js';
import { recorder } from '../support/sent-requests.js';

/** What iproute2 6.1 sent for the command, captured; link 3 is v0, 4 is br0, 6 its port p0, 7 is vx0. */
const captured: [command: string, call: (ip: Ip) => Promise<unknown>, hex: string][] = [
  [
    'ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0',
    ip => ip.neighbour.add(3, '10.0.0.9', { lladdr: '02:00:00:00:00:09' }),
    '300000001c0005060000000000000000020000000300000080000000080001000a0000090a0002000200000000090000',
  ],
  [
    'ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0 nud reachable router',
    ip => ip.neighbour.add(3, '10.0.0.9', { lladdr: '02:00:00:00:00:09', state: 'reachable', flags: ['router'] }),
    '300000001c0005060000000000000000020000000300000002008000080001000a0000090a0002000200000000090000',
  ],
  [
    'ip neigh add proxy 10.0.0.7 dev v0',
    ip => ip.neighbour.add(3, '10.0.0.7', { proxy: true }),
    '240000001c0005060000000000000000020000000300000080000800080001000a000007',
  ],
  [
    'ip neigh add 10.0.0.9 dev v0 use extern_learn',
    ip => ip.neighbour.add(3, '10.0.0.9', { flags: ['use', 'extLearned'] }),
    '240000001c0005060000000000000000020000000300000080001100080001000a000009',
  ],
  [
    'ip neigh add 10.0.0.9 dev v0 managed',
    ip => ip.neighbour.add(3, '10.0.0.9', { flags: ['managed'] }),
    '2c0000001c0005060000000000000000020000000300000000000000080001000a00000908000f0001000000',
  ],
  [
    'ip neigh show proxy',
    ip => ip.neighbour.list({ proxy: true }),
    '1c0000001e0001030000000000000000000000000000000000000800',
  ],
  [
    'ip neigh show dev v0',
    ip => ip.neighbour.list({ link: 3 }),
    '240000001e00010300000000000000000000000000000000000000000800080003000000',
  ],
  [
    'ip neigh show master br0',
    ip => ip.neighbour.list({ master: 4 }),
    '240000001e00010300000000000000000000000000000000000000000800090004000000',
  ],
  [
    'ip neigh get 10.0.0.9 dev v0',
    ip => ip.neighbour.get(3, '10.0.0.9'),
    '240000001e0001000000000000000000020000000300000000000000080001000a000009',
  ],
  [
    'ip neigh del 10.0.0.9 dev v0',
    ip => ip.neighbour.delete(3, '10.0.0.9'),
    '240000001d0005000000000000000000020000000300000080000000080001000a000009',
  ],
  [
    'ip neigh del proxy 10.0.0.6 dev v0',
    ip => ip.neighbour.delete(3, '10.0.0.6', { proxy: true }),
    '240000001d0005000000000000000000020000000300000080000800080001000a000006',
  ],
  ['bridge fdb show', ip => ip.fdb.list(), '1c0000001e0001030000000000000000070000000000000000000000'],
  [
    'bridge fdb show br br0',
    ip => ip.fdb.list({ bridge: 4 }),
    '240000001e00010300000000000000000700000000000000000000000800090004000000',
  ],
  [
    'bridge fdb show br br0 brport p0',
    ip => ip.fdb.list({ bridge: 4, port: 6 }),
    '240000001e00010300000000000000000700000006000000000000000800090004000000',
  ],
  [
    'bridge fdb add 02:00:00:00:00:05 dev p0 master static vlan 1',
    ip => ip.fdb.add(6, '02:00:00:00:00:05', { table: 'master', state: 'static', vlan: 1 }),
    '300000001c00050600000000000000000700000006000000420004000a00020002000000000500000600050001000000',
  ],
  [
    'bridge fdb add 02:00:00:00:00:05 dev p0 master',
    ip => ip.fdb.add(6, '02:00:00:00:00:05', { table: 'master' }),
    '280000001c00050600000000000000000700000006000000c00004000a0002000200000000050000',
  ],
  [
    'bridge fdb add 02:00:00:00:00:05 dev p0',
    ip => ip.fdb.add(6, '02:00:00:00:00:05'),
    '280000001c00050600000000000000000700000006000000c00002000a0002000200000000050000',
  ],
  [
    'bridge fdb add 02:00:00:00:00:03 dev vx0 dst 10.0.0.3 port 4790 vni 9 via v0',
    ip => ip.fdb.add(7, '02:00:00:00:00:03', { destination: '10.0.0.3', port: 4790, vni: 9, via: 3 }),
    '480000001c00050600000000000000000700000007000000c00002000a0002000200000000030000080001000a0000030600060012b6000008000700090000000800080003000000',
  ],
  [
    'bridge fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.2',
    ip => ip.fdb.append(7, '00:00:00:00:00:00', { destination: '10.0.0.2' }),
    '300000001c00050c00000000000000000700000007000000c00002000a0002000000000000000000080001000a000002',
  ],
  [
    'bridge fdb del 02:00:00:00:00:05 dev p0 master vlan 1',
    ip => ip.fdb.delete(6, '02:00:00:00:00:05', { table: 'master', vlan: 1 }),
    '300000001d00050000000000000000000700000006000000c00004000a00020002000000000500000600050001000000',
  ],
  [
    'ip rule add from 10.0.0.0/24 table 5',
    ip => ip.rule.add({ from: '10.0.0.0/24', table: 5 }),
    '24000000200005060000000000000000020018000500000100000000080002000a000000',
  ],
  [
    'ip rule add from 10.0.0.0/24 to 10.1.0.0/16 iif v0 oif v1 fwmark 0x5/0xff table 1000 priority 77 tos 0x10',
    ip =>
      ip.rule.add({
        from: '10.0.0.0/24',
        to: '10.1.0.0/16',
        iif: 'v0',
        oif: 'v1',
        mark: 5,
        markMask: 0xff,
        table: 1000,
        priority: 77,
        tos: 0x10,
      }),
    '5c000000200005060000000000000000021018100000000100000000080002000a000000080001000a0100000700030076300000070011007631000008000a000500000008001000ff00000008000f00e8030000080006004d000000',
  ],
  [
    'ip rule add not from 10.0.0.0/24 lookup main suppress_prefixlength 0 suppress_ifgroup 5',
    ip => ip.rule.add({ not: true, from: '10.0.0.0/24', suppressPrefixLength: 0, suppressGroup: 5 }),
    '3400000020000506000000000000000002001800fe00000102000000080002000a00000008000e000000000008000d0005000000',
  ],
  [
    'ip rule add from 10.0.0.0/24 goto 32766 priority 7',
    ip => ip.rule.add({ from: '10.0.0.0/24', goto: 32766, priority: 7 }),
    '34000000200005060000000000000000020018000000000200000000080002000a00000008000400fe7f00000800060007000000',
  ],
  [
    'ip rule add from 10.0.0.0/24 nop',
    ip => ip.rule.add({ from: '10.0.0.0/24', action: 'nop' }),
    '24000000200005060000000000000000020018000000000300000000080002000a000000',
  ],
  [
    'ip rule add blackhole from 10.0.0.0/24',
    ip => ip.rule.add({ from: '10.0.0.0/24', action: 'blackhole' }),
    '24000000200005060000000000000000020018000000000600000000080002000a000000',
  ],
  [
    'ip rule add to 10.0.0.0/24 unreachable',
    ip => ip.rule.add({ to: '10.0.0.0/24', action: 'unreachable' }),
    '24000000200005060000000000000000021800000000000700000000080001000a000000',
  ],
  [
    'ip rule add prohibit iif lo',
    ip => ip.rule.add({ iif: 'lo', action: 'prohibit' }),
    '24000000200005060000000000000000020000000000000800000000070003006c6f0000',
  ],
  [
    'ip rule add uidrange 5-10 ipproto tcp sport 5-6 dport 53 protocol bgp table 7',
    ip => ip.rule.add({ uidRange: [5, 10], ipProto: 6, sport: [5, 6], dport: 53, protocol: 'bgp', table: 7 }),
    '480000002000050600000000000000000200000007000001000000000c001400050000000a00000005001600060000000800170005000600080018003500350005001500ba000000',
  ],
  [
    'ip rule add tun_id 9 table 7',
    ip => ip.rule.add({ tunnelId: 9, table: 7 }),
    '280000002000050600000000000000000200000007000001000000000c000c000000000000000009',
  ],
  [
    'ip rule add l3mdev',
    ip => ip.rule.add({ l3mdev: true }),
    '240000002000050600000000000000000200000000000001000000000500130001000000',
  ],
  [
    'ip -6 rule add from 2001:db8::/64 table 5 priority 3',
    ip => ip.rule.add({ from: '2001:db8::/64', table: 5, priority: 3 }),
    '380000002000050600000000000000000a00400005000001000000001400020020010db80000000000000000000000000800060003000000',
  ],
  ['ip rule show', ip => ip.rule.list({ family: 4 }), '1c000000220001030000000000000000020000000000000000000000'],
  ['ip -6 rule show', ip => ip.rule.list({ family: 6 }), '1c0000002200010300000000000000000a0000000000000000000000'],
  [
    'ip rule del from 10.0.0.0/24 table 5',
    ip => ip.rule.delete({ from: '10.0.0.0/24', table: 5 }),
    '24000000210005000000000000000000020018000500000000000000080002000a000000',
  ],
  [
    'ip rule del priority 3',
    ip => ip.rule.delete({ priority: 3 }),
    '240000002100050000000000000000000200000000000000000000000800060003000000',
  ],
];

test.each(captured)('%s', async (_command, call, hex) => {
  const { ip, sent } = recorder();
  await call(ip).catch(() => {}); // lookups end in an error here, since they get no answer
  expect(sent).toEqual([hex]);
});

test('ip neigh replace, between two of ip neigh get', async () => {
  const { ip, sent } = recorder();
  await ip.neighbour.replace(3, '10.0.0.9', { lladdr: '02:00:00:00:00:09', state: 'stale', protocol: 'static' });
  const get = captured.find(([command]) => command === 'ip neigh get 10.0.0.9 dev v0')![2];
  expect(sent).toEqual([
    get,
    // ip neigh replace 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0 nud stale protocol static
    '380000001c000505000000000000000002000000030000000400000005000c0004000000080001000a0000090a0002000200000000090000',
    get,
  ]);
});

test('nothing is sent when a setting is bad', async () => {
  const { ip, sent } = recorder();
  const refused: [() => Promise<unknown>, RegExp][] = [
    [() => ip.neighbour.add('v0', '10.0.0.9/24', {}), /address: expected an IPv4 or IPv6 address/],
    [() => ip.neighbour.add('v0', '10.0.0.9', { lladdr: '02:zz' }), /expected a hardware address/],
    [() => ip.neighbour.add('v0', '10.0.0.9', { lladdr: '02:00:00:00:00:01', proxy: true }), /lladdr: an address that/],
    [() => ip.neighbour.add('v0', '10.0.0.9', { mac: '02:00:00:00:00:01' } as object), /no setting is called "mac"/],
    [() => ip.fdb.add('p0', '02:00:00:00:00', { table: 'master' }), /address: expected 6 bytes/],
    [() => ip.fdb.add('p0', '02:00:00:00:00:01', { vlan: 4095 }), /vlan: expected 1 to 4094/],
    [() => ip.fdb.add('p0', '02:00:00:00:00:01', { state: 'stale' as 'static' }), /state: expected permanent, static/],
    [() => ip.rule.delete({}), /at least one condition/],
    [() => ip.rule.delete({ family: 4 }), /at least one condition/],
    [() => ip.rule.add({ from: '10.0.0.1/24' }), /from: "10\.0\.0\.1\/24" has bits set/],
    [() => ip.rule.add({ from: '10.0.0.0/24', to: '2001:db8::/64' }), /family: from and to/],
    [() => ip.rule.add({ sport: [6, 5] }), /sport: expected the first and the last/],
    [() => ip.rule.add({ dport: 65536 }), /dport: expected the first and the last, from 0 to 65535/],
    [() => ip.rule.add({ iif: 'a/b' }), /iif: "a\/b" is no link name/],
  ];
  for (const [attempt, message] of refused) {
    await expect(attempt()).rejects.toThrow(message);
    await expect(attempt()).rejects.toMatchObject({ name: expect.stringMatching(/^(Type|Range)Error$/) });
  }
  expect(sent).toEqual([]);
});
