import { flags } from '../enumeration.js';
import { u8, u16, u32 } from '../scalar.js';

/** NUD_*, linux/neighbour.h: state of a neighbour entry; none of them is NUD_NONE. */
export const neighbourState = flags(u16, 'NUD_', {
  /** NUD_INCOMPLETE: being resolved. */
  incomplete: 0x01,
  /** NUD_REACHABLE: confirmed a short time ago. */
  reachable: 0x02,
  /** NUD_STALE: to be confirmed when it is used next. */
  stale: 0x04,
  /** NUD_DELAY: in use, not yet confirmed; a probe follows. */
  delay: 0x08,
  /** NUD_PROBE: being probed. */
  probe: 0x10,
  /** NUD_FAILED: nobody answered. */
  failed: 0x20,
  /** NUD_NOARP: needs no resolution. In a bridge: a static entry. */
  noarp: 0x40,
  /** NUD_PERMANENT: stays until it is deleted. In a bridge: an address of its own. */
  permanent: 0x80,
});

/** NTF_*, linux/neighbour.h: what a neighbour or forwarding entry is, and whose table a request means. */
export const neighbourFlags = flags(u8, 'NTF_', {
  /** NTF_USE: as if a packet had just used it: starts resolution. */
  use: 0x01,
  /** NTF_SELF: of the link's own forwarding table. */
  self: 0x02,
  /** NTF_MASTER: of the forwarding table of the bridge that the link belongs to. */
  master: 0x04,
  /** NTF_PROXY: answered for on behalf of others. */
  proxy: 0x08,
  /** NTF_EXT_LEARNED: learned by a control plane outside of the kernel. */
  extLearned: 0x10,
  /** NTF_OFFLOADED: in the hardware. */
  offloaded: 0x20,
  /** NTF_STICKY: does not move to another port. */
  sticky: 0x40,
  /** NTF_ROUTER: an IPv6 router. */
  router: 0x80,
});

/** NTF_EXT_*, linux/neighbour.h: more flags, for which the header has no room. */
export const neighbourFlagsExt = flags(u32, 'NTF_EXT_', {
  /** NTF_EXT_MANAGED: the kernel keeps it reachable. */
  managed: 0x01,
  /** NTF_EXT_LOCKED: of a host that is not let through the bridge. */
  locked: 0x02,
  /** NTF_EXT_EXT_VALIDATED: confirmed by a control plane outside of the kernel (6.17 and newer). */
  extValidated: 0x04,
});

/** FDB_NOTIFY_*, linux/neighbour.h: which activity of a forwarding entry is told. */
export const fdbNotify = flags(u8, 'FDB_NOTIFY_', {
  /** FDB_NOTIFY_BIT: that it is used again or no longer. */
  bit: 0x01,
  /** FDB_NOTIFY_INACTIVE_BIT: it is not in use. */
  inactiveBit: 0x02,
});
