import { attr, attributes } from '../../attributes.js';
import { enumeration, flags } from '../../enumeration.js';
import { u16 } from '../../scalar.js';

/** IPVLAN_MODE_*, linux/if_link.h: where the decision falls. */
export const ipvlanMode = enumeration(u16, 'IPVLAN_MODE_', {
  /** IPVLAN_MODE_L2: in the link itself. */
  l2: 0,
  /** IPVLAN_MODE_L3: in the lower link's routing. */
  l3: 1,
  /** IPVLAN_MODE_L3S: there, and through its netfilter. */
  l3s: 2,
});

/** IPVLAN_F_*, linux/if_link.h: how it speaks with the others on the lower link. */
export const ipvlanFlags = flags(u16, 'IPVLAN_F_', {
  /** IPVLAN_F_PRIVATE: does not speak with the others on the lower link. */
  private: 0x01,
  /** IPVLAN_F_VEPA: speaks with them by way of the next switch. */
  vepa: 0x02,
});

/** IFLA_IPVLAN_*, linux/if_link.h: `ip link … type ipvlan`, and ipvtap. */
export const ipvlanAttrs = attributes('IFLA_IPVLAN_', {
  /** IFLA_IPVLAN_MODE: where the decision falls, layer 2 or 3. */
  mode: attr(1, ipvlanMode),
  /** IFLA_IPVLAN_FLAGS: how it speaks with the others on the lower link. */
  flags: attr(2, ipvlanFlags),
});
