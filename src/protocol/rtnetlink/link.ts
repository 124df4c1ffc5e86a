import { hwaddr } from '../address-codecs.js';
import { attr, attributes, many, nested, padding, select, selectByHeader } from '../attributes.js';
import type { Decoded, Encodable } from '../codec.js';
import { enumeration } from '../enumeration.js';
import { type Body, message } from '../message.js';
import { bytes, padded, s32, u8, u16, u32, uint } from '../scalar.js';
import { struct } from '../struct.js';
import { ifname, string, text } from '../text.js';
import { AF } from './family.js';
import { afSpec, inet6Attrs } from './link-af-spec.js';
import { devlinkPortAttrs, dpllPinAttrs } from './link-handles.js';
import { bridgePortAttrs } from './link-kinds/bridge-port.js';
import { kindStats, linkKinds, slaveKinds, slaveRequestKinds } from './link-kinds/index.js';
import { portAttrs, vfPortsAttrs } from './link-port.js';
import { linkMap, linkStats, linkStats64 } from './link-stats.js';
import { extFilter, hardwareType, linkFlags, linkMode, operState } from './link-values.js';
import { vfInfoListAttrs } from './link-vf.js';

/** `struct ifinfomsg`, linux/rtnetlink.h: begins link messages. */
export const ifinfomsg = struct(
  'ifinfomsg',
  'ifi_',
  {
    /** AF_UNSPEC (0) for links as such, AF_BRIDGE (7) for bridge ports, AF_INET6 (10) in router discovery's events. */
    family: padded(u8, 1),
    /** ARPHRD_*: the kind of hardware. */
    type: hardwareType,
    /** Interface index; 0 when the link is named by an attribute instead. */
    index: s32,
    /** IFF_*: whether it is up, and what it is. */
    flags: linkFlags,
    /** Which bits of `flags` a request changes; in events, which have changed. */
    change: linkFlags,
  },
  { hot: true },
);

/** IFLA_INFO_*, linux/if_link.h: the driver of a link and of its master, with their settings. */
export const linkinfoAttrs = attributes('IFLA_INFO_', {
  /** IFLA_INFO_KIND: the driver's name, `veth`. */
  kind: attr(1, text({ max: 55, terminated: 'replies' })),
  /** IFLA_INFO_DATA: laid out as `kind` says. */
  data: attr(2, select('kind', linkKinds)),
  /** IFLA_INFO_XSTATS: the driver's own counters, laid out as `kind` says. */
  xstats: attr(3, select('kind', kindStats)),
  /** IFLA_INFO_SLAVE_KIND: what this link's master is, `bridge`. */
  slaveKind: attr(4, text({ max: 55, terminated: 'replies' })),
  /** IFLA_INFO_SLAVE_DATA: laid out as `slaveKind` says; `ip` says it by a `kind` like `bridge_slave`. */
  slaveData: attr(5, select('slaveKind', slaveKinds, { selector: 'kind', variants: slaveRequestKinds })),
});

/** XDP_ATTACHED_*, linux/if_link.h: where a program is: driver, generic path (skb), hardware, or several of them. */
export const xdpAttached = enumeration(u8, 'XDP_ATTACHED_', { none: 0, drv: 1, skb: 2, hw: 3, multi: 4 });

/** IFLA_XDP_*, linux/if_link.h: the BPF program at the driver's receive path. */
export const xdpAttrs = attributes('IFLA_XDP_', {
  /** IFLA_XDP_FD: descriptor of the program to attach, -1 to detach. */
  fd: attr(1, s32),
  /** IFLA_XDP_ATTACHED: how. */
  attached: attr(2, xdpAttached),
  /** IFLA_XDP_FLAGS: how to attach, the bits XDP_FLAGS_*. */
  flags: attr(3, u32),
  /** IFLA_XDP_PROG_ID: BPF id of the program, if there is one alone. Read-only. */
  progId: attr(4, u32),
  /** IFLA_XDP_DRV_PROG_ID: BPF id of the program in the driver. Read-only. */
  drvProgId: attr(5, u32),
  /** IFLA_XDP_SKB_PROG_ID: BPF id of the program in the generic path. Read-only. */
  skbProgId: attr(6, u32),
  /** IFLA_XDP_HW_PROG_ID: BPF id of the program in the hardware. Read-only. */
  hwProgId: attr(7, u32),
  /** IFLA_XDP_EXPECTED_FD: attach only in place of the program with this descriptor. */
  expectedFd: attr(8, s32),
});

/** IFLA_PROTO_DOWN_REASON_*, linux/if_link.h: why a protocol keeps a link down. */
export const protoDownReasonAttrs = attributes('IFLA_PROTO_DOWN_REASON_', {
  /** IFLA_PROTO_DOWN_REASON_MASK: which bits to change. */
  mask: attr(1, u32),
  /** IFLA_PROTO_DOWN_REASON_VALUE: the reasons, one a bit. */
  value: attr(2, u32),
});

