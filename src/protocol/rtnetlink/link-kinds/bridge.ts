import { hwaddr, ipv4, ipv6 } from '../../address-codecs.js';
import { attr, attributes, nested, padding } from '../../attributes.js';
import { flag, u8, u16, u32, u64 } from '../../scalar.js';
import { vlanProtocol } from '../ether-type.js';
import { bridgeId, bridgeOptionsMulti, multicastRouter, stpMode } from './bridge-values.js';

/** BRIDGE_QUERIER_*, linux/if_bridge.h: who asks the network for multicast listeners. */
export const bridgeQuerierAttrs = attributes(padding('BRIDGE_QUERIER_', 4), {
  /** BRIDGE_QUERIER_IP_ADDRESS: of the IGMP querier. */
  ipAddress: attr(1, ipv4),
  /** BRIDGE_QUERIER_IP_PORT: index of the port it is behind. */
  ipPort: attr(2, u32),
  /** BRIDGE_QUERIER_IP_OTHER_TIMER: how long it is still thought to be there, hundredths of a second. */
  ipOtherTimer: attr(3, u64),
  /** BRIDGE_QUERIER_IPV6_ADDRESS: of the MLD querier. */
  ipv6Address: attr(5, ipv6),
  /** BRIDGE_QUERIER_IPV6_PORT: index of the port it is behind. */
  ipv6Port: attr(6, u32),
  /** BRIDGE_QUERIER_IPV6_OTHER_TIMER: hundredths of a second. */
  ipv6OtherTimer: attr(7, u64),
});

