import { NLM_F_CREATE, NLM_F_REPLACE } from '../../protocol/header.js';
import { RTM_DELROUTE, RTM_NEWROUTE } from '../../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { NetlinkError } from '../../socket/netlink-error.js';
import { findReplaced, findRoute, routeAgain, type WantedRoute } from '../ensure/route.js';
import type { Route } from '../route.js';
import type { RouteTable } from '../route-input.js';
import { Routes } from '../routes.js';
import type { Place } from './places.js';
import { changedBody } from './route-body.js';
import { gone, request } from './route-request.js';

/** The place of a route that another takes. */
export class TakenPlace {
  constructor(
    readonly place: Place,
    readonly found: Route,
    readonly wanted: WantedRoute,
    readonly operation: string,
  ) {}

  /** It may have gone meanwhile, with an address that it rested on. */
  async take(options: WaitOptions): Promise<unknown> {
    const { place, found, wanted, operation } = this;
    const body = await changedBody(place, found, wanted, options);
    return request(place, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, body, operation, options);
  }

  /**
   * Puts the first one in its place again, where it stood among others. If what it rests on is not there yet, or the kernel would
   * rather put it in the place of another, the other one just goes, and this one is given back in the end: see `Losses`.
   */
  async giveBack(): Promise<void> {
    const { place, found, wanted, operation } = this;
    const routes = await routesLike(place, wanted);
    const there = findRoute(routes, wanted);
    if (there === undefined) return;
    const giveWay = (): Promise<unknown> => gone(request(place, RTM_DELROUTE, 0, routeAgain(there), operation));
    if (findReplaced(routes, found) !== there) return void (await giveWay());
    try {
      await request(place, RTM_NEWROUTE, NLM_F_REPLACE, routeAgain(found), operation);
    } catch (error) {
      if (!(error instanceof NetlinkError)) throw error;
      await giveWay();
    }
  }
}

/** The route that has the place of the one that is wanted. */
export async function findThere(
  place: Place,
  wanted: WantedRoute,
  options: WaitOptions = {},
): Promise<Route | undefined> {
  return findRoute(await routesLike(place, wanted, options), wanted);
}

const routesLike = ({ context }: Place, { route }: WantedRoute, options: WaitOptions = {}): Promise<Route[]> =>
  new Routes(context).list({ table: route.table as RouteTable, family: route.family, ...options });
