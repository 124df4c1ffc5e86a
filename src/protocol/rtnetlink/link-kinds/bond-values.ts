import { enumeration, flags } from '../../enumeration.js';
import { u8, u16, u32 } from '../../scalar.js';

/** BOND_MODE_*, linux/if_bonding.h: how a bond uses its slaves. */
export const bondMode = enumeration(u8, 'BOND_MODE_', {
  /** BOND_MODE_ROUNDROBIN: `balance-rr`. */
  roundrobin: 0,
  /** BOND_MODE_ACTIVEBACKUP: `active-backup`, one at a time. */
  activebackup: 1,
  /** BOND_MODE_XOR: `balance-xor`, by a hash. */
  xor: 2,
  /** BOND_MODE_BROADCAST: everything on all. */
  broadcast: 3,
  /** BOND_MODE_8023AD: `802.3ad`, LACP. */
  '8023ad': 4,
  /** BOND_MODE_TLB: `balance-tlb`, by load when sending. */
  tlb: 5,
  /** BOND_MODE_ALB: `balance-alb`, and when receiving. */
  alb: 6,
});

/** BOND_XMIT_POLICY_*, linux/if_bonding.h: what the choice of a slave is made by. */
export const bondXmitHashPolicy = enumeration(u8, 'BOND_XMIT_POLICY_', {
  layer2: 0,
  layer34: 1,
  layer23: 2,
  /** BOND_XMIT_POLICY_ENCAP23: layers 2 and 3 of the innermost packet. */
  encap23: 3,
  encap34: 4,
  vlanSrcmac: 5,
});

/** BOND_ARP_*, net/bonding.h in the kernel's source: whose ARP answers are checked. */
export const bondArpValidate = enumeration(
  u32,
  'BOND_ARP_VALIDATE_',
  { none: 0, active: 1, backup: 2, all: 3, filter: 4, filterActive: 5, filterBackup: 6 },
  { filter: 'BOND_ARP_FILTER', filterActive: 'BOND_ARP_FILTER_ACTIVE', filterBackup: 'BOND_ARP_FILTER_BACKUP' },
);

/** BOND_ARP_TARGETS_*, net/bonding.h in the kernel's source: how many targets must answer. */
export const bondArpAllTargets = enumeration(u32, 'BOND_ARP_TARGETS_', { any: 0, all: 1 });

/** BOND_PRI_RESELECT_*, net/bonding.h in the kernel's source: when the primary slave becomes active again. */
export const bondPrimaryReselect = enumeration(u8, 'BOND_PRI_RESELECT_', { always: 0, better: 1, failure: 2 });

/** BOND_FOM_*, net/bonding.h in the kernel's source: whose hardware address is used after a failover. */
export const bondFailOverMac = enumeration(u8, 'BOND_FOM_', { none: 0, active: 1, follow: 2 });

/** AD_LACP_*, net/bond_3ad.h in the kernel's source: every 30 seconds or every second. */
export const bondLacpRate = enumeration(u8, 'AD_LACP_', { slow: 0, fast: 1 });

/** BOND_AD_*, net/bond_3ad.h in the kernel's source: which aggregator wins. */
export const bondAdSelect = enumeration(u8, 'BOND_AD_', { stable: 0, bandwidth: 1, count: 2, prio: 3 });

/** BOND_STATE_*, linux/if_bonding.h: whether a slave is in use. */
export const bondSlaveState = enumeration(u8, 'BOND_STATE_', { active: 0, backup: 1 });

/** BOND_LINK_*, linux/if_bonding.h: state of a slave's link. */
export const bondLinkState = enumeration(u8, 'BOND_LINK_', {
  up: 0,
  /** BOND_LINK_FAIL: has just gone down. */
  fail: 1,
  down: 2,
  /** BOND_LINK_BACK: is coming up again. */
  back: 3,
});

/** LACP_STATE_*, linux/if_bonding.h: state of a port, 802.3ad 43.4.2.2. */
const LACP_STATE = {
  lacpActivity: 0x1,
  lacpTimeout: 0x2,
  aggregation: 0x4,
  synchronization: 0x8,
  collecting: 0x10,
  distributing: 0x20,
  defaulted: 0x40,
  expired: 0x80,
} as const;
/** LACP_STATE_* of this end. */
export const lacpActorState = flags(u8, 'LACP_STATE_', LACP_STATE);
/** LACP_STATE_* of the other end. */
export const lacpPartnerState = flags(u16, 'LACP_STATE_', LACP_STATE);
