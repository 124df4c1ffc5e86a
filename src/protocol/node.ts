import type { AnyCodec } from './codec.js';
import { DecodeError } from './errors.js';

/** A piece of a datagram: what lies where, without its value. Its payload ends at `end`, padding not counted. */
export interface Node {
  /** `header`: a fixed header or number; `bytes`: what is no attribute. */
  readonly is: 'message' | 'header' | 'attribute' | 'bytes';
  readonly offset: number;
  /** Where its payload starts: behind the header of a message or attribute. */
  readonly payload: number;
  readonly end: number;
  /** How many messages, headers and attributes it lies in. */
  readonly depth: number;
  /** Where its value is in the message's attributes: `linkinfo.data.peer.attrs.mtu`. */
  readonly path: string;
  /** `RTM_NEWLINK`, `ifinfomsg`, `IFLA_MTU`; an attribute without a row is `IFLA_#99`. */
  readonly kernelName: string;
  /** Of the message or attribute, without flag bits. */
  readonly type: number;
  /** Flags of the message, flag bits of the attribute's type. */
  readonly flags: number;
  /** The layout of its payload, where it has one; of a message, that of its header. */
  readonly codec?: AnyCodec | undefined;
  /** The decoded fixed header around it. */
  readonly outer?: object | undefined;
  children: readonly Node[];
  /** Whether the same attribute comes again, so that this one does not count. */
  readonly repeated: boolean;
  /** What is wrong with it, or why its bytes have no layout. */
  readonly error?: string | undefined;
}

/** Where in the tree a piece belongs. */
export interface Place {
  readonly depth: number;
  readonly path: string;
  readonly outer?: object | undefined;
}

export const inside = (node: Node, outer: object | undefined): Place => ({
  depth: node.depth + 1,
  path: node.path,
  outer,
});

export function piece(
  is: Node['is'],
  offset: number,
  end: number,
  { depth, path, outer }: Place,
  rest: Partial<Node>,
): Node {
  return {
    is,
    offset,
    payload: offset,
    end,
    depth,
    path,
    outer,
    kernelName: '',
    type: 0,
    flags: 0,
    children: [],
    repeated: false,
    ...rest,
  };
}

export const rawBytes = (offset: number, end: number, place: Place, error?: string): Node =>
  piece('bytes', offset, end, place, { error });

/** What `read` returns, or the reason why it cannot. */
export function attempt<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodeError) return error.reason;
    throw error;
  }
}
