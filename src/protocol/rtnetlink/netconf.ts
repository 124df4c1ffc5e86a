import { attr, attributes } from '../attributes.js';
import type { Decoded, Encodable } from '../codec.js';
import { message } from '../message.js';
import { s32, u8 } from '../scalar.js';
import { struct } from '../struct.js';

/** `struct netconfmsg`, linux/netconf.h: begins netconf messages. */
export const netconfmsg = struct(
  'netconfmsg',
  'ncm_',
  {
    /** AF_INET (2), AF_INET6 (10), AF_MPLS (28). */
    family: u8,
  },
  { hot: true },
);

/** NETCONFA_IFINDEX_*, linux/netconf.h: what stands in `ifindex` for settings that belong to no one link. */
export const NETCONFA_IFINDEX_ALL = -1;
export const NETCONFA_IFINDEX_DEFAULT = -2;

/** NETCONFA_*, linux/netconf.h: the values of /proc/sys/net/FAMILY/conf/NAME. */
export const netconfAttrs = attributes('NETCONFA_', {
  /** NETCONFA_IFINDEX: index of the link; -1 for `all`, -2 for `default`. */
  ifindex: attr(1, s32),
  /** NETCONFA_FORWARDING: 1 where packets are sent on. */
  forwarding: attr(2, s32),
  /** NETCONFA_RP_FILTER: check of source addresses (RFC 3704): 0 none, 1 strict, 2 loose. */
  rpFilter: attr(3, s32),
  /** NETCONFA_MC_FORWARDING: 1 where multicast is routed. */
  mcForwarding: attr(4, s32),
  /** NETCONFA_PROXY_NEIGH: 1 where others are answered for (proxy ARP, proxy NDP). */
  proxyNeigh: attr(5, s32),
  /** NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN: 1 where routes by a link without carrier do not count. */
  ignoreRoutesWithLinkdown: attr(6, s32),
  /** NETCONFA_INPUT: 1 where packets with labels are taken in (MPLS). */
  input: attr(7, s32),
  /** NETCONFA_BC_FORWARDING: 1 where directed broadcasts are sent on. */
  bcForwarding: attr(8, s32),
  /** NETCONFA_FORCE_FORWARDING: 1 where packets are sent on whatever `all` says (IPv6; 6.17 and newer). */
  forceForwarding: attr(9, s32),
});

/** Body of RTM_NEWNETCONF, RTM_DELNETCONF and RTM_GETNETCONF: settings of protocols, of links and as a whole. */
export const netconf = message(netconfmsg, netconfAttrs);

/** A decoded netconf message. */
export interface Netconf extends Decoded<typeof netconf> {}
/** A netconf message to encode. */
export interface NetconfInput extends Encodable<typeof netconf> {}
