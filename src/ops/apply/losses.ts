import { wordOf } from '../../protocol/enumeration.js';
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../../protocol/header.js';
import {
  type Address as AddressMessage,
  addressFlags,
  type Neighbour as NeighbourMessage,
  type Route as RouteMessage,
  RTM_GETADDR,
  RTM_GETNEIGH,
  RTM_GETROUTE,
  RTM_NEWADDR,
  RTM_NEWNEIGH,
  RTM_NEWROUTE,
} from '../../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { Address } from '../address.js';
import { AF_INET, AF_INET6 } from '../cidr.js';
import { addressAgain } from '../ensure/address.js';
import { neighbourAgain } from '../ensure/neighbour.js';
import { routeAgain } from '../ensure/route.js';
import { joins, slotOf } from '../monitor/route-identity.js';
import { Neighbour } from '../neighbour.js';
import { Route } from '../route.js';
import { except } from './except.js';
import type { Place } from './places.js';

/** Addresses, neighbours that somebody set, and routes of a namespace. */
interface Holdings {
  readonly addresses: readonly Address[];
  readonly neighbours: readonly Neighbour[];
  readonly routes: readonly Route[];
}

/**
 * Addresses and routes that are deleted, and those that the kernel drops by itself with them or when a link goes down:
 * IPv6 addresses, secondary addresses, the routes that rested on them, neighbours. What there is is noted
 * before anything is done, and what is missing given back when the rest has been undone.
 */
export class Losses {
  readonly #before = new Map<Place, Holdings>();

