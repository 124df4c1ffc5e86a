import { attr, attributes } from '../../attributes.js';
import { enumeration } from '../../enumeration.js';
import { u8, u16, u32 } from '../../scalar.js';
import { peer } from './peer.js';

/** NETKIT_*, linux/if_link.h: what happens without a BPF program. */
export const netkitPolicy = enumeration(u32, 'NETKIT_', {
  /** NETKIT_PASS: packets pass; `ip` says `forward`. */
  pass: 0,
  /** NETKIT_DROP: packets are dropped; `ip` says `blackhole`. */
  drop: 2,
  redirect: 7,
});

/** NETKIT_L2 and NETKIT_L3, linux/if_link.h: Ethernet or IP packets. */
export const netkitMode = enumeration(u32, 'NETKIT_', { l2: 0, l3: 1 });

/** NETKIT_SCRUB_*, linux/if_link.h: whether mark and priority are cleared on the way to the other end. */
export const netkitScrub = enumeration(u32, 'NETKIT_SCRUB_', { none: 0, default: 1 });

/** NETKIT_DEVICE_*, linux/if_link.h: two ends or one. */
export const netkitPairing = enumeration(u32, 'NETKIT_DEVICE_', { pair: 0, single: 1 });

/** IFLA_NETKIT_*, linux/if_link.h: `ip link … type netkit` (6.7 and newer). */
export const netkitAttrs = attributes('IFLA_NETKIT_', {
  /** IFLA_NETKIT_PEER_INFO: the other end, a whole link message. Write-only. */
  peerInfo: attr(1, peer),
  /** IFLA_NETKIT_PRIMARY: 1 at the end that was made first, which alone has the settings. Read-only. */
  primary: attr(2, u8),
  /** IFLA_NETKIT_POLICY: what happens here without a program. */
  policy: attr(3, netkitPolicy),
  /** IFLA_NETKIT_PEER_POLICY: what happens at the other end. */
  peerPolicy: attr(4, netkitPolicy),
  /** IFLA_NETKIT_MODE: whether it carries IP packets or Ethernet frames; set when it is made. */
  mode: attr(5, netkitMode),
  /** IFLA_NETKIT_SCRUB: of packets from here (6.13 and newer). */
  scrub: attr(6, netkitScrub),
  /** IFLA_NETKIT_PEER_SCRUB: of packets from the other end (6.13 and newer). */
  peerScrub: attr(7, netkitScrub),
  /** IFLA_NETKIT_HEADROOM: bytes wanted in front of packets. */
  headroom: attr(8, u16),
  /** IFLA_NETKIT_TAILROOM: bytes wanted behind packets. */
  tailroom: attr(9, u16),
  /** IFLA_NETKIT_PAIRING: whether there is another end. */
  pairing: attr(10, netkitPairing),
});
