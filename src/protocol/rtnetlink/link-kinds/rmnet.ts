import { attr, attributes } from '../../attributes.js';
import { flags } from '../../enumeration.js';
import { u16, u32 } from '../../scalar.js';
import { struct } from '../../struct.js';

/** RMNET_FLAGS_*, linux/if_link.h: how frames of the modem are laid out. */
export const rmnetFlags = flags(u32, 'RMNET_FLAGS_', {
  /** RMNET_FLAGS_INGRESS_DEAGGREGATION: several packets in one frame. */
  ingressDeaggregation: 1 << 0,
  /** RMNET_FLAGS_INGRESS_MAP_COMMANDS: flow control. */
  ingressMapCommands: 1 << 1,
  ingressMapCksumv4: 1 << 2,
  egressMapCksumv4: 1 << 3,
  ingressMapCksumv5: 1 << 4,
  egressMapCksumv5: 1 << 5,
});

/** `struct ifla_rmnet_flags`, linux/if_link.h: flags, and which of them count. */
export const rmnetFlagsAndMask = struct('ifla_rmnet_flags', '', {
  /** Which flags are on. */
  flags: rmnetFlags,
  /** The flags that a request changes. */
  mask: rmnetFlags,
});

/** IFLA_RMNET_*, linux/if_link.h: `ip link … type rmnet`, channels of Qualcomm modems. */
export const rmnetAttrs = attributes('IFLA_RMNET_', {
  /** IFLA_RMNET_MUX_ID: number of the channel, 1 to 254. */
  muxId: attr(1, u16),
  /** IFLA_RMNET_FLAGS: how frames of the modem are laid out. */
  flags: attr(2, rmnetFlagsAndMask),
});
