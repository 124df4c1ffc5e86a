import { hwaddr, ipv4, ipv6 } from '../../address-codecs.js';
import { type AttributeSet, attr, attributes, nested } from '../../attributes.js';
import { indexed } from '../../indexed.js';
import { s32, u8, u16, u32 } from '../../scalar.js';
import {
  bondAdSelect,
  bondArpAllTargets,
  bondArpValidate,
  bondFailOverMac,
  bondLacpRate,
  bondLinkState,
  bondMode,
  bondPrimaryReselect,
  bondSlaveState,
  bondXmitHashPolicy,
  lacpActorState,
  lacpPartnerState,
} from './bond-values.js';

/** IFLA_BOND_AD_INFO_*, linux/if_link.h: the active 802.3ad aggregator. */
export const bondAdInfoAttrs = attributes('IFLA_BOND_AD_INFO_', {
  /** IFLA_BOND_AD_INFO_AGGREGATOR: its number. */
  aggregator: attr(1, u16),
  /** IFLA_BOND_AD_INFO_NUM_PORTS: how many slaves it has. */
  numPorts: attr(2, u16),
  /** IFLA_BOND_AD_INFO_ACTOR_KEY: LACP key of this end. */
  actorKey: attr(3, u16),
  /** IFLA_BOND_AD_INFO_PARTNER_KEY: LACP key of the other end. */
  partnerKey: attr(4, u16),
  /** IFLA_BOND_AD_INFO_PARTNER_MAC: the other end. */
  partnerMac: attr(5, hwaddr),
});

/** IFLA_BOND_*, linux/if_link.h: `ip link … type bond`; Documentation/networking/bonding.rst. */
export const bondAttrs = attributes('IFLA_BOND_', {
  /** IFLA_BOND_MODE: how it uses its slaves. */
  mode: attr(1, bondMode),
  /** IFLA_BOND_ACTIVE_SLAVE: index of the active slave; 0 for none. */
  activeSlave: attr(2, u32),
  /** IFLA_BOND_MIIMON: milliseconds between two looks at the carrier; 0 never looks. */
  miimon: attr(3, u32),
  /** IFLA_BOND_UPDELAY: milliseconds before a slave is used that came up. */
  updelay: attr(4, u32),
  /** IFLA_BOND_DOWNDELAY: milliseconds before one is given up that went down. */
  downdelay: attr(5, u32),
  /** IFLA_BOND_USE_CARRIER: 1; newer kernels know no other. */
  useCarrier: attr(6, u8),
  /** IFLA_BOND_ARP_INTERVAL: milliseconds between two ARP probes; 0 for none. */
  arpInterval: attr(7, u32),
  /** IFLA_BOND_ARP_IP_TARGET: IPv4 addresses to probe, at most 16. */
  arpIpTarget: attr(8, indexed(ipv4)),
  /** IFLA_BOND_ARP_VALIDATE: whose answers are checked. */
  arpValidate: attr(9, bondArpValidate),
  /** IFLA_BOND_ARP_ALL_TARGETS: whether one answer is enough. */
  arpAllTargets: attr(10, bondArpAllTargets),
  /** IFLA_BOND_PRIMARY: index of the preferred slave; 0 for none. */
  primary: attr(11, u32),
  /** IFLA_BOND_PRIMARY_RESELECT: when it becomes active again. */
  primaryReselect: attr(12, bondPrimaryReselect),
  /** IFLA_BOND_FAIL_OVER_MAC: whose hardware address is used. */
  failOverMac: attr(13, bondFailOverMac),
  /** IFLA_BOND_XMIT_HASH_POLICY: what the choice of a slave is made by. */
  xmitHashPolicy: attr(14, bondXmitHashPolicy),
  /** IFLA_BOND_RESEND_IGMP: reports after a failover, 0 to 255. */
  resendIgmp: attr(15, u32),
  /** IFLA_BOND_NUM_PEER_NOTIF: announcements after a failover, 0 to 255. */
  numPeerNotif: attr(16, u8),
  /** IFLA_BOND_ALL_SLAVES_ACTIVE: 1 keeps what comes in at inactive slaves. */
  allSlavesActive: attr(17, u8),
  /** IFLA_BOND_MIN_LINKS: how many slaves must be up for the bond to have carrier. */
  minLinks: attr(18, u32),
  /** IFLA_BOND_LP_INTERVAL: seconds between two learning packets. */
  lpInterval: attr(19, u32),
  /** IFLA_BOND_PACKETS_PER_SLAVE: in mode `roundrobin`; 0 chooses at random. */
  packetsPerSlave: attr(20, u32),
  /** IFLA_BOND_AD_LACP_RATE: how often the other end is asked to speak. */
  adLacpRate: attr(21, bondLacpRate),
  /** IFLA_BOND_AD_SELECT: which aggregator wins. */
  adSelect: attr(22, bondAdSelect),
  /** IFLA_BOND_AD_INFO: the active aggregator. Read-only. */
  adInfo: attr(23, bondAdInfoAttrs),
  /** IFLA_BOND_AD_ACTOR_SYS_PRIO: 1 to 65535. */
  adActorSysPrio: attr(24, u16),
  /** IFLA_BOND_AD_USER_PORT_KEY: 0 to 1023. */
  adUserPortKey: attr(25, u16),
  /** IFLA_BOND_AD_ACTOR_SYSTEM: hardware address in LACP packets. */
  adActorSystem: attr(26, hwaddr),
  /** IFLA_BOND_TLB_DYNAMIC_LB: 1 spreads by load. */
  tlbDynamicLb: attr(27, u8),
  /** IFLA_BOND_PEER_NOTIF_DELAY: milliseconds between two announcements. */
  peerNotifDelay: attr(28, u32),
  /** IFLA_BOND_AD_LACP_ACTIVE: 1 speaks first, 0 only answers. */
  adLacpActive: attr(29, u8),
  /** IFLA_BOND_MISSED_MAX: probes that may fail, 1 to 255. */
  missedMax: attr(30, u8),
  /** IFLA_BOND_NS_IP6_TARGET: IPv6 addresses to probe, at most 16. */
  nsIp6Target: nested(31, indexed(ipv6)),
  /** IFLA_BOND_COUPLED_CONTROL: 1: a slave begins to send and to receive at once (6.9 and newer). */
  coupledControl: attr(32, u8),
  /** IFLA_BOND_BROADCAST_NEIGH: 1 sends ARP and neighbour discovery on all slaves (6.17 and newer). */
  broadcastNeigh: attr(33, u8),
  /** IFLA_BOND_LACP_STRICT: 1: without a partner there is no carrier. */
  lacpStrict: attr(34, u8),
});

