import { wordOf } from '../../protocol/enumeration.js';
import {
  route as codec,
  type RouteInput,
  type Route as RouteMessage,
  routeFlags,
} from '../../protocol/rtnetlink/index.js';
import { groupBy } from '../group-by.js';
import { joins } from '../monitor/route-identity.js';
import { Route } from '../route.js';
import { REFUSING, type RouteLinks, type RouteSettings, routeInput } from '../route-input.js';
import { type Comparison, Differences } from './difference.js';
import type { OnLinks } from './on-link.js';
import { reread } from './reread.js';
import { areWays, type WantedWay, wantedWays, waysOf, wayWords } from './ways.js';

/** IP6_RT_PRIO_USER, net/ip6_route.h in the kernel's source: the metric of an IPv6 route for which none is given. */
export const IPV6_METRIC = 1024;
const { onlink } = routeFlags.values;

/** A route that shall be there: what was given, and how it would look. */
export interface WantedRoute {
  readonly destination: string;
  readonly given: RouteSettings;
  readonly links: RouteLinks;
  readonly input: RouteInput;
  readonly route: Route;
  /** Where gateways are, as far as it is known. */
  readonly onLinks?: OnLinks | undefined;
  /** What links are called, as far as it is known. */
  readonly nameOf?: ((index: number) => string | undefined) | undefined;
}

export function wantedRoute(destination: string, given: RouteSettings, links: RouteLinks): WantedRoute {
  const input = routeInput(destination, given, links);
  return { destination, given, links, input, route: new Route(reread(codec, input) as RouteMessage) };
}

/** What one route of a table is told from another by: the kernel replaces one by another of the same. */
export function routeKey({ message, destination, table, from, metric, tos, family }: Route): string {
  const to = message.dstLen === 0 ? 'default' : destination;
  const source = message.srcLen === 0 ? 'any' : from;
  return [family, table, to, source, family === 6 && metric === 0 ? IPV6_METRIC : metric, tos].join(' ');
}

/** The route among `routes` that is, or has the place of, the one that is wanted. */
export function findRoute(routes: readonly Route[], wanted: WantedRoute): Route | undefined {
  const key = routeKey(wanted.route);
  const same = routes.filter(each => routeKey(each) === key);
  const leadsThere = (each: Route): boolean => areWays(waysOf(each), wantedWays(wanted));
  return same.find(each => compareRoute(each, wanted).changes.length === 0) ?? same.find(leadsThere) ?? same[0];
}

/** Routes among which many are looked for. */
export class RoutesByKey {
  readonly #byKey: ReadonlyMap<string, Route[]>;

  constructor(
    readonly all: readonly Route[],
    /** Where the gateways of those that are wanted are. */
    readonly onLinks: OnLinks = () => undefined,
  ) {
    this.#byKey = groupBy(all, routeKey);
  }

  /** The one that is, or has the place of, the one that is wanted. */
  find(wanted: WantedRoute): Route | undefined {
    return findRoute(this.like(wanted), wanted);
  }

  /** All in its place: append and prepend make several. */
  like({ route }: WantedRoute): readonly Route[] {
    return this.#byKey.get(routeKey(route)) ?? [];
  }
}

/**
 * What of one of the routes in a place differs from what is wanted. It cannot be changed if the kernel would rather put the
 * wanted one in the place of another.
 */
export function compareInPlace(routes: readonly Route[], found: Route, wanted: WantedRoute): Comparison {
  const { changes } = compareRoute(found, wanted);
  const isReplaced = findReplaced(routes, wanted.route) === found;
  return isReplaced ? { changes, conflicts: [] } : { changes: [], conflicts: changes };
}

/** The one of `routes` that the kernel replaces by `route`: in IPv6 rather one that joins others, or not, as it does. */
export function findReplaced(routes: readonly Route[], route: Route): Route | undefined {
  const key = routeKey(route);
  const same = routes.filter(each => routeKey(each) === key);
  return same.find(each => joins(each) === joins(route)) ?? same[0];
}

/**
 * What of a route differs from what is wanted. Its ways are compared as a whole; what else is not given may be as it is,
 * and what the kernel drops of it too: the scope of an IPv6 route, and the ways, preference and lifetime of one that leads
 * nowhere.
 */
export function compareRoute(found: Route, whole: WantedRoute): Comparison {
  const { given, route: wanted, input } = whole;
  const differences = new Differences();
  const leads = !REFUSING.includes(wanted.type);
  // Whether a nexthop object leads anywhere it says itself.
  if (hasType(given)) differences.change('type', found.type, wanted.type);
  if (given.nexthopId !== undefined) differences.change('nexthopId', found.nexthopId, given.nexthopId);
  else if (leads && (wanted.type === 'unicast' || given.gateway !== undefined || given.link !== undefined))
    compareWays(differences, found, whole);
  if (given.scope !== undefined && found.family === 4) differences.change('scope', found.scope, wanted.scope);
  if (given.protocol !== undefined) differences.change('protocol', found.protocol, wanted.protocol);
  if (given.source !== undefined) differences.change('source', found.source, wanted.source);
  if (given.preference !== undefined && leads)
    differences.change('preference', found.message.attrs.pref, given.preference);
  const metrics: Readonly<Record<string, unknown>> = found.message.attrs.metrics ?? {};
  for (const [name, value] of Object.entries(wanted.message.attrs.metrics ?? {}))
    differences.exactly(
      'changes',
      name === 'mtu' ? name : `metrics.${name}`,
      metrics[name],
      value === 0 ? undefined : value,
    );
  const expires = expiryOf(found);
  if (given.expires !== undefined && leads && Math.abs(expires - given.expires) > 1)
    differences.change('expires', Math.round(expires), input.attrs?.expires);
  return differences;
}

