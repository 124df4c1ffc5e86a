import { type AttributeSet, attr, attributes, many, nestedInRequests } from '../attributes.js';
import { enumeration } from '../enumeration.js';
import { u16, u32 } from '../scalar.js';

// Media redundancy protocol, IEC 62439-2: a ring of bridges that one of them, the manager, keeps open at one place.

/** BR_MRP_RING_STATE_*, linux/mrp_bridge.h: whether test packets come round the ring: `closed` if they do. */
export const mrpRingState = enumeration(u32, 'BR_MRP_RING_STATE_', { open: 0, closed: 1 });
/** BR_MRP_RING_ROLE_*, linux/mrp_bridge.h: client, manager or one that may become manager. */
export const mrpRingRole = enumeration(u32, 'BR_MRP_RING_ROLE_', { disabled: 0, mrc: 1, mrm: 2, mra: 3 });
/** BR_MRP_IN_STATE_*, linux/mrp_bridge.h: of an interconnection of rings. */
export const mrpInState = enumeration(u32, 'BR_MRP_IN_STATE_', { open: 0, closed: 1 });
/** BR_MRP_IN_ROLE_*, linux/mrp_bridge.h: client or manager of an interconnection. */
export const mrpInRole = enumeration(u32, 'BR_MRP_IN_ROLE_', { disabled: 0, mic: 1, mim: 2 });
/** BR_MRP_PORT_STATE_*, linux/mrp_bridge.h: whether a port of the ring forwards. */
export const mrpPortState = enumeration(u32, 'BR_MRP_PORT_STATE_', {
  disabled: 0,
  blocked: 1,
  forwarding: 2,
  notConnected: 3,
});
/** BR_MRP_PORT_ROLE_*, linux/mrp_bridge.h: one of the two ports in the ring, or the one towards another ring. */
export const mrpPortRole = enumeration(u32, 'BR_MRP_PORT_ROLE_', { primary: 0, secondary: 1, inter: 2 });

/** IFLA_BRIDGE_MRP_INSTANCE_*, linux/if_bridge.h: make a ring; without a port, delete it. */
export const mrpInstanceAttrs = attributes('IFLA_BRIDGE_MRP_INSTANCE_', {
  /** IFLA_BRIDGE_MRP_INSTANCE_RING_ID: number of the ring. */
  ringId: attr(1, u32),
  /** IFLA_BRIDGE_MRP_INSTANCE_P_IFINDEX: index of the primary port. */
  pIfindex: attr(2, u32),
  /** IFLA_BRIDGE_MRP_INSTANCE_S_IFINDEX: index of the secondary port. */
  sIfindex: attr(3, u32),
  /** IFLA_BRIDGE_MRP_INSTANCE_PRIO: in the election of the manager, 0 to 65535; the lowest wins. */
  prio: attr(4, u16),
});

/** IFLA_BRIDGE_MRP_PORT_STATE_*, linux/if_bridge.h: state of the port that the message is about. */
export const mrpPortStateAttrs = attributes('IFLA_BRIDGE_MRP_PORT_STATE_', {
  /** IFLA_BRIDGE_MRP_PORT_STATE_STATE: whether it forwards. */
  state: attr(1, mrpPortState),
});

/** IFLA_BRIDGE_MRP_PORT_ROLE_*, linux/if_bridge.h: role of the port that the message is about. */
export const mrpPortRoleAttrs = attributes('IFLA_BRIDGE_MRP_PORT_ROLE_', {
  /** IFLA_BRIDGE_MRP_PORT_ROLE_ROLE: which of the ports it is. */
  role: attr(1, mrpPortRole),
});

/** IFLA_BRIDGE_MRP_RING_STATE_*, linux/if_bridge.h: state of a ring. */
export const mrpRingStateAttrs = attributes('IFLA_BRIDGE_MRP_RING_STATE_', {
  /** IFLA_BRIDGE_MRP_RING_STATE_RING_ID: number of the ring. */
  ringId: attr(1, u32),
  /** IFLA_BRIDGE_MRP_RING_STATE_STATE: open or closed. */
  state: attr(2, mrpRingState),
});

