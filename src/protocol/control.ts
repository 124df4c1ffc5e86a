import { attr, attributes, nested, padding } from './attributes.js';
import type { Codec, Decoded, Encodable } from './codec.js';
import { enumeration } from './enumeration.js';
import { DecodeError } from './errors.js';
import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_HDRLEN, nlmsghdr } from './header.js';
import { bytes, s32, s64, u32, u64 } from './scalar.js';
import type { Source } from './source.js';
import { string } from './text.js';
import { align4, type Writer } from './writer.js';

/** Nothing: to be ignored. */
export const NLMSG_NOOP = 1;
/** An error, or with error 0 an acknowledgement. */
export const NLMSG_ERROR = 2;
/** The end of a dump. */
export const NLMSG_DONE = 3;
/** Data was lost. */
export const NLMSG_OVERRUN = 4;

/** NL_ATTR_TYPE_*, linux/netlink.h: what kind of payload an attribute must have. */
export const attributeType = enumeration(u32, 'NL_ATTR_TYPE_', {
  /** NL_ATTR_TYPE_INVALID: the attribute must not be there. */
  invalid: 0,
  /** NL_ATTR_TYPE_FLAG: no payload; being there is what it says. */
  flag: 1,
  u8: 2,
  u16: 3,
  u32: 4,
  u64: 5,
  s8: 6,
  s16: 7,
  s32: 8,
  s64: 9,
  /** NL_ATTR_TYPE_BINARY: bytes. */
  binary: 10,
  /** NL_ATTR_TYPE_STRING: text, with or without a NUL at its end. */
  string: 11,
  /** NL_ATTR_TYPE_NUL_STRING: text with a NUL at its end. */
  nulString: 12,
  /** NL_ATTR_TYPE_NESTED: attributes. */
  nested: 13,
  /** NL_ATTR_TYPE_NESTED_ARRAY: an array of nested attributes. */
  nestedArray: 14,
  /** NL_ATTR_TYPE_BITFIELD32: 32 bits and which of them count, `struct nla_bitfield32`. */
  bitfield32: 15,
  /** NL_ATTR_TYPE_SINT: a signed number of 32 or 64 bits. */
  sint: 16,
  /** NL_ATTR_TYPE_UINT: an unsigned number of 32 or 64 bits. */
  uint: 17,
});

/** NL_POLICY_TYPE_ATTR_*, linux/netlink.h: what a payload must keep to. */
export const policyAttrs = attributes(padding('NL_POLICY_TYPE_ATTR_', 11), {
  /** NL_POLICY_TYPE_ATTR_TYPE: what kind of payload, NL_ATTR_TYPE_*. */
  type: attr(1, attributeType),
  /** NL_POLICY_TYPE_ATTR_MIN_VALUE_S: the least value, of signed numbers. */
  minValueS: attr(2, s64),
  /** NL_POLICY_TYPE_ATTR_MAX_VALUE_S: the greatest value, of signed numbers. */
  maxValueS: attr(3, s64),
  /** NL_POLICY_TYPE_ATTR_MIN_VALUE_U: the least value, of unsigned numbers. */
  minValueU: attr(4, u64),
  /** NL_POLICY_TYPE_ATTR_MAX_VALUE_U: the greatest value, of unsigned numbers. */
  maxValueU: attr(5, u64),
  /** NL_POLICY_TYPE_ATTR_MIN_LENGTH: bytes. */
  minLength: attr(6, u32),
  /** NL_POLICY_TYPE_ATTR_MAX_LENGTH: bytes. */
  maxLength: attr(7, u32),
  /** NL_POLICY_TYPE_ATTR_POLICY_IDX: number of the nested attributes' policy; only in answers to CTRL_CMD_GETPOLICY. */
  policyIdx: attr(8, u32),
  /** NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE: the highest number of a nested attribute; only there. */
  policyMaxtype: attr(9, u32),
  /** NL_POLICY_TYPE_ATTR_BITFIELD32_MASK: the bits that may be set, of NL_ATTR_TYPE_BITFIELD32. */
  bitfield32Mask: attr(10, u32),
  /** NL_POLICY_TYPE_ATTR_MASK: the bits that may be set, of unsigned numbers. */
  mask: attr(12, u64),
});

/** What a payload must keep to, decoded. */
export interface Policy extends Decoded<typeof policyAttrs> {}

