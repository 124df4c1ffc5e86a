import { enumeration } from '../enumeration.js';
import { be16 } from '../scalar.js';

/** ETH_P_8021Q and ETH_P_8021AD, linux/if_ether.h: which VLAN tag. Network order. */
export const vlanProtocol = enumeration(be16, 'ETH_P_', {
  /** ETH_P_8021Q: customer tags (802.1Q). */
  '8021q': 0x8100,
  /** ETH_P_8021AD: service tags (802.1ad, QinQ). */
  '8021ad': 0x88a8,
});
