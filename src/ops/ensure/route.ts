import { wordOf } from '../../protocol/enumeration.js';
import {
  route as codec,
  type RouteInput,
  type Route as RouteMessage,
  routeFlags,
} from '../../protocol/rtnetlink/index.js';
import { joins } from '../monitor/route-identity.js';
import { Route } from '../route.js';
import { type RouteLinks, type RouteSettings, routeInput } from '../route-input.js';
import { type Comparison, Differences } from './difference.js';
import { reread } from './reread.js';

/** IP6_RT_PRIO_USER, net/ip6_route.h in the kernel's source: the metric of an IPv6 route for which none is given. */
const IPV6_METRIC = 1024;
const { onlink } = routeFlags.values;

/** A route that shall be there: what was given, and how it would look. */
export interface WantedRoute {
  readonly destination: string;
  readonly given: RouteSettings;
  readonly links: RouteLinks;
  readonly input: RouteInput;
  readonly route: Route;
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
  return same.find(each => compareRoute(each, wanted).changes.length === 0) ?? same[0];
}

/** The one of `routes` that the kernel replaces by `route`: in IPv6 rather one that joins others, or not, as it does. */
export function findReplaced(routes: readonly Route[], route: Route): Route | undefined {
  const key = routeKey(route);
  const same = routes.filter(each => routeKey(each) === key);
  return same.find(each => joins(each) === joins(route)) ?? same[0];
}

/** What of a route differs from what is wanted. Its ways are compared as a whole; what else is not given may be as it is. */
export function compareRoute(found: Route, { given, route: wanted, input }: WantedRoute): Comparison {
  const differences = new Differences();
  differences.change('type', found.type, wanted.type);
  if (given.nexthopId !== undefined) differences.change('nexthopId', found.nexthopId, given.nexthopId);
  else if (wanted.type === 'unicast' || given.gateway !== undefined || given.link !== undefined)
    compareWays(differences, found, wanted);
  if (given.scope !== undefined) differences.change('scope', found.scope, wanted.scope);
  if (given.protocol !== undefined) differences.change('protocol', found.protocol, wanted.protocol);
  if (given.source !== undefined) differences.change('source', found.source, wanted.source);
  if (given.preference !== undefined) differences.change('preference', found.message.attrs.pref, given.preference);
  const metrics: Readonly<Record<string, unknown>> = found.message.attrs.metrics ?? {};
  for (const [name, value] of Object.entries(wanted.message.attrs.metrics ?? {}))
    differences.change(name === 'mtu' ? name : `metrics.${name}`, metrics[name], value);
  const expires = expiryOf(found);
  if (given.expires !== undefined && Math.abs(expires - given.expires) > 1)
    differences.change('expires', Math.round(expires), input.attrs?.expires);
  return differences;
}

/** Seconds until a route is gone, or was; 0 for one that stays. RTA_CACHEINFO counts hundredths. */
export const expiryOf = ({ message }: Route): number => (message.attrs.cacheinfo?.expires ?? 0) / 100;

/** One of the ways of a route, as far as it was said. */
interface Way {
  readonly gateway?: string | undefined;
  readonly index?: number | undefined;
  readonly weight: number;
  readonly onlink: boolean;
}

function compareWays(differences: Differences, found: Route, wanted: Route): void {
  const [own, others] = [waysOf(found), waysOf(wanted)];
  if (own.length === others.length && own.every(way => others.some(other => isWay(way, other)))) return;
  differences.change('via', own.map(wayWords), others.map(wayWords));
}

/** The kernel reports a list of one as a single way. */
function waysOf({ nexthops, gateway, index, flags }: Route): Way[] {
  if (nexthops.length === 0) return [{ gateway, index, weight: 1, onlink: flags.includes('onlink') }];
  return nexthops.map(each => ({ ...each, index: each.index || undefined, onlink: each.flags.includes('onlink') }));
}

/** Whether a way is the wanted one; where no link was given, any link will do. */
const isWay = (found: Way, wanted: Way): boolean =>
  found.gateway === wanted.gateway &&
  (wanted.index === undefined || found.index === wanted.index) &&
  found.weight === wanted.weight &&
  (found.onlink || !wanted.onlink);

function wayWords({ gateway, index, weight, onlink: direct }: Way): string {
  const words = [gateway, index !== undefined && `#${index}`, weight > 1 && `weight ${weight}`, direct && 'onlink'];
  return words.filter(Boolean).join(' ');
}

/** The request that puts the wanted route in the place of `found`: what is not given it takes over from that. */
export function routeChange(found: Route, { destination, given, links }: WantedRoute): RouteInput {
  const { attrs } = found.message;
  const input = routeInput(destination, { protocol: found.protocol as never, ...defined(given) }, links);
  return {
    ...input,
    attrs: {
      ...input.attrs,
      prefsrc: input.attrs?.prefsrc ?? attrs.prefsrc,
      pref: input.attrs?.pref ?? attrs.pref,
      expires: input.attrs?.expires ?? secondsLeft(attrs),
      metrics: attrs.metrics === undefined ? input.attrs?.metrics : { ...attrs.metrics, ...input.attrs?.metrics },
    },
  } as RouteInput;
}

/** RTA_CACHEINFO counts hundredths of a second. */
const secondsLeft = ({ cacheinfo }: RouteMessage['attrs']): number | undefined =>
  cacheinfo !== undefined && cacheinfo.expires > 0 ? Math.ceil(cacheinfo.expires / 100) : undefined;

const defined = (given: RouteSettings): RouteSettings =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

/** The request that makes a route that was there once more. What tells its state the kernel would refuse. */
export function routeAgain({ message }: Route): RouteInput {
  const { cacheinfo: _, ...attrs } = message.attrs;
  const nexthops = attrs.multipath?.map(each => ({ ...each, flags: wordOf(routeFlags.values, each.flags) & onlink }));
  return {
    ...message,
    flags: wordOf(routeFlags.values, message.flags) & onlink,
    attrs: { ...attrs, expires: secondsLeft(message.attrs), ...(nexthops !== undefined && { multipath: nexthops }) },
  } as RouteInput;
}
