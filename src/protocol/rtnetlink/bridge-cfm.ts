import { hwaddr } from '../address-codecs.js';
import { type AttributeSet, attr, attributes, many, nested } from '../attributes.js';
import { enumeration } from '../enumeration.js';
import { bytes, u8, u32 } from '../scalar.js';

// Connectivity fault management, 802.1Q clause 12.14: maintenance end points (MEPs) that look for each other.

/** BR_CFM_PORT and BR_CFM_VLAN, linux/cfm_bridge.h: what an end point stands for: a port, or one VLAN of it. */
export const cfmDomain = enumeration(u32, 'BR_CFM_', { port: 0, vlan: 1 });
/** BR_CFM_MEP_DIRECTION_*, linux/cfm_bridge.h: `down` looks out of the port, `up` into the bridge. */
export const cfmDirection = enumeration(u32, 'BR_CFM_MEP_DIRECTION_', { down: 0, up: 1 });
/** BR_CFM_CCM_INTERVAL_*, linux/cfm_bridge.h: time between two continuity check messages. */
export const cfmInterval = enumeration(
  u32,
  'BR_CFM_CCM_INTERVAL_',
  { none: 0, '3.3ms': 1, '10ms': 2, '100ms': 3, '1sec': 4, '10sec': 5, '1min': 6, '10min': 7 },
  {
    '3.3ms': 'BR_CFM_CCM_INTERVAL_3_3_MS',
    '10ms': 'BR_CFM_CCM_INTERVAL_10_MS',
    '100ms': 'BR_CFM_CCM_INTERVAL_100_MS',
    '1sec': 'BR_CFM_CCM_INTERVAL_1_SEC',
    '10sec': 'BR_CFM_CCM_INTERVAL_10_SEC',
    '1min': 'BR_CFM_CCM_INTERVAL_1_MIN',
    '10min': 'BR_CFM_CCM_INTERVAL_10_MIN',
  },
);

/** IFLA_BRIDGE_CFM_MEP_CREATE_*, linux/if_bridge.h: a new end point. */
export const cfmMepCreateAttrs = attributes('IFLA_BRIDGE_CFM_MEP_CREATE_', {
  /** IFLA_BRIDGE_CFM_MEP_CREATE_INSTANCE: number of the end point, for this bridge alone. */
  instance: attr(1, u32),
  /** IFLA_BRIDGE_CFM_MEP_CREATE_DOMAIN: whether it stands for a port or for one VLAN; the kernel knows ports only. */
  domain: attr(2, cfmDomain),
  /** IFLA_BRIDGE_CFM_MEP_CREATE_DIRECTION: towards the wire or into the bridge. */
  direction: attr(3, cfmDirection),
  /** IFLA_BRIDGE_CFM_MEP_CREATE_IFINDEX: index of the port. */
  ifindex: attr(4, u32),
});

/** IFLA_BRIDGE_CFM_MEP_DELETE_*, linux/if_bridge.h: the end point to delete. */
export const cfmMepDeleteAttrs = attributes('IFLA_BRIDGE_CFM_MEP_DELETE_', {
  /** IFLA_BRIDGE_CFM_MEP_DELETE_INSTANCE: number of the end point on this bridge. */
  instance: attr(1, u32),
});

/** IFLA_BRIDGE_CFM_MEP_CONFIG_*, linux/if_bridge.h: what an end point is called. */
export const cfmMepConfigAttrs = attributes('IFLA_BRIDGE_CFM_MEP_CONFIG_', {
  /** IFLA_BRIDGE_CFM_MEP_CONFIG_INSTANCE: number of the end point on this bridge. */
  instance: attr(1, u32),
  /** IFLA_BRIDGE_CFM_MEP_CONFIG_UNICAST_MAC: its address. */
  unicastMac: attr(2, hwaddr),
  /** IFLA_BRIDGE_CFM_MEP_CONFIG_MDLEVEL: maintenance domain level, 0 to 7. */
  mdlevel: attr(3, u32),
  /** IFLA_BRIDGE_CFM_MEP_CONFIG_MEPID: its number in the network, 0 to 8191. */
  mepid: attr(4, u32),
});

/** IFLA_BRIDGE_CFM_CC_CONFIG_*, linux/if_bridge.h: continuity check. */
export const cfmCcConfigAttrs = attributes('IFLA_BRIDGE_CFM_CC_CONFIG_', {
  /** IFLA_BRIDGE_CFM_CC_CONFIG_INSTANCE: number of the end point on this bridge. */
  instance: attr(1, u32),
  /** IFLA_BRIDGE_CFM_CC_CONFIG_ENABLE: 1 on, 0 off. */
  enable: attr(2, u32),
  /** IFLA_BRIDGE_CFM_CC_CONFIG_EXP_INTERVAL: expected of the others. */
  expInterval: attr(3, cfmInterval),
  /** IFLA_BRIDGE_CFM_CC_CONFIG_EXP_MAID: expected maintenance association, 48 bytes. */
  expMaid: attr(4, bytes),
});

