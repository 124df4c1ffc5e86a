import type { AnyCodec } from './codec.js';
import { bodyCodec } from './frame.js';
import type { Node } from './node.js';
import { Source } from './source.js';
import { walkMessage } from './walk.js';

/** An attribute of a request, for people. */
export interface AttributeName {
  /** Where its value is in the request's attributes: `linkinfo.data.peer.attrs.mtu`. */
  readonly path: string;
  /** The kernel's name, `IFLA_MTU`. */
  readonly kernelName: string;
}

/**
 * The attribute that byte `offset` of a request belongs to, the innermost one: what the kernel means by
 * NLMSGERR_ATTR_OFFS. Undefined if there is none, as in the header.
 */
export function attributeAt(request: Uint8Array, offset: number): AttributeName | undefined {
  const found = nodeAt(walkMessage(new Source(request), 0).children, offset);
  return found && { path: found.path, kernelName: found.kernelName };
}

/**
 * The attribute of type `type` that a request lacks, in the set that the attribute at byte `nestOffset` holds or, if
 * that is undefined, in the message's own: what the kernel means by NLMSGERR_ATTR_MISS_NEST and
 * NLMSGERR_ATTR_MISS_TYPE. Undefined where no table names it.
 */
export function missingAttribute(
  request: Uint8Array,
  nestOffset: number | undefined,
  type: number,
): AttributeName | undefined {
  const message = walkMessage(new Source(request), 0);
  const nest = nestOffset === undefined ? message : nodeAt(message.children, nestOffset);
  if (nest === undefined) return undefined;
  return rowIn(nest === message ? bodyCodec(message.type) : nest.codec, nest.path, type);
}

/** The attribute that `offset` lies in, as deep as there is one. */
function nodeAt(nodes: readonly Node[], offset: number): Node | undefined {
  const around = nodes.find(node => node.is === 'attribute' && offset >= node.offset && offset < node.end);
  return around && (nodeAt(around.children, offset) ?? around);
}

function rowIn(codec: AnyCodec | undefined, path: string, type: number): AttributeName | undefined {
  const shape = codec?.shape;
  if (shape?.is === 'message') return rowIn(shape.attrs, path === '' ? '' : `${path}.attrs`, type);
  const row = shape?.is === 'attributes' ? shape.row(type) : undefined;
  return row && { path: path === '' ? row.name : `${path}.${row.name}`, kernelName: row.kernelName };
}

/** The byte of a request at which the attribute with this path starts: the reverse of `attributeAt`. */
export function offsetOf(request: Uint8Array, path: string): number | undefined {
  return withPath(walkMessage(new Source(request), 0).children, path)?.offset;
}

function withPath(nodes: readonly Node[], path: string): Node | undefined {
  for (const node of nodes) {
    const found = node.is === 'attribute' && node.path === path ? node : withPath(node.children, path);
    if (found !== undefined) return found;
  }
  return undefined;
}
