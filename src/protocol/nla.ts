import { DecodeError } from './errors.js';
import { MAX_DEPTH } from './source.js';

/** Bytes of `struct nlattr`, linux/netlink.h. */
export const NLA_HDRLEN = 4;
/** Bit of `nla_type`: the payload is attributes again. */
export const NLA_F_NESTED = 0x8000;
/** Bit of `nla_type`: the payload is in network byte order. */
export const NLA_F_NET_BYTEORDER = 0x4000;
/** The bits of `nla_type` that are the type. */
export const NLA_TYPE_MASK = 0x3fff;

// What can be wrong with a set; also for those who walk bytes without decoding them.

export const tooDeep = (at: number): DecodeError =>
  new DecodeError(`attributes nested more than ${MAX_DEPTH} deep`, at);

export const badLength = (length: number, pos: number, end: number): DecodeError =>
  new DecodeError(`expected an attribute length from ${NLA_HDRLEN} to ${end - pos}, got ${length}`, pos);

export const leftOver = (pos: number, end: number): DecodeError =>
  new DecodeError(`${end - pos} bytes left over after the last attribute`, pos);
