import { enumeration } from '../enumeration.js';
import { u8 } from '../scalar.js';

/** RT_SCOPE_*, linux/rtnetlink.h: how far an address or destination is away. */
export const scope = enumeration(u8, 'RT_SCOPE_', {
  /** RT_SCOPE_UNIVERSE: anywhere; `ip` prints `global`. */
  universe: 0,
  /** RT_SCOPE_SITE: in this site. */
  site: 200,
  /** RT_SCOPE_LINK: on this link. */
  link: 253,
  /** RT_SCOPE_HOST: on this machine. */
  host: 254,
  /** RT_SCOPE_NOWHERE: does not exist. */
  nowhere: 255,
});
