import type { Ip } from '../../src/index.js';
import { recorder } from '../support/sent-requests.js';

/** What `bridge` of iproute2 6.1 sent for the command, captured; link 2 is br0, 4 its port p0. */
const captured: [command: string, call: (ip: Ip) => Promise<unknown>, hex: string][] = [
  [
    'bridge link set dev p0 cost 10 learning off isolated on',
    ip => ip.bridge.setPort(4, { learning: false, cost: 10, isolated: true }),
    '3c000000130005000000000000000000070000000400000000000000000000001c000c800500080000000000080003000a0000000500210001000000',
  ],
  [
    'bridge vlan add dev p0 vid 10',
    ip => ip.bridge.addVlan(4, 10),
    '2c000000130005000000000000000000070000000400000000000000000000000c001a000800020000000a00',
  ],
  [
    'bridge vlan add dev p0 vid 11 pvid untagged',
    ip => ip.bridge.addVlan(4, 11, { pvid: true, untagged: true }),
    '2c000000130005000000000000000000070000000400000000000000000000000c001a000800020006000b00',
  ],
  [
    'bridge vlan add dev p0 vid 20-30',
    ip => ip.bridge.addVlan(4, [20, 30]),
    '340000001300050000000000000000000700000004000000000000000000000014001a0008000200080014000800020010001e00',
  ],
  [
    'bridge vlan add dev br0 vid 12 self',
    ip => ip.bridge.addVlan(2, 12, { self: true }),
    '340000001300050000000000000000000700000002000000000000000000000014001a0006000000020000000800020000000c00',
  ],
  [
    'bridge vlan del dev p0 vid 10',
    ip => ip.bridge.deleteVlan(4, 10),
    '2c000000110005000000000000000000070000000400000000000000000000000c001a000800020000000a00',
  ],
  [
    'bridge vlan del dev p0 vid 20-30',
    ip => ip.bridge.deleteVlan(4, [20, 30]),
    '340000001100050000000000000000000700000004000000000000000000000014001a0008000200080014000800020010001e00',
  ],
  [
    'bridge -c vlan show',
    ip => ip.bridge.vlans(),
    '280000001200010300000000000000000700000000000000000000000000000008001d0004000000',
  ],
];

test.each(captured)('%s', async (_command, call, hex) => {
  const { ip, sent } = recorder();
  await call(ip);
  expect(sent).toEqual([hex]);
});

test('nothing is sent when a setting is bad', async () => {
  const { ip, sent } = recorder();
  const refused: [() => Promise<unknown>, RegExp][] = [
    [() => ip.bridge.setPort(4, { rootId: {} } as object), /no setting is called "rootId"/],
    [() => ip.bridge.setPort(4, { cost: -1 }), /protinfo\.cost: expected an integer/],
    [() => ip.bridge.addVlan(4, 4095), /vlan: expected a number or \[first, last\] from 1 to 4094/],
    [() => ip.bridge.addVlan(4, [5, 4]), /vlan: expected/],
    [() => ip.bridge.addVlan(4, [4, 5], { pvid: true }), /pvid: a port has one at most/],
    [() => ip.bridge.deleteVlan(4, 5, { pvid: true } as object), /no setting is called "pvid"/],
    [() => ip.forwarding.set({ ipv4: 1 as unknown as boolean }), /ipv4: expected true or false/],
  ];
  for (const [attempt, message] of refused) {
    await expect(attempt()).rejects.toThrow(message);
    await expect(attempt()).rejects.toMatchObject({ name: expect.stringMatching(/^(Type|Range|Encode)Error$/) });
  }
  expect(sent).toEqual([]);
});
