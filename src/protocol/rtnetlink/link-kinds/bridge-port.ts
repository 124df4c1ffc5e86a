import { type AttributeSet, attr, attributes, padding } from '../../attributes.js';
import { flag, u8, u16, u32, u64 } from '../../scalar.js';
import { bridgeId, bridgePortState, multicastRouter } from './bridge-values.js';

const bridgePortRows = {
  /** IFLA_BRPORT_STATE: what the spanning tree lets the port do. */
  state: attr(1, bridgePortState),
  /** IFLA_BRPORT_PRIORITY: in the spanning tree, 0 to 63; the smaller the better. */
  priority: attr(2, u16),
  /** IFLA_BRPORT_COST: of the path in the spanning tree, 1 to 65535. */
  cost: attr(3, u32),
  /** IFLA_BRPORT_MODE: hairpin: 1 sends packets back out of the port they came from, 0 does not. */
  mode: attr(4, u8),
  /** IFLA_BRPORT_GUARD: 1 disables the port when a spanning tree packet comes in. */
  guard: attr(5, u8),
  /** IFLA_BRPORT_PROTECT: 1: never the port towards the root. */
  protect: attr(6, u8),
  /** IFLA_BRPORT_FAST_LEAVE: 1 ends multicast at once when a leave is heard. */
  fastLeave: attr(7, u8),
  /** IFLA_BRPORT_LEARNING: 1 learns addresses. */
  learning: attr(8, u8),
  /** IFLA_BRPORT_UNICAST_FLOOD: 1 sends packets for unknown addresses out here too. */
  unicastFlood: attr(9, u8),
  /** IFLA_BRPORT_PROXYARP: 1 answers ARP for those behind the other ports. */
  proxyarp: attr(10, u8),
  /** IFLA_BRPORT_LEARNING_SYNC: 1 takes over what hardware has learned. */
  learningSync: attr(11, u8),
  /** IFLA_BRPORT_PROXYARP_WIFI: 1: proxy ARP as 802.11 wants it. */
  proxyarpWifi: attr(12, u8),
  /** IFLA_BRPORT_ROOT_ID: the root seen from here. Read-only. */
  rootId: attr(13, bridgeId),
  /** IFLA_BRPORT_BRIDGE_ID: the bridge towards the root. Read-only. */
  bridgeId: attr(14, bridgeId),
  /** IFLA_BRPORT_DESIGNATED_PORT: that bridge's port. Read-only. */
  designatedPort: attr(15, u16),
  /** IFLA_BRPORT_DESIGNATED_COST: path cost from there to the root, 0 to 65535. Read-only. */
  designatedCost: attr(16, u16),
  /** IFLA_BRPORT_ID: priority and number in one. Read-only. */
  id: attr(17, u16),
  /** IFLA_BRPORT_NO: its number, from 1. Read-only. */
  no: attr(18, u16),
  /** IFLA_BRPORT_TOPOLOGY_CHANGE_ACK: 1: a change is to be acknowledged. Read-only. */
  topologyChangeAck: attr(19, u8),
  /** IFLA_BRPORT_CONFIG_PENDING: 1: a spanning tree packet is held back. Read-only. */
  configPending: attr(20, u8),
  /** IFLA_BRPORT_MESSAGE_AGE_TIMER: time left, hundredths of a second. Read-only. */
  messageAgeTimer: attr(21, u64),
  /** IFLA_BRPORT_FORWARD_DELAY_TIMER: time left, hundredths of a second. Read-only. */
  forwardDelayTimer: attr(22, u64),
  /** IFLA_BRPORT_HOLD_TIMER: time left, hundredths of a second. Read-only. */
  holdTimer: attr(23, u64),
  /** IFLA_BRPORT_FLUSH: forget what was learned here. Write-only. */
  flush: attr(24, flag),
  /** IFLA_BRPORT_MULTICAST_ROUTER: whether a multicast router is behind it. */
  multicastRouter: attr(25, multicastRouter),
  /** IFLA_BRPORT_MCAST_FLOOD: 1 sends multicast that nobody asked for out here too. */
  mcastFlood: attr(27, u8),
  /** IFLA_BRPORT_MCAST_TO_UCAST: 1 sends multicast as one unicast for each listener. */
  mcastToUcast: attr(28, u8),
  /** IFLA_BRPORT_VLAN_TUNNEL: 1 maps VLANs to tunnel keys. */
  vlanTunnel: attr(29, u8),
  /** IFLA_BRPORT_BCAST_FLOOD: 1 sends broadcasts out here too. */
  bcastFlood: attr(30, u8),
  /** IFLA_BRPORT_GROUP_FWD_MASK: link-local groups to forward: bit n is 01:80:c2:00:00:0n. */
  groupFwdMask: attr(31, u16),
  /** IFLA_BRPORT_NEIGH_SUPPRESS: 1 answers ARP and neighbour discovery itself where it can. */
  neighSuppress: attr(32, u8),
  /** IFLA_BRPORT_ISOLATED: 1: speaks only with ports that are not isolated. */
  isolated: attr(33, u8),
  /** IFLA_BRPORT_BACKUP_PORT: index of the port to use without carrier; 0 for none. */
  backupPort: attr(34, u32),
  /** IFLA_BRPORT_MRP_RING_OPEN: 1: the media redundancy ring is open. Read-only. */
  mrpRingOpen: attr(35, u8),
  /** IFLA_BRPORT_MRP_IN_OPEN: 1: the interconnection ring is open. Read-only. */
  mrpInOpen: attr(36, u8),
  /** IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT: how many multicast listeners are tracked, at least 1. */
  mcastEhtHostsLimit: attr(37, u32),
  /** IFLA_BRPORT_MCAST_EHT_HOSTS_CNT: how many are. Read-only. */
  mcastEhtHostsCnt: attr(38, u32),
  /** IFLA_BRPORT_LOCKED: 1: only hosts that are in the forwarding table may send (802.1X). */
  locked: attr(39, u8),
  /** IFLA_BRPORT_MAB: 1: unknown hosts get a locked entry (6.2 and newer). */
  mab: attr(40, u8),
  /** IFLA_BRPORT_MCAST_N_GROUPS: how many multicast entries are here (6.3 and newer). Read-only. */
  mcastNGroups: attr(41, u32),
  /** IFLA_BRPORT_MCAST_MAX_GROUPS: the most there may be; 0 for no limit (6.3 and newer). */
  mcastMaxGroups: attr(42, u32),
  /** IFLA_BRPORT_NEIGH_VLAN_SUPPRESS: 1: `neighSuppress` is set per VLAN (6.4 and newer). */
  neighVlanSuppress: attr(43, u8),
  /** IFLA_BRPORT_BACKUP_NHID: nexthop for packets that go to the backup port; 0 for none (6.6 and newer). */
  backupNhid: attr(44, u32),
  /** IFLA_BRPORT_NEIGH_FORWARD_GRAT: 1: unsolicited announcements pass all the same. */
  neighForwardGrat: attr(45, u8),
};
/** IFLA_BRPORT_*, linux/if_link.h: `ip link set … type bridge_slave`, `bridge link set`. */
export const bridgePortAttrs: BridgePortAttrsCodec = attributes(padding('IFLA_BRPORT_', 26), bridgePortRows);
/** By name, like `LinkBody`. */
export interface BridgePortAttrsCodec extends AttributeSet<typeof bridgePortRows> {}
