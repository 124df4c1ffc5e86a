import type { Encodable } from '../protocol/codec.js';
import { numberOf } from '../protocol/enumeration.js';
import { refusedWithin } from '../protocol/errors.js';
import {
  AF,
  type metricAttrs,
  type RouteInput,
  type routeProtocol,
  routeTable,
  type routeType,
  type scope as scopes,
} from '../protocol/rtnetlink/index.js';
import { AF_INET, AF_INET6, parseAddress, parseNetwork } from './cidr.js';
import { checkKeys } from './link-input.js';
import type { LinkRef } from './names.js';

/** A routing table by name or number. */
export type RouteTable = keyof typeof routeTable.values | (number & {});
/** Who made a route: a name of RTPROT_*, or a number. */
export type RouteProtocol = keyof typeof routeProtocol.values | (number & {});

/** One of several ways that a route can take. */
export interface NexthopSettings {
  /** The next router. */
  gateway?: string | undefined;
  /** The link it leaves by; by default the one on which the gateway is. */
  link?: LinkRef | undefined;
  /** Its share of the packets, 1 to 256; by default 1. */
  weight?: number | undefined;
  /** The gateway is on the link, whatever its address. */
  onlink?: boolean | undefined;
}

/** A route, beyond its destination. What is left out is what `ip route` takes. */
export interface RouteSettings {
  /** 4 or 6, for `'default'` without an address that says it; by default 4. */
  family?: 4 | 6 | undefined;
  /** The next router. An IPv4 route may have an IPv6 one, with `link`. */
  gateway?: string | undefined;
  /** The link it leaves by; by default the one on which the gateway is. */
  link?: LinkRef | undefined;
  /** Several ways instead of `gateway` and `link`. */
  nexthops?: readonly NexthopSettings[] | undefined;
  /** Id of a nexthop object instead. */
  nexthopId?: number | undefined;
  /** By default `'main'`; `'local'` for the types local, broadcast, anycast and nat. */
  table?: RouteTable | undefined;
  /** The smallest wins. By default 0 in IPv4 and 1024 in IPv6. */
  metric?: number | undefined;
  /** By default `link` for IPv4 routes without a gateway, `host` for local ones, else `universe`. */
  scope?: keyof typeof scopes.values | (number & {}) | undefined;
  /** The address that local senders get; must be one of this machine. */
  source?: string | undefined;
  /** The source that packets must have, in CIDR form; IPv6 only. */
  from?: string | undefined;
  /** By default `'unicast'`; `'blackhole'`, `'unreachable'` and `'prohibit'` refuse packets. */
  type?: keyof typeof routeType.values | undefined;
  /** By default `'boot'`, as `ip` has it. */
  protocol?: RouteProtocol | undefined;
  /** Type of service that packets must have. */
  tos?: number | undefined;
  /** Bytes: the same as `metrics.mtu`. */
  mtu?: number | undefined;
  /** What TCP and IP take from the route, RTAX_* by the kernel's names. */
  metrics?: Encodable<typeof metricAttrs> | undefined;
  /** The gateway is on the link, whatever its address. */
  onlink?: boolean | undefined;
  /** Seconds until it is gone; IPv6 only. */
  expires?: number | undefined;
  /** Which of several IPv6 routers to prefer. */
  preference?: 'low' | 'medium' | 'high' | undefined;
}

const NEXTHOP_SETTINGS = ['gateway', 'link', 'weight', 'onlink'];
const SETTINGS = [
  ...['family', 'gateway', 'link', 'nexthops', 'nexthopId', 'table', 'metric', 'scope', 'source', 'from', 'type'],
  ...['protocol', 'tos', 'mtu', 'metrics', 'onlink', 'expires', 'preference'],
];

/** The links of a route by index: its own, and those of its nexthops. */
export interface RouteLinks {
  own: number | undefined;
  nexthops: readonly (number | undefined)[];
}

/** What a request wants with the route: the defaults differ. */
export type RouteVerb = 'add' | 'delete';

/**
 * A route message from settings, in the order of attributes in which `ip route VERB DEST via … dev … src … metric …
 * table …` sends them.
 */
