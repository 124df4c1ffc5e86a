import { padded, s32, u8, u32 } from '../scalar.js';
import { struct } from '../struct.js';

/** `struct tcmsg`, linux/rtnetlink.h: header of the messages about queueing disciplines, classes and filters. */
export const tcmsg = struct(
  'tcmsg',
  'tcm_',
  {
    /** AF_UNSPEC (0). */
    family: padded(u8, 3),
    /** Index of the link. */
    ifindex: s32,
    /** Its own handle: major number in the upper 16 bits, minor in the lower. */
    handle: u32,
    /** Handle of what it hangs on; 0xffffffff (TC_H_ROOT) for a link's root queueing discipline. */
    parent: u32,
    /** How many references there are to it, or a filter's priority and protocol. */
    info: u32,
  },
  { hot: true },
);

/** `struct prefixmsg`, linux/rtnetlink.h: header of RTM_NEWPREFIX. */
export const prefixmsg = struct(
  'prefixmsg',
  'prefix_',
  {
    /** AF_INET6 (10). */
    family: padded(u8, 3),
    /** Index of the link the router advertisement came in by. */
    ifindex: s32,
    /** Type of the option in the advertisement. */
    type: u8,
    /** Bits of the prefix. */
    len: u8,
    /** IF_PREFIX_*: 1 is on-link, 2 is for autoconfiguration. */
    flags: padded(u8, 1),
  },
  { hot: true },
);
