import { ipv4, ipv6 } from '../../address-codecs.js';
import { attr, attributes } from '../../attributes.js';
import type { AnyCodec } from '../../codec.js';
import { be32, u32 } from '../../scalar.js';

/** IFLA_VTI_*, linux/if_tunnel.h, with addresses of the outer header's family. */
const rows = <A extends AnyCodec>(address: A) => ({
  /** IFLA_VTI_LINK: index of the link to send by; 0 for any. */
  link: attr(1, u32),
  /** IFLA_VTI_IKEY: IPsec mark of packets that come in; network order. */
  ikey: attr(2, be32),
  /** IFLA_VTI_OKEY: IPsec mark of packets that go out; network order. */
  okey: attr(3, be32),
  /** IFLA_VTI_LOCAL: this end. */
  local: attr(4, address),
  /** IFLA_VTI_REMOTE: the other end. */
  remote: attr(5, address),
  /** IFLA_VTI_FWMARK: firewall mark of the outer packets. */
  fwmark: attr(6, u32),
});

/** IFLA_VTI_* over IPv4: `ip link … type vti`. */
export const vtiAttrs = attributes('IFLA_VTI_', rows(ipv4));

/** IFLA_VTI_* over IPv6: `ip link … type vti6`. */
export const vti6Attrs = attributes('IFLA_VTI_', rows(ipv6));
