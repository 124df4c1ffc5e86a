import { type Codec, lazy } from '../../codec.js';
import { type Link, type LinkInput, link } from '../link.js';

/** The other end of a pair: a whole link message within a link message. */
export const peer = lazy((): Codec<Link, LinkInput> => link);