/** Seconds until a route is gone, or was; 0 for one that stays. RTA_CACHEINFO counts hundredths. */
export const expiryOf = ({ message }: Route): number => (message.attrs.cacheinfo?.expires ?? 0) / 100;

function compareWays(differences: Differences, found: Route, wanted: WantedRoute): void {
  const [own, others] = [waysOf(found), wantedWays(wanted)];
  const words = (way: WantedWay): string => wayWords(way, wanted.nameOf);
  if (!areWays(own, others)) differences.change('via', own.map(words), others.map(words));
}

const hasType = ({ type, nexthopId }: RouteSettings): boolean => type !== undefined || nexthopId === undefined;

/** Where a route leads. */
const WAYS = ['gateway', 'via', 'oif', 'multipath', 'nhId', 'encapType', 'encap'] as const;
type Attributes = NonNullable<RouteInput['attrs']>;

/** The request that puts the wanted route in the place of `found`: what is not given it takes over from that. */
export function routeChange(found: Route, whole: WantedRoute): RouteInput {
  const { destination, given, links, route: wanted } = whole;
  const input = routeInput(destination, { protocol: found.protocol as never, ...defined(given) }, links);
  const before = routeAgain(found);
  const leadsThere =
    (found.type === wanted.type || !hasType(given)) &&
    (given.nexthopId === undefined ? areWays(waysOf(found), wantedWays(whole)) : found.nexthopId === given.nexthopId);
  const ways = leadsThere ? before : input;
  const { attrs = {} } = input;
  const own: Attributes = before.attrs ?? {};
  const kept: Attributes = {
    prefsrc: attrs.prefsrc ?? own.prefsrc,
    pref: attrs.pref ?? own.pref,
    flow: attrs.flow ?? own.flow,
    expires: attrs.expires ?? own.expires,
    metrics: own.metrics === undefined ? attrs.metrics : { ...own.metrics, ...attrs.metrics },
  };
  return {
    ...input,
    scope: leadsThere ? (given.scope ?? before.scope) : input.scope,
    flags: ways.flags,
    attrs: { ...attrs, ...Object.fromEntries(WAYS.map(name => [name, ways.attrs?.[name]])), ...kept },
  } as RouteInput;
}

/**
 * The request without the link of a way by a gateway, where that was not given: the kernel finds it. Undefined if there is
 * nothing to leave out.
 */
export function withoutLinks(body: RouteInput, { links }: WantedRoute): RouteInput | undefined {
  const { attrs = {} } = body;
  const { gateway, via, oif, multipath } = attrs;
  if (links.own === undefined && oif !== undefined && (gateway ?? via) !== undefined && !isOnlink(body))
    return { ...body, attrs: { ...attrs, oif: undefined } };
  if (multipath === undefined || links.nexthops.some(each => each !== undefined) || multipath.some(isOnlink))
    return undefined;
  return { ...body, attrs: { ...attrs, multipath: multipath.map(each => ({ ...each, ifindex: 0 })) } };
}

const isOnlink = ({ flags }: { readonly flags?: unknown }): boolean =>
  (wordOf(routeFlags.values, (flags ?? 0) as never) & onlink) !== 0;

/** RTA_CACHEINFO counts hundredths of a second. */
const secondsLeft = ({ cacheinfo }: RouteMessage['attrs']): number | undefined =>
  cacheinfo !== undefined && cacheinfo.expires > 0 ? Math.ceil(cacheinfo.expires / 100) : undefined;

const defined = (given: RouteSettings): RouteSettings =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

/**
 * What of a route's message can be sent again. Beside a nexthop object the kernel tells where that leads, and takes only one
 * of both (`rtm_to_fib_config` in net/ipv4/fib_frontend.c, `ip6_route_info_create` in net/ipv6/route.c). By one that drops
 * packets a route is told as of that type, and was made as any other (`fib_dump_info` in net/ipv4/fib_semantics.c).
 */
export function sendableRoute({ message }: Route): RouteInput {
  if (message.attrs.nhId === undefined) return message as RouteInput;
  const { gateway: _gateway, via: _via, oif: _oif, multipath: _multipath, ...attrs } = message.attrs;
  return { ...message, type: 'unicast', attrs } as RouteInput;
}

/**
 * Of an IPv4 route by a nexthop object the kernel takes those of any other by the same one if none are said at all
 * (`fib_find_info_nh` in net/ipv4/fib_semantics.c).
 */
const withoutMetrics = ({ family, nexthopId, message }: Route): Pick<Attributes, 'metrics'> =>
  family === 4 && nexthopId !== undefined && message.attrs.metrics === undefined ? { metrics: {} } : {};

/** The request that makes a route that was there once more. What tells its state the kernel would refuse. */
export function routeAgain(route: Route): RouteInput {
  const { message } = route;
  const sendable = sendableRoute(route);
  const { cacheinfo: _, multipath, ...attrs } = sendable.attrs ?? {};
  const nexthops = multipath?.map(each => ({
    ...each,
    flags: wordOf(routeFlags.values, (each.flags ?? []) as never) & onlink,
  }));
  return {
    ...sendable,
    flags: wordOf(routeFlags.values, message.flags) & onlink,
    attrs: {
      ...attrs,
      ...withoutMetrics(route),
      expires: secondsLeft(message.attrs),
      ...(nexthops !== undefined && { multipath: nexthops }),
    },
  } as RouteInput;
}
