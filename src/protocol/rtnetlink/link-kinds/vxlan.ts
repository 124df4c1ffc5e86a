import { ipv4, ipv6 } from '../../address-codecs.js';
import { attr, attributes } from '../../attributes.js';
import { byDirection } from '../../direction.js';
import { enumeration } from '../../enumeration.js';
import { be16, be32, flag, u8, u32 } from '../../scalar.js';
import { struct } from '../../struct.js';

/** `struct ifla_vxlan_port_range`, linux/if_link.h: network order. */
export const vxlanPortRange = struct('ifla_vxlan_port_range', '', {
  /** The first port. */
  low: be16,
  /** The last port. */
  high: be16,
});

/** VXLAN_DF_*, linux/if_link.h: the "don't fragment" bit of the outer IPv4 header. */
export const vxlanDf = enumeration(u8, 'VXLAN_DF_', {
  unset: 0,
  set: 1,
  /** VXLAN_DF_INHERIT: as in the inner packet. */
  inherit: 2,
});

/** VXLAN_LABEL_*, linux/if_link.h: the flow label of the outer IPv6 header. */
export const vxlanLabelPolicy = enumeration(u32, 'VXLAN_LABEL_', {
  /** VXLAN_LABEL_FIXED: that of `label`. */
  fixed: 0,
  /** VXLAN_LABEL_INHERIT: as in the inner packet. */
  inherit: 1,
});

/** `struct vxlanhdr`, net/vxlan.h in the kernel's source: which bits of the header are reserved. Network order. */
export const vxlanReservedBits = struct('vxlanhdr', 'vx_', {
  /** Of the first word. */
  flags: be32,
  /** Of the word with the VNI. */
  vni: be32,
});

/** IFLA_VXLAN_*, linux/if_link.h: `ip link … type vxlan`. */
export const vxlanAttrs = attributes('IFLA_VXLAN_', {
  /** IFLA_VXLAN_ID: the VNI, 0 to 16777215. */
  id: attr(1, u32),
  /** IFLA_VXLAN_GROUP: IPv4 multicast group, or the remote end. */
  group: attr(2, ipv4),
  /** IFLA_VXLAN_LINK: index of the link to send by. */
  link: attr(3, u32),
  /** IFLA_VXLAN_LOCAL: IPv4 source address. */
  local: attr(4, ipv4),
  /** IFLA_VXLAN_TTL: of the outer header, 0 to 255; 0 is the system's default. */
  ttl: attr(5, u8),
  /** IFLA_VXLAN_TOS: of the outer header; 1 inherits it from the inner packet. */
  tos: attr(6, u8),
  /** IFLA_VXLAN_LEARNING: 1 learns where addresses are from packets. */
  learning: attr(7, u8),
  /** IFLA_VXLAN_AGEING: seconds a learned address is kept. */
  ageing: attr(8, u32),
  /** IFLA_VXLAN_LIMIT: the most addresses to learn; 0 for no limit. */
  limit: attr(9, u32),
  /** IFLA_VXLAN_PORT_RANGE: UDP source ports. */
  portRange: attr(10, vxlanPortRange),
  /** IFLA_VXLAN_PROXY: 1 answers ARP itself. */
  proxy: attr(11, u8),
  /** IFLA_VXLAN_RSC: 1: route short circuit. */
  rsc: attr(12, u8),
  /** IFLA_VXLAN_L2MISS: 1 reports unknown hardware addresses. */
  l2miss: attr(13, u8),
  /** IFLA_VXLAN_L3MISS: 1 reports unknown IP addresses. */
  l3miss: attr(14, u8),
  /** IFLA_VXLAN_PORT: UDP destination port, network order; 4789 by the standard, 8472 by default. */
  port: attr(15, be16),
  /** IFLA_VXLAN_GROUP6: IPv6 multicast group, or the remote end. */
  group6: attr(16, ipv6),
  /** IFLA_VXLAN_LOCAL6: IPv6 source address. */
  local6: attr(17, ipv6),
  /** IFLA_VXLAN_UDP_CSUM: 1: UDP checksums over IPv4. */
  udpCsum: attr(18, u8),
  /** IFLA_VXLAN_UDP_ZERO_CSUM6_TX: 1: no UDP checksums over IPv6. */
  udpZeroCsum6Tx: attr(19, u8),
  /** IFLA_VXLAN_UDP_ZERO_CSUM6_RX: 1 takes packets without UDP checksum over IPv6. */
  udpZeroCsum6Rx: attr(20, u8),
  /** IFLA_VXLAN_REMCSUM_TX: 1: remote checksum offload when sending. */
  remcsumTx: attr(21, u8),
  /** IFLA_VXLAN_REMCSUM_RX: 1: remote checksum offload when receiving. */
  remcsumRx: attr(22, u8),
  /** IFLA_VXLAN_GBP: carries group policies. */
  gbp: attr(23, flag),
  /** IFLA_VXLAN_REMCSUM_NOPARTIAL: remote checksum offload without partial checksums. */
  remcsumNopartial: attr(24, flag),
  /** IFLA_VXLAN_COLLECT_METADATA: 1: routes and filters say where packets go (`external`). */
  collectMetadata: attr(25, u8),
  /** IFLA_VXLAN_LABEL: flow label of the outer IPv6 header, network order, 20 bits. */
  label: attr(26, be32),
  /** IFLA_VXLAN_GPE: the generic protocol extension. */
  gpe: attr(27, flag),
  /** IFLA_VXLAN_TTL_INHERIT: the TTL of the inner packet; `true` in requests, 1 or 0 in replies. */
  ttlInherit: attr(28, byDirection(flag, u8)),
  /** IFLA_VXLAN_DF: the "don't fragment" bit. */
  df: attr(29, vxlanDf),
  /** IFLA_VXLAN_VNIFILTER: 1 takes only VNIs it is told; with `collectMetadata`. */
  vnifilter: attr(30, u8),
  /** IFLA_VXLAN_LOCALBYPASS: 1: packets for this machine skip the network (6.5 and newer). */
  localbypass: attr(31, u8),
  /** IFLA_VXLAN_LABEL_POLICY: where the flow label comes from (6.8 and newer). */
  labelPolicy: attr(32, vxlanLabelPolicy),
  /** IFLA_VXLAN_RESERVED_BITS: header bits that must be zero (6.14 and newer). */
  reservedBits: attr(33, vxlanReservedBits),
  /** IFLA_VXLAN_MC_ROUTE: 1 asks the multicast routing table where multicast goes (6.17 and newer). */
  mcRoute: attr(34, u8),
});
