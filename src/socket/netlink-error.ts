import type { Extack } from '../protocol/control.js';
import { errnoName, errnoWords } from './errno.js';

/** What is known of a refused request beyond its errno. */
export interface Refusal {
  /** `link add veth1` */
  operation: string;
  /** The kernel's own words (NLMSGERR_ATTR_MSG). */
  kernelMessage?: string | undefined;
  /** The attribute the kernel pointed at: `linkinfo.data.peer.attrs.mtu`. */
  attribute?: string | undefined;
  /** What that attribute must keep to, in words: `at most 15 bytes`. */
  policy?: string | undefined;
  /** The attribute that is missing from the request. */
  missing?: string | undefined;
  /** What this library knows beyond the number, where the kernel gave no words. */
  hint?: string | undefined;
  /** The extended acknowledgement as it came. */
  extack?: Extack | undefined;
}

/** The kernel said no. */
export class NetlinkError extends Error {
  override readonly name = 'NetlinkError';
  /** `EEXIST` */
  readonly code: string;
  readonly operation: string;
  readonly kernelMessage: string | undefined;
  readonly attribute: string | undefined;
  readonly policy: string | undefined;
  readonly missing: string | undefined;
  readonly extack: Extack | undefined;

  constructor(
    /** Positive, as in errno.h. */
    readonly errno: number,
    refusal: Refusal,
  ) {
    super(sentence(errno, refusal));
    this.code = errnoName(errno);
    this.operation = refusal.operation;
    this.kernelMessage = refusal.kernelMessage;
    this.attribute = refusal.attribute;
    this.policy = refusal.policy;
    this.missing = refusal.missing;
    this.extack = refusal.extack;
  }
}

/** `link add veth1: EINVAL: mtu greater than device maximum (mtu: 68 to 65535)` */
function sentence(errno: number, { operation, kernelMessage, hint, attribute, policy, missing }: Refusal): string {
  const what = kernelMessage ?? (hint || errnoWords(errno));
  const also = kernelMessage !== undefined && hint ? [hint] : [];
  const where = attribute === undefined ? policy : policy === undefined ? attribute : `${attribute}: ${policy}`;
  if (where !== undefined) also.push(where);
  if (missing !== undefined) also.push(`missing: ${missing}`);
  return `${operation}: ${errnoName(errno)}: ${what}${also.length > 0 ? ` (${also.join('; ')})` : ''}`;
}
