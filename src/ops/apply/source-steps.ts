import { RTNLGRP, routeTable } from '../../protocol/rtnetlink/index.js';
import { TimeoutError } from '../../socket/errors.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { AF_INET6, parseAddress, parseCidr } from '../cidr.js';
import { getLink } from '../context.js';
import { directLink } from '../direct-link.js';
import { tableNumber } from '../route-input.js';
import { Routes } from '../routes.js';
import { until } from '../wait.js';
import { waitForAddress } from '../wait-address.js';
import type { End } from './link-plan.js';
import type { Place } from './places.js';
import type { AddressSpec, RouteSpec } from './spec.js';
import type { Step } from './step.js';

/** Milliseconds for what the kernel does at once, by a worker of its own. */
const SOON = 1000;

/**
 * Waits for the described IPv6 addresses that routes to be made need, until duplicate address detection is over: those that are
 * their source, which the kernel refuses before (ip6_route_info_create in net/ipv6/route.c), and those whose other end is a gateway,
 * to which it makes the route only then (addrconf_dad_completed in net/ipv6/addrconf.c).
 */
export function sourceSteps(
  place: Place,
  made: readonly RouteSpec[],
  all: readonly RouteSpec[],
  ends: readonly End[],
  operation: string,
  options: WaitOptions,
): Step[] {
  const sources = new Set(made.flatMap(({ source }) => (source === undefined ? [] : [parseAddress(source).address])));
  const gateways = new Set(made.flatMap(gatewaysOf));
  for (const route of all.filter(isDirect)) gateways.delete(hostOf(route.destination));
  const found = ends.filter(end => end.place === place).flatMap(end => described(end));
  return found.flatMap(each => {
    const { address, peer } = each;
    const gateway = peer !== undefined && gateways.has(peer) ? peer : undefined;
    if (!sources.has(address) && gateway === undefined) return [];
    return [waitStep({ ...each, peer: gateway }, sources.has(address), operation, options)];
  });
}

/** The gateways for which the kernel looks: not those that are said to be on the link. */
const gatewaysOf = ({ gateway, onlink, nexthops = [] }: RouteSpec): string[] =>
  [{ gateway, onlink }, ...nexthops].flatMap(each =>
    each.gateway === undefined || each.onlink === true ? [] : [parseAddress(each.gateway).address],
  );

/** Whether it may be the way to a gateway: one to be made, in the table in which the kernel looks last. */
const isDirect = ({ state, type = 'unicast', gateway, nexthops, nexthopId, table = 'main' }: RouteSpec): boolean =>
  state !== 'absent' &&
  type === 'unicast' &&
  (gateway ?? nexthops ?? nexthopId) === undefined &&
  (tableNumber(table) || MAIN) === MAIN;

const MAIN = routeTable.values.main;

/** The address of a network that is one host; none of others. */
function hostOf(destination: string): string {
  const { address = '', bytes, prefixLength } = destination === 'default' ? {} : parseCidr(destination);
  return prefixLength === 8 * (bytes?.length ?? 0) ? address : '';
}

interface Described {
  readonly end: End;
  readonly address: string;
  /** The other end, if the kernel makes a route to it. */
  readonly peer: string | undefined;
}

const asObject = (each: AddressSpec): Exclude<AddressSpec, string> =>
  typeof each === 'string' ? { address: each } : each;

/** Its IPv6 addresses. */
const described = (end: End): Described[] =>
  (end.spec.addresses ?? [])
    .map(asObject)
    .filter(({ state }) => state !== 'absent')
    .flatMap(({ address: text, peer: other, flags = [] }) => {
      // Of a point-to-point address the prefix length is with the peer.
      const { address, family } = other === undefined ? parseCidr(text) : parseAddress(text);
      const peer = other === undefined || flags.includes('noprefixroute') ? undefined : parseCidr(other).address;
      return family === AF_INET6 ? [{ end, address, peer }] : [];
    });

function waitStep({ end, address, peer }: Described, isSource: boolean, operation: string, options: WaitOptions): Step {
  const { place, spec } = end;
  const { name } = spec;
  return {
    phase: 'source',
    action: 'change',
    object: 'address',
    netns: place.label,
    place,
    text: place.words(`address ${address} dev ${name}`, 'usable'),
    untold: true,
    async run() {
      const { up, carrier, index } = await getLink(place.context, name, operation, options, true);
      // On a link that is down it would be waited for in vain: the kernel says at once what is wrong. So it does of a gateway
      // on one without a carrier; a source is usable when it has got one.
      if (!up || (!isSource && carrier === false)) return;
      await waitForAddress(place.context, name, address, 'usable', options, operation);
      if (peer !== undefined) await waitForRoute(place, peer, index, operation, options);
    },
    async undo() {},
  };
}

/** To an address by a link. If there is none soon, the kernel says what is wrong of the route that needs it. */
async function waitForRoute(
  { context }: Place,
  to: string,
  link: number,
  operation: string,
  { signal }: WaitOptions,
): Promise<void> {
  const routes = new Routes(context);
  const look = async (options: WaitOptions): Promise<{ index: number } | undefined> => {
    const index = await directLink(routes, to, { link, ...options });
    return index === link ? { index } : undefined;
  };
  try {
    await until(context, [RTNLGRP.ipv6Route], `${operation}: route ${to}`, { signal, timeout: SOON }, look);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  }
}
