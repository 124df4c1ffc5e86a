import { attr, attributes } from '../../attributes.js';
import { type Codec, lazy } from '../../codec.js';
import { type Link, type LinkInput, link } from '../link.js';

/** VETH_INFO_*, linux/veth.h */
export const vethAttrs = attributes('VETH_INFO_', {
  /** VETH_INFO_PEER: the other end, a whole link message. Write-only: the kernel never reports it. */
  peer: attr(
    1,
    lazy((): Codec<Link, LinkInput> => link),
  ),
});
