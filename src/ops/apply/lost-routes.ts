import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_REPLACE } from '../../protocol/header.js';
import { RTM_DELROUTE, RTM_NEWROUTE } from '../../protocol/rtnetlink/index.js';
import { expiryOf, findReplaced, routeAgain, routeKey } from '../ensure/route.js';
import { groupBy } from '../group-by.js';
import { joins, slotOf } from '../monitor/route-identity.js';
import type { Route } from '../route.js';
import { giveBack, type Holdings, routesOf, secondsSince } from './holdings.js';
import { besideHosts } from './host-routes.js';
import { concerned as concernedAddress, expiredAddresses, networkKey } from './lost-addresses.js';
import type { Place } from './places.js';
import { gone, request } from './route-request.js';
import type { Scope } from './scope.js';

/** Gives back the routes that are missing, or are less than they were. Calls `fail` with each error. */
export async function restoreRoutes(
  place: Place,
  before: Holdings,
  scope: Scope,
  fail: (error: unknown) => void,
): Promise<void> {
  const now = await routesOf(place);
  const lost = new Set(missingRoutes(before, now, scope));
  const extra = [...now.filter(isExtra(before, scope)), ...notReplaceable(before.routes, now, lost)];
  for (const route of extra) await withdraw(place, route).catch(fail);
  const there = now.filter(each => !extra.includes(each));
  const kept = new Set(there.map(identity));
  const seconds = secondsSince(before);
  const reduced = reducedRoutes(before.routes, there);
  for (const group of groups(before.routes.filter(each => lost.has(each) || kept.has(identity(each))))) {
    if (!group.some(each => lost.has(each))) continue;
    for (const { route, how } of steps(group, lost, reduced))
      await (how === 'delete' ? withdraw(place, route) : give(place, route, how, seconds)).catch(fail);
  }
}

/** Those in question that are not there now as they were, though their time is not over. */
export function missingRoutes(before: Holdings, now: readonly Route[], scope: Scope): Route[] {
  const there = new Set(now.map(identity));
  const isLost = concerned(before, scope);
  const seconds = secondsSince(before);
  const expired = new Set([...expiredAddresses(before)].map(each => each.address));
  const isOver = (route: Route): boolean =>
    (expiryOf(route) > 0 && expiryOf(route) <= seconds) || expired.has(route.source ?? '');
  return before.routes.filter(each => isLost(each) && !there.has(identity(each)) && !isOver(each));
}

/**
 * Whether a route is in question: it was changed itself, or a link that it leads over, or the address that is its source; and
 * is none that comes with an address or a link.
 */
function concerned({ addresses }: Holdings, scope: Scope): (route: Route) => boolean {
  const { keys, links } = scope;
  const sources = new Set(addresses.filter(concernedAddress(scope)).map(each => each.address));
  return route =>
    keys.has(routeKey(route)) ||
    (!isAutomatic(route) &&
      (sources.has(route.source ?? '') || [route, ...route.nexthops].some(({ index }) => links.has(index ?? 0))));
}

const isAutomatic = ({ table, type, protocol, destination }: Route): boolean =>
  protocol === 'kernel' && (table === 'local' || type === 'multicast' || destination.startsWith('fe80:'));

/** Routes that the kernel made with an address that was given back, and that had been taken away from it. */
function isExtra({ routes, addresses }: Holdings, scope: Scope): (route: Route) => boolean {
  const known = new Set(routes.map(identity));
  const networks = new Set(addresses.filter(concernedAddress(scope)).map(networkKey));
  return route =>
    route.protocol === 'kernel' &&
    route.family === 4 &&
    !isAutomatic(route) &&
    networks.has(`${route.index} ${route.destination}`) &&
    !known.has(identity(route));
}

/**
 * Routes of one table, destination and metric, each time in their order. Those on links come before those by gateways,
 * which have to be on a link.
 */
