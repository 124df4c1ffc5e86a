import { attr, attributes } from '../../attributes.js';
import { peer } from './peer.js';

/** VETH_INFO_*, linux/veth.h: `ip link … type veth`. */
export const vethAttrs = attributes('VETH_INFO_', {
  /** VETH_INFO_PEER: the other end, a whole link message. Write-only: the kernel never reports it. */
  peer: attr(1, peer),
});
