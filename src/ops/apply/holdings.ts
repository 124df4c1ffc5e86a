import {
  type Address as AddressMessage,
  AF,
  type Neighbour as NeighbourMessage,
  type Nexthop,
  type Route as RouteMessage,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETNEIGH,
  RTM_GETNEXTHOP,
  RTM_GETROUTE,
  type RTM_NEWADDR,
  type RTM_NEWNEIGH,
  type RTM_NEWNEXTHOP,
  type RTM_NEWROUTE,
} from '../../protocol/rtnetlink/index.js';
import { time } from '../../socket/clock.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { NetlinkError } from '../../socket/netlink-error.js';
import { Address } from '../address.js';
import { AF_INET, AF_INET6 } from '../cidr.js';
import { SKIP_STATS } from '../context.js';
import { FdbEntry } from '../fdb-entry.js';
import { type Link, linkCodec } from '../link.js';
import { Neighbour } from '../neighbour.js';
import { Route } from '../route.js';
import { except } from './except.js';
import type { Place } from './places.js';

/** What there is in a namespace and goes with others: of neighbours and forwarding entries those that somebody set. */
export interface Holdings {
  readonly addresses: readonly Address[];
  readonly neighbours: readonly Neighbour[];
  readonly forwarding: readonly FdbEntry[];
  readonly nexthops: readonly Nexthop[];
  readonly routes: readonly Route[];
  /** When it was looked for, in milliseconds of `time`. */
  readonly since: number;
}

/** Whole seconds that have gone by. */
export const secondsSince = ({ since }: Holdings): number => Math.round((time() - since) / 1000);

export async function holdingsOf(place: Place, options: WaitOptions): Promise<Holdings> {
  const since = time();
  const [addresses, neighbours, forwarding, nexthops, routes] = await Promise.all([
    addressesOf(place, options),
    neighboursOf(place, options),
    forwardingOf(place, options),
    nexthopsOf(place, options),
    routesOf(place, options),
  ]);
  return { addresses, neighbours, forwarding, nexthops, routes, since };
}

const OPERATION = 'apply: what is there';

export async function linksOf({ context: { socket } }: Place): Promise<Link[]> {
  return socket.dump(RTM_GETLINK, { attrs: { extMask: SKIP_STATS } }, { operation: OPERATION, as: linkCodec });
}

/** Of IPv4 and IPv6: other families have neighbours and routes too. */
const ofBoth = async <T>(dump: (family: number) => Promise<T[]>): Promise<T[]> =>
  (await Promise.all([AF_INET, AF_INET6].map(dump))).flat();

export async function addressesOf({ context: { socket } }: Place, options: WaitOptions = {}): Promise<Address[]> {
  const messages = await socket.dump(RTM_GETADDR, {}, { ...options, operation: OPERATION });
  return messages.map(message => new Address(message as AddressMessage));
}

export async function neighboursOf(place: Place, options: WaitOptions = {}): Promise<Neighbour[]> {
  const { socket } = place.context;
  const how = { ...options, operation: OPERATION };
  const messages = await ofBoth(family => socket.dump(RTM_GETNEIGH, { family }, how));
  const neighbours = messages.map(message => new Neighbour(message as NeighbourMessage));
  return neighbours.filter(each => each.state === 'permanent' || (each.state === 'noarp' && !isByNature(place, each)));
}

/** Where there is nothing to resolve the kernel makes entries by itself (arp_constructor, ndisc_constructor). */
function isByNature({ view }: Place, { index, message }: Neighbour): boolean {
  const flags = view.at(index)?.flags ?? [];
  return message.type !== 'unicast' || ['noarp', 'loopback', 'pointopoint'].some(flag => flags.includes(flag as never));
}

/** Those of bridges, and of vxlans their own; other links have by themselves the addresses that they take in. */
export async function forwardingOf(
  { context: { socket }, view }: Place,
  options: WaitOptions = {},
): Promise<FdbEntry[]> {
  const messages = await socket.dump(RTM_GETNEIGH, { family: AF.bridge }, { ...options, operation: OPERATION });
  const entries = messages.map(message => new FdbEntry(message as NeighbourMessage));
  const isOf = ({ index, master }: FdbEntry): boolean => master !== undefined || view.at(index)?.kind === 'vxlan';
  return entries.filter(each => isOf(each) && (each.state !== 'dynamic' || each.flags.includes('extLearned')));
}

/** None on a kernel that knows of none (before 5.3). */
export async function nexthopsOf({ context: { socket } }: Place, options: WaitOptions = {}): Promise<Nexthop[]> {
  try {
    return (await socket.dump(RTM_GETNEXTHOP, {}, { ...options, operation: OPERATION })) as Nexthop[];
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'EOPNOTSUPP') return [];
    throw error;
  }
}

export async function routesOf({ context: { socket } }: Place, options: WaitOptions = {}): Promise<Route[]> {
  const how = { ...options, operation: OPERATION };
  const messages = await ofBoth(family => socket.dump(RTM_GETROUTE, { family }, how));
  return messages.map(message => new Route(message as RouteMessage));
}

/** Gives something back. A link that is gone takes nothing. */
export async function giveBack(
  { context: { socket } }: Place,
  type: typeof RTM_NEWADDR | typeof RTM_NEWNEIGH | typeof RTM_NEWNEXTHOP | typeof RTM_NEWROUTE,
  flags: number,
  body: object,
  what: string,
): Promise<void> {
  const operation = `apply: give back ${what}`;
  await except(['EEXIST', 'ENODEV'], socket.request(type, body, { flags, operation }));
}
