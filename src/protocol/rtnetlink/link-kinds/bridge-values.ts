import { mac } from '../../address-codecs.js';
import { enumeration, flags } from '../../enumeration.js';
import { be16, u8, u32 } from '../../scalar.js';
import { type Struct, struct } from '../../struct.js';

const bridgeIdFields = {
  /** Priority, the smaller the better; network order. */
  prio: be16,
  /** Hardware address. */
  addr: mac(6),
};
/** `struct ifla_bridge_id`, linux/if_link.h: who a bridge is to the spanning tree, 802.1D. */
export const bridgeId: BridgeIdCodec = struct('ifla_bridge_id', '', bridgeIdFields);
/** By name, like `LinkBody`. */
export interface BridgeIdCodec extends Struct<typeof bridgeIdFields> {}

/** BR_STATE_*, linux/if_bridge.h: what the spanning tree lets a port do. */
export const bridgePortState = enumeration(u8, 'BR_STATE_', {
  /** BR_STATE_DISABLED: nothing at all. */
  disabled: 0,
  /** BR_STATE_LISTENING: takes part in the spanning tree only. */
  listening: 1,
  /** BR_STATE_LEARNING: also learns addresses. */
  learning: 2,
  /** BR_STATE_FORWARDING: fully active. */
  forwarding: 3,
  /** BR_STATE_BLOCKING: listens to the spanning tree's packets only. */
  blocking: 4,
});

/** MDB_RTR_TYPE_*, linux/if_bridge.h: whether multicast traffic is also sent to where a multicast router may be. */
export const multicastRouter = enumeration(u8, 'MDB_RTR_TYPE_', {
  /** MDB_RTR_TYPE_DISABLED: never. */
  disabled: 0,
  /** MDB_RTR_TYPE_TEMP_QUERY: where queries were heard. */
  tempQuery: 1,
  /** MDB_RTR_TYPE_PERM: always. */
  perm: 2,
  /** MDB_RTR_TYPE_TEMP: for a while; ports only. */
  temp: 3,
});

/** BR_STP_MODE_*, linux/if_link.h: who runs the spanning tree. */
export const stpMode = enumeration(u32, 'BR_STP_MODE_', {
  /** BR_STP_MODE_AUTO: the kernel asks /sbin/bridge-stp. */
  auto: 0,
  /** BR_STP_MODE_USER: a daemon. */
  user: 1,
  /** BR_STP_MODE_KERNEL: the kernel. */
  kernel: 2,
});

/** BR_BOOLOPT_*, linux/if_bridge.h, as a set of `1 << BR_BOOLOPT_*`. */
export const bridgeOptions = flags(
  u32,
  'BR_BOOLOPT_',
  {
    /** BR_BOOLOPT_NO_LL_LEARN: learns nothing from link-local packets. */
    noLlLearn: 1 << 0,
    /** BR_BOOLOPT_MCAST_VLAN_SNOOPING: snoops on multicast per VLAN. */
    mcastVlanSnooping: 1 << 1,
    /** BR_BOOLOPT_MST_ENABLE: several spanning trees. */
    mstEnable: 1 << 2,
    /** BR_BOOLOPT_MDB_OFFLOAD_FAIL_NOTIFICATION: says when hardware could not take a multicast entry. */
    mdbOffloadFailNotification: 1 << 3,
    /** BR_BOOLOPT_FDB_LOCAL_VLAN_0: the bridge's own addresses are on VLAN 0 only. */
    fdbLocalVlan0: 1 << 4,
  },
  {
    noLlLearn: '1 << BR_BOOLOPT_NO_LL_LEARN',
    mcastVlanSnooping: '1 << BR_BOOLOPT_MCAST_VLAN_SNOOPING',
    mstEnable: '1 << BR_BOOLOPT_MST_ENABLE',
    mdbOffloadFailNotification: '1 << BR_BOOLOPT_MDB_OFFLOAD_FAIL_NOTIFICATION',
    fdbLocalVlan0: '1 << BR_BOOLOPT_FDB_LOCAL_VLAN_0',
  },
);

const bridgeOptionsMultiFields = {
  /** The options that are on. */
  optval: bridgeOptions,
  /** The options that a request changes; in replies, those the kernel knows. */
  optmask: bridgeOptions,
};
/** `struct br_boolopt_multi`, linux/if_bridge.h: options that are on or off. */
export const bridgeOptionsMulti: BridgeOptionsMultiCodec = struct('br_boolopt_multi', '', bridgeOptionsMultiFields);
/** By name, like `LinkBody`. */
export interface BridgeOptionsMultiCodec extends Struct<typeof bridgeOptionsMultiFields> {}