export function routeInput(
  destination: string,
  settings: RouteSettings,
  links: RouteLinks,
  verb: RouteVerb = 'add',
): RouteInput {
  checkKeys(settings, SETTINGS, `route ${verb}`);
  const { nexthops, metric, onlink, tos, nexthopId, expires, preference } = settings;
  const family = familyOf(destination, settings);
  const to = network('destination', destination, family);
  const from = settings.from === undefined ? undefined : network('from', settings.from, family);
  const type = settings.type ?? (verb === 'delete' ? 'unspec' : 'unicast');
  // For the kernel none is the main one.
  const table = tableNumber(settings.table ?? defaultTable(type)) || routeTable.values.main;
  if (family === AF_INET) refuseIPv6Only(settings);
  if (nexthopId !== undefined && (settings.gateway ?? settings.link ?? nexthops) !== undefined)
    throw new RangeError('nexthopId: the nexthop object has the gateway and the link; give either');
  checkNexthops(settings);
  return {
    family,
    dstLen: to.prefixLength,
    srcLen: from?.prefixLength,
    tos,
    table: table > 0xff ? 'unspec' : table,
    protocol: settings.protocol ?? (verb === 'delete' ? 'unspec' : 'boot'),
    scope: settings.scope ?? defaultScope(family, type, settings, verb),
    type,
    flags: onlink === true ? ['onlink'] : [],
    attrs: {
      dst: to.address,
      src: from?.address,
      ...gateway('gateway', settings.gateway, family),
      prefsrc: address('source', settings.source, family),
      priority: metric,
      ...(table > 0xff && { table }),
      expires,
      pref: preference,
      nhId: nexthopId,
      oif: links.own,
      metrics: metrics(settings),
      multipath: nexthops?.map((nexthop, i) => nexthopInput(nexthop, links.nexthops[i], family, `nexthops.${i}`)),
    },
  };
}

/** Types whose routes lead somewhere. Of others the kernel says what it thinks of them. */
const LEADING: readonly string[] = ['unicast', 'local', 'broadcast', 'anycast', 'multicast'];

/** Types whose routes lead nowhere: the kernel takes no way for them in IPv4, and drops it in IPv6 (ip6_route_info_create). */
export const REFUSING: readonly unknown[] = ['blackhole', 'unreachable', 'prohibit', 'throw'];

/**
 * A route that is to be made leads somewhere: for one that does not, the kernel says that there is no such device. One of IPv6
 * leads by each way once: for one that does not, it says that there is a route already (rt6_duplicate_nexthop in
 * net/ipv6/route.c).
 */
export function checkWays(destination: string, settings: RouteSettings): void {
  const { type = 'unicast', gateway: via, link, nexthops = [], nexthopId } = settings;
  if (!LEADING.includes(type)) return;
  if (nexthops.length === 0 && (via ?? link ?? nexthopId) === undefined)
    throw new TypeError('say where it leads: by a gateway, link, nexthops or nexthopId');
  const isIPv6 = familyOf(destination, settings) === AF_INET6;
  for (const [i, way] of nexthops.entries()) {
    if ((way.gateway ?? way.link) === undefined)
      throw new TypeError(`nexthops.${i}: say where it leads: by a gateway or link`);
    const same = nexthops.findIndex(each => each.gateway === way.gateway && each.link === way.link);
    if (isIPv6 && same !== i) throw new RangeError(`nexthops.${i}: leads where nexthops.${same} leads`);
  }
}

function checkNexthops({ nexthops, gateway: via, link }: RouteSettings): void {
  if (nexthops === undefined) return;
  if (!Array.isArray(nexthops)) throw new TypeError(`nexthops: expected a list, got ${String(nexthops)}`);
  if ((via ?? link) !== undefined) throw new RangeError('nexthops: each has its own gateway and link; give them there');
  if (nexthops.length === 0) throw new RangeError('nexthops: expected one or more');
}

/** The kernel ignores them in IPv4 routes, or takes them for bad values. */
function refuseIPv6Only(settings: RouteSettings): void {
  const given = (['from', 'expires', 'preference'] as const).find(name => settings[name] !== undefined);
  if (given !== undefined) throw new RangeError(`${given}: only IPv6 routes have it`);
}

/** The number of a table, which headers of messages have room for up to 255. */
export function tableNumber(table: RouteTable): number {
  try {
    return numberOf(routeTable.values, table);
  } catch (error) {
    throw refusedWithin(error, 'table');
  }
}