/** IFLA_BRIDGE_MRP_RING_ROLE_*, linux/if_bridge.h: what this bridge is in a ring. */
export const mrpRingRoleAttrs = attributes('IFLA_BRIDGE_MRP_RING_ROLE_', {
  /** IFLA_BRIDGE_MRP_RING_ROLE_RING_ID: number of the ring. */
  ringId: attr(1, u32),
  /** IFLA_BRIDGE_MRP_RING_ROLE_ROLE: client or manager. */
  role: attr(2, mrpRingRole),
});

/** IFLA_BRIDGE_MRP_START_TEST_*, linux/if_bridge.h: send test packets round the ring. */
export const mrpStartTestAttrs = attributes('IFLA_BRIDGE_MRP_START_TEST_', {
  /** IFLA_BRIDGE_MRP_START_TEST_RING_ID: number of the ring. */
  ringId: attr(1, u32),
  /** IFLA_BRIDGE_MRP_START_TEST_INTERVAL: microseconds between two; 0 stops. */
  interval: attr(2, u32),
  /** IFLA_BRIDGE_MRP_START_TEST_MAX_MISS: test packets that may get lost in a row before the ring is open. */
  maxMiss: attr(3, u32),
  /** IFLA_BRIDGE_MRP_START_TEST_PERIOD: microseconds until it stops. */
  period: attr(4, u32),
  /** IFLA_BRIDGE_MRP_START_TEST_MONITOR: 1 only watches another manager's. */
  monitor: attr(5, u32),
});

/** IFLA_BRIDGE_MRP_IN_STATE_*, linux/if_bridge.h: state of an interconnection of rings. */
export const mrpInStateAttrs = attributes('IFLA_BRIDGE_MRP_IN_STATE_', {
  /** IFLA_BRIDGE_MRP_IN_STATE_IN_ID: number of the interconnection, 32 bits here. */
  inId: attr(1, u32),
  /** IFLA_BRIDGE_MRP_IN_STATE_STATE: open or closed. */
  state: attr(2, mrpInState),
});

/** IFLA_BRIDGE_MRP_IN_ROLE_*, linux/if_bridge.h: what this bridge is in an interconnection. */
export const mrpInRoleAttrs = attributes('IFLA_BRIDGE_MRP_IN_ROLE_', {
  /** IFLA_BRIDGE_MRP_IN_ROLE_RING_ID: number of the ring. */
  ringId: attr(1, u32),
  /** IFLA_BRIDGE_MRP_IN_ROLE_IN_ID: number of the interconnection, 16 bits. */
  inId: attr(2, u16),
  /** IFLA_BRIDGE_MRP_IN_ROLE_ROLE: client or manager of the interconnection. */
  role: attr(3, mrpInRole),
  /** IFLA_BRIDGE_MRP_IN_ROLE_I_IFINDEX: index of the port towards the other ring. */
  iIfindex: attr(4, u32),
});

/** IFLA_BRIDGE_MRP_START_IN_TEST_*, linux/if_bridge.h: send test packets over the interconnection. */
export const mrpStartInTestAttrs = attributes('IFLA_BRIDGE_MRP_START_IN_TEST_', {
  /** IFLA_BRIDGE_MRP_START_IN_TEST_IN_ID: number of the interconnection, 32 bits here too. */
  inId: attr(1, u32),
  /** IFLA_BRIDGE_MRP_START_IN_TEST_INTERVAL: microseconds between two; 0 stops. */
  interval: attr(2, u32),
  /** IFLA_BRIDGE_MRP_START_IN_TEST_MAX_MISS: test packets that may get lost in a row before it is open. */
  maxMiss: attr(3, u32),
  /** IFLA_BRIDGE_MRP_START_IN_TEST_PERIOD: microseconds until it stops. */
  period: attr(4, u32),
});

