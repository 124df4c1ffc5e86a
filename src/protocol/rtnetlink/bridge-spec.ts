import { type AttributeSet, attr, attributes, many, nested, nestedInRequests } from '../attributes.js';
import { enumeration, flags } from '../enumeration.js';
import { u16, u32 } from '../scalar.js';
import { struct } from '../struct.js';
import { bridgeCfmAttrs } from './bridge-cfm.js';
import { bridgeMrpAttrs } from './bridge-mrp.js';
import { bridgePortState } from './link-kinds/bridge-values.js';

/** BRIDGE_FLAGS_*, linux/if_bridge.h: who carries a request out; `master` if neither is set. */
export const bridgeFlags = flags(u16, 'BRIDGE_FLAGS_', {
  /** BRIDGE_FLAGS_MASTER: the bridge. */
  master: 1,
  /** BRIDGE_FLAGS_SELF: the link's own driver. */
  self: 2,
});

/** BRIDGE_MODE_*, linux/if_bridge.h: how a network adapter bridges its virtual functions. */
export const bridgeMode = enumeration(u16, 'BRIDGE_MODE_', {
  /** BRIDGE_MODE_VEB: in the adapter. */
  veb: 0,
  /** BRIDGE_MODE_VEPA: in the next switch. */
  vepa: 1,
  undef: 0xffff,
});

/** BRIDGE_VLAN_INFO_*, linux/if_bridge.h: what a VLAN is to a port, and which part of a range. */
export const bridgeVlanFlags = flags(u16, 'BRIDGE_VLAN_INFO_', {
  /** BRIDGE_VLAN_INFO_MASTER: of the bridge itself. */
  master: 1 << 0,
  /** BRIDGE_VLAN_INFO_PVID: untagged packets that come in belong to it. */
  pvid: 1 << 1,
  /** BRIDGE_VLAN_INFO_UNTAGGED: its packets go out untagged. */
  untagged: 1 << 2,
  /** BRIDGE_VLAN_INFO_RANGE_BEGIN: first of a range. */
  rangeBegin: 1 << 3,
  /** BRIDGE_VLAN_INFO_RANGE_END: last of a range. */
  rangeEnd: 1 << 4,
  /** BRIDGE_VLAN_INFO_BRENTRY: the bridge itself is in it. */
  brentry: 1 << 5,
  /** BRIDGE_VLAN_INFO_ONLY_OPTS: change its options only. */
  onlyOpts: 1 << 6,
});

/** `struct bridge_vlan_info`, linux/if_bridge.h: a VLAN of a port or bridge. */
export const bridgeVlanInfo = struct('bridge_vlan_info', '', {
  /** What it is to the port, and which part of a range. */
  flags: bridgeVlanFlags,
  /** 1 to 4094. */
  vid: u16,
});

/** IFLA_BRIDGE_VLAN_TUNNEL_*, linux/if_bridge.h: a VLAN and the tunnel key of its packets. */
export const bridgeVlanTunnelAttrs = attributes('IFLA_BRIDGE_VLAN_TUNNEL_', {
  /** IFLA_BRIDGE_VLAN_TUNNEL_ID: tunnel key, 0 to 16777215. */
  id: attr(1, u32),
  /** IFLA_BRIDGE_VLAN_TUNNEL_VID: 1 to 4094. */
  vid: attr(2, u16),
  /** IFLA_BRIDGE_VLAN_TUNNEL_FLAGS: whether it begins or ends a range. */
  flags: attr(3, bridgeVlanFlags),
});

/** IFLA_BRIDGE_MST_ENTRY_*, linux/if_bridge.h: a port in one spanning tree. */
export const bridgeMstEntryAttrs = attributes('IFLA_BRIDGE_MST_ENTRY_', {
  /** IFLA_BRIDGE_MST_ENTRY_MSTI: number of the spanning tree, 0 to 4094. */
  msti: attr(1, u16),
  /** IFLA_BRIDGE_MST_ENTRY_STATE: the port's state in it. */
  state: attr(2, bridgePortState),
});

/** IFLA_BRIDGE_MST_*, linux/if_bridge.h: multiple spanning trees. */
export const bridgeMstAttrs = attributes('IFLA_BRIDGE_MST_', {
  /** IFLA_BRIDGE_MST_ENTRY: state of the port, one a spanning tree. */
  entry: many(nestedInRequests(1, bridgeMstEntryAttrs)),
});

const bridgeSpecRows = {
  /** IFLA_BRIDGE_FLAGS: who carries a request out. */
  flags: attr(0, bridgeFlags),
  /** IFLA_BRIDGE_MODE: how an adapter bridges its virtual functions. */
  mode: attr(1, bridgeMode),
  /** IFLA_BRIDGE_VLAN_INFO: the VLANs of a port or bridge. */
  vlanInfo: many(attr(2, bridgeVlanInfo)),
  /** IFLA_BRIDGE_VLAN_TUNNEL_INFO: their tunnel keys. */
  vlanTunnelInfo: many(attr(3, bridgeVlanTunnelAttrs)),
  /** IFLA_BRIDGE_MRP: media redundancy protocol. */
  mrp: nestedInRequests(4, bridgeMrpAttrs),
  /** IFLA_BRIDGE_CFM: connectivity fault management. */
  cfm: nested(5, bridgeCfmAttrs),
  /** IFLA_BRIDGE_MST: states in multiple spanning trees. */
  mst: nested(6, bridgeMstAttrs),
};
/** IFLA_AF_SPEC of AF_BRIDGE messages, IFLA_BRIDGE_*, linux/if_bridge.h: `bridge vlan`, `bridge link`. */
export const bridgeSpecAttrs: BridgeSpecAttrsCodec = attributes('IFLA_BRIDGE_', bridgeSpecRows);
/** By name, like `LinkBody`. */
export interface BridgeSpecAttrsCodec extends AttributeSet<typeof bridgeSpecRows> {}
