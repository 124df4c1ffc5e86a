import { attr, attributes } from '../../attributes.js';
import { flag, u32 } from '../../scalar.js';

/** IFLA_XFRM_*, linux/if_link.h: `ip link … type xfrm`. */
export const xfrmAttrs = attributes('IFLA_XFRM_', {
  /** IFLA_XFRM_LINK: index of the link that the encrypted packets use. */
  link: attr(1, u32),
  /** IFLA_XFRM_IF_ID: number of the IPsec policies and states that belong to it. */
  ifId: attr(2, u32),
  /** IFLA_XFRM_COLLECT_METADATA: routes say which, by `ifId` of their own (6.1 and newer). */
  collectMetadata: attr(3, flag),
});
