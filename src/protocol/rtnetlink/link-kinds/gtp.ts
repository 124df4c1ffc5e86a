import { ipv4, ipv6 } from '../../address-codecs.js';
import { attr, attributes } from '../../attributes.js';
import { enumeration } from '../../enumeration.js';
import { u8, u32 } from '../../scalar.js';

/** GTP_ROLE_*, linux/if_link.h: which support node of GPRS. */
export const gtpRole = enumeration(u32, 'GTP_ROLE_', { ggsn: 0, sgsn: 1 });

/** IFLA_GTP_*, linux/if_link.h: `ip link … type gtp`. */
export const gtpAttrs = attributes('IFLA_GTP_', {
  /** IFLA_GTP_FD0: descriptor of the UDP socket of GTP version 0. Write-only. */
  fd0: attr(1, u32),
  /** IFLA_GTP_FD1: descriptor of the UDP socket of GTP version 1. Write-only. */
  fd1: attr(2, u32),
  /** IFLA_GTP_PDP_HASHSIZE: size of the table of contexts, entries. */
  pdpHashsize: attr(3, u32),
  /** IFLA_GTP_ROLE: which support node; decides which address of a context is looked at. */
  role: attr(4, gtpRole),
  /** IFLA_GTP_CREATE_SOCKETS: 1: the kernel makes the sockets. Write-only. */
  createSockets: attr(5, u8),
  /** IFLA_GTP_RESTART_COUNT: what answers to echo requests give as the number of restarts, 0 to 255. */
  restartCount: attr(6, u8),
  /** IFLA_GTP_LOCAL: IPv4 address of the sockets (6.13 and newer). */
  local: attr(7, ipv4),
  /** IFLA_GTP_LOCAL6: IPv6 address of the sockets (6.13 and newer). */
  local6: attr(8, ipv6),
});
