import { decodeMessages, encodeMessage, type LinkAttrs, type Message } from '../../src/protocol/index.js';

const LITTLE = { byteOrder: 'little' } as const;
const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const decode = (hex: string): Message => decodeMessages(fromHex(hex), LITTLE)[0]!;
const attrsOf = (message: Message): LinkAttrs => (message.body as unknown as { attrs: LinkAttrs }).attrs;

/** What iproute2 6.1 sends, captured on Linux 7.2; the sequence is zeroed. */
const requests = [
  {
    // ip link add b1 type bond mode active-backup arp_interval 200 arp_ip_target 10.0.0.1,10.0.0.2 arp_validate all arp_all_targets any ns_ip6_target fe80::1,fe80::2 fail_over_mac follow primary_reselect better
    what: 'a list of addresses numbered from 0',
    hex: 'a80000001000050600000000000000000000000000000000000000000000000007000300623100008000120008000100626f6e6474000200050001000100000008000700c800000014000800080000000a000001080001000a000002080009000300000008000a00000000002c001f0014000000fe80000000000000000000000000000114000100fe80000000000000000000000000000205000d000200000005000c0001000000',
    attrs: {
      linkinfo: {
        kind: 'bond',
        data: {
          mode: 'activebackup',
          arpInterval: 200,
          arpIpTarget: ['10.0.0.1', '10.0.0.2'],
          arpValidate: 'all',
          arpAllTargets: 'any',
          nsIp6Target: ['fe80::1', 'fe80::2'],
          failOverMac: 'follow',
          primaryReselect: 'better',
        },
      },
    },
  },
  {
    // ip link add g4 type erspan local 10.0.0.1 remote 10.0.0.4 seq key 6 erspan_ver 2 erspan_dir egress erspan_hwid 17
    what: 'flags in network order',
    hex: 'c40000001000050600000000000000000000000000000000000000000000000007000300673400009c0012000a00010065727370616e00008c0002000800040000000006080005000000000606000200300000000600030030000000080006000a000001080007000a00000405000a000100000005000900000000000500080000000000080014000000000005001600020000000500170001000000060018001100000006000e000000000006000f000000000006001000000000000600110000000000',
    attrs: {
      linkinfo: {
        kind: 'erspan',
        data: {
          ikey: 6,
          okey: 6,
          iflags: ['seq', 'key'],
          oflags: ['seq', 'key'],
          local: '10.0.0.1',
          remote: '10.0.0.4',
          pmtudisc: 1,
          erspanVer: 2,
          erspanDir: 1,
          erspanHwid: 17,
        },
      },
    },
  },
  {
    // ip link add i11 type sit local 10.0.0.1 remote any ttl 4 isatap
    what: 'flags in host order',
    hex: '98000000100005060000000000000000000000000000000000000000000000000800030069313100700012000700010073697400640002000500090000000000080002000a00000105000a0001000000050005000000000005000400040000000800010000000000080014000000000006000f00000000000600100000000000060011000000000006001200000000000600080001000000',
    attrs: { linkinfo: { kind: 'sit', data: { proto: 'ip', local: '10.0.0.1', ttl: 4, flags: ['isatap'] } } },
  },
  {
    // ip link add link d0 name mv0 type macvlan mode source macaddr set 02:00:00:00:00:09 02:00:00:00:00:0a
    what: 'a list of hardware addresses',
    hex: '70000000100005060000000000000000000000000000000000000000000000000800050002000000080003006d763000400012000b0001006d6163766c616e003000020008000300030000001c0005000a00040002000000000900000a00040002000000000a00000800010010000000',
    attrs: {
      link: 2,
      linkinfo: {
        kind: 'macvlan',
        data: {
          macaddrMode: 'set',
          macaddrData: { macaddr: ['02:00:00:00:00:09', '02:00:00:00:00:0a'] },
          mode: 'source',
        },
      },
    },
  },
  {
    // ip link add link d3 name ms0 type macsec sci 020000000001000b cipher gcm-aes-xpn-256 encrypt on validate check replay on window 5 send_sci on
    what: 'a cipher by name, an identifier in network order',
    hex: '84000000100005060000000000000000000000000000000000000000000000000800050005000000080003006d733000540012000a0001006d61637365630000440002000c000100020000000001000b050007000100000005000d000100000005000900010000000c0004000400000100c28000080005000500000005000c0001000000',
    attrs: {
      linkinfo: {
        kind: 'macsec',
        data: {
          sci: 0x020000000001000bn,
          encrypt: 1,
          validation: 'check',
          incSci: 1,
          cipherSuite: 'gcmAesXpn256',
          window: 5,
          replayProtect: 1,
        },
      },
    },
  },
  {
    // ip link add vx1 type vxlan id 43 remote fe80::2 local fe80::1 dev d0 ttl inherit flowlabel 0x12345 df set dstport 0 udp6zerocsumtx udp6zerocsumrx remcsumtx remcsumrx
    what: 'a flag that replies have as a number',
    hex: 'b0000000100005060000000000000000000000000000000000000000000000000800030076783100880012000900010076786c616e00000078000200080003000200000004001c0008001a000001234505001d00010000000500130001000000050014000100000005001500010000000500160001000000080001002b00000014001100fe80000000000000000000000000000114001000fe8000000000000000000000000000020500070001000000',
    attrs: {
      linkinfo: {
        kind: 'vxlan',
        data: {
          id: 43,
          link: 2,
          ttlInherit: true,
          label: 0x12345,
          df: 'set',
          group6: 'fe80::2',
          local6: 'fe80::1',
          udpZeroCsum6Tx: 1,
          udpZeroCsum6Rx: 1,
        },
      },
    },
  },
  {
    // ip link set br0 type bridge fdb_flush mcast_router 2 mcast_hash_max 8 mcast_query_interval 5000 no_linklocal_learn 1 mcast_vlan_snooping 1
    what: 'options by their position',
    hex: '6000000010000500000000000000000000000000070000000000000000000000400012000a00010062726964676500003000020004001500050016000200000008001b00080000000c00210088130000000000000c002e000300000003000000',
    attrs: {
      linkinfo: {
        kind: 'bridge',
        data: {
          fdbFlush: true,
          mcastRouter: 'perm',
          mcastHashMax: 8,
          mcastQueryIntvl: 5000n,
          multiBoolopt: { optval: ['noLlLearn', 'mcastVlanSnooping'], optmask: ['noLlLearn', 'mcastVlanSnooping'] },
        },
      },
    },
  },
  {
    // ip link set d0 type bridge_slave fdb_flush mcast_router 2 neigh_suppress on backup_port d1 mcast_fast_leave on
    what: 'settings of a port, by the name ip has for its kind',
    hex: '5c000000100005000000000000000000000000000200000000000000000000003c001200100001006272696467655f736c61766528000500040018000500190002000000050020000100000008002200030000000500070001000000',
    attrs: {
      linkinfo: {
        kind: 'bridge_slave',
        slaveData: { flush: true, multicastRouter: 'perm', neighSuppress: 1, backupPort: 3, fastLeave: 1 },
      },
    },
  },
  {
    // bridge vlan add dev d0 vid 10-20 tunnel_info id 100-110
    what: 'the families of AF_BRIDGE',
    hex: '5c000000130005000000000000000000070000000200000000000000000000003c001a001c0003000800010064000000060002000a00000006000300080000001c000300080001006e00000006000200140000000600030010000000',
    attrs: {
      afSpec: {
        vlanTunnelInfo: [
          { id: 100, vid: 10, flags: ['rangeBegin'] },
          { id: 110, vid: 20, flags: ['rangeEnd'] },
        ],
      },
    },
  },
  {
    // ip link set d0 vf 0 vlan 5 qos 2 proto 802.1ad
    what: 'a struct with reserved bytes at its end',
    hex: '4000000010000500000000000000000000000000020000000000000000000000200016001c00010018000c001400010000000000050000000200000088a80000',
    attrs: { vfinfoList: { info: [{ vlanList: { info: [{ vf: 0, vlan: 5, qos: 2, vlanProto: '8021ad' }] } }] } },
  },
  {
    // ip link set d0 vf 1 node_guid 00:11:22:33:44:55:66:77
    what: 'a struct with reserved bytes in it',
    hex: '3c000000100005000000000000000000000000000200000000000000000000001c0016001800010014000a0001000000000000007766554433221100',
    attrs: { vfinfoList: { info: [{ ibNodeGuid: { vf: 1, guid: 0x0011223344556677n } }] } },
  },
  {
    // ip link add c0 type can bitrate 500000 sample-point 0.875 dbitrate 2000000 dsample-point 0.8 fd on berr-reporting on restart-ms 100 termination 120 tdcv 5 tdco 6 tdcf 7 tdc-mode manual
    what: 'structs within attributes',
    hex: 'b8000000100005060000000000000000000000000000000000000000000000000700030063300000900012000700010063616e0084000200080006006400000006000b00780000002400010020a107006b0300000000000000000000000000000000000000000000000000002400090080841e00200300000000000000000000000000000000000000000000000000000c00050030040000300400001c001080080007000500000008000800060000000800090007000000',
    attrs: {
      linkinfo: {
        kind: 'can',
        data: {
          restartMs: 100,
          termination: 120,
          bittiming: { bitrate: 500000, samplePoint: 875 },
          dataBittiming: { bitrate: 2000000, samplePoint: 800 },
          ctrlmode: { mask: ['berrReporting', 'fd', 'tdcManual'], flags: ['berrReporting', 'fd', 'tdcManual'] },
          tdc: { tdcv: 5, tdco: 6, tdcf: 7 },
        },
      },
    },
  },
];