/** IFLA_EVENT_*, linux/if_link.h: what happened to a link. */
export const linkEvent = enumeration(u32, 'IFLA_EVENT_', {
  none: 0,
  reboot: 1,
  features: 2,
  bondingFailover: 3,
  notifyPeers: 4,
  igmpResend: 5,
  bondingOptions: 6,
});

/** IFLA_PROP_LIST: a list of properties; so far only alternative names. */
export const propListAttrs = attributes('IFLA_', {
  /** IFLA_ALT_IFNAME: alternative names, 1 to 127 bytes each. */
  altIfname: many(attr(53, text({ min: 1, max: 127 }))),
});

/** IFLA_PROTINFO: its layout depends on the family in the message's header. */
export const protinfo = selectByHeader('family', { [AF.bridge]: bridgePortAttrs, [AF.inet6]: inet6Attrs });

/** IFLA_*, linux/if_link.h: a link. */
export const linkAttrs = attributes(padding('IFLA_', 42), {
  /** IFLA_ADDRESS: hardware address. */
  address: attr(1, hwaddr),
  /** IFLA_BROADCAST: hardware broadcast address; the peer's on point-to-point links. */
  broadcast: attr(2, hwaddr),
  /** IFLA_IFNAME: 1 to 15 bytes. */
  ifname: attr(3, ifname),
  /** IFLA_MTU: bytes. */
  mtu: attr(4, u32),
  /** IFLA_LINK: index of the lower device or of the peer, in the namespace `linkNetnsid`. */
  link: attr(5, u32),
  /** IFLA_QDISC: name of the root queueing discipline. */
  qdisc: attr(6, string),
  /** IFLA_STATS: 32-bit counters. */
  stats: attr(7, linkStats),
  /** IFLA_COST: never sent. */
  cost: attr(8, bytes),
  /** IFLA_PRIORITY: never sent. */
  priority: attr(9, bytes),
  /** IFLA_MASTER: index of the bridge, bond or VRF that this link belongs to; 0 to leave it. */
  master: attr(10, u32),
  /** IFLA_WIRELESS: wireless extensions' events. */
  wireless: attr(11, bytes),
  /** IFLA_PROTINFO: what the header's family has to say: AF_BRIDGE of a port, AF_INET6 of router discovery. */
  protinfo: nested(12, protinfo),
  /** IFLA_TXQLEN: packets. */
  txqlen: attr(13, u32),
  /** IFLA_MAP: addresses of old hardware. */
  map: attr(14, linkMap),
  /** IFLA_WEIGHT: no longer used: taken and ignored, never sent. */
  weight: attr(15, u32),
  /** IFLA_OPERSTATE: operational state. */
  operstate: attr(16, operState),
  /** IFLA_LINKMODE: whether the link goes up at once or waits dormant for a supplicant. */
  linkmode: attr(17, linkMode),
  /** IFLA_LINKINFO: the driver and its settings. */
  linkinfo: attr(18, linkinfoAttrs),
  /** IFLA_NET_NS_PID: move to the namespace of the process with this number. */
  netNsPid: attr(19, u32),
  /** IFLA_IFALIAS: free text, at most 255 bytes. */
  ifalias: attr(20, text({ max: 255, terminated: 'replies' })),
  /** IFLA_NUM_VF: how many virtual functions there are. */
  numVf: attr(21, u32),
  /** IFLA_VFINFO_LIST: the virtual functions; in replies only if `extMask` asked for them. */
  vfinfoList: attr(22, vfInfoListAttrs),
  /** IFLA_STATS64: 64-bit counters. */
  stats64: attr(23, linkStats64),
  /** IFLA_VF_PORTS: how the virtual functions are set up at the switch. */
  vfPorts: attr(24, vfPortsAttrs),
  /** IFLA_PORT_SELF: how the link itself is. */
  portSelf: attr(25, portAttrs),
  /** IFLA_AF_SPEC: what each address family has to say. */
  afSpec: attr(26, afSpec),
  /** IFLA_GROUP: number of its group; 0 is `default`. */
  group: attr(27, u32),
  /** IFLA_NET_NS_FD: move to the namespace of this descriptor. */
  netNsFd: attr(28, u32),
  /** IFLA_EXT_MASK: RTEXT_FILTER_*, in requests. */
  extMask: attr(29, extFilter),
  /** IFLA_PROMISCUITY: how many want promiscuous mode. */
  promiscuity: attr(30, u32),
  /** IFLA_NUM_TX_QUEUES: how many queues it sends by, 1 to 4096; set when it is made. */
  numTxQueues: attr(31, u32),
  /** IFLA_NUM_RX_QUEUES: how many queues it receives by, 1 to 4096; set when it is made. */
  numRxQueues: attr(32, u32),
  /** IFLA_CARRIER: 1 with carrier, 0 without. */
  carrier: attr(33, u8),
  /** IFLA_PHYS_PORT_ID: up to 32 bytes. */
  physPortId: attr(34, bytes),
  /** IFLA_CARRIER_CHANGES: how often the carrier came or went. */
  carrierChanges: attr(35, u32),
  /** IFLA_PHYS_SWITCH_ID: up to 32 bytes. */
  physSwitchId: attr(36, bytes),
  /** IFLA_LINK_NETNSID: id, in this namespace, of the namespace that `link` is in. */
  linkNetnsid: attr(37, s32),
  /** IFLA_PHYS_PORT_NAME: what the driver calls the port, `p0`, at most 15 bytes. */
  physPortName: attr(38, string),
  /** IFLA_PROTO_DOWN: 1 where a protocol keeps the link down. */
  protoDown: attr(39, u8),
  /** IFLA_GSO_MAX_SEGS: the most segments that a packet is handed to the driver with. */
  gsoMaxSegs: attr(40, u32),
  /** IFLA_GSO_MAX_SIZE: bytes. */
  gsoMaxSize: attr(41, u32),
  /** IFLA_XDP: the BPF program at the receive path. */
  xdp: attr(43, xdpAttrs),
  /** IFLA_EVENT: what an event is about. */
  event: attr(44, linkEvent),
  /** IFLA_NEW_NETNSID: in an RTM_DELLINK: id of the namespace the link moved to. */
  newNetnsid: attr(45, s32),
  /** IFLA_TARGET_NETNSID: id, in this namespace, of the one that a request or reply is about. */
  targetNetnsid: attr(46, s32),
  /** IFLA_CARRIER_UP_COUNT: how often the carrier came. */
  carrierUpCount: attr(47, u32),
  /** IFLA_CARRIER_DOWN_COUNT: how often the carrier went. */
  carrierDownCount: attr(48, u32),
  /** IFLA_NEW_IFINDEX: in an RTM_DELLINK: the link's index where it moved to. */
  newIfindex: attr(49, s32),
  /** IFLA_MIN_MTU: bytes. */
  minMtu: attr(50, u32),
  /** IFLA_MAX_MTU: bytes; 0 for no limit. */
  maxMtu: attr(51, u32),
  /** IFLA_PROP_LIST: alternative names. */
  propList: nested(52, propListAttrs),
  /** IFLA_ALT_IFNAME: the link that a request means, by an alternative name. */
  altIfname: attr(53, text({ min: 1, max: 127 })),
  /** IFLA_PERM_ADDRESS: the hardware address it was made with. */
  permAddress: attr(54, hwaddr),
  /** IFLA_PROTO_DOWN_REASON: why a protocol keeps the link down. */
  protoDownReason: nested(55, protoDownReasonAttrs),
  /** IFLA_PARENT_DEV_NAME: the device on a bus that this link belongs to. */
  parentDevName: attr(56, string),
  /** IFLA_PARENT_DEV_BUS_NAME: that bus, `pci`. */
  parentDevBusName: attr(57, string),
  /** IFLA_GRO_MAX_SIZE: bytes. */
  groMaxSize: attr(58, u32),
  /** IFLA_TSO_MAX_SIZE: bytes. */
  tsoMaxSize: attr(59, u32),
  /** IFLA_TSO_MAX_SEGS: the most segments that the device can cut a packet into. Read-only. */
  tsoMaxSegs: attr(60, u32),
  /** IFLA_ALLMULTI: how many want all multicast packets. */
  allmulti: attr(61, u32),
  /** IFLA_DEVLINK_PORT: a devlink port's handle. */
  devlinkPort: nested(62, devlinkPortAttrs),
  /** IFLA_GSO_IPV4_MAX_SIZE: bytes. */
  gsoIpv4MaxSize: attr(63, u32),
  /** IFLA_GRO_IPV4_MAX_SIZE: bytes. */
  groIpv4MaxSize: attr(64, u32),
  /** IFLA_DPLL_PIN: the pin that its clock comes from (6.7 and newer). */
  dpllPin: nested(65, dpllPinAttrs),
  /** IFLA_MAX_PACING_OFFLOAD_HORIZON: nanoseconds. */
  maxPacingOffloadHorizon: attr(66, uint),
  /** IFLA_NETNS_IMMUTABLE: 1 where the link cannot leave its namespace. */
  netnsImmutable: attr(67, u8),
  /** IFLA_HEADROOM: bytes the driver wants in front of a packet. */
  headroom: attr(68, u16),
  /** IFLA_TAILROOM: bytes the driver wants behind a packet. */
  tailroom: attr(69, u16),
});

/** Body of RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK, RTM_NEWLINKPROP and RTM_DELLINKPROP. */
export const link: LinkBody = message(ifinfomsg, linkAttrs);
/** By name: the compiler would write it out wherever it is used, and leave the comments of its rows behind. */
export interface LinkBody extends Body<typeof ifinfomsg, typeof linkAttrs> {}

/** A decoded link message. */
export interface Link extends Decoded<typeof ifinfomsg> {
  attrs: LinkAttrs;
}
/** A link message to encode. */
export interface LinkInput extends Encodable<typeof ifinfomsg> {
  attrs?: LinkAttrsInput | undefined;
}
/** The attributes of a decoded link message. */
export interface LinkAttrs extends Decoded<typeof linkAttrs> {}
/** The attributes of a link message to encode. */
export interface LinkAttrsInput extends Encodable<typeof linkAttrs> {}
