import { attr, attributes } from '../attributes.js';
import type { Decoded, Encodable } from '../codec.js';
import { message } from '../message.js';
import { s32, u8, u32 } from '../scalar.js';
import { struct } from '../struct.js';

/** `struct rtgenmsg`, linux/rtnetlink.h: begins messages that are of no family. */
export const rtgenmsg = struct(
  'rtgenmsg',
  'rtgen_',
  {
    /** AF_UNSPEC (0). */
    family: u8,
  },
  { hot: true },
);

/** NETNSA_*, linux/net_namespace.h: a namespace and the id it has. */
export const nsidAttrs = attributes('NETNSA_', {
  /**
   * NETNSA_NSID: the id that one namespace gave another; -1 (NETNSA_NSID_NOT_ASSIGNED) where it has none, and in
   * RTM_NEWNSID to have the kernel choose one.
   */
  nsid: attr(1, s32),
  /** NETNSA_PID: the namespace of the process with this number, in requests. */
  pid: attr(2, u32),
  /** NETNSA_FD: the namespace of this descriptor, in requests. */
  fd: attr(3, u32),
  /** NETNSA_TARGET_NSID: the namespace whose table of ids is asked, by its id here. */
  targetNsid: attr(4, s32),
  /** NETNSA_CURRENT_NSID: in replies to `targetNsid`: the id that the asking namespace uses for the same one. */
  currentNsid: attr(5, s32),
});

/** Body of RTM_NEWNSID, RTM_DELNSID and RTM_GETNSID: ids by which a namespace knows others. */
export const nsid = message(rtgenmsg, nsidAttrs);

/** A decoded namespace id message. */
export interface Nsid extends Decoded<typeof nsid> {}
/** A namespace id message to encode. */
export interface NsidInput extends Encodable<typeof nsid> {}