/** IFLA_BR_*, linux/if_link.h: `ip link … type bridge`. Times are hundredths of a second. */
export const bridgeAttrs = attributes(padding('IFLA_BR_', 40), {
  /** IFLA_BR_FORWARD_DELAY: time in the states listening and learning, 200 to 3000 hundredths of a second. */
  forwardDelay: attr(1, u32),
  /** IFLA_BR_HELLO_TIME: between the root's packets, 100 to 1000 hundredths of a second. */
  helloTime: attr(2, u32),
  /** IFLA_BR_MAX_AGE: how long a silent bridge is believed in, 600 to 4000 hundredths of a second. */
  maxAge: attr(3, u32),
  /** IFLA_BR_AGEING_TIME: how long learned addresses are kept, hundredths of a second; 0 is for ever. */
  ageingTime: attr(4, u32),
  /** IFLA_BR_STP_STATE: spanning tree: 0 off, 1 the kernel's, 2 a daemon's; 1 in requests lets the kernel choose. */
  stpState: attr(5, u32),
  /** IFLA_BR_PRIORITY: in the election of the root, 0 to 65535; the smallest wins. */
  priority: attr(6, u16),
  /** IFLA_BR_VLAN_FILTERING: 1 on, 0 off. */
  vlanFiltering: attr(7, u8),
  /** IFLA_BR_VLAN_PROTOCOL: which tags it filters by. */
  vlanProtocol: attr(8, vlanProtocol),
  /** IFLA_BR_GROUP_FWD_MASK: link-local groups to forward: bit n is 01:80:c2:00:00:0n; not bits 0, 1 and 2. */
  groupFwdMask: attr(9, u16),
  /** IFLA_BR_ROOT_ID: the root of the tree. Read-only. */
  rootId: attr(10, bridgeId),
  /** IFLA_BR_BRIDGE_ID: this bridge. Read-only. */
  bridgeId: attr(11, bridgeId),
  /** IFLA_BR_ROOT_PORT: number of the port towards the root; 0 at the root. Read-only. */
  rootPort: attr(12, u16),
  /** IFLA_BR_ROOT_PATH_COST: path cost to the root. Read-only. */
  rootPathCost: attr(13, u32),
  /** IFLA_BR_TOPOLOGY_CHANGE: 1 while the tree changes. Read-only. */
  topologyChange: attr(14, u8),
  /** IFLA_BR_TOPOLOGY_CHANGE_DETECTED: 1 if this bridge noticed. Read-only. */
  topologyChangeDetected: attr(15, u8),
  /** IFLA_BR_HELLO_TIMER: time left, hundredths of a second. Read-only. */
  helloTimer: attr(16, u64),
  /** IFLA_BR_TCN_TIMER: time left, hundredths of a second. Read-only. */
  tcnTimer: attr(17, u64),
  /** IFLA_BR_TOPOLOGY_CHANGE_TIMER: time left, hundredths of a second. Read-only. */
  topologyChangeTimer: attr(18, u64),
  /** IFLA_BR_GC_TIMER: time until old addresses are dropped, hundredths of a second. Read-only. */
  gcTimer: attr(19, u64),
  /** IFLA_BR_GROUP_ADDR: address of the spanning tree's packets, 01:80:c2:00:00:0X. */
  groupAddr: attr(20, hwaddr),
  /** IFLA_BR_FDB_FLUSH: forget learned addresses. Write-only. */
  fdbFlush: attr(21, flag),
  /** IFLA_BR_MCAST_ROUTER: whether the bridge itself counts as a multicast router's port. */
  mcastRouter: attr(22, multicastRouter),
  /** IFLA_BR_MCAST_SNOOPING: 1 sends multicast only where it is wanted, 0 everywhere. */
  mcastSnooping: attr(23, u8),
  /** IFLA_BR_MCAST_QUERY_USE_IFADDR: 1: queries come from the bridge's address, 0: from 0.0.0.0. */
  mcastQueryUseIfaddr: attr(24, u8),
  /** IFLA_BR_MCAST_QUERIER: 1: the bridge sends queries itself. */
  mcastQuerier: attr(25, u8),
  /** IFLA_BR_MCAST_HASH_ELASTICITY: no longer used, always 16. */
  mcastHashElasticity: attr(26, u32),
  /** IFLA_BR_MCAST_HASH_MAX: largest number of multicast entries, a power of 2. */
  mcastHashMax: attr(27, u32),
  /** IFLA_BR_MCAST_LAST_MEMBER_CNT: queries before a group counts as left. */
  mcastLastMemberCnt: attr(28, u32),
  /** IFLA_BR_MCAST_STARTUP_QUERY_CNT: how many queries are sent at the start. */
  mcastStartupQueryCnt: attr(29, u32),
  /** IFLA_BR_MCAST_LAST_MEMBER_INTVL: between queries after a leave, hundredths of a second. */
  mcastLastMemberIntvl: attr(30, u64),
  /** IFLA_BR_MCAST_MEMBERSHIP_INTVL: without a report a group is left after this, hundredths of a second. */
  mcastMembershipIntvl: attr(31, u64),
  /** IFLA_BR_MCAST_QUERIER_INTVL: without its queries another querier is gone after this, hundredths of a second. */
  mcastQuerierIntvl: attr(32, u64),
  /** IFLA_BR_MCAST_QUERY_INTVL: between general queries, hundredths of a second, 100 or more. */
  mcastQueryIntvl: attr(33, u64),
  /** IFLA_BR_MCAST_QUERY_RESPONSE_INTVL: time for the answer, hundredths of a second. */
  mcastQueryResponseIntvl: attr(34, u64),
  /** IFLA_BR_MCAST_STARTUP_QUERY_INTVL: between queries at the start, hundredths of a second, 100 or more. */
  mcastStartupQueryIntvl: attr(35, u64),
  /** IFLA_BR_NF_CALL_IPTABLES: 1: bridged IPv4 packets go through iptables. */
  nfCallIptables: attr(36, u8),
  /** IFLA_BR_NF_CALL_IP6TABLES: 1: bridged IPv6 packets go through ip6tables. */
  nfCallIp6tables: attr(37, u8),
  /** IFLA_BR_NF_CALL_ARPTABLES: 1: bridged ARP packets go through arptables. */
  nfCallArptables: attr(38, u8),
  /** IFLA_BR_VLAN_DEFAULT_PVID: VLAN of untagged packets, 0 to 4094; 0: they are dropped. */
  vlanDefaultPvid: attr(39, u16),
  /** IFLA_BR_VLAN_STATS_ENABLED: 1: counts per VLAN. */
  vlanStatsEnabled: attr(41, u8),
  /** IFLA_BR_MCAST_STATS_ENABLED: 1: counts IGMP and MLD. */
  mcastStatsEnabled: attr(42, u8),
  /** IFLA_BR_MCAST_IGMP_VERSION: 2 or 3. */
  mcastIgmpVersion: attr(43, u8),
  /** IFLA_BR_MCAST_MLD_VERSION: 1 or 2. */
  mcastMldVersion: attr(44, u8),
  /** IFLA_BR_VLAN_STATS_PER_PORT: 1: counts per VLAN and port. */
  vlanStatsPerPort: attr(45, u8),
  /** IFLA_BR_MULTI_BOOLOPT: options that are on or off. */
  multiBoolopt: attr(46, bridgeOptionsMulti),
  /** IFLA_BR_MCAST_QUERIER_STATE: the queriers it has heard. Read-only. */
  mcastQuerierState: nested(47, bridgeQuerierAttrs),
  /** IFLA_BR_FDB_N_LEARNED: how many addresses it has learned (6.7 and newer). Read-only. */
  fdbNLearned: attr(48, u32),
  /** IFLA_BR_FDB_MAX_LEARNED: how many it may learn; 0 for no limit (6.7 and newer). */
  fdbMaxLearned: attr(49, u32),
  /** IFLA_BR_STP_MODE: who runs the spanning tree; only changed while that is off. */
  stpMode: attr(50, stpMode),
});
