import { array } from '../../array.js';
import { attr, attributes, nested } from '../../attributes.js';
import { enumeration, flags } from '../../enumeration.js';
import { u16, u32 } from '../../scalar.js';
import { type Struct, struct } from '../../struct.js';
import { canBittiming, canBittimingConst, canClock } from './can-bittiming.js';

/** CAN_STATE_*, linux/can/netlink.h: by the number of errors. */
export const canState = enumeration(u32, 'CAN_STATE_', {
  /** CAN_STATE_ERROR_ACTIVE: below 96. */
  errorActive: 0,
  /** CAN_STATE_ERROR_WARNING: below 128. */
  errorWarning: 1,
  /** CAN_STATE_ERROR_PASSIVE: below 256. */
  errorPassive: 2,
  /** CAN_STATE_BUS_OFF: more. */
  busOff: 3,
  stopped: 4,
  sleeping: 5,
});

/** CAN_CTRLMODE_*, linux/can/netlink.h: what the controller does. */
export const canControlModes = flags(u32, 'CAN_CTRLMODE_', {
  /** CAN_CTRLMODE_LOOPBACK: hears itself. */
  loopback: 0x01,
  /** CAN_CTRLMODE_LISTENONLY: sends nothing. */
  listenonly: 0x02,
  /** CAN_CTRLMODE_3_SAMPLES: three samples a bit. */
  '3Samples': 0x04,
  /** CAN_CTRLMODE_ONE_SHOT: sends nothing again. */
  oneShot: 0x08,
  /** CAN_CTRLMODE_BERR_REPORTING: reports bus errors. */
  berrReporting: 0x10,
  /** CAN_CTRLMODE_FD: CAN FD. */
  fd: 0x20,
  /** CAN_CTRLMODE_PRESUME_ACK: does without acknowledgements. */
  presumeAck: 0x40,
  /** CAN_CTRLMODE_FD_NON_ISO: CAN FD before ISO 11898-1. */
  fdNonIso: 0x80,
  /** CAN_CTRLMODE_CC_LEN8_DLC: length codes 9 to 15 in classic CAN. */
  ccLen8Dlc: 0x100,
  /** CAN_CTRLMODE_TDC_AUTO: measures the transceiver's delay. */
  tdcAuto: 0x200,
  /** CAN_CTRLMODE_TDC_MANUAL: is told it. */
  tdcManual: 0x400,
  restricted: 0x800,
  /** CAN_CTRLMODE_XL: CAN XL. */
  xl: 0x1000,
  xlTdcAuto: 0x2000,
  xlTdcManual: 0x4000,
  /** CAN_CTRLMODE_XL_TMS: switches the transceiver's mode. */
  xlTms: 0x8000,
});

/** `struct can_ctrlmode`, linux/can/netlink.h: modes of the controller, and which of them count. */
export const canControlMode = struct('can_ctrlmode', '', {
  /** The modes that a request changes; in replies, those the controller knows. */
  mask: canControlModes,
  /** Which of them are on. */
  flags: canControlModes,
});

/** `struct can_berr_counter`, linux/can/netlink.h: errors. */
export const canErrorCounter = struct('can_berr_counter', '', {
  /** Counts up with errors when sending, down with successes. */
  txerr: u16,
  /** The same when receiving. */
  rxerr: u16,
});

const canStatsFields = {
  /** Errors on the bus. */
  busError: u32,
  /** How often it came to warn of errors. */
  errorWarning: u32,
  /** How often it came to be passive. */
  errorPassive: u32,
  /** How often it left the bus. */
  busOff: u32,
  /** How often another was first. */
  arbitrationLost: u32,
  /** How often it came back to the bus. */
  restarts: u32,
};
/** `struct can_device_stats`, linux/can/netlink.h: IFLA_INFO_XSTATS of kind `can`. */
export const canStats: CanStatsCodec = struct('can_device_stats', '', canStatsFields);
/** By name, like `LinkBody`. */
export interface CanStatsCodec extends Struct<typeof canStatsFields> {}

/** IFLA_CAN_TDC_*, linux/can/netlink.h: compensation of the transceiver's delay, periods of the clock. */
export const canTdcAttrs = attributes('IFLA_CAN_TDC_', {
  /** IFLA_CAN_TDC_TDCV_MIN: the least `tdcv`. Read-only. */
  tdcvMin: attr(1, u32),
  /** IFLA_CAN_TDC_TDCV_MAX: the greatest `tdcv`. Read-only. */
  tdcvMax: attr(2, u32),
  /** IFLA_CAN_TDC_TDCO_MIN: the least `tdco`. Read-only. */
  tdcoMin: attr(3, u32),
  /** IFLA_CAN_TDC_TDCO_MAX: the greatest `tdco`. Read-only. */
  tdcoMax: attr(4, u32),
  /** IFLA_CAN_TDC_TDCF_MIN: the least `tdcf`. Read-only. */
  tdcfMin: attr(5, u32),
  /** IFLA_CAN_TDC_TDCF_MAX: the greatest `tdcf`. Read-only. */
  tdcfMax: attr(6, u32),
  /** IFLA_CAN_TDC_TDCV: value of the delay, clock periods. */
  tdcv: attr(7, u32),
  /** IFLA_CAN_TDC_TDCO: offset of the second sample point, clock periods. */
  tdco: attr(8, u32),
  /** IFLA_CAN_TDC_TDCF: filter window, clock periods. */
  tdcf: attr(9, u32),
});

