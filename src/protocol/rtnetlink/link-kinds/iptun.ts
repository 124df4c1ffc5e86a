import { ipv4, ipv6 } from '../../address-codecs.js';
import { attr, attributes } from '../../attributes.js';
import type { AnyCodec } from '../../codec.js';
import { be16, be32, flag, u8, u16, u32 } from '../../scalar.js';
import { ip6TunnelFlags, sitFlags, tunnelEncapFlags, tunnelEncapType, tunnelProtocol } from '../tunnel-values.js';

/** IFLA_IPTUN_*, linux/if_tunnel.h: the rows that all have, with addresses of the outer header's family. */
const rows = <A extends AnyCodec, F extends AnyCodec>(address: A, flagWord: F) => ({
  /** IFLA_IPTUN_LINK: index of the link to send by; 0 for any. */
  link: attr(1, u32),
  /** IFLA_IPTUN_LOCAL: source address of the outer header; all zeros for any. */
  local: attr(2, address),
  /** IFLA_IPTUN_REMOTE: the other end; all zeros for any. */
  remote: attr(3, address),
  /** IFLA_IPTUN_TTL: of the outer header, hop limit in IPv6; 0 inherits it. */
  ttl: attr(4, u8),
  /** IFLA_IPTUN_TOS: of the outer IPv4 header; 1 inherits it. */
  tos: attr(5, u8),
  /** IFLA_IPTUN_ENCAP_LIMIT: how many more tunnels a packet may enter, RFC 2473; IPv6 only. */
  encapLimit: attr(6, u8),
  /** IFLA_IPTUN_FLOWINFO: traffic class and flow label of the outer IPv6 header, 8 and 20 bits; network order. */
  flowinfo: attr(7, be32),
  /** IFLA_IPTUN_FLAGS: over IPv4 SIT_ISATAP, 1 for an ISATAP link; over IPv6 IP6_TNL_F_*. */
  flags: attr(8, flagWord),
  /** IFLA_IPTUN_PROTO: which packets it carries. */
  proto: attr(9, tunnelProtocol),
  /** IFLA_IPTUN_PMTUDISC: 1 discovers the path's MTU; IPv4 only. */
  pmtudisc: attr(10, u8),
  /** IFLA_IPTUN_6RD_PREFIX: IPv6 rapid deployment, RFC 5969; sit only, like the next three. */
  '6rdPrefix': attr(11, ipv6),
  /** IFLA_IPTUN_6RD_RELAY_PREFIX: the part of IPv4 addresses that all have in common; 0.0.0.0 for none. */
  '6rdRelayPrefix': attr(12, ipv4),
  /** IFLA_IPTUN_6RD_PREFIXLEN: bits. */
  '6rdPrefixlen': attr(13, u16),
  /** IFLA_IPTUN_6RD_RELAY_PREFIXLEN: bits. */
  '6rdRelayPrefixlen': attr(14, u16),
  /** IFLA_IPTUN_ENCAP_TYPE: what is put in front. */
  encapType: attr(15, tunnelEncapType),
  /** IFLA_IPTUN_ENCAP_FLAGS: checksums of what is put in front. */
  encapFlags: attr(16, tunnelEncapFlags),
  /** IFLA_IPTUN_ENCAP_SPORT: UDP source port, 0 for one by flow; network order. */
  encapSport: attr(17, be16),
  /** IFLA_IPTUN_ENCAP_DPORT: UDP destination port; network order. */
  encapDport: attr(18, be16),
  /** IFLA_IPTUN_COLLECT_METADATA: routes and filters say where packets go (`external`). */
  collectMetadata: attr(19, flag),
  /** IFLA_IPTUN_FWMARK: firewall mark of the outer packets. */
  fwmark: attr(20, u32),
});

/** IFLA_IPTUN_* over IPv4: `ip link … type ipip` and `sit`. */
export const iptunAttrs = attributes('IFLA_IPTUN_', rows(ipv4, sitFlags));

/** IFLA_IPTUN_* over IPv6: `ip link … type ip6tnl`. */
export const ip6tnlAttrs = attributes('IFLA_IPTUN_', rows(ipv6, ip6TunnelFlags));
