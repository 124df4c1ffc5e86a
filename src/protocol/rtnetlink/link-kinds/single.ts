// Kinds with few settings and nothing else to them.
import { attr, attributes } from '../../attributes.js';
import { s32, u8, u32 } from '../../scalar.js';
import { string } from '../../text.js';

/** IFLA_BATADV_*, linux/batman_adv.h: `ip link … type batadv`, a B.A.T.M.A.N. mesh. */
export const batadvAttrs = attributes('IFLA_BATADV_', {
  /** IFLA_BATADV_ALGO_NAME: routing algorithm, `BATMAN_IV` or `BATMAN_V`. Write-only. */
  algoName: attr(1, string),
});

/** IFLA_WWAN_*, linux/wwan.h: a data channel of a modem. */
export const wwanAttrs = attributes('IFLA_WWAN_', {
  /** IFLA_WWAN_LINK_ID: number of the channel. */
  linkId: attr(1, u32),
});

/** IFLA_PPP_*, linux/if_link.h: a PPP link. */
export const pppAttrs = attributes('IFLA_PPP_', {
  /** IFLA_PPP_DEV_FD: descriptor of /dev/ppp that the link is for. Write-only. */
  devFd: attr(1, s32),
});

/** IFLA_DSA_*, linux/if_link.h: a port of a switch chip. */
export const dsaAttrs = attributes('IFLA_DSA_', {
  /** IFLA_DSA_CONDUIT: index of the link that leads to the chip; older headers call it IFLA_DSA_MASTER. */
  conduit: attr(1, u32),
});

/** IFLA_CAIF_*, linux/caif/if_caif.h: a channel of an ST-Ericsson modem; gone from newer kernels. */
export const caifAttrs = attributes('IFLA_CAIF_', {
  /** IFLA_CAIF_IPV4_CONNID: number of the connection for IPv4. */
  ipv4Connid: attr(1, u32),
  /** IFLA_CAIF_IPV6_CONNID: number of the connection for IPv6. */
  ipv6Connid: attr(2, u32),
  /** IFLA_CAIF_LOOPBACK: 1 tests with a loop. */
  loopback: attr(3, u8),
});
