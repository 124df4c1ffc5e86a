import type { RouteInput } from '../protocol/rtnetlink/index.js';
import { AF_INET, parseAddress } from './cidr.js';
import type { LinkRef } from './names.js';

/** The packet whose route is asked for. */
export interface RouteLookup {
  /** Its source address. */
  from?: string | undefined;
  /** The link its sender wants it to leave by (`oif`). */
  link?: LinkRef | undefined;
  /** The link it came in by (`iif`); needs `from`. */
  iif?: LinkRef | undefined;
  /** Its mark. */
  mark?: number | undefined;
  /** The user who sends it. */
  uid?: number | undefined;
  /** Its type of service. */
  tos?: number | undefined;
  /** Its protocol: 6 TCP, 17 UDP, 1 ICMP. */
  ipProto?: number | undefined;
  /** Its source port. */
  sport?: number | undefined;
  /** Its destination port. */
  dport?: number | undefined;
  /** Its flow label; IPv6 only. */
  flowlabel?: number | undefined;
  /** Answer with the route that matches instead of the path that it gives (`ip route get fibmatch`). */
  match?: boolean | undefined;
}

/** The names of all settings. */
export const LOOKUP_SETTINGS = [
  'from',
  'link',
  'iif',
  'mark',
  'uid',
  'tos',
  'ipProto',
  'sport',
  'dport',
  'flowlabel',
  'match',
];

/** The request for the route of a packet, in the order of attributes in which `ip route get` sends them. */
export function lookupInput(
  destination: string,
  packet: RouteLookup,
  links: { oif: number | undefined; iif: number | undefined },
): RouteInput {
  const { from, mark, uid, tos, ipProto, sport, dport, flowlabel, match } = packet;
  const to = parseAddress(destination, 'destination (without a prefix length)');
  const source = from === undefined ? undefined : parseAddress(from, 'from');
  if (source !== undefined && source.family !== to.family)
    throw new RangeError(`from: expected the same family as ${destination}, got ${from}`);
  return {
    family: to.family,
    dstLen: 8 * to.bytes.length,
    srcLen: 8 * (source?.bytes.length ?? 0),
    tos,
    flags: [
      ...(to.family === AF_INET ? (['lookupTable'] as const) : []),
      ...(match === true ? (['fibMatch'] as const) : []),
    ],
    attrs: {
      dst: to.address,
      src: source?.address,
      uid,
      ipProto,
      sport,
      dport,
      flowlabel,
      iif: links.iif,
      oif: links.oif,
      mark,
    },
  };
}
