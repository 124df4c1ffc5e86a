import { enumeration, flags } from '../enumeration.js';
import { u8, u16, u32 } from '../scalar.js';

/** `net_device_flags`, IFF_*, linux/if.h: what a link is and whether it works. */
export const linkFlags = flags(u32, 'IFF_', {
  /** IFF_UP: administratively up. */
  up: 1 << 0,
  /** IFF_BROADCAST: the broadcast address is valid. */
  broadcast: 1 << 1,
  /** IFF_DEBUG: the driver logs more. */
  debug: 1 << 2,
  /** IFF_LOOPBACK: a loopback net. */
  loopback: 1 << 3,
  /** IFF_POINTOPOINT: a link with one peer. */
  pointopoint: 1 << 4,
  /** IFF_NOTRAILERS: no trailers (RFC 893); without meaning. */
  notrailers: 1 << 5,
  /** IFF_RUNNING: operational (RFC 2863 OPER_UP). */
  running: 1 << 6,
  /** IFF_NOARP: no address resolution. */
  noarp: 1 << 7,
  /** IFF_PROMISC: receives all packets. */
  promisc: 1 << 8,
  /** IFF_ALLMULTI: receives all multicast packets. */
  allmulti: 1 << 9,
  /** IFF_MASTER: master of a load balancer. */
  master: 1 << 10,
  /** IFF_SLAVE: slave of a load balancer. */
  slave: 1 << 11,
  /** IFF_MULTICAST: supports multicast. */
  multicast: 1 << 12,
  /** IFF_PORTSEL: can choose its media type. */
  portsel: 1 << 13,
  /** IFF_AUTOMEDIA: chooses its media type itself. */
  automedia: 1 << 14,
  /** IFF_DYNAMIC: a dial-up device whose addresses change. */
  dynamic: 1 << 15,
  /** IFF_LOWER_UP: the driver signals carrier. */
  lowerUp: 1 << 16,
  /** IFF_DORMANT: the driver signals dormant. */
  dormant: 1 << 17,
  /** IFF_ECHO: sent packets come back. */
  echo: 1 << 18,
});

/** IF_OPER_*, linux/if.h: the operational state of RFC 2863. `unknown` counts as up: the driver does not track it. */
export const operState = enumeration(u8, 'IF_OPER_', {
  unknown: 0,
  notpresent: 1,
  down: 2,
  lowerlayerdown: 3,
  testing: 4,
  dormant: 5,
  up: 6,
});

/** IF_LINK_MODE_*, linux/if.h: the state that a link with carrier goes to: up, or one that waits. */
export const linkMode = enumeration(u8, 'IF_LINK_MODE_', { default: 0, dormant: 1, testing: 2 });

/** ARPHRD_*, linux/if_arp.h: what kind of hardware. */
export const hardwareType = enumeration(u16, 'ARPHRD_', {
  netrom: 0,
  ether: 1,
  eether: 2,
  ax25: 3,
  pronet: 4,
  chaos: 5,
  ieee802: 6,
  arcnet: 7,
  appletlk: 8,
  dlci: 15,
  atm: 19,
  metricom: 23,
  ieee1394: 24,
  eui64: 27,
  infiniband: 32,
  slip: 256,
  cslip: 257,
  slip6: 258,
  cslip6: 259,
  rsrvd: 260,
  adapt: 264,
  rose: 270,
  x25: 271,
  hwx25: 272,
  can: 280,
  mctp: 290,
  ppp: 512,
  cisco: 513,
  lapb: 516,
  ddcmp: 517,
  rawhdlc: 518,
  rawip: 519,
  tunnel: 768,
  tunnel6: 769,
  frad: 770,
  skip: 771,
  loopback: 772,
  localtlk: 773,
  fddi: 774,
  bif: 775,
  sit: 776,
  ipddp: 777,
  ipgre: 778,
  pimreg: 779,
  hippi: 780,
  ash: 781,
  econet: 782,
  irda: 783,
  fcpp: 784,
  fcal: 785,
  fcpl: 786,
  fcfabric: 787,
  ieee802Tr: 800,
  ieee80211: 801,
  ieee80211Prism: 802,
  ieee80211Radiotap: 803,
  ieee802154: 804,
  ieee802154Monitor: 805,
  phonet: 820,
  phonetPipe: 821,
  caif: 822,
  ip6gre: 823,
  netlink: 824,
  '6lowpan': 825,
  vsockmon: 826,
  void: 0xffff,
  none: 0xfffe,
});

/** RTEXT_FILTER_*, linux/rtnetlink.h: what a link request asks for beyond the plain link, or without. */
export const extFilter = flags(u32, 'RTEXT_FILTER_', {
  /** RTEXT_FILTER_VF: the virtual functions. */
  vf: 1 << 0,
  /** RTEXT_FILTER_BRVLAN: the VLANs of bridge ports. */
  brvlan: 1 << 1,
  /** RTEXT_FILTER_BRVLAN_COMPRESSED: the same, runs as ranges. */
  brvlanCompressed: 1 << 2,
  /** RTEXT_FILTER_SKIP_STATS: no statistics. */
  skipStats: 1 << 3,
  /** RTEXT_FILTER_MRP: rings of media redundancy protocol. */
  mrp: 1 << 4,
  /** RTEXT_FILTER_CFM_CONFIG: settings of connectivity fault management. */
  cfmConfig: 1 << 5,
  /** RTEXT_FILTER_CFM_STATUS: what connectivity fault management saw. */
  cfmStatus: 1 << 6,
  /** RTEXT_FILTER_MST: states in multiple spanning trees. */
  mst: 1 << 7,
  /** RTEXT_FILTER_NAME_ONLY: nothing but the name and the header (newer than 6.18). */
  nameOnly: 1 << 8,
});
