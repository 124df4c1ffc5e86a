import { type AttributeSet, attr, attributes } from '../../attributes.js';
import { u32 } from '../../scalar.js';

/** IFLA_VRF_*, linux/if_link.h: `ip link … type vrf`. */
export const vrfAttrs = attributes('IFLA_VRF_', {
  /** IFLA_VRF_TABLE: number of its routing table. */
  table: attr(1, u32),
});

const vrfPortRows = {
  /** IFLA_VRF_PORT_TABLE: number of the VRF's routing table. Read-only. */
  table: attr(1, u32),
};
/** IFLA_VRF_PORT_*, linux/if_link.h: of a link in a VRF. */
export const vrfPortAttrs: VrfPortAttrsCodec = attributes('IFLA_VRF_PORT_', vrfPortRows);
/** By name, like `LinkBody`. */
export interface VrfPortAttrsCodec extends AttributeSet<typeof vrfPortRows> {}