test.each(requests)('request: $what', ({ hex, attrs }) => {
  const message = decode(hex);
  expect(attrsOf(message)).toMatchObject(attrs);
  expect(toHex(encodeMessage(message as never, LITTLE))).toBe(hex);
});

/** IFLA_LINKINFO of Linux 7.2, after what the comment says. */
const replies = [
  {
    // ip link add vx1 type vxlan id 43 remote fe80::2 local fe80::1 dev d0 ttl inherit flowlabel 0x12345 df set dstport 0 udp6zerocsumtx udp6zerocsumrx remcsumtx remcsumrx
    what: 'a flag that requests have without payload',
    hex: '080112000a00010076786c616e000000f8000200080001002b00000014001000fe800000000000000000000000000002080003000200000014001100fe800000000000000000000000000001050005000000000005001c0001000000050006000000000005001d000100000008001a00000123450800200000000000050007000100000005000b000000000005000c000000000005000d000000000005000e00000000000500190000000000080008002c010000080009000000000006000f00211800000500120001000000050013000100000005001400010000000500150001000000050016000100000005001f000100000008000a00000000000c002100f7dfffff00000000',
    linkinfo: {
      kind: 'vxlan',
      data: { id: 43, ttlInherit: 1, label: 0x12345, df: 'set', portRange: { low: 0, high: 0 }, local6: 'fe80::1' },
    },
  },
  {
    // ip link add b1 type bond mode active-backup arp_interval 200 arp_ip_target 10.0.0.1,10.0.0.2 arp_validate all arp_all_targets any ns_ip6_target fe80::1,fe80::2 fail_over_mac follow primary_reselect better
    what: 'lists numbered from 0, one of them flagged as nested',
    hex: '2c01120009000100626f6e64000000001c0102000500010001000000080002000300000008000300000000000800040000000000080005000000000008001c0000000000050006000100000008000700c800000014000800080000000a000001080001000a000002080009000300000008000a00000000002c001f8014000000fe80000000000000000000000000000114000100fe80000000000000000000000000000205000c000100000005000d000200000005000e000000000008000f00010000000500100001000000050011000000000008001200000000000800130001000000080014000100000005001d00010000000500150000000000050016000000000005001b000100000005001e0002000000050020000100000005002100000000000500220000000000',
    linkinfo: {
      kind: 'bond',
      data: { arpIpTarget: ['10.0.0.1', '10.0.0.2'], nsIp6Target: ['fe80::1', 'fe80::2'], failOverMac: 'follow' },
    },
  },
  {
    // ip link add i1 type sit local 10.0.0.1 remote any ttl 4 mode ip6ip isatap 6rd-prefix 2001:db8::/32 6rd-relay_prefix 10.0.0.0/8
    what: '6rd and flags in host order',
    hex: 'a40012000800010073697400980002000800010000000000080002000a00000108000300000000000500040004000000050005000000000005000a000100000005000900290000000600080001000000080014000000000014000b0020010db800000000000000000000000008000c000a00000006000d002000000006000e000800000006000f0000000000060011000000000006001200000000000600100000000000',
    linkinfo: {
      kind: 'sit',
      data: {
        flags: ['isatap'],
        '6rdPrefix': '2001:db8::',
        '6rdRelayPrefix': '10.0.0.0',
        '6rdPrefixlen': 32,
        '6rdRelayPrefixlen': 8,
      },
    },
  },
  {
    // ip link add link d3 name ms0 type macsec sci 020000000001000b cipher gcm-aes-xpn-256 encrypt on validate check replay on window 5 send_sci on
    what: 'a cipher by name',
    hex: '840012000b0001006d61637365630000740002000c000100020000000001000b05000300100000000c0004000400000100c28000050006000000000005000700010000000500080001000000050009000100000005000a000000000005000b000000000005000c000100000005000d000100000005000f00000000000800050005000000',
    linkinfo: {
      kind: 'macsec',
      data: { sci: 0x020000000001000bn, icvLen: 16, cipherSuite: 'gcmAesXpn256', validation: 'check', offload: 'off' },
    },
  },
];

