import { ipv6 } from '../address-codecs.js';
import { type AttributeSet, attr, attributes } from '../attributes.js';
import type { Codec, Decoded } from '../codec.js';
import { enumeration } from '../enumeration.js';
import { DecodeError, refusedWithin, shown, wrongType } from '../errors.js';
import { be16, bytes, s32, u8 } from '../scalar.js';
import { struct } from '../struct.js';

/** SEG6_IPTUN_MODE_*, linux/seg6_iptunnel.h: where the routing header goes. */
export const seg6Mode = enumeration(s32, 'SEG6_IPTUN_MODE_', {
  /** SEG6_IPTUN_MODE_INLINE: into the packet itself. */
  inline: 0,
  /** SEG6_IPTUN_MODE_ENCAP: with an outer IPv6 header around the packet. */
  encap: 1,
  /** SEG6_IPTUN_MODE_L2ENCAP: the same around the Ethernet frame. */
  l2encap: 2,
  /** SEG6_IPTUN_MODE_ENCAP_RED: as `encap`, without the first segment. */
  encapRed: 3,
  /** SEG6_IPTUN_MODE_L2ENCAP_RED: as `l2encap`, without the first segment. */
  l2encapRed: 4,
});

/** `struct seg6_iptunnel_encap`, linux/seg6_iptunnel.h, with the fixed part of its `struct ipv6_sr_hdr`. */
const fixedPart = struct('seg6_iptunnel_encap', '', {
  /** Where the routing header goes. */
  mode: seg6Mode,
  /** Protocol of the header behind this one; the kernel fills it in. */
  nexthdr: u8,
  /** Length of the header in units of 8 bytes, the first 8 not counted. */
  hdrlen: u8,
  /** 4: segment routing. */
  type: u8,
  /** How many segments are still to be visited. */
  segmentsLeft: u8,
  /** Index of the last entry of `segments`. */
  firstSegment: u8,
  /** No bit has a meaning (RFC 8754). */
  flags: u8,
  /** Number of the class of packets; network order. */
  tag: be16,
});

/** A segment routing header (RFC 8754). */
export interface Seg6Encap extends Omit<Decoded<typeof fixedPart>, '#tail' | '#size'> {
  /** IPv6 addresses in the order of the header: the last segment of the path first. */
  segments: readonly string[];
  /** The TLVs behind the segments. */
  tlvs?: Uint8Array;
}
/** A segment routing header to encode. Lengths and counts that are left out follow from the segments. */
export type Seg6EncapInput = Partial<Seg6Encap> & Pick<Seg6Encap, 'mode' | 'segments'>;

/** IPV6_SRCRT_TYPE_4, linux/ipv6.h: type of the segment routing header. */
const SEGMENT_ROUTING = 4;

const seg6Encap: Codec<Seg6Encap, Seg6EncapInput> = {
  read(src, start, end) {
    const from = start + fixedPart.size;
    if (end < from) throw new DecodeError(`expected at least ${fixedPart.size} bytes, got ${end - start}`, start);
    const fields = fixedPart.get(src, start);
    const behind = from + ipv6.size * (fields.firstSegment + 1);
    if (behind > end)
      throw new DecodeError(`expected ${fields.firstSegment + 1} segments, got ${end - from} bytes`, from);
    const segments: string[] = [];
    for (let at = from; at < behind; at += ipv6.size) segments.push(ipv6.get(src, at));
    return { ...fields, segments, ...(behind < end && { tlvs: src.slice(behind, end) }) };
  },
  write(w, value) {
    if (!Array.isArray(value?.segments)) throw wrongType(`expected { mode, segments }, got ${shown(value)}`);
    const { segments, tlvs = new Uint8Array(0), ...fields } = value;
    const last = segments.length - 1;
    const hdrlen = (ipv6.size * segments.length + tlvs.length) >> 3;
    fixedPart.write(w, { hdrlen, type: SEGMENT_ROUTING, segmentsLeft: last, firstSegment: last, ...fields });
    for (const [i, segment] of segments.entries()) {
      try {
        ipv6.write(w, segment);
      } catch (error) {
        throw refusedWithin(error, `segments.${i}`);
      }
    }
    bytes.write(w, tlvs);
  },
};

const seg6EncapRows = {
  /** SEG6_IPTUNNEL_SRH: the routing header to add. */
  srh: attr(1, seg6Encap),
};
/** SEG6_IPTUNNEL_*, linux/seg6_iptunnel.h: segment routing over IPv6. */
export const seg6EncapAttrs: Seg6EncapAttrsCodec = attributes('SEG6_IPTUNNEL_', seg6EncapRows);
/** By name, like `LinkBody`. */
export interface Seg6EncapAttrsCodec extends AttributeSet<typeof seg6EncapRows> {}
