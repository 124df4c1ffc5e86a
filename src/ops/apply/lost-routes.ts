import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_REPLACE } from '../../protocol/header.js';
import { RTM_DELROUTE, RTM_NEWROUTE } from '../../protocol/rtnetlink/index.js';
import type { Address } from '../address.js';
import { routeAgain, routeKey } from '../ensure/route.js';
import { groupBy } from '../group-by.js';
import { joins, slotOf } from '../monitor/route-identity.js';
import type { Route } from '../route.js';
import { giveBack, type Holdings, routesOf } from './holdings.js';
import { networkKey } from './lost-addresses.js';
import type { Place } from './places.js';
import { gone, request } from './route-request.js';

/** Gives back the routes that are missing, or are less than they were. Calls `fail` with each error. */
export async function restoreRoutes(
  place: Place,
  { routes, addresses }: Holdings,
  fail: (error: unknown) => void,
): Promise<void> {
  const now = await routesOf(place);
  const extra = now.filter(isExtra(routes, addresses));
  for (const route of extra) await withdraw(place, route).catch(fail);
  const there = now.filter(each => !extra.includes(each));
  const lost = new Set(missingRoutes(routes, there));
  const reduced = reducedRoutes(routes, there);
  for (const group of groups(routes.filter(each => !isAutomatic(each)))) {
    if (!group.some(each => lost.has(each))) continue;
    const steps = group[0]!.family === 4 ? steps4(group, lost) : steps6(group, lost, reduced);
    for (const { route, how } of steps)
      await (how === 'delete' ? withdraw(place, route) : give(place, route, how)).catch(fail);
  }
}

/** Those of `before` that are not there now as they were, but for those that the kernel makes by itself. */
export function missingRoutes(before: readonly Route[], now: readonly Route[]): Route[] {
  const there = new Set(now.map(identity));
  return before.filter(each => !isAutomatic(each) && !there.has(identity(each)));
}

/** What comes with an address or a link. */
const isAutomatic = ({ table, type, protocol, destination }: Route): boolean =>
  table === 'local' || type === 'multicast' || (protocol === 'kernel' && destination.startsWith('fe80:'));

/** Routes that the kernel made with an address that was given back, and that had been taken away from it. */
function isExtra(before: readonly Route[], addresses: readonly Address[]): (route: Route) => boolean {
  const known = new Set(before.map(identity));
  const networks = new Set(addresses.map(networkKey));
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
 * IPv4 asks the routes of a group in their order. Those before the first that is still there are put before it; from the
 * next gap on all are appended, and before that those taken away that are there.
 */
function steps4(group: readonly Route[], lost: ReadonlySet<Route>): Giving[] {
  const first = group.findIndex(each => !lost.has(each));
  const gap = group.findIndex((each, at) => at > first && lost.has(each));
  const before = first < 0 ? [] : group.slice(0, first);
  const rest = gap < 0 ? [] : group.slice(gap);
  return [
    ...rest.filter(each => !lost.has(each)).map(route => ({ route, how: 'delete' }) as const),
    ...[...before].reverse().map(route => ({ route, how: 0 })),
    ...rest.map(route => ({ route, how: NLM_F_APPEND })),
  ];
}

/** Some are still there, with less than before: without their source, or one of their nexthops. */
function steps6(group: readonly Route[], lost: ReadonlySet<Route>, reduced: ReadonlyMap<string, Route[]>): Giving[] {
  const isReduced = (route: Route): boolean =>
    (reduced.get(slotOf(route)) ?? []).some(each => wayKey(each) === wayKey(route) || joins(each));
  const missing = group.filter(each => lost.has(each));
  return missing.map(route => ({ route, how: isReduced(route) ? NLM_F_REPLACE : NLM_F_APPEND }));
}

/** IPv6 routes that were not there so, by what the kernel looks them up by. */
function reducedRoutes(before: readonly Route[], now: readonly Route[]): ReadonlyMap<string, Route[]> {
  const known = new Set(before.map(identity));
  return groupBy(
    now.filter(each => each.family === 6 && !known.has(identity(each))),
    slotOf,
  );
}

const give = (place: Place, route: Route, how: number): Promise<unknown> =>
  giveBack(place, RTM_NEWROUTE, NLM_F_CREATE | how, routeAgain(route), `route ${route.destination}`);

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
 * With what an IPv6 route loses and stays: its preferred source with the address, its MTU with that of the link, and who
 * made it where the kernel has made it anew.
 */
const identity = (route: Route): string =>
  wayKey(route) + JSON.stringify([route.source, route.message.attrs.metrics, route.protocol]);
