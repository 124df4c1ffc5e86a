import { attr, attributes } from '../../attributes.js';
import { enumeration } from '../../enumeration.js';
import { u16 } from '../../scalar.js';

/** IPOIB_MODE_*, linux/if_link.h: how packets are carried. */
export const ipoibMode = enumeration(u16, 'IPOIB_MODE_', { datagram: 0, connected: 1 });

/** IFLA_IPOIB_*, linux/if_link.h: `ip link … type ipoib`, IP over InfiniBand. */
export const ipoibAttrs = attributes('IFLA_IPOIB_', {
  /** IFLA_IPOIB_PKEY: partition key. */
  pkey: attr(1, u16),
  /** IFLA_IPOIB_MODE: datagrams, or a connection to each neighbour. */
  mode: attr(2, ipoibMode),
  /** IFLA_IPOIB_UMCAST: 1: the user manages multicast groups. */
  umcast: attr(3, u16),
});
