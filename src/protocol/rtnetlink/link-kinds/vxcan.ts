import { attr, attributes } from '../../attributes.js';
import { peer } from './peer.js';

/** VXCAN_INFO_*, linux/can/vxcan.h: `ip link … type vxcan`. */
export const vxcanAttrs = attributes('VXCAN_INFO_', {
  /** VXCAN_INFO_PEER: the other end, a whole link message. Write-only: the kernel never reports it. */
  peer: attr(1, peer),
});
