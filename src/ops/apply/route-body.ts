import type { RouteInput } from '../../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { NetlinkError } from '../../socket/netlink-error.js';
import { routeChange, type WantedRoute, withoutLinks } from '../ensure/route.js';
import type { Route } from '../route.js';
import { addressesOf } from './holdings.js';
import type { Place } from './places.js';

/**
 * The request that puts the wanted route in the place of one that is there, or was: with what else that has, but for a preferred
 * source that is no address any more.
 */
export async function changedBody(
  place: Place,
  found: Route,
  wanted: WantedRoute,
  options: WaitOptions,
): Promise<RouteInput> {
  const body = routeChange(found, wanted);
  const source = body.attrs?.prefsrc;
  if (source === undefined || wanted.given.source !== undefined) return body;
  const isThere = (await addressesOf(place, options)).some(each => each.address === source);
  return isThere ? body : { ...body, attrs: { ...body.attrs, prefsrc: undefined } };
}

/**
 * Sends the request for a route that was lost: its gateway may be on another link by now, which the kernel finds, or only on the
 * one on which it was.
 */
export async function sendAnew(
  body: RouteInput,
  wanted: WantedRoute,
  send: (body: RouteInput) => Promise<unknown>,
): Promise<unknown> {
  const free = withoutLinks(body, wanted);
  if (free === undefined) return send(body);
  try {
    return await send(free);
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.code === 'EEXIST') throw error;
    return send(body).catch((other: unknown) => {
      throw other instanceof NetlinkError && other.code === 'EEXIST' ? other : error;
    });
  }
}
