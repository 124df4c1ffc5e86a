import { hwaddr } from '../../address-codecs.js';
import { attr, attributes, many } from '../../attributes.js';
import { enumeration, flags } from '../../enumeration.js';
import { s32, u16, u32 } from '../../scalar.js';

/** MACVLAN_MODE_*, linux/if_link.h: how it speaks with the others on the lower link. */
export const macvlanMode = enumeration(u32, 'MACVLAN_MODE_', {
  /** MACVLAN_MODE_PRIVATE: does not speak with the others on the lower link. */
  private: 1,
  /** MACVLAN_MODE_VEPA: speaks with them by way of the next switch. */
  vepa: 2,
  /** MACVLAN_MODE_BRIDGE: speaks with them directly. */
  bridge: 4,
  /** MACVLAN_MODE_PASSTHRU: has the lower link for itself. */
  passthru: 8,
  /** MACVLAN_MODE_SOURCE: takes packets from listed addresses only. */
  source: 16,
});

/** MACVLAN_MACADDR_*, linux/if_link.h: what to do with the list of mode `source`. */
export const macvlanMacaddrMode = enumeration(u32, 'MACVLAN_MACADDR_', { add: 0, del: 1, flush: 2, set: 3 });

/** MACVLAN_FLAG_*, linux/if_link.h: exceptions from what a mode does. */
export const macvlanFlags = flags(u16, 'MACVLAN_FLAG_', {
  /** MACVLAN_FLAG_NOPROMISC: leaves the lower link's promiscuous mode alone; with `passthru`. */
  nopromisc: 1,
  /** MACVLAN_FLAG_NODST: with `source`: does not look at the destination once the source matched. */
  nodst: 2,
});

/** IFLA_MACVLAN_MACADDR_DATA: a list of IFLA_MACVLAN_MACADDR. */
export const macvlanMacaddrList = attributes('IFLA_MACVLAN_', {
  /** IFLA_MACVLAN_MACADDR: an address of the list. */
  macaddr: many(attr(4, hwaddr)),
});

/** IFLA_MACVLAN_*, linux/if_link.h: `ip link … type macvlan`, and macvtap. */
export const macvlanAttrs = attributes('IFLA_MACVLAN_', {
  /** IFLA_MACVLAN_MODE: how it speaks with the others on the lower link. */
  mode: attr(1, macvlanMode),
  /** IFLA_MACVLAN_FLAGS: exceptions from what the mode does. */
  flags: attr(2, macvlanFlags),
  /** IFLA_MACVLAN_MACADDR_MODE: what a request does with `macaddr` or `macaddrData`. Write-only. */
  macaddrMode: attr(3, macvlanMacaddrMode),
  /** IFLA_MACVLAN_MACADDR: the address to add or delete. Write-only. */
  macaddr: attr(4, hwaddr),
  /** IFLA_MACVLAN_MACADDR_DATA: the addresses that mode `source` takes packets from. */
  macaddrData: attr(5, macvlanMacaddrList),
  /** IFLA_MACVLAN_MACADDR_COUNT: how many they are. Read-only. */
  macaddrCount: attr(6, u32),
  /** IFLA_MACVLAN_BC_QUEUE_LEN: broadcasts that may wait, packets. */
  bcQueueLen: attr(7, u32),
  /** IFLA_MACVLAN_BC_QUEUE_LEN_USED: what the lower link took of it, packets. Read-only. */
  bcQueueLenUsed: attr(8, u32),
  /** IFLA_MACVLAN_BC_CUTOFF: from how many receivers on multicast waits in the queue (6.4 and newer). */
  bcCutoff: attr(9, s32),
});
