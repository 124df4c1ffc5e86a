import { ipv4, ipv6 } from '../../address-codecs.js';
import { attr, attributes } from '../../attributes.js';
import type { AnyCodec } from '../../codec.js';
import { be16, be32, flag, u8, u16, u32 } from '../../scalar.js';
import { greFlags, ip6TunnelFlags, tunnelEncapFlags, tunnelEncapType } from '../tunnel-values.js';

/** IFLA_GRE_*, linux/if_tunnel.h, with addresses of the outer header's family. */
const rows = <A extends AnyCodec>(address: A) => ({
  /** IFLA_GRE_LINK: index of the link to send by; 0 for any. */
  link: attr(1, u32),
  /** IFLA_GRE_IFLAGS: what packets that come in must have. */
  iflags: attr(2, greFlags),
  /** IFLA_GRE_OFLAGS: what packets that go out have. */
  oflags: attr(3, greFlags),
  /** IFLA_GRE_IKEY: key of packets that come in; network order. */
  ikey: attr(4, be32),
  /** IFLA_GRE_OKEY: key of packets that go out; network order. */
  okey: attr(5, be32),
  /** IFLA_GRE_LOCAL: source address of the outer header; all zeros for any. */
  local: attr(6, address),
  /** IFLA_GRE_REMOTE: the other end; all zeros for any. */
  remote: attr(7, address),
  /** IFLA_GRE_TTL: of the outer header, hop limit in IPv6; 0 inherits it. */
  ttl: attr(8, u8),
  /** IFLA_GRE_TOS: of the outer IPv4 header; 1 inherits it. */
  tos: attr(9, u8),
  /** IFLA_GRE_PMTUDISC: 1 discovers the path's MTU; IPv4 only. */
  pmtudisc: attr(10, u8),
  /** IFLA_GRE_ENCAP_LIMIT: how many more tunnels a packet may enter, RFC 2473; IPv6 only. */
  encapLimit: attr(11, u8),
  /** IFLA_GRE_FLOWINFO: traffic class and flow label of the outer IPv6 header, 8 and 20 bits; network order. */
  flowinfo: attr(12, be32),
  /** IFLA_GRE_FLAGS: IPv6 only. */
  flags: attr(13, ip6TunnelFlags),
  /** IFLA_GRE_ENCAP_TYPE: what is put in front. */
  encapType: attr(14, tunnelEncapType),
  /** IFLA_GRE_ENCAP_FLAGS: checksums of what is put in front. */
  encapFlags: attr(15, tunnelEncapFlags),
  /** IFLA_GRE_ENCAP_SPORT: UDP source port, 0 for one by flow; network order. */
  encapSport: attr(16, be16),
  /** IFLA_GRE_ENCAP_DPORT: UDP destination port; network order. */
  encapDport: attr(17, be16),
  /** IFLA_GRE_COLLECT_METADATA: routes and filters say where packets go (`external`). */
  collectMetadata: attr(18, flag),
  /** IFLA_GRE_IGNORE_DF: 1 fragments packets in spite of their "don't fragment" bit; IPv4 only. */
  ignoreDf: attr(19, u8),
  /** IFLA_GRE_FWMARK: firewall mark of the outer packets. */
  fwmark: attr(20, u32),
  /** IFLA_GRE_ERSPAN_INDEX: port number of ERSPAN version 1, 20 bits. */
  erspanIndex: attr(21, u32),
  /** IFLA_GRE_ERSPAN_VER: version of ERSPAN, 0, 1 or 2. */
  erspanVer: attr(22, u8),
  /** IFLA_GRE_ERSPAN_DIR: direction of the mirrored traffic in version 2: 0 ingress, 1 egress. */
  erspanDir: attr(23, u8),
  /** IFLA_GRE_ERSPAN_HWID: number of the engine in version 2, 6 bits. */
  erspanHwid: attr(24, u16),
});

/** IFLA_GRE_* over IPv4: `ip link … type gre`, `gretap` and `erspan`. */
export const greAttrs = attributes('IFLA_GRE_', rows(ipv4));

/** IFLA_GRE_* over IPv6: `ip link … type ip6gre`, `ip6gretap` and `ip6erspan`. */
export const ip6greAttrs = attributes('IFLA_GRE_', rows(ipv6));
