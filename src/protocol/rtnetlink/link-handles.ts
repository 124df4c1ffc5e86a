import { type AttributeSet, attr, attributes } from '../attributes.js';
import { u32, uint } from '../scalar.js';
import { string } from '../text.js';

const devlinkPortRows = {
  /** DEVLINK_ATTR_BUS_NAME: `pci`. */
  busName: attr(1, string),
  /** DEVLINK_ATTR_DEV_NAME: the device's name on that bus. */
  devName: attr(2, string),
  /** DEVLINK_ATTR_PORT_INDEX: number of its port. */
  portIndex: attr(3, u32),
  /** DEVLINK_ATTR_INDEX: number of the devlink instance. */
  index: attr(184, uint),
};
/** DEVLINK_ATTR_*, linux/devlink.h: which devlink port a link belongs to. None where it belongs to none. */
export const devlinkPortAttrs: DevlinkPortAttrsCodec = attributes('DEVLINK_ATTR_', devlinkPortRows);
/** By name, like `LinkBody`. */
export interface DevlinkPortAttrsCodec extends AttributeSet<typeof devlinkPortRows> {}

const dpllPinRows = {
  /** DPLL_A_PIN_ID: number of the pin, as the dpll family of generic netlink has it. */
  id: attr(1, u32),
};
/** DPLL_A_PIN_*, linux/dpll.h: the pin of a digital phase-locked loop that a link's clock comes from. */
export const dpllPinAttrs: DpllPinAttrsCodec = attributes('DPLL_A_PIN_', dpllPinRows);
/** By name, like `LinkBody`. */
export interface DpllPinAttrsCodec extends AttributeSet<typeof dpllPinRows> {}