/** IFLA_BRIDGE_MRP_INFO_*, linux/if_bridge.h: a ring, and its interconnection if it has one. */
export const mrpInfoAttrs = attributes('IFLA_BRIDGE_MRP_INFO_', {
  /** IFLA_BRIDGE_MRP_INFO_RING_ID: number of the ring. */
  ringId: attr(1, u32),
  /** IFLA_BRIDGE_MRP_INFO_P_IFINDEX: index of the primary port. */
  pIfindex: attr(2, u32),
  /** IFLA_BRIDGE_MRP_INFO_S_IFINDEX: index of the secondary port. */
  sIfindex: attr(3, u32),
  /** IFLA_BRIDGE_MRP_INFO_PRIO: in the election of the manager, 0 to 65535; the lowest wins. */
  prio: attr(4, u16),
  /** IFLA_BRIDGE_MRP_INFO_RING_STATE: whether the ring is open or closed. */
  ringState: attr(5, mrpRingState),
  /** IFLA_BRIDGE_MRP_INFO_RING_ROLE: what this bridge is in the ring. */
  ringRole: attr(6, mrpRingRole),
  /** IFLA_BRIDGE_MRP_INFO_TEST_INTERVAL: microseconds. */
  testInterval: attr(7, u32),
  /** IFLA_BRIDGE_MRP_INFO_TEST_MAX_MISS: test packets that may get lost in a row before the ring is open. */
  testMaxMiss: attr(8, u32),
  /** IFLA_BRIDGE_MRP_INFO_TEST_MONITOR: 1 where it only watches another manager's test packets. */
  testMonitor: attr(9, u32),
  /** IFLA_BRIDGE_MRP_INFO_I_IFINDEX: index of the port towards the other ring. */
  iIfindex: attr(10, u32),
  /** IFLA_BRIDGE_MRP_INFO_IN_STATE: whether the interconnection is open or closed. */
  inState: attr(11, mrpInState),
  /** IFLA_BRIDGE_MRP_INFO_IN_ROLE: what this bridge is in the interconnection. */
  inRole: attr(12, mrpInRole),
  /** IFLA_BRIDGE_MRP_INFO_IN_TEST_INTERVAL: microseconds. */
  inTestInterval: attr(13, u32),
  /** IFLA_BRIDGE_MRP_INFO_IN_TEST_MAX_MISS: test packets that may get lost in a row before it is open. */
  inTestMaxMiss: attr(14, u32),
});

const bridgeMrpRows = {
  /** IFLA_BRIDGE_MRP_INSTANCE: make or delete a ring. */
  instance: nestedInRequests(1, mrpInstanceAttrs),
  /** IFLA_BRIDGE_MRP_PORT_STATE: whether the port forwards. */
  portState: nestedInRequests(2, mrpPortStateAttrs),
  /** IFLA_BRIDGE_MRP_PORT_ROLE: which of the ring's ports it is. */
  portRole: nestedInRequests(3, mrpPortRoleAttrs),
  /** IFLA_BRIDGE_MRP_RING_STATE: whether the ring is open or closed. */
  ringState: nestedInRequests(4, mrpRingStateAttrs),
  /** IFLA_BRIDGE_MRP_RING_ROLE: what this bridge is in the ring. */
  ringRole: nestedInRequests(5, mrpRingRoleAttrs),
  /** IFLA_BRIDGE_MRP_START_TEST: send test packets round the ring. */
  startTest: nestedInRequests(6, mrpStartTestAttrs),
  /** IFLA_BRIDGE_MRP_INFO: the rings. Read-only. */
  info: many(attr(7, mrpInfoAttrs)),
  /** IFLA_BRIDGE_MRP_IN_ROLE: what this bridge is in an interconnection of rings. */
  inRole: nestedInRequests(8, mrpInRoleAttrs),
  /** IFLA_BRIDGE_MRP_IN_STATE: whether the interconnection is open or closed. */
  inState: nestedInRequests(9, mrpInStateAttrs),
  /** IFLA_BRIDGE_MRP_START_IN_TEST: send test packets over the interconnection. */
  startInTest: nestedInRequests(10, mrpStartInTestAttrs),
};
/** IFLA_BRIDGE_MRP_*, linux/if_bridge.h: requests have one of the settings, replies have `info` for each ring. */
export const bridgeMrpAttrs: BridgeMrpAttrsCodec = attributes('IFLA_BRIDGE_MRP_', bridgeMrpRows);
/** By name, like `LinkBody`. */
export interface BridgeMrpAttrsCodec extends AttributeSet<typeof bridgeMrpRows> {}