/** IFLA_BRIDGE_CFM_CC_PEER_MEP_*, linux/if_bridge.h: an end point elsewhere that messages are expected of. */
export const cfmCcPeerMepAttrs = attributes('IFLA_BRIDGE_CFM_CC_PEER_MEP_', {
  /** IFLA_BRIDGE_CFM_CC_PEER_MEP_INSTANCE: number of the end point on this bridge. */
  instance: attr(1, u32),
  /** IFLA_BRIDGE_CFM_CC_PEER_MEPID: number of an end point to expect. */
  mepid: attr(2, u32, 'IFLA_BRIDGE_CFM_CC_PEER_MEPID'),
});

/** IFLA_BRIDGE_CFM_CC_RDI_*, linux/if_bridge.h: remote defect indication. */
export const cfmCcRdiAttrs = attributes('IFLA_BRIDGE_CFM_CC_RDI_', {
  /** IFLA_BRIDGE_CFM_CC_RDI_INSTANCE: number of the end point on this bridge. */
  instance: attr(1, u32),
  /** IFLA_BRIDGE_CFM_CC_RDI_RDI: 1 says so in its messages. */
  rdi: attr(2, u32),
});

/** IFLA_BRIDGE_CFM_CC_CCM_TX_*, linux/if_bridge.h: the continuity check messages to send. */
export const cfmCcCcmTxAttrs = attributes('IFLA_BRIDGE_CFM_CC_CCM_TX_', {
  /** IFLA_BRIDGE_CFM_CC_CCM_TX_INSTANCE: number of the end point on this bridge. */
  instance: attr(1, u32),
  /** IFLA_BRIDGE_CFM_CC_CCM_TX_DMAC: destination address. */
  dmac: attr(2, hwaddr),
  /** IFLA_BRIDGE_CFM_CC_CCM_TX_SEQ_NO_UPDATE: 1 numbers them. */
  seqNoUpdate: attr(3, u32),
  /** IFLA_BRIDGE_CFM_CC_CCM_TX_PERIOD: seconds; 0 stops. */
  period: attr(4, u32),
  /** IFLA_BRIDGE_CFM_CC_CCM_TX_IF_TLV: 1 sends the state of the link. */
  ifTlv: attr(5, u32),
  /** IFLA_BRIDGE_CFM_CC_CCM_TX_IF_TLV_VALUE: the state of the link to send, Interface Status of 802.1Q: 1 up, 2 down. */
  ifTlvValue: attr(6, u8),
  /** IFLA_BRIDGE_CFM_CC_CCM_TX_PORT_TLV: 1 sends the state of the port. */
  portTlv: attr(7, u32),
  /** IFLA_BRIDGE_CFM_CC_CCM_TX_PORT_TLV_VALUE: the state of the port to send, Port Status of 802.1Q: 1 blocked, 2 up. */
  portTlvValue: attr(8, u8),
});

/** IFLA_BRIDGE_CFM_MEP_STATUS_*, linux/if_bridge.h: 1 where it was seen since the last time somebody asked. */
export const cfmMepStatusAttrs = attributes('IFLA_BRIDGE_CFM_MEP_STATUS_', {
  /** IFLA_BRIDGE_CFM_MEP_STATUS_INSTANCE: number of the end point on this bridge. */
  instance: attr(1, u32),
  /** IFLA_BRIDGE_CFM_MEP_STATUS_OPCODE_UNEXP_SEEN: 1 if a message of an unknown kind came. */
  opcodeUnexpSeen: attr(2, u32),
  /** IFLA_BRIDGE_CFM_MEP_STATUS_VERSION_UNEXP_SEEN: 1 if a message of an unknown version came. */
  versionUnexpSeen: attr(3, u32),
  /** IFLA_BRIDGE_CFM_MEP_STATUS_RX_LEVEL_LOW_SEEN: 1 if a message of a lower maintenance domain came. */
  rxLevelLowSeen: attr(4, u32),
});

