import type { Nexthop, Route } from '../route.js';

/** Made by router discovery or by the kernel: IPv6 does not join these to one route with several nexthops. */
const APART: readonly unknown[] = ['ra', 'redirect', 'kernel'];

/** Whether it is one route with all IPv6 routes of its slot that have a gateway (`rt6_qualify_for_ecmp`, net/ip6_route.h). */
export function joins(route: Route): boolean {
  if (route.family !== 6 || APART.includes(route.protocol)) return false;
  return route.gateway !== undefined || route.nexthops.length > 0 || route.nexthopId !== undefined;
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
