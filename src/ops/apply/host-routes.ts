import { NLM_F_CREATE } from '../../protocol/header.js';
import { type RouteInput, RTM_DELROUTE, RTM_NEWROUTE } from '../../protocol/rtnetlink/index.js';
import { NetlinkError } from '../../socket/netlink-error.js';
import { parseAddress } from '../cidr.js';
import type { Route } from '../route.js';
import { type RouteTable, routeInput } from '../route-input.js';
import type { Place } from './places.js';
import { gone, request } from './route-request.js';

/**
 * Gives a route; if the kernel refuses it, once more beside routes to its gateways alone, which then go. The kernel looks for a
 * gateway when the route is made and not again (fib_check_nh_v4_gw in net/ipv4/fib_semantics.c, ip6_route_check_nh in
 * net/ipv6/route.c): one that was there may lead to a gateway that is elsewhere by now.
 */
export async function besideHosts<T>(place: Place, route: Route, give: () => Promise<T>): Promise<T> {
  try {
    return await give();
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error;
    const added: RouteInput[] = [];
    try {
      for (const host of hostsOf(route)) if (await isAdded(place, host)) added.push(host);
      if (added.length === 0) throw error;
      return await give();
    } catch (second) {
      throw second instanceof NetlinkError ? error : second;
    } finally {
      for (const host of added) await gone(request(place, RTM_DELROUTE, 0, host, OPERATION));
    }
  }
}

const OPERATION = 'apply: route to a gateway, for a moment';

/** A routing protocol of nobody's: by it each is deleted, and not one like it (ip6_route_del, net/ipv6/route.c). */
const NOBODY = 255;

/** Routes to each gateway, by the link that it should be on, in the table in which the kernel looks first. */
const hostsOf = ({ gateway, index, nexthops, table }: Route): RouteInput[] => {
  const settings = { table: table as RouteTable, metric: 1, protocol: NOBODY };
  return [{ gateway, index }, ...nexthops].flatMap(way => {
    if (way.gateway === undefined || way.index === undefined) return [];
    const { address, bytes } = parseAddress(way.gateway);
    return [routeInput(`${address}/${8 * bytes.length}`, settings, { own: way.index, nexthops: [] })];
  });
};

async function isAdded(place: Place, host: RouteInput): Promise<boolean> {
  try {
    await request(place, RTM_NEWROUTE, NLM_F_CREATE, host, OPERATION);
    return true;
  } catch (error) {
    if (error instanceof NetlinkError) return false;
    throw error;
  }
}