/** IFLA_BRIDGE_CFM_CC_PEER_STATUS_*, linux/if_bridge.h: what was heard of another end point. */
export const cfmCcPeerStatusAttrs = attributes('IFLA_BRIDGE_CFM_CC_PEER_STATUS_', {
  /** IFLA_BRIDGE_CFM_CC_PEER_STATUS_INSTANCE: number of the end point on this bridge. */
  instance: attr(1, u32),
  /** IFLA_BRIDGE_CFM_CC_PEER_STATUS_PEER_MEPID: its number. */
  peerMepid: attr(2, u32),
  /** IFLA_BRIDGE_CFM_CC_PEER_STATUS_CCM_DEFECT: 1 while its messages are missing. */
  ccmDefect: attr(3, u32),
  /** IFLA_BRIDGE_CFM_CC_PEER_STATUS_RDI: 1 if it has a defect. */
  rdi: attr(4, u32),
  /** IFLA_BRIDGE_CFM_CC_PEER_STATUS_PORT_TLV_VALUE: state of its port, as its last message said: 1 blocked, 2 up. */
  portTlvValue: attr(5, u8),
  /** IFLA_BRIDGE_CFM_CC_PEER_STATUS_IF_TLV_VALUE: state of its link, as its last message said: 1 up, 2 down. */
  ifTlvValue: attr(6, u8),
  /** IFLA_BRIDGE_CFM_CC_PEER_STATUS_SEEN: 1 if a message came. */
  seen: attr(7, u32),
  /** IFLA_BRIDGE_CFM_CC_PEER_STATUS_TLV_SEEN: 1 if one came with a state. */
  tlvSeen: attr(8, u32),
  /** IFLA_BRIDGE_CFM_CC_PEER_STATUS_SEQ_UNEXP_SEEN: 1 if one was out of order. */
  seqUnexpSeen: attr(9, u32),
});

const bridgeCfmRows = {
  /** IFLA_BRIDGE_CFM_MEP_CREATE: make an end point. */
  mepCreate: nested(1, cfmMepCreateAttrs),
  /** IFLA_BRIDGE_CFM_MEP_DELETE: delete an end point. */
  mepDelete: nested(2, cfmMepDeleteAttrs),
  /** IFLA_BRIDGE_CFM_MEP_CONFIG: name an end point. */
  mepConfig: nested(3, cfmMepConfigAttrs),
  /** IFLA_BRIDGE_CFM_CC_CONFIG: turn the continuity check on or off. */
  ccConfig: nested(4, cfmCcConfigAttrs),
  /** IFLA_BRIDGE_CFM_CC_PEER_MEP_ADD: expect messages of an end point elsewhere. */
  ccPeerMepAdd: nested(5, cfmCcPeerMepAttrs),
  /** IFLA_BRIDGE_CFM_CC_PEER_MEP_REMOVE: no longer expect them. */
  ccPeerMepRemove: nested(6, cfmCcPeerMepAttrs),
  /** IFLA_BRIDGE_CFM_CC_RDI: say in messages that there is a defect, or no longer. */
  ccRdi: nested(7, cfmCcRdiAttrs),
  /** IFLA_BRIDGE_CFM_CC_CCM_TX: send continuity check messages. */
  ccCcmTx: nested(8, cfmCcCcmTxAttrs),
  /** IFLA_BRIDGE_CFM_MEP_CREATE_INFO: the end points. Read-only, like all that follow. */
  mepCreateInfo: many(nested(9, cfmMepCreateAttrs)),
  /** IFLA_BRIDGE_CFM_MEP_CONFIG_INFO: what the end points are called, one each. */
  mepConfigInfo: many(nested(10, cfmMepConfigAttrs)),
  /** IFLA_BRIDGE_CFM_CC_CONFIG_INFO: continuity checks, one an end point. */
  ccConfigInfo: many(nested(11, cfmCcConfigAttrs)),
  /** IFLA_BRIDGE_CFM_CC_RDI_INFO: whether messages tell of a defect, one an end point. */
  ccRdiInfo: many(nested(12, cfmCcRdiAttrs)),
  /** IFLA_BRIDGE_CFM_CC_CCM_TX_INFO: the messages that are sent, one an end point. */
  ccCcmTxInfo: many(nested(13, cfmCcCcmTxAttrs)),
  /** IFLA_BRIDGE_CFM_CC_PEER_MEP_INFO: the end points elsewhere that messages are expected of. */
  ccPeerMepInfo: many(nested(14, cfmCcPeerMepAttrs)),
  /** IFLA_BRIDGE_CFM_MEP_STATUS_INFO: what was seen, one an end point; asked for with RTEXT_FILTER_CFM_STATUS. */
  mepStatusInfo: many(nested(15, cfmMepStatusAttrs)),
  /** IFLA_BRIDGE_CFM_CC_PEER_STATUS_INFO: what was heard, one an end point elsewhere; as `mepStatusInfo`. */
  ccPeerStatusInfo: many(nested(16, cfmCcPeerStatusAttrs)),
};
/** IFLA_BRIDGE_CFM_*, linux/if_bridge.h: requests have one of the settings, replies have the lists. */
export const bridgeCfmAttrs: BridgeCfmAttrsCodec = attributes('IFLA_BRIDGE_CFM_', bridgeCfmRows);
/** By name, like `LinkBody`. */
export interface BridgeCfmAttrsCodec extends AttributeSet<typeof bridgeCfmRows> {}
