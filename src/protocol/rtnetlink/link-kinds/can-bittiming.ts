import { u32 } from '../../scalar.js';
import { type Struct, struct } from '../../struct.js';
import { chars } from '../../text.js';

const canBittimingFields = {
  /** Bits a second. */
  bitrate: u32,
  /** Tenths of a percent. */
  samplePoint: u32,
  /** Nanoseconds. */
  tq: u32,
  /** Time quanta. */
  propSeg: u32,
  /** Time quanta. */
  phaseSeg1: u32,
  /** Time quanta. */
  phaseSeg2: u32,
  /** Synchronisation jump width, time quanta. */
  sjw: u32,
  /** What the clock is divided by. */
  brp: u32,
};
/** `struct can_bittiming`, linux/can/netlink.h. A time quantum (`tq`) is the unit of the segments. */
export const canBittiming: CanBittimingCodec = struct('can_bittiming', '', canBittimingFields, {
  cNames: { phaseSeg1: 'phase_seg1', phaseSeg2: 'phase_seg2' },
});
/** By name, like `LinkBody`. */
export interface CanBittimingCodec extends Struct<typeof canBittimingFields> {}

const canBittimingConstFields = {
  /** The controller. */
  name: chars(16),
  /** Time segment 1 is `propSeg` and `phaseSeg1` together. */
  tseg1Min: u32,
  /** Time quanta. */
  tseg1Max: u32,
  /** Time segment 2 is `phaseSeg2`. */
  tseg2Min: u32,
  /** Time quanta. */
  tseg2Max: u32,
  /** Time quanta. */
  sjwMax: u32,
  /** The least that the clock can be divided by. */
  brpMin: u32,
  /** The most that the clock can be divided by. */
  brpMax: u32,
  /** The step between two such numbers. */
  brpInc: u32,
};
/** `struct can_bittiming_const`, linux/can/netlink.h: what the controller can do. */
export const canBittimingConst: CanBittimingConstCodec = struct('can_bittiming_const', '', canBittimingConstFields);
/** By name, like `LinkBody`. */
export interface CanBittimingConstCodec extends Struct<typeof canBittimingConstFields> {}

const canClockFields = {
  /** Hertz. */
  freq: u32,
};
/** `struct can_clock`, linux/can/netlink.h: clock of the controller. */
export const canClock: CanClockCodec = struct('can_clock', '', canClockFields);
/** By name, like `LinkBody`. */
export interface CanClockCodec extends Struct<typeof canClockFields> {}