/** A message of the kernel with nothing but this attribute. */
function around(attribute: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(32 + attribute.length / 2);
  return `${length.toString('hex')}10000000${'0'.repeat(16)}${'0'.repeat(32)}${attribute}`;
}

test.each(replies)('reply: $what', ({ hex, linkinfo }) => {
  const message = decode(around(hex));
  expect(attrsOf(message).linkinfo).toMatchObject(linkinfo);
  expect(toHex(encodeMessage(message as never, LITTLE))).toBe(around(hex));
});

test('a list that is numbered otherwise keeps its numbers', () => {
  // IFLA_BOND_ARP_IP_TARGET with 10.0.0.1 under 5 and 10.0.0.2 under 3
  const hex = around('2800120009000100626f6e6400000000180002001400080008000500' + '0a00000108000300' + '0a000002');
  const { linkinfo } = attrsOf(decode(hex));
  expect(linkinfo?.kind === 'bond' && [...(linkinfo.data?.arpIpTarget ?? [])]).toEqual(['10.0.0.1', '10.0.0.2']);
  expect(toHex(encodeMessage(decode(hex) as never, LITTLE))).toBe(hex);
});

/** IFLA_INET6_CONF of `n` settings, and IFLA_INET6_STATS whose counters are their own numbers. */
function inet6(settings: number, counters: number): string {
  const attribute = (type: number, payload: Buffer): Buffer => {
    const header = Buffer.alloc(4);
    header.writeUInt16LE(4 + payload.length);
    header.writeUInt16LE(type, 2);
    return Buffer.concat([header, payload]);
  };
  const stats = Buffer.concat(
    Array.from({ length: counters }, (_, i) => {
      const counter = Buffer.alloc(8);
      counter.writeBigUInt64LE(BigInt(i));
      return counter;
    }),
  );
  const set = Buffer.concat([attribute(2, Buffer.alloc(4 * settings)), attribute(3, stats)]);
  return around(attribute(26, attribute(10, set)).toString('hex'));
}

test.each([
  ['Linux 6.12', 59, { outforwdatagrams: 4n, outrequests: 5n, noectpkts: 32n, outpkts: 37n }],
  ['Linux 6.18', 60, { noectpkts: 4n, outrequests: 8n, outpkts: 9n, outforwdatagrams: 11n, reasmOverlaps: 37n }],
])('IPv6 counters as %s numbers them', (_kernel, settings, stats) => {
  const hex = inet6(settings, 38);
  expect(attrsOf(decode(hex)).afSpec?.inet6?.stats).toMatchObject(stats);
  expect(toHex(encodeMessage(decode(hex) as never, LITTLE))).toBe(hex);
});
