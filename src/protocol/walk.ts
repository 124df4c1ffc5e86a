import { errorLayout, extackAttrs, NLMSG_DONE, NLMSG_ERROR } from './control.js';
import { bodyCodec, messageLength, typeName } from './frame.js';
import { NLM_F_ACK_TLVS, NLM_F_REQUEST, NLMSG_HDRLEN, nlmsghdr } from './header.js';
import { attempt, inside, type Node, type Place, piece, rawBytes } from './node.js';
import { s32 } from './scalar.js';
import type { Source } from './source.js';
import { contents, walkSet } from './walk-set.js';
import { align4 } from './writer.js';

/** Every message in `src`, taken apart by the tables. Throws nothing: what is malformed is a node with an `error`. */
export function walkDatagram(src: Source): Node[] {
  const nodes: Node[] = [];
  for (let at = 0; at < src.bytes.length; at = align4(nodes[nodes.length - 1]!.end)) nodes.push(walkMessage(src, at));
  return nodes;
}

/** The message at `at`; if its length is wrong, all bytes from there on. */
export function walkMessage(src: Source, at: number): Node {
  const length = attempt(() => messageLength(src, at));
  const place = { depth: 0, path: '' };
  return typeof length === 'string'
    ? rawBytes(at, src.bytes.length, place, length)
    : messageNode(src, at, at + length, place);
}

function messageNode(src: Source, at: number, end: number, place: Place): Node {
  const type = src.view.getUint16(at + 4, src.little);
  const flags = src.view.getUint16(at + 6, src.little);
  const payload = at + NLMSG_HDRLEN;
  const node = piece('message', at, end, place, { payload, kernelName: typeName(type), type, flags, codec: nlmsghdr });
  src.request = (flags & NLM_F_REQUEST) !== 0;
  if (type === NLMSG_ERROR) node.children = errorNodes(src, flags, payload, end, place.depth + 1);
  else if (type === NLMSG_DONE) node.children = doneNodes(src, payload, end, place.depth + 1);
  else node.children = contents(src, bodyCodec(type), payload, end, inside(node, undefined)) ?? rest(node);
  return node;
}

const rest = (node: Node): Node[] =>
  node.end > node.payload ? [rawBytes(node.payload, node.end, inside(node, undefined))] : [];

/** The number, the request's header with what follows it, and the extended acknowledgement. */
function errorNodes(src: Source, flags: number, start: number, end: number, depth: number): Node[] {
  const place = { depth, path: '' };
  if (end - start < 4 + NLMSG_HDRLEN)
    return [rawBytes(start, end, place, `expected at least 20 bytes, got ${end - start}`)];
  const [payloadEnd, attrsFrom] = errorLayout(src, start, end, flags);
  return [
    piece('header', start, start + 4, place, { kernelName: 'error', codec: s32 }),
    echoNode(src, start + 4, payloadEnd, place),
    ...((flags & NLM_F_ACK_TLVS) !== 0 ? walkSet(src, extackAttrs.shape, attrsFrom, end, place) : []),
  ];
}

/**
 * The request's header, and of the rest as much as was repeated. An error about an error, which the kernel never sends, is
 * not taken apart further: as many as fit a datagram would fit each other.
 */
function echoNode(src: Source, at: number, end: number, place: Place): Node {
  const whole = src.view.getUint32(at, src.little) <= end - at;
  if (whole && place.depth === 1) return messageNode(src, at, end, place);
  const type = src.view.getUint16(at + 4, src.little);
  const flags = src.view.getUint16(at + 6, src.little);
  const node = piece('message', at, end, place, {
    payload: at + NLMSG_HDRLEN,
    kernelName: typeName(type),
    type,
    flags,
    codec: nlmsghdr,
  });
  node.children = rest(node);
  return node;
}

function doneNodes(src: Source, start: number, end: number, depth: number): Node[] {
  const place = { depth, path: '' };
  if (end === start) return [];
  if (end - start < 4) return [rawBytes(start, end, place, `expected 4 bytes or none, got ${end - start}`)];
  return [
    piece('header', start, start + 4, place, { kernelName: 'error', codec: s32 }),
    ...walkSet(src, extackAttrs.shape, start + 4, end, place),
  ];
}
