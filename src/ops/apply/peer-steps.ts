import { RTNLGRP } from '../../protocol/rtnetlink/index.js';
import { TimeoutError } from '../../socket/errors.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { NetlinkError } from '../../socket/netlink-error.js';
import { AF_INET6, parseAddress, parseCidr } from '../cidr.js';
import type { Route } from '../route.js';
import { Routes } from '../routes.js';
import { until } from '../wait.js';
import type { End } from './link-plan.js';
import type { Place } from './places.js';
import type { RouteSpec } from './spec.js';
import type { Step } from './step.js';

/** Milliseconds for what the kernel does at once, by a worker of its own. */
const SOON = 1000;

/**
 * Waits for the routes to the other ends of described IPv6 addresses that are gateways of routes to be made: the kernel makes them
 * a moment after it has said yes to the address (addrconf_dad_work in net/ipv6/addrconf.c).
 */
export function peerSteps(
  place: Place,
  routes: readonly RouteSpec[],
  ends: readonly End[],
  operation: string,
  options: WaitOptions,
): Step[] {
  const gateways = new Set(routes.flatMap(gatewaysOf));
  const peers = new Set(ends.filter(end => end.place === place).flatMap(peersOf));
  return [...peers].filter(each => gateways.has(each)).map(each => waitStep(place, each, operation, options));
}

const gatewaysOf = ({ gateway, nexthops = [] }: RouteSpec): string[] =>
  [gateway, ...nexthops.map(each => each.gateway)]
    .filter(each => each !== undefined)
    .map(each => parseAddress(each).address);

const peersOf = ({ spec: { addresses = [] } }: End): string[] =>
  addresses
    .flatMap(each =>
      typeof each === 'string' || each.state === 'absent' || each.peer === undefined ? [] : [each.peer],
    )
    .map(each => parseCidr(each))
    .filter(({ family }) => family === AF_INET6)
    .map(({ address }) => address);

function waitStep(place: Place, peer: string, operation: string, { signal }: WaitOptions): Step {
  const text = place.words(`route ${peer}`);
  return {
    phase: 'source',
    action: 'change',
    object: 'route',
    netns: place.label,
    place,
    text,
    untold: true,
    async run() {
      const how = { signal, timeout: SOON };
      const look = (options: WaitOptions): Promise<Route | undefined> => directRoute(place, peer, options);
      try {
        await until(place.context, [RTNLGRP.ipv6Route], `${operation}: ${text}`, how, look);
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error; // what is wrong the kernel says of the route that needs it
      }
    },
    async undo() {},
  };
}

async function directRoute({ context }: Place, peer: string, options: WaitOptions): Promise<Route | undefined> {
  try {
    const route = await new Routes(context).get(peer, { match: true, ...options });
    return route.gateway === undefined && route.nexthops.length === 0 ? route : undefined;
  } catch (error) {
    if (error instanceof NetlinkError) return undefined;
    throw error;
  }
}
