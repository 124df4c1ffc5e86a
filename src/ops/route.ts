import type { Route as RouteMessage } from '../protocol/rtnetlink/index.js';
import { AF_INET, AF_INET6 } from './cidr.js';
import { plain } from './plain.js';

/** One of several ways that a route can take. */
export interface Nexthop {
  /** The next router; undefined where the destination is on the link itself. */
  readonly gateway: string | undefined;
  /** Index of the link it leaves by. */
  readonly index: number;
  /** Its share of the packets, 1 to 256. */
  readonly weight: number;
  /** RTNH_F_*: `'onlink'`, `'dead'`, `'linkdown'` …. */
  readonly flags: readonly (string | number)[];
}

/** A route as it was when it was asked for (`ip route show`). */
export class Route {
  /** Where packets go that take it: `'default'`, or like `10.1.0.0/16`. */
  readonly destination: string;
  /** 4 or 6; undefined for MPLS and multicast routes. */
  readonly family: 4 | 6 | undefined;
  /** The next router; of the other family in an IPv4 route over IPv6. */
  readonly gateway: string | undefined;
  /** Index of the link it leaves by. */
  readonly index: number | undefined;
  /** The several ways it can take; empty where there is one, which is in `gateway` and `index`. */
  readonly nexthops: readonly Nexthop[];
  /** RT_TABLE_*: `'main'`, `'local'`, `'default'`, or a number. */
  readonly table: string | number;
  /** The smallest wins. 0 in IPv4 where none was said. */
  readonly metric: number;
  /** RT_SCOPE_*: `'universe'` (what `ip` calls global) by a gateway, `'link'` on the link, `'host'` on this machine. */
  readonly scope: RouteMessage['scope'];
  /** The address that local senders get (`src` in `ip route`). */
  readonly source: string | undefined;
  /** The source that packets must have to take it, in CIDR form; IPv6 only. */
  readonly from: string | undefined;
  /** RTN_*: `'unicast'`, `'blackhole'`, `'local'` …. */
  readonly type: RouteMessage['type'];
  /** RTPROT_*: who made it: `'kernel'`, `'boot'`, `'static'`, `'dhcp'` …. */
  readonly protocol: RouteMessage['protocol'];
  /** Type of service that packets must have to take it. */
  readonly tos: number;
  /** RTM_F_* and RTNH_F_*: `'onlink'`, `'linkdown'`, `'cloned'` …. */
  readonly flags: readonly (string | number)[];
  /** RTAX_MTU, bytes. */
  readonly mtu: number | undefined;
  /** Id of the nexthop object it takes. */
  readonly nexthopId: number | undefined;

  readonly #message: RouteMessage;

  constructor(message: RouteMessage) {
    const { attrs } = message;
    this.#message = message;
    this.destination = prefix(attrs.dst, message.dstLen) ?? 'default';
    this.family = message.family === AF_INET ? 4 : message.family === AF_INET6 ? 6 : undefined;
    this.gateway = gatewayOf(attrs);
    this.index = attrs.oif;
    this.nexthops = (attrs.multipath ?? []).map(({ ifindex, hops, flags, attrs: own }) => ({
      gateway: gatewayOf(own),
      index: ifindex,
      weight: hops + 1,
      flags,
    }));
    this.table = attrs.table ?? message.table;
    this.metric = attrs.priority ?? 0;
    this.scope = message.scope;
    this.source = attrs.prefsrc;
    this.from = prefix(attrs.src, message.srcLen);
    this.type = message.type;
    this.protocol = message.protocol;
    this.tos = message.tos;
    this.flags = message.flags;
    this.mtu = attrs.metrics?.mtu;
    this.nexthopId = attrs.nhId;
  }

  /** The complete decoded message, by the kernel's names. */
  get message(): RouteMessage {
    return this.#message;
  }

  /** All of it, for JSON.stringify. */
  toJSON(): object {
    return plain({ ...this }) as object;
  }
}

const prefix = (address: string | undefined, length: number): string | undefined =>
  address === undefined ? undefined : `${address}/${length}`;

function gatewayOf({ gateway, via }: Pick<RouteMessage['attrs'], 'gateway' | 'via'>): string | undefined {
  return gateway ?? (typeof via?.addr === 'string' ? via.addr : undefined);
}
