import { mac } from '../address-codecs.js';
import { type AttributeSet, attr, attributes, many, padding } from '../attributes.js';
import { enumeration } from '../enumeration.js';
import { padded, u32, u64 } from '../scalar.js';
import { struct } from '../struct.js';
import { vlanProtocol } from './ether-type.js';

/** Nearly every struct of IFLA_VF_* starts with it. */
const vf = u32;
/** 1 on, 0 off. */
const setting = u32;

/** `struct ifla_vf_mac`, linux/if_link.h: hardware address of a virtual function. */
export const vfMac = struct('ifla_vf_mac', '', {
  /** Number of the virtual function, from 0. */
  vf,
  /** 32 bytes, of which a link's addresses take the first (6 on Ethernet). */
  mac: mac(32),
});

/** `struct ifla_vf_broadcast`, linux/if_link.h: broadcast address, in 32 bytes like `struct ifla_vf_mac`. */
export const vfBroadcast = struct('ifla_vf_broadcast', '', {
  /** 32 bytes, of which a link's addresses take the first (6 on Ethernet). */
  broadcast: mac(32),
});

/** `struct ifla_vf_vlan`, linux/if_link.h: 802.1Q tag of a virtual function. */
export const vfVlan = struct('ifla_vf_vlan', '', {
  /** Number of the virtual function, from 0. */
  vf,
  /** 0 to 4095; 0 for none. */
  vlan: u32,
  /** Priority of the tag, 0 to 7. */
  qos: u32,
});

/** `struct ifla_vf_vlan_info`, linux/if_link.h: tag of a virtual function, of either kind. */
export const vfVlanInfo = struct('ifla_vf_vlan_info', '', {
  /** Number of the virtual function, from 0. */
  vf,
  /** 0 to 4095; 0 for none. */
  vlan: u32,
  /** Priority of the tag, 0 to 7. */
  qos: u32,
  /** Which tag. */
  vlanProto: padded(vlanProtocol, 2),
});

/** `struct ifla_vf_tx_rate`, linux/if_link.h: the most a virtual function may send. */
export const vfTxRate = struct('ifla_vf_tx_rate', '', {
  /** Number of the virtual function, from 0. */
  vf,
  /** Megabits a second; 0 for no limit. */
  rate: u32,
});

/** `struct ifla_vf_rate`, linux/if_link.h: the least and the most a virtual function may send. */
export const vfRate = struct('ifla_vf_rate', '', {
  /** Number of the virtual function, from 0. */
  vf,
  /** Megabits a second. */
  minTxRate: u32,
  /** Megabits a second; 0 for no limit. */
  maxTxRate: u32,
});

/** IFLA_VF_LINK_STATE_*, linux/if_link.h: which carrier a virtual function sees. */
export const vfLinkStates = enumeration(u32, 'IFLA_VF_LINK_STATE_', {
  /** IFLA_VF_LINK_STATE_AUTO: that of the uplink. */
  auto: 0,
  /** IFLA_VF_LINK_STATE_ENABLE: always up. */
  enable: 1,
  /** IFLA_VF_LINK_STATE_DISABLE: always down. */
  disable: 2,
});

/** `struct ifla_vf_link_state`, linux/if_link.h: which carrier a virtual function sees. */
export const vfLinkState = struct('ifla_vf_link_state', '', {
  /** Number of the virtual function, from 0. */
  vf,
  /** Which carrier it sees. */
  linkState: vfLinkStates,
});

/** `struct ifla_vf_guid`, linux/if_link.h: InfiniBand identifier of a virtual function. */
export const vfGuid = struct('ifla_vf_guid', '', {
  /** Number of the virtual function, from 0. */
  vf: padded(vf, 4),
  /** Host order. */
  guid: u64,
});

/** `struct ifla_vf_spoofchk`, linux/if_link.h: whether foreign source addresses are refused. */
export const vfSpoofchk = struct('ifla_vf_spoofchk', '', {
  /** Number of the virtual function, from 0. */
  vf,
  /** 1 on, 0 off. */
  setting,
});

