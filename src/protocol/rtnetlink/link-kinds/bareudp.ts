import { attr, attributes } from '../../attributes.js';
import { be16, flag, u16 } from '../../scalar.js';

/** IFLA_BAREUDP_*, linux/if_link.h: `ip link … type bareudp`. */
export const bareudpAttrs = attributes('IFLA_BAREUDP_', {
  /** IFLA_BAREUDP_PORT: UDP destination port, network order. */
  port: attr(1, be16),
  /** IFLA_BAREUDP_ETHERTYPE: what it carries, ETH_P_*, network order: 0x0800 IPv4, 0x86dd IPv6, 0x8847 MPLS. */
  ethertype: attr(2, be16),
  /** IFLA_BAREUDP_SRCPORT_MIN: the lowest UDP source port. */
  srcportMin: attr(3, u16),
  /** IFLA_BAREUDP_MULTIPROTO_MODE: IPv6 as well as IPv4, MPLS multicast as well as MPLS. */
  multiprotoMode: attr(4, flag),
});