  async note(places: Iterable<Place>, options: WaitOptions): Promise<void> {
    for (const place of places) {
      if (place.site !== undefined && !this.#before.has(place)) this.#before.set(place, await holdings(place, options));
    }
  }

  /** Calls `fail` with each error. */
  async makeGood(fail: (error: unknown) => void): Promise<void> {
    for (const [place, before] of this.#before) {
      if (place.site === undefined) continue; // it was made on the way, and is unmade
      try {
        await restoreAddresses(place, before, fail);
        await restoreNeighbours(place, before, fail);
        await restoreRoutes(place, before, fail);
      } catch (error) {
        fail(error);
      }
    }
  }
}

async function holdings(place: Place, options: WaitOptions): Promise<Holdings> {
  const [addresses, neighbours, routes] = await Promise.all([
    addressesOf(place, options),
    neighboursOf(place, options),
    routesOf(place, options),
  ]);
  return { addresses, neighbours, routes };
}

const OPERATION = 'apply: what is there';

/** Of IPv4 and IPv6: other families have neighbours and routes too. */
const ofBoth = async <T>(dump: (family: number) => Promise<T[]>): Promise<T[]> =>
  (await Promise.all([AF_INET, AF_INET6].map(dump))).flat();

async function addressesOf({ context: { socket } }: Place, options: WaitOptions): Promise<Address[]> {
  const messages = await socket.dump(RTM_GETADDR, {}, { ...options, operation: OPERATION });
  return messages.map(message => new Address(message as AddressMessage));
}

async function neighboursOf(place: Place, options: WaitOptions): Promise<Neighbour[]> {
  const { socket } = place.context;
  const how = { ...options, operation: OPERATION };
  const messages = await ofBoth(family => socket.dump(RTM_GETNEIGH, { family }, how));
  const neighbours = messages.map(message => new Neighbour(message as NeighbourMessage));
  return neighbours.filter(each => each.state === 'permanent' || (each.state === 'noarp' && !isByNature(place, each)));
}

/** Where there is nothing to resolve the kernel makes entries by itself (arp_constructor, ndisc_constructor). */
function isByNature({ links }: Place, { index, message }: Neighbour): boolean {
  const flags = links.find(each => each.index === index)?.flags ?? [];
  return message.type !== 'unicast' || ['noarp', 'loopback', 'pointopoint'].some(flag => flags.includes(flag as never));
}

async function routesOf({ context: { socket } }: Place, options: WaitOptions): Promise<Route[]> {
  const how = { ...options, operation: OPERATION };
  const messages = await ofBoth(family => socket.dump(RTM_GETROUTE, { family }, how));
  return messages.map(message => new Route(message as RouteMessage));
}

async function restoreAddresses(place: Place, before: Holdings, fail: (error: unknown) => void): Promise<void> {
  const now = new Set((await addressesOf(place, {})).map(addressKey));
  for (const address of before.addresses.filter(each => !now.has(addressKey(each)) && isGiven(each))) {
    await giveAddress(place, address).catch(fail);
  }
}

/** An IPv6 address that was past duplicate address detection is not left to it again: routes have it for their source. */
async function giveAddress(place: Place, address: Address): Promise<void> {
  const operation = `apply: give back address ${address.cidr}`;
  const body = addressAgain(address);
  const isChecked = address.family === 6 && !UNCHECKED.some(flag => address.flags.includes(flag));
  const flags = wordOf(addressFlags.values, body.attrs?.flags ?? 0) | (isChecked ? nodad : 0);
  const born = { ...body, flags: flags & 0xff, attrs: { ...body.attrs, flags } };
  await request(place, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, born, operation);
  if (isChecked) await request(place, RTM_NEWADDR, NLM_F_REPLACE, body, operation);
}

const { nodad } = addressFlags.values;
const UNCHECKED = ['tentative', 'dadfailed', 'nodad'] as const;

async function restoreNeighbours(place: Place, before: Holdings, fail: (error: unknown) => void): Promise<void> {
  const now = new Set((await neighboursOf(place, {})).map(neighbourKey));
  for (const neighbour of before.neighbours.filter(each => !now.has(neighbourKey(each)))) {
    const operation = `apply: give back neighbour ${neighbour.address}`;
    const flags = NLM_F_CREATE | NLM_F_REPLACE;
    await request(place, RTM_NEWNEIGH, flags, neighbourAgain(neighbour), operation).catch(fail);
  }
}

async function restoreRoutes(place: Place, before: Holdings, fail: (error: unknown) => void): Promise<void> {
  const there = await routesOf(place, {});
  const now = new Set(there.map(each => routeKey(each) + routeRest(each)));
  // Those on links come before those by gateways, which have to be on a link. Some of IPv6 are still there, with less than
  // before: without their source, or one of their nexthops.
  const lost = before.routes.filter(each => !now.has(routeKey(each) + routeRest(each)) && !isAutomatic(each));
  const known = new Set(before.routes.map(each => routeKey(each) + routeRest(each)));
  const less = there.filter(each => each.family === 6 && !known.has(routeKey(each) + routeRest(each)));
  const isLess = (route: Route): boolean =>
    less.some(each => slotOf(each) === slotOf(route) && (routeKey(each) === routeKey(route) || joins(each)));
  for (const route of lost.sort((a, b) => Number(hasGateway(a)) - Number(hasGateway(b)))) {
    const operation = `apply: give back route ${route.destination}`;
    const how = isLess(route) ? NLM_F_REPLACE : NLM_F_APPEND;
    await request(place, RTM_NEWROUTE, NLM_F_CREATE | how, routeAgain(route), operation).catch(fail);
  }
}

const hasGateway = ({ gateway, nexthops }: Route): boolean => gateway !== undefined || nexthops.length > 0;

const addressKey = ({ index, cidr, peer }: Address): string => [index, cidr, peer].join(' ');
const neighbourKey = ({ index, address, lladdr }: Neighbour): string => [index, address, lladdr].join(' ');
const routeKey = ({ table, destination, metric, tos, gateway, index, nexthops, type, from }: Route): string =>
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

/** What an IPv6 route loses and stays: its preferred source with the address, its MTU with that of the link. */
const routeRest = ({ source, message }: Route): string => JSON.stringify([source, message.attrs.metrics]);

/** What comes with an address or a link. */
const isAutomatic = ({ table, type, protocol, destination }: Route): boolean =>
  table === 'local' || type === 'multicast' || (protocol === 'kernel' && destination.startsWith('fe80:'));

/** Link-local addresses of IPv6 the kernel makes by itself. */
const isGiven = ({ protocol }: Address): boolean => protocol !== 'kernelLl' && protocol !== 'kernelRa';

/** A link that is gone takes nothing back. */
async function request(
  { context: { socket } }: Place,
  type: typeof RTM_NEWADDR | typeof RTM_NEWNEIGH | typeof RTM_NEWROUTE,
  flags: number,
  body: object,
  operation: string,
): Promise<void> {
  await except(['EEXIST', 'ENODEV'], socket.request(type, body, { flags, operation }));
}
