import { attr, attributes, many } from '../../attributes.js';
import { flags } from '../../enumeration.js';
import { u16, u32 } from '../../scalar.js';
import { struct } from '../../struct.js';
import { vlanProtocol } from '../ether-type.js';

/** VLAN_FLAG_*, linux/if_vlan.h: how a VLAN link shows packets, registers and follows its lower link. */
export const vlanFlags = flags(u32, 'VLAN_FLAG_', {
  /** VLAN_FLAG_REORDER_HDR: packets look as if they had no tag. */
  reorderHdr: 0x1,
  /** VLAN_FLAG_GVRP: registers the VLAN by GVRP. */
  gvrp: 0x2,
  /** VLAN_FLAG_LOOSE_BINDING: does not follow the lower link's state. */
  looseBinding: 0x4,
  /** VLAN_FLAG_MVRP: registers the VLAN by MVRP. */
  mvrp: 0x8,
  /** VLAN_FLAG_BRIDGE_BINDING: follows the state of the bridge's ports in this VLAN. */
  bridgeBinding: 0x10,
});

/** `struct ifla_vlan_flags`, linux/if_link.h: flags, and which of them count. */
export const vlanFlagsAndMask = struct('ifla_vlan_flags', '', {
  /** Which flags are on. */
  flags: vlanFlags,
  /** The flags that a request changes; in replies all bits. */
  mask: vlanFlags,
});

/** `struct ifla_vlan_qos_mapping`, linux/if_link.h: a pair of priorities. */
const vlanQosMapping = struct('ifla_vlan_qos_mapping', '', {
  /** Of the packet on its way out, of the tag on its way in. */
  from: u32,
  /** Of the tag on its way out, of the packet on its way in. */
  to: u32,
});

/** IFLA_VLAN_QOS_*, linux/if_link.h: a list of priorities. */
export const vlanQosAttrs = attributes('IFLA_VLAN_QOS_', {
  /** IFLA_VLAN_QOS_MAPPING: from Linux's packet priority to the tag's (0 to 7), or the other way round. */
  mapping: many(attr(1, vlanQosMapping)),
});

/** IFLA_VLAN_*, linux/if_link.h: `ip link … type vlan`. */
export const vlanAttrs = attributes('IFLA_VLAN_', {
  /** IFLA_VLAN_ID: 0 to 4095. */
  id: attr(1, u16),
  /** IFLA_VLAN_FLAGS: how it shows packets, registers and follows its lower link. */
  flags: attr(2, vlanFlagsAndMask),
  /** IFLA_VLAN_EGRESS_QOS: priorities of packets on their way out. */
  egressQos: attr(3, vlanQosAttrs),
  /** IFLA_VLAN_INGRESS_QOS: priorities of packets on their way in. */
  ingressQos: attr(4, vlanQosAttrs),
  /** IFLA_VLAN_PROTOCOL: which tag. */
  protocol: attr(5, vlanProtocol),
});
