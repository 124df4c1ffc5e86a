import { hwaddr } from '../../address-codecs.js';
import { attr, attributes } from '../../attributes.js';
import { enumeration } from '../../enumeration.js';
import { u8, u16, u32 } from '../../scalar.js';

/** HSR_PROTOCOL_*, linux/if_link.h: IEC 62439-3. */
export const hsrProtocol = enumeration(u8, 'HSR_PROTOCOL_', { hsr: 0, prp: 1 });

/** IFLA_HSR_*, linux/if_link.h: `ip link … type hsr`, two links to the same ring or to two networks. */
export const hsrAttrs = attributes('IFLA_HSR_', {
  /** IFLA_HSR_SLAVE1: index of the first link. */
  slave1: attr(1, u32),
  /** IFLA_HSR_SLAVE2: index of the second link. */
  slave2: attr(2, u32),
  /** IFLA_HSR_MULTICAST_SPEC: last byte of the supervision address. Write-only. */
  multicastSpec: attr(3, u8),
  /** IFLA_HSR_SUPERVISION_ADDR: where supervision packets go. Read-only. */
  supervisionAddr: attr(4, hwaddr),
  /** IFLA_HSR_SEQ_NR: number of the next packet. Read-only. */
  seqNr: attr(5, u16),
  /** IFLA_HSR_VERSION: 0 or 1. */
  version: attr(6, u8),
  /** IFLA_HSR_PROTOCOL: HSR (a ring) or PRP (two networks). */
  protocol: attr(7, hsrProtocol),
  /** IFLA_HSR_INTERLINK: index of the link to hosts outside the ring (6.10 and newer). */
  interlink: attr(8, u32),
});
