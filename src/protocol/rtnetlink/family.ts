import { enumeration } from '../enumeration.js';
import { u16 } from '../scalar.js';

/** AF_*, linux/socket.h in the kernel's source: address families. Those of rtnetlink alone start at 128. */
export const AF = {
  /** AF_UNSPEC: none in particular, or all. */
  unspec: 0,
  unix: 1,
  /** AF_INET: IPv4. */
  inet: 2,
  ax25: 3,
  ipx: 4,
  appletalk: 5,
  netrom: 6,
  /** AF_BRIDGE: bridge ports and forwarding entries. */
  bridge: 7,
  atmpvc: 8,
  x25: 9,
  /** AF_INET6: IPv6. */
  inet6: 10,
  rose: 11,
  decnet: 12,
  netbeui: 13,
  security: 14,
  key: 15,
  netlink: 16,
  /** AF_PACKET: link layer addresses. */
  packet: 17,
  ash: 18,
  econet: 19,
  atmsvc: 20,
  rds: 21,
  sna: 22,
  irda: 23,
  pppox: 24,
  wanpipe: 25,
  llc: 26,
  ib: 27,
  /** AF_MPLS: labels. */
  mpls: 28,
  can: 29,
  tipc: 30,
  bluetooth: 31,
  iucv: 32,
  rxrpc: 33,
  isdn: 34,
  phonet: 35,
  ieee802154: 36,
  caif: 37,
  alg: 38,
  nfc: 39,
  vsock: 40,
  kcm: 41,
  qipcrtr: 42,
  smc: 43,
  xdp: 44,
  mctp: 45,
  /** RTNL_FAMILY_IPMR: IPv4 multicast routes. */
  ipmr: 128,
  /** RTNL_FAMILY_IP6MR: IPv6 multicast routes. */
  ip6mr: 129,
} as const;

/** AF_* as `sa_family_t`. The headers of messages hold the plain number. */
export const addressFamily = enumeration(u16, 'AF_', AF, {
  decnet: 'AF_DECnet',
  ipmr: 'RTNL_FAMILY_IPMR',
  ip6mr: 'RTNL_FAMILY_IP6MR',
});