const groups = (routes: readonly Route[]): Route[][] =>
  [...groupBy(routes, routeKey).values()].sort((a, b) => gatewayShare(a) - gatewayShare(b));

const gatewayShare = (group: readonly Route[]): number => group.filter(hasGateway).length / group.length;
const hasGateway = ({ gateway, nexthops }: Route): boolean => gateway !== undefined || nexthops.length > 0;

interface Giving {
  readonly route: Route;
  /** NLM_F_* beside NLM_F_CREATE: none puts it before those that are there. */
  readonly how: number | 'delete';
}

/**
 * The kernel asks the routes of a group in their order. Those of IPv4 before the first that is still there are put before
 * it. From the next gap on all are appended, and before that those taken away that are there.
 */
function steps(group: readonly Route[], lost: ReadonlySet<Route>, reduced: ReadonlyMap<string, Route[]>): Giving[] {
  const isReduced = (route: Route): boolean =>
    (reduced.get(slotOf(route)) ?? []).some(each => wayKey(each) === wayKey(route) || joins(each));
  const missing = group.filter(each => lost.has(each));
  if (missing.some(isReduced))
    return missing.map(route => ({ route, how: isReduced(route) ? NLM_F_REPLACE : NLM_F_APPEND }));
  const first = group[0]!.family === 4 ? group.findIndex(each => !lost.has(each)) : 0;
  const gap = group.findIndex((each, at) => at >= first && lost.has(each));
  const before = first < 0 ? [] : group.slice(0, first);
  const rest = first < 0 ? group : gap < 0 ? [] : group.slice(gap);
  return [
    ...rest.filter(each => !lost.has(each)).map(route => ({ route, how: 'delete' }) as const),
    ...[...before].reverse().map(route => ({ route, how: 0 })),
    ...rest.map(route => ({ route, how: NLM_F_APPEND })),
  ];
}

/** IPv6 routes that were not there so, by what the kernel looks them up by. */
function reducedRoutes(before: readonly Route[], now: readonly Route[]): ReadonlyMap<string, Route[]> {
  const known = new Set(before.map(identity));
  return groupBy(
    now.filter(each => each.family === 6 && !known.has(identity(each))),
    slotOf,
  );
}

/** Those that are less than they were, and beside which are others that the kernel would rather replace. */
function notReplaceable(before: readonly Route[], now: readonly Route[], lost: ReadonlySet<Route>): Route[] {
  const ways = new Set([...lost].map(wayKey));
  const isReduced = (each: Route): boolean => !joins(each) && ways.has(wayKey(each));
  return [...reducedRoutes(before, now).values()]
    .flat()
    .filter(each => isReduced(each) && findReplaced(now, each) !== each);
}

function give(place: Place, route: Route, how: number, seconds: number): Promise<unknown> {
  const { attrs, ...body } = routeAgain(route);
  const expires = attrs?.expires === undefined ? undefined : Math.max(1, attrs.expires - seconds);
  const again = { ...body, attrs: { ...attrs, expires } };
  return besideHosts(place, route, () =>
    giveBack(place, RTM_NEWROUTE, NLM_F_CREATE | how, again, `route ${route.destination}`),
  );
}

const withdraw = (place: Place, route: Route): Promise<unknown> =>
  gone(request(place, RTM_DELROUTE, 0, routeAgain(route), `apply: delete route ${route.destination}`));

const wayKey = ({ table, destination, metric, tos, gateway, index, nexthops, type, from }: Route): string =>
  JSON.stringify([
    table,
    destination,
    metric,
    tos,
    gateway,
    index,
    nexthops.map(({ flags: _, ...way }) => way),
    type,
    from,
  ]);

/**
 * With what an IPv6 route loses and stays: its preferred source with the address, its MTU with that of the link, its lifetime
 * with another address of the prefix, and who made it where the kernel has made it anew.
 */
const identity = (route: Route): string =>
  wayKey(route) + JSON.stringify([route.source, route.message.attrs.metrics, route.protocol, expiryOf(route) > 0]);
