import { ipv4, ipv6 } from '../../address-codecs.js';
import { attr, attributes } from '../../attributes.js';
import { enumeration } from '../../enumeration.js';
import { be16, be32, flag, u8, u32 } from '../../scalar.js';
import { struct } from '../../struct.js';

/** GENEVE_DF_*, linux/if_link.h: the "don't fragment" bit of the outer IPv4 header. */
export const geneveDf = enumeration(u8, 'GENEVE_DF_', {
  unset: 0,
  set: 1,
  /** GENEVE_DF_INHERIT: as in the inner packet. */
  inherit: 2,
});

/** `struct ifla_geneve_port_range`, linux/if_link.h: network order. */
export const genevePortRange = struct('ifla_geneve_port_range', '', {
  /** The first port. */
  low: be16,
  /** The last port. */
  high: be16,
});

/** IFLA_GENEVE_*, linux/if_link.h: `ip link … type geneve`. */
export const geneveAttrs = attributes('IFLA_GENEVE_', {
  /** IFLA_GENEVE_ID: the VNI, 0 to 16777215. */
  id: attr(1, u32),
  /** IFLA_GENEVE_REMOTE: the other end, IPv4. */
  remote: attr(2, ipv4),
  /** IFLA_GENEVE_TTL: of the outer header, 0 to 255; 0 is the system's default. */
  ttl: attr(3, u8),
  /** IFLA_GENEVE_TOS: of the outer header; 1 inherits it from the inner packet. */
  tos: attr(4, u8),
  /** IFLA_GENEVE_PORT: UDP destination port, network order; 6081 by default. */
  port: attr(5, be16),
  /** IFLA_GENEVE_COLLECT_METADATA: routes and filters say where packets go (`external`). */
  collectMetadata: attr(6, flag),
  /** IFLA_GENEVE_REMOTE6: the other end, IPv6. */
  remote6: attr(7, ipv6),
  /** IFLA_GENEVE_UDP_CSUM: 1: UDP checksums over IPv4. */
  udpCsum: attr(8, u8),
  /** IFLA_GENEVE_UDP_ZERO_CSUM6_TX: 1: no UDP checksums over IPv6. */
  udpZeroCsum6Tx: attr(9, u8),
  /** IFLA_GENEVE_UDP_ZERO_CSUM6_RX: 1 takes packets without UDP checksum over IPv6. */
  udpZeroCsum6Rx: attr(10, u8),
  /** IFLA_GENEVE_LABEL: flow label of the outer IPv6 header, network order, 20 bits. */
  label: attr(11, be32),
  /** IFLA_GENEVE_TTL_INHERIT: 1: the TTL of the inner packet. */
  ttlInherit: attr(12, u8),
  /** IFLA_GENEVE_DF: the "don't fragment" bit. */
  df: attr(13, geneveDf),
  /** IFLA_GENEVE_INNER_PROTO_INHERIT: carries IP packets without Ethernet header. */
  innerProtoInherit: attr(14, flag),
  /** IFLA_GENEVE_PORT_RANGE: UDP source ports (6.16 and newer). */
  portRange: attr(15, genevePortRange),
  /** IFLA_GENEVE_GRO_HINT: sends what helps the receiver to merge packets. */
  groHint: attr(16, flag),
  /** IFLA_GENEVE_LOCAL: IPv4 source address. */
  local: attr(17, ipv4),
  /** IFLA_GENEVE_LOCAL6: IPv6 source address. */
  local6: attr(18, ipv6),
});
