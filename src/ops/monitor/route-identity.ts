import type { Nexthop, Route } from '../route.js';

/**
 * Whether it is one route with all IPv6 routes of its slot that have a gateway (`rt6_qualify_for_ecmp`, net/ip6_route.h).
 * Those by nexthop objects stay apart, and those that the kernel made by router discovery: that nothing of their messages
 * shows, while programs that do router discovery make others of that protocol, which join once there are two.
 */
export function joins(route: Route): boolean {
  if (route.family !== 6 || route.nexthopId !== undefined) return false;
  return route.nexthops.length > 0 || (route.gateway !== undefined && route.protocol !== 'ra');
}

/** What routes are looked up by. Usually there is one for each; append and prepend make several. */
export const slotOf = ({ family, table, destination, from = '', tos, metric }: Route): string =>
  `${family} ${table} ${destination} ${from} ${tos} ${metric}`;

/** What tells a route from the others of its slot: in IPv4 anything that it says, in IPv6 where it leads. */
export function keyOf(route: Route): string {
  if (joins(route)) return `${slotOf(route)} +`;
  const { type, gateway, index, nexthopId } = route;
  const way = nexthopId === undefined ? `${gateway} ${index}` : `nhid ${nexthopId}`;
  if (route.family === 6) return `${slotOf(route)} ${type} ${way}`;
  const { protocol, scope, source, nexthops, message } = route;
  const { metrics, encapType, encap, flow } = message.attrs;
  const more = [nexthopId === undefined && nexthops.map(wayOf), metrics, encapType, encap, flow].map(text).join(' ');
  return `${slotOf(route)} ${type} ${way} ${protocol} ${scope} ${source} ${more}`;
}

/** A nexthop without its state. */
export const wayOf = ({ gateway, index, weight }: Nexthop): string => `${gateway} ${index} ${weight}`;

export const text = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value, bigints));
const bigints = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);

/** All the ways that a route can take. */
export const waysOf = (route: Route): string[] =>
  route.nexthops.length > 0 ? route.nexthops.map(wayOf) : [`${route.gateway} ${route.index} 1`];
