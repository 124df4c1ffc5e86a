import { ipv4, ipv6 } from '../address-codecs.js';
import { type AttributeSet, attr, attributes, many, nested, padding } from '../attributes.js';
import { flags } from '../enumeration.js';
import { be16, be32, be64, bytes, u8, u32 } from '../scalar.js';

/** TUNNEL_*, linux/if_tunnel.h: what a packet's tunnel header holds. */
export const tunnelFlags = flags(be16, 'TUNNEL_', {
  csum: 0x01,
  routing: 0x02,
  key: 0x04,
  seq: 0x08,
  strict: 0x10,
  rec: 0x20,
  version: 0x40,
  noKey: 0x80,
  dontFragment: 0x100,
  oam: 0x200,
  critOpt: 0x400,
  geneveOpt: 0x800,
  vxlanOpt: 0x1000,
  nocache: 0x2000,
  erspanOpt: 0x4000,
  gtpOpt: 0x8000,
});

/** LWTUNNEL_IP_OPT_GENEVE_*, linux/lwtunnel.h: a GENEVE option. */
export const geneveOptionAttrs = attributes('LWTUNNEL_IP_OPT_GENEVE_', {
  /** LWTUNNEL_IP_OPT_GENEVE_CLASS: whose option it is, a number of 16 bits that IANA gives; network order. */
  class: attr(1, be16),
  /** LWTUNNEL_IP_OPT_GENEVE_TYPE: which of them, 0 to 255; those from 128 on must be understood by the receiver. */
  type: attr(2, u8),
  /** LWTUNNEL_IP_OPT_GENEVE_DATA: a multiple of 4 bytes, at most 124. */
  data: attr(3, bytes),
});

/** LWTUNNEL_IP_OPT_VXLAN_*, linux/lwtunnel.h: VXLAN's extensions. */
export const vxlanOptionAttrs = attributes('LWTUNNEL_IP_OPT_VXLAN_', {
  /** LWTUNNEL_IP_OPT_VXLAN_GBP: group policy. */
  gbp: attr(1, u32),
});

/** LWTUNNEL_IP_OPT_ERSPAN_*, linux/lwtunnel.h: ERSPAN's header. */
export const erspanOptionAttrs = attributes('LWTUNNEL_IP_OPT_ERSPAN_', {
  /** LWTUNNEL_IP_OPT_ERSPAN_VER: 1 or 2. */
  ver: attr(1, u8),
  /** LWTUNNEL_IP_OPT_ERSPAN_INDEX: port number of version 1, 20 bits; network order. */
  index: attr(2, be32),
  /** LWTUNNEL_IP_OPT_ERSPAN_DIR: direction of the mirrored traffic in version 2: 0 ingress, 1 egress. */
  dir: attr(3, u8),
  /** LWTUNNEL_IP_OPT_ERSPAN_HWID: number of the engine in version 2, 6 bits. */
  hwid: attr(4, u8),
});

/**
 * LWTUNNEL_IP_OPTS_*, linux/lwtunnel.h. Beware: Linux 6.18 built with FORTIFY_SOURCE crashed on a route with GENEVE
 * options ("memcpy: detected buffer overflow" in ip_tun_parse_opts), with the lock of all of rtnetlink held, so that
 * every later request on the machine hangs until it is restarted.
 */
export const tunnelOptionAttrs = attributes('LWTUNNEL_IP_OPTS_', {
  /** LWTUNNEL_IP_OPTS_GENEVE: GENEVE options, in their order. */
  geneve: many(nested(1, geneveOptionAttrs)),
  /** LWTUNNEL_IP_OPTS_VXLAN: VXLAN's extensions. */
  vxlan: nested(2, vxlanOptionAttrs),
  /** LWTUNNEL_IP_OPTS_ERSPAN: ERSPAN's header. */
  erspan: nested(3, erspanOptionAttrs),
});

const ipEncapRows = {
  /** LWTUNNEL_IP_ID: tunnel key or VNI; network order. */
  id: attr(1, be64),
  /** LWTUNNEL_IP_DST: destination of the outer header. */
  dst: attr(2, ipv4),
  /** LWTUNNEL_IP_SRC: source of the outer header; the kernel chooses if left out. */
  src: attr(3, ipv4),
  /** LWTUNNEL_IP_TTL: of the outer header, 1 to 255; 0 leaves it to the tunnel. */
  ttl: attr(4, u8),
  /** LWTUNNEL_IP_TOS: type of service in the outer header, 8 bits. */
  tos: attr(5, u8),
  /** LWTUNNEL_IP_FLAGS: what the tunnel's header holds; network order. */
  flags: attr(6, tunnelFlags),
  /** LWTUNNEL_IP_OPTS: options of the tunnel's protocol. */
  opts: nested(8, tunnelOptionAttrs),
};
/** LWTUNNEL_IP_*, linux/lwtunnel.h: the header for a tunnel link over IPv4. */
export const ipEncapAttrs: IpEncapAttrsCodec = attributes(padding('LWTUNNEL_IP_', 7), ipEncapRows);
/** By name, like `LinkBody`. */
export interface IpEncapAttrsCodec extends AttributeSet<typeof ipEncapRows> {}

const ip6EncapRows = {
  /** LWTUNNEL_IP6_ID: tunnel key or VNI; network order. */
  id: attr(1, be64),
  /** LWTUNNEL_IP6_DST: destination of the outer header. */
  dst: attr(2, ipv6),
  /** LWTUNNEL_IP6_SRC: source of the outer header; the kernel chooses if left out. */
  src: attr(3, ipv6),
  /** LWTUNNEL_IP6_HOPLIMIT: of the outer header, 1 to 255; 0 leaves it to the tunnel. */
  hoplimit: attr(4, u8),
  /** LWTUNNEL_IP6_TC: traffic class of the outer header, 8 bits. */
  tc: attr(5, u8),
  /** LWTUNNEL_IP6_FLAGS: what the tunnel's header holds; network order. */
  flags: attr(6, tunnelFlags),
  /** LWTUNNEL_IP6_OPTS: options of the tunnel's protocol. */
  opts: nested(8, tunnelOptionAttrs),
};
/** LWTUNNEL_IP6_*, linux/lwtunnel.h: the header for a tunnel link over IPv6. */
export const ip6EncapAttrs: Ip6EncapAttrsCodec = attributes(padding('LWTUNNEL_IP6_', 7), ip6EncapRows);
/** By name, like `LinkBody`. */
export interface Ip6EncapAttrsCodec extends AttributeSet<typeof ip6EncapRows> {}