/** `struct ifla_vf_rss_query_en`, linux/if_link.h: whether it may read how packets are spread over queues. */
export const vfRssQueryEn = struct('ifla_vf_rss_query_en', '', {
  /** Number of the virtual function, from 0. */
  vf,
  /** 1 on, 0 off. */
  setting,
});

/** `struct ifla_vf_trust`, linux/if_link.h: whether it may do what only the physical function may. */
export const vfTrust = struct('ifla_vf_trust', '', {
  /** Number of the virtual function, from 0. */
  vf,
  /** 1 on, 0 off. */
  setting,
});

/** IFLA_VF_STATS_*, linux/if_link.h: what a virtual function has counted. */
export const vfStatsAttrs = attributes(padding('IFLA_VF_STATS_', 6), {
  /** IFLA_VF_STATS_RX_PACKETS: packets received. */
  rxPackets: attr(0, u64),
  /** IFLA_VF_STATS_TX_PACKETS: packets sent. */
  txPackets: attr(1, u64),
  /** IFLA_VF_STATS_RX_BYTES: bytes received. */
  rxBytes: attr(2, u64),
  /** IFLA_VF_STATS_TX_BYTES: bytes sent. */
  txBytes: attr(3, u64),
  /** IFLA_VF_STATS_BROADCAST: packets. */
  broadcast: attr(4, u64),
  /** IFLA_VF_STATS_MULTICAST: packets. */
  multicast: attr(5, u64),
  /** IFLA_VF_STATS_RX_DROPPED: packets. */
  rxDropped: attr(7, u64),
  /** IFLA_VF_STATS_TX_DROPPED: packets. */
  txDropped: attr(8, u64),
});

/** IFLA_VF_VLAN_INFO, linux/if_link.h: VLAN tags, at most one so far. */
export const vfVlanListAttrs = attributes('IFLA_VF_VLAN_', {
  /** IFLA_VF_VLAN_INFO: a tag. */
  info: many(attr(1, vfVlanInfo)),
});

/** IFLA_VF_*, linux/if_link.h: one virtual function of an SR-IOV device. */
export const vfAttrs = attributes('IFLA_VF_', {
  /** IFLA_VF_MAC: hardware address. */
  mac: attr(1, vfMac),
  /** IFLA_VF_VLAN: 802.1Q tag; `vlanList` says more. */
  vlan: attr(2, vfVlan),
  /** IFLA_VF_TX_RATE: the most it may send. */
  txRate: attr(3, vfTxRate),
  /** IFLA_VF_SPOOFCHK: whether foreign source addresses are refused. */
  spoofchk: attr(4, vfSpoofchk),
  /** IFLA_VF_LINK_STATE: which carrier it sees. */
  linkState: attr(5, vfLinkState),
  /** IFLA_VF_RATE: the least and the most it may send. */
  rate: attr(6, vfRate),
  /** IFLA_VF_RSS_QUERY_EN: whether it may read how packets are spread over queues. */
  rssQueryEn: attr(7, vfRssQueryEn),
  /** IFLA_VF_STATS: counters. Read-only. */
  stats: attr(8, vfStatsAttrs),
  /** IFLA_VF_TRUST: whether it may do what only the physical function may (promiscuous mode). */
  trust: attr(9, vfTrust),
  /** IFLA_VF_IB_NODE_GUID: InfiniBand. */
  ibNodeGuid: attr(10, vfGuid),
  /** IFLA_VF_IB_PORT_GUID: InfiniBand. */
  ibPortGuid: attr(11, vfGuid),
  /** IFLA_VF_VLAN_LIST: VLAN tags, of either kind. */
  vlanList: attr(12, vfVlanListAttrs),
  /** IFLA_VF_BROADCAST: broadcast address. Read-only. */
  broadcast: attr(13, vfBroadcast),
});

const vfInfoListRows = {
  /** IFLA_VF_INFO: one virtual function. */
  info: many(attr(1, vfAttrs)),
};
/** IFLA_VFINFO_LIST: the virtual functions. */
export const vfInfoListAttrs: VfInfoListAttrsCodec = attributes('IFLA_VF_', vfInfoListRows);
/** By name, like `LinkBody`. */
export interface VfInfoListAttrsCodec extends AttributeSet<typeof vfInfoListRows> {}