const bondSlaveRows = {
  /** IFLA_BOND_SLAVE_STATE: whether it is in use. Read-only, like all but `queueId`, `prio` and `actorPortPrio`. */
  state: attr(1, bondSlaveState),
  /** IFLA_BOND_SLAVE_MII_STATUS: state of the link. */
  miiStatus: attr(2, bondLinkState),
  /** IFLA_BOND_SLAVE_LINK_FAILURE_COUNT: how often the link failed. */
  linkFailureCount: attr(3, u32),
  /** IFLA_BOND_SLAVE_PERM_HWADDR: the hardware address it had before. */
  permHwaddr: attr(4, hwaddr),
  /** IFLA_BOND_SLAVE_QUEUE_ID: the queue that sends by it; 0 for none. */
  queueId: attr(5, u16),
  /** IFLA_BOND_SLAVE_AD_AGGREGATOR_ID: number of its aggregator. */
  adAggregatorId: attr(6, u16),
  /** IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE: LACP state of this end. */
  adActorOperPortState: attr(7, lacpActorState),
  /** IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE: LACP state of the other end. */
  adPartnerOperPortState: attr(8, lacpPartnerState),
  /** IFLA_BOND_SLAVE_PRIO: in the choice of the active one; the largest wins. */
  prio: attr(9, s32),
  /** IFLA_BOND_SLAVE_ACTOR_PORT_PRIO: LACP port priority (6.18 and newer). */
  actorPortPrio: attr(10, u16),
  /** IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE: whether this end keeps changing: 0 unknown, 1 it does, 2 not. */
  adChurnActorState: attr(11, u8),
  /** IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE: the same of the other end. */
  adChurnPartnerState: attr(12, u8),
};
/** IFLA_BOND_SLAVE_*, linux/if_link.h: `ip link set … type bond_slave`. */
export const bondSlaveAttrs: BondSlaveAttrsCodec = attributes('IFLA_BOND_SLAVE_', bondSlaveRows);
/** By name, like `LinkBody`. */
export interface BondSlaveAttrsCodec extends AttributeSet<typeof bondSlaveRows> {}
