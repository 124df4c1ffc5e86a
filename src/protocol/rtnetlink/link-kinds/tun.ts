import { attr, attributes } from '../../attributes.js';
import { enumeration } from '../../enumeration.js';
import { u8, u32 } from '../../scalar.js';

/** IFF_TUN and IFF_TAP, linux/if_tun.h: IP packets or Ethernet frames. */
export const tunType = enumeration(u8, 'IFF_', { tun: 1, tap: 2 });

/** IFLA_TUN_*, linux/if_link.h: a link made through /dev/net/tun. All read-only. */
export const tunAttrs = attributes('IFLA_TUN_', {
  /** IFLA_TUN_OWNER: user that may attach to it. */
  owner: attr(1, u32),
  /** IFLA_TUN_GROUP: group that may. */
  group: attr(2, u32),
  /** IFLA_TUN_TYPE: IP packets (tun) or Ethernet frames (tap). */
  type: attr(3, tunType),
  /** IFLA_TUN_PI: 1: packets have a header of protocol information. */
  pi: attr(4, u8),
  /** IFLA_TUN_VNET_HDR: 1: packets have a header of offloads. */
  vnetHdr: attr(5, u8),
  /** IFLA_TUN_PERSIST: 1: it outlives the program that made it. */
  persist: attr(6, u8),
  /** IFLA_TUN_MULTI_QUEUE: 1: may have several queues. */
  multiQueue: attr(7, u8),
  /** IFLA_TUN_NUM_QUEUES: how many queues; with `multiQueue`. */
  numQueues: attr(8, u32),
  /** IFLA_TUN_NUM_DISABLED_QUEUES: how many queues are detached for now; with `multiQueue`. */
  numDisabledQueues: attr(9, u32),
});