type Family = typeof AF_INET | typeof AF_INET6;
/** Types whose routes go to the local table if nothing is said. */
const LOCAL_TYPES: readonly string[] = ['local', 'broadcast', 'anycast', 'nat'];
const LINK_TYPES: readonly string[] = ['broadcast', 'multicast', 'anycast'];

/** Where a route of this type goes if nothing is said. */
export const defaultTable = (type: string | undefined): 'local' | 'main' =>
  type !== undefined && LOCAL_TYPES.includes(type) ? 'local' : 'main';

/** The family that the addresses say; for a default route without any, the one that is asked for. */
function familyOf(destination: string, { family, gateway, nexthops, source, from }: RouteSettings): Family {
  if (family !== undefined && family !== 4 && family !== 6)
    throw new RangeError(`family: expected 4 or 6, got ${String(family)}`);
  if (typeof destination !== 'string')
    throw new TypeError(`destination: expected 'default' or text like 10.1.0.0/16, got ${String(destination)}`);
  if (destination !== 'default') return destination.includes(':') ? AF_INET6 : AF_INET;
  const hint = source ?? from ?? gateway ?? nexthops?.[0]?.gateway;
  return (family ?? (hint?.includes(':') ? 6 : 4)) === 6 ? AF_INET6 : AF_INET;
}

function network(argument: string, text: string, family: Family): { address?: string; prefixLength: number } {
  // iproute2 sends `::` for the IPv6 default route, and no destination for the IPv4 one.
  if (text === 'default') return { prefixLength: 0, ...(family === AF_INET6 && { address: '::' }) };
  const { address: found, prefixLength, family: own } = parseNetwork(text, argument);
  if (own !== family) throw new RangeError(`${argument}: expected an ${version(family)} network, got ${text}`);
  return { address: found, prefixLength };
}

function address(argument: string, text: string | undefined, family: Family): string | undefined {
  if (text === undefined) return undefined;
  const found = parseAddress(text, argument);
  if (found.family !== family) throw new RangeError(`${argument}: expected an ${version(family)} address, got ${text}`);
  return found.address;
}

/** A gateway of the route's own family, or of IPv6 for an IPv4 route (RFC 8950). */
function gateway(
  argument: string,
  text: string | undefined,
  family: Family,
): { gateway?: string; via?: { family: 'inet6'; addr: string } } {
  if (text === undefined) return {};
  const found = parseAddress(text, argument);
  if (found.family === family) return { gateway: found.address };
  if (family === AF_INET6) throw new RangeError(`${argument}: an IPv6 route cannot have an IPv4 gateway, got ${text}`);
  return { via: { family: 'inet6', addr: found.address } };
}

const version = (family: Family): string => (family === AF_INET6 ? 'IPv6' : 'IPv4');

function metrics({ mtu, metrics: all }: RouteSettings): Encodable<typeof metricAttrs> | undefined {
  return mtu === undefined ? all : { mtu, ...all };
}

function nexthopInput(
  nexthop: NexthopSettings,
  ifindex: number | undefined,
  family: Family,
  argument: string,
): NonNullable<NonNullable<RouteInput['attrs']>['multipath']>[number] {
  checkKeys(nexthop, NEXTHOP_SETTINGS, `route: ${argument}`);
  const { weight = 1, onlink } = nexthop;
  if (!(Number.isInteger(weight) && weight >= 1 && weight <= 256))
    throw new RangeError(`${argument}.weight: expected 1 to 256, got ${String(weight)}`);
  return {
    ifindex: ifindex ?? 0,
    hops: weight - 1,
    flags: onlink === true ? ['onlink'] : [],
    attrs: gateway(`${argument}.gateway`, nexthop.gateway, family),
  };
}

/** What `iproute_modify` in iproute2's ip/iproute.c takes where nothing is said. */
function defaultScope(
  family: Family,
  type: string,
  { gateway: via, nexthops, nexthopId }: RouteSettings,
  verb: RouteVerb,
): keyof typeof scopes.values {
  if (family === AF.inet6) return 'universe';
  if (type === 'local' || type === 'nat') return 'host';
  if (LINK_TYPES.includes(type)) return 'link';
  if (verb === 'delete') return 'nowhere';
  if (type !== 'unicast') return 'universe';
  return via === undefined && nexthops === undefined && nexthopId === undefined ? 'link' : 'universe';
}
