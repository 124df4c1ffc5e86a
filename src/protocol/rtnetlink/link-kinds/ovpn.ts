import { attr, attributes } from '../../attributes.js';
import { enumeration } from '../../enumeration.js';
import { u8 } from '../../scalar.js';

/** OVPN_MODE_*, linux/if_link.h: how many peers. */
export const ovpnMode = enumeration(u8, 'OVPN_MODE_', {
  /** OVPN_MODE_P2P: one peer. */
  p2p: 0,
  /** OVPN_MODE_MP: many peers. */
  mp: 1,
});

/** IFLA_OVPN_*, linux/if_link.h: `ip link … type ovpn` (6.16 and newer). Peers are set by generic netlink. */
export const ovpnAttrs = attributes('IFLA_OVPN_', {
  /** IFLA_OVPN_MODE: one peer or many; set when it is made. */
  mode: attr(1, ovpnMode),
});
