import { attr, attributes } from '../attributes.js';
import { u32, uint } from '../scalar.js';
import { string } from '../text.js';

/** DEVLINK_ATTR_*, linux/devlink.h: which devlink port a link belongs to. None where it belongs to none. */
export const devlinkPortAttrs = attributes('DEVLINK_ATTR_', {
  /** DEVLINK_ATTR_BUS_NAME: `pci`. */
  busName: attr(1, string),
  /** DEVLINK_ATTR_DEV_NAME: the device's name on that bus. */
  devName: attr(2, string),
  /** DEVLINK_ATTR_PORT_INDEX: number of its port. */
  portIndex: attr(3, u32),
  /** DEVLINK_ATTR_INDEX: number of the devlink instance. */
  index: attr(184, uint),
});

/** DPLL_A_PIN_*, linux/dpll.h: the pin of a digital phase-locked loop that a link's clock comes from. */
export const dpllPinAttrs = attributes('DPLL_A_PIN_', {
  /** DPLL_A_PIN_ID: number of the pin, as the dpll family of generic netlink has it. */
  id: attr(1, u32),
});