/** NLMSGERR_ATTR_*, linux/netlink.h: an extended acknowledgement. */
export const extackAttrs = attributes('NLMSGERR_ATTR_', {
  /** NLMSGERR_ATTR_MSG: the kernel's own words. */
  msg: attr(1, string),
  /** NLMSGERR_ATTR_OFFS: byte of the request at which the offending attribute starts. */
  offs: attr(2, u32),
  /** NLMSGERR_ATTR_COOKIE: a subsystem's own data. */
  cookie: attr(3, bytes),
  /** NLMSGERR_ATTR_POLICY: what the attribute should have kept to. */
  policy: nested(4, policyAttrs),
  /** NLMSGERR_ATTR_MISS_TYPE: number of the attribute that is missing. */
  missType: attr(5, u32),
  /** NLMSGERR_ATTR_MISS_NEST: byte of the request at which the set starts that it is missing from. */
  missNest: attr(6, u32),
});
/** A decoded extended acknowledgement. */
export interface Extack extends Decoded<typeof extackAttrs> {}

/** `struct nlmsgerr`, linux/netlink.h: body of NLMSG_ERROR. */
export interface ErrorBody {
  /** 0, or an errno, negative. */
  error: number;
  /** The header of the request this answers. */
  msg: Decoded<typeof nlmsghdr>;
  /** What followed that header, unless the acknowledgement is capped. */
  payload?: Uint8Array;
  attrs: Extack;
}
/** An NLMSG_ERROR to encode. */
export interface ErrorInput {
  error: number;
  msg?: Encodable<typeof nlmsghdr>;
  payload?: Uint8Array | undefined;
  attrs?: Encodable<typeof extackAttrs> | undefined;
}

/** Where, in an NLMSG_ERROR body in [start, end), the repeated payload ends and the attributes start. */
export function errorLayout(src: Source, start: number, end: number, flags: number): [payload: number, attrs: number] {
  const from = start + ERROR_SIZE;
  const repeated = src.view.getUint32(start + 4, src.little) - NLMSG_HDRLEN;
  const rest = (flags & NLM_F_CAPPED) !== 0 ? 0 : Math.max(0, repeated);
  const payloadEnd = (flags & NLM_F_ACK_TLVS) !== 0 ? Math.min(from + rest, end) : end;
  return [payloadEnd, Math.min(from + align4(payloadEnd - from), end)];
}

/** Bytes of the error number and the header behind it. */
const ERROR_SIZE = 4 + NLMSG_HDRLEN;

/** Whether an acknowledgement repeats the request's payload, and whether attributes follow, stands in its flags. */
export const errorBody = {
  read(src: Source, start: number, end: number, flags: number): ErrorBody {
    if (end - start < ERROR_SIZE) {
      throw new DecodeError(`expected at least ${ERROR_SIZE} bytes, got ${end - start}`, start);
    }
    const from = start + ERROR_SIZE;
    const [payloadEnd, attrsFrom] = errorLayout(src, start, end, flags);
    return {
      error: s32.get(src, start),
      msg: nlmsghdr.get(src, start + 4),
      ...(payloadEnd > from && { payload: src.slice(from, payloadEnd) }),
      attrs: (flags & NLM_F_ACK_TLVS) !== 0 ? extackAttrs.read(src, attrsFrom, end) : {},
    };
  },
  write(w: Writer, value: ErrorInput): void {
    s32.write(w, value.error);
    nlmsghdr.write(w, value.msg ?? {});
    if (value.payload) bytes.write(w, value.payload);
    if (value.attrs === undefined || Object.keys(value.attrs).length === 0) return;
    const ragged = value.payload?.length ?? 0;
    w.zeros(align4(ragged) - ragged);
    extackAttrs.write(w, value.attrs);
  },
};

/** Body of NLMSG_DONE: how the dump ended. Its attributes start right behind the number. */
export interface DoneBody {
  /** 0, or an errno, negative. Absent where the message has no payload. */
  error?: number;
  attrs: Extack;
}
/** An NLMSG_DONE to encode. */
export interface DoneInput {
  error?: number | undefined;
  attrs?: Encodable<typeof extackAttrs> | undefined;
}

export const doneBody: Codec<DoneBody, DoneInput> = {
  read(src, start, end) {
    if (end === start) return { attrs: {} };
    if (end - start < 4) throw new DecodeError(`expected 4 bytes or none, got ${end - start}`, start);
    return { error: s32.get(src, start), attrs: extackAttrs.read(src, start + 4, end) };
  },
  write(w, value) {
    const { error, attrs = {} } = value;
    if (error === undefined && Object.keys(attrs).length === 0) return;
    s32.write(w, error ?? 0);
    extackAttrs.write(w, attrs);
  },
};