/** IFLA_CAN_CTRLMODE_*, linux/can/netlink.h: more on the modes of the controller. */
export const canControlModeExtAttrs = attributes('IFLA_CAN_CTRLMODE_', {
  /** IFLA_CAN_CTRLMODE_SUPPORTED: what the controller can do. */
  supported: attr(1, canControlModes),
});

/** IFLA_CAN_PWM_*, linux/can/netlink.h: pulse width modulation of CAN XL, periods of the clock. */
export const canPwmAttrs = attributes('IFLA_CAN_PWM_', {
  /** IFLA_CAN_PWM_PWMS_MIN: the least `pwms`. Read-only. */
  pwmsMin: attr(1, u32),
  /** IFLA_CAN_PWM_PWMS_MAX: the greatest `pwms`. Read-only. */
  pwmsMax: attr(2, u32),
  /** IFLA_CAN_PWM_PWML_MIN: the least `pwml`. Read-only. */
  pwmlMin: attr(3, u32),
  /** IFLA_CAN_PWM_PWML_MAX: the greatest `pwml`. Read-only. */
  pwmlMax: attr(4, u32),
  /** IFLA_CAN_PWM_PWMO_MIN: the least `pwmo`. Read-only. */
  pwmoMin: attr(5, u32),
  /** IFLA_CAN_PWM_PWMO_MAX: the greatest `pwmo`. Read-only. */
  pwmoMax: attr(6, u32),
  /** IFLA_CAN_PWM_PWMS: short phase, clock periods. */
  pwms: attr(7, u32),
  /** IFLA_CAN_PWM_PWML: long phase, clock periods. */
  pwml: attr(8, u32),
  /** IFLA_CAN_PWM_PWMO: offset, clock periods. */
  pwmo: attr(9, u32),
});

/** IFLA_CAN_*, linux/can/netlink.h: `ip link … type can`. */
export const canAttrs = attributes('IFLA_CAN_', {
  /** IFLA_CAN_BITTIMING: of classic CAN and the head of all frames. */
  bittiming: attr(1, canBittiming),
  /** IFLA_CAN_BITTIMING_CONST: what the controller can do. Read-only. */
  bittimingConst: attr(2, canBittimingConst),
  /** IFLA_CAN_CLOCK: the controller's clock. Read-only. */
  clock: attr(3, canClock),
  /** IFLA_CAN_STATE: by the number of errors. Read-only. */
  state: attr(4, canState),
  /** IFLA_CAN_CTRLMODE: modes of the controller. */
  ctrlmode: attr(5, canControlMode),
  /** IFLA_CAN_RESTART_MS: milliseconds after which it leaves the state `busOff`; 0 for never. */
  restartMs: attr(6, u32),
  /** IFLA_CAN_RESTART: leave the state `busOff` now; any value. Write-only. */
  restart: attr(7, u32),
  /** IFLA_CAN_BERR_COUNTER: errors. Read-only. */
  berrCounter: attr(8, canErrorCounter),
  /** IFLA_CAN_DATA_BITTIMING: of the data of CAN FD frames. */
  dataBittiming: attr(9, canBittiming),
  /** IFLA_CAN_DATA_BITTIMING_CONST: what the controller can do there. Read-only. */
  dataBittimingConst: attr(10, canBittimingConst),
  /** IFLA_CAN_TERMINATION: ohms; 0 for none. */
  termination: attr(11, u16),
  /** IFLA_CAN_TERMINATION_CONST: the terminations it can have, ohms. Read-only. */
  terminationConst: attr(12, array(u16)),
  /** IFLA_CAN_BITRATE_CONST: the bit rates it can have, bits a second. Read-only. */
  bitrateConst: attr(13, array(u32)),
  /** IFLA_CAN_DATA_BITRATE_CONST: those of CAN FD data, bits a second. Read-only. */
  dataBitrateConst: attr(14, array(u32)),
  /** IFLA_CAN_BITRATE_MAX: the highest of the transceiver, bits a second. Read-only. */
  bitrateMax: attr(15, u32),
  /** IFLA_CAN_TDC: delay compensation of CAN FD. */
  tdc: nested(16, canTdcAttrs),
  /** IFLA_CAN_CTRLMODE_EXT: what the controller can do. Read-only. */
  ctrlmodeExt: nested(17, canControlModeExtAttrs),
  /** IFLA_CAN_XL_DATA_BITTIMING: of the data of CAN XL frames. */
  xlDataBittiming: attr(18, canBittiming),
  /** IFLA_CAN_XL_DATA_BITTIMING_CONST: what the controller can do there. Read-only. */
  xlDataBittimingConst: attr(19, canBittimingConst),
  /** IFLA_CAN_XL_DATA_BITRATE_CONST: the bit rates it can have, bits a second. Read-only. */
  xlDataBitrateConst: attr(20, array(u32)),
  /** IFLA_CAN_XL_TDC: delay compensation of CAN XL. */
  xlTdc: nested(21, canTdcAttrs),
  /** IFLA_CAN_XL_PWM: pulse width modulation of CAN XL. */
  xlPwm: nested(22, canPwmAttrs),
});
