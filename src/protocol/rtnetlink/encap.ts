import { type AttributeSet, attr, attributes, select } from '../attributes.js';
import { enumeration } from '../enumeration.js';
import { labelStack } from '../label-stack.js';
import { u8, u16 } from '../scalar.js';
import { ip6EncapAttrs, ipEncapAttrs } from './encap-ip.js';
import { seg6EncapAttrs } from './encap-seg6.js';

/** LWTUNNEL_ENCAP_*, linux/lwtunnel.h: what a route puts around its packets. */
export const encapType = enumeration(u16, 'LWTUNNEL_ENCAP_', {
  none: 0,
  mpls: 1,
  ip: 2,
  ila: 3,
  ip6: 4,
  seg6: 5,
  bpf: 6,
  seg6Local: 7,
  rpl: 8,
  ioam6: 9,
  xfrm: 10,
});

const mplsEncapRows = {
  /** MPLS_IPTUNNEL_DST: the labels to push. */
  dst: attr(1, labelStack),
  /** MPLS_IPTUNNEL_TTL: of the labels, 1 to 255; 0 takes the packet's. Without: as net.mpls.ip_ttl_propagate says. */
  ttl: attr(2, u8),
};
/** MPLS_IPTUNNEL_*, linux/mpls_iptunnel.h: labels in front of IP packets. */
export const mplsEncapAttrs: MplsEncapAttrsCodec = attributes('MPLS_IPTUNNEL_', mplsEncapRows);
/** By name, like `LinkBody`. */
export interface MplsEncapAttrsCodec extends AttributeSet<typeof mplsEncapRows> {}

/** RTA_ENCAP and NHA_ENCAP: the others are kept as bytes. */
export const encap = select('encapType', {
  mpls: mplsEncapAttrs,
  ip: ipEncapAttrs,
  ip6: ip6EncapAttrs,
  seg6: seg6EncapAttrs,
});
