import { enumeration, flags } from '../enumeration.js';
import { be16, u8, u16, u32 } from '../scalar.js';

/** TUNNEL_ENCAP_*, linux/if_tunnel.h: what is put between the outer header and the tunnel's own. */
export const tunnelEncapType = enumeration(u16, 'TUNNEL_ENCAP_', {
  none: 0,
  /** TUNNEL_ENCAP_FOU: a UDP header, foo over UDP. */
  fou: 1,
  /** TUNNEL_ENCAP_GUE: generic UDP encapsulation. */
  gue: 2,
  mpls: 3,
});

/** TUNNEL_ENCAP_FLAG_*, linux/if_tunnel.h: checksums of what is put in front. */
export const tunnelEncapFlags = flags(u16, 'TUNNEL_ENCAP_FLAG_', {
  /** TUNNEL_ENCAP_FLAG_CSUM: UDP checksums over IPv4. */
  csum: 1 << 0,
  /** TUNNEL_ENCAP_FLAG_CSUM6: UDP checksums over IPv6. */
  csum6: 1 << 1,
  /** TUNNEL_ENCAP_FLAG_REMCSUM: remote checksum offload. */
  remcsum: 1 << 2,
});

/** GRE_*, linux/if_tunnel.h: what a GRE header holds; network order. */
export const greFlags = flags(be16, 'GRE_', {
  /** GRE_CSUM: a checksum. */
  csum: 0x8000,
  routing: 0x4000,
  /** GRE_KEY: a key. */
  key: 0x2000,
  /** GRE_SEQ: sequence numbers. */
  seq: 0x1000,
  strict: 0x0800,
});

/** IP6_TNL_F_*, linux/ip6_tunnel.h: what a tunnel over IPv6 takes from the inner packet, and more. */
export const ip6TunnelFlags = flags(u32, 'IP6_TNL_F_', {
  /** IP6_TNL_F_IGN_ENCAP_LIMIT: adds no encapsulation limit. */
  ignEncapLimit: 0x1,
  /** IP6_TNL_F_USE_ORIG_TCLASS: traffic class of the inner packet. */
  useOrigTclass: 0x2,
  /** IP6_TNL_F_USE_ORIG_FLOWLABEL: flow label of the inner packet. */
  useOrigFlowlabel: 0x4,
  /** IP6_TNL_F_MIP6_DEV: for Mobile IPv6. */
  mip6Dev: 0x8,
  /** IP6_TNL_F_RCV_DSCP_COPY: DSCP of the outer packet. */
  rcvDscpCopy: 0x10,
  /** IP6_TNL_F_USE_ORIG_FWMARK: firewall mark of the inner packet. */
  useOrigFwmark: 0x20,
  /** IP6_TNL_F_ALLOW_LOCAL_REMOTE: the remote end may be on this machine. */
  allowLocalRemote: 0x40,
  /** IP6_TNL_F_CAP_XMIT: can send. Read-only; net/ip6_tunnel.h in the kernel's source. */
  capXmit: 0x10000,
  /** IP6_TNL_F_CAP_RCV: can receive. Read-only. */
  capRcv: 0x20000,
  /** IP6_TNL_F_CAP_PER_PACKET: decided anew for each packet. Read-only. */
  capPerPacket: 0x40000,
});

/** SIT_ISATAP, linux/if_tunnel.h; host order, though the attribute is said to be in network order. */
export const sitFlags = flags(u16, 'SIT_', { isatap: 0x0001 });

/** IPPROTO_*, linux/in.h: which packets a tunnel carries. */
export const tunnelProtocol = enumeration(u8, 'IPPROTO_', {
  /** IPPROTO_IP: any. */
  ip: 0,
  /** IPPROTO_IPIP: IPv4. */
  ipip: 4,
  /** IPPROTO_IPV6: IPv6. */
  ipv6: 41,
  gre: 47,
  /** IPPROTO_MPLS: MPLS. */
  mpls: 137,
});
