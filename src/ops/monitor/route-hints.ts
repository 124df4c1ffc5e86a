import { message } from '../../protocol/message.js';
import {
  AF,
  addressAttrs,
  ifaddrmsg,
  ifinfomsg,
  linkAttrs,
  netconfAttrs,
  netconfmsg,
  prefixmsg,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_DELNEXTHOP,
  RTM_DELROUTE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWNETCONF,
  RTM_NEWNEXTHOP,
  RTM_NEWPREFIX,
  RTM_NEWROUTE,
  rtmsg,
} from '../../protocol/rtnetlink/index.js';
import { whole } from '../../protocol/struct.js';
import type { Received } from '../../socket/received.js';
import { networkOf } from '../cidr.js';
import type { Route } from '../route.js';
import type { Group, Known, Part } from './group.js';
import { joins, slotOf } from './route-identity.js';
import { any, codec, everything, isThere, leavesBy, ofFamily, ofFamilyAndLink, ofLink } from './route-parts.js';

/** What begins a route's message. */
export const header = whole(rtmsg);
const linkHeader = whole(ifinfomsg);
const linkState = message(ifinfomsg, linkAttrs.pick(['mtu']));
const addressHeader = whole(ifaddrmsg);
const addressBody = message(ifaddrmsg, addressAttrs.pick(['address', 'local', 'rtPriority']));
const prefixHeader = whole(prefixmsg);
const setting = message(netconfmsg, netconfAttrs.pick(['ifindex', 'ignoreRoutesWithLinkdown']));

/** What the kernel does with routes without announcing it, and what it announces then. */
export const hints: Group<Route>['hints'] = {
  [RTM_NEWLINK](received, known) {
    const { family, index, flags, attrs } = received.read(linkState);
    if (family === AF.inet6) return byRouter(index, known);
    if (family !== AF.unspec) return undefined;
    // With the MTU of a link IPv6 changes that of its routes (rt6_mtu_change).
    const state = [...STATE.filter(flag => flags.includes(flag)), attrs.mtu].join();
    const before = known.notes.get(index);
    known.notes.set(index, state);
    // IPv6 looks at one with a carrier that does not run, as in the mode dormant, whenever anything happens to it.
    return state === before && !isDormant(flags) ? undefined : byLink(index, known);
  },
  [RTM_DELLINK](received, known) {
    const { family, index } = received.read(linkHeader);
    if (family !== AF.unspec) return undefined;
    known.notes.delete(index);
    return byLink(index, known);
  },
  [RTM_NEWADDR](received, known) {
    const { family, index } = received.read(addressHeader);
    // With its first address a link's nexthops are alive again (fib_sync_up).
    const isDead = (route: Route): boolean =>
      route.family === 4 && route.nexthops.some(each => each.index === index && each.flags.includes('dead'));
    return family === AF.inet ? any(known, isDead, ofFamilyAndLink(4, index)) : undefined;
  },
  [RTM_DELADDR](received, known) {
    const { family } = received.read(addressHeader);
    // Of IPv6 a route stays, without its preferred source (fib6_remove_prefsrc).
    const isBySource = (route: Route): boolean => route.family === 6 && route.source !== undefined;
    if (family === AF.inet6) return any(known, isBySource, ofFamily(6));
    return family === AF.inet ? withoutAddress(received, known) : undefined;
  },
  [RTM_NEWROUTE]: byDiscovery,
  [RTM_DELROUTE]: byDiscovery,
  [RTM_NEWPREFIX]: (received, known) => byRouter(received.read(prefixHeader).ifindex, known),
  [RTM_NEWNEXTHOP]: byNexthop,
  [RTM_DELNEXTHOP]: byNexthop,
  [RTM_NEWNETCONF]: bySetting,
};

/** The flags of a link that its routes depend on. */
const STATE = ['up', 'running', 'lowerUp'] as const;
const isDormant = (flags: readonly unknown[]): boolean =>
  flags.includes('up') && flags.includes('lowerUp') && !flags.includes('running');

/** Of a group of nexthop objects those go that leave by the link; the routes remain, if others are left. */
const byLink = (index: number, known: Known<Route>): Part<Route> =>
  any(known, route => route.nexthopId !== undefined, everything) ?? ofLink(index);

/**
 * An IPv4 address takes with it the routes that have it as source and, if it is the last of its link, all by the link
 * (`fib_del_ifaddr` and `fib_disable_ip` in net/ipv4/fib_frontend.c). The kernel announces those that it made for it.
 */
function withoutAddress(received: Received, known: Known<Route>): Part<Route> | undefined {
  const { index, prefixlen, attrs } = received.read(addressBody);
  const { local = '', address = local, rtPriority = 0 } = attrs;
  const network = `${networkOf(address, prefixlen)}/${prefixlen}`;
  const isMade = ({ family, protocol, type, destination, source, metric }: Route): boolean =>
    family !== 4 ||
    (protocol === 'kernel' &&
      (type !== 'unicast' || (destination === network && source === local && metric === rtPriority)));
  const isBy = (route: Route): boolean => route.source === local && !isMade(route);
  const isOf = (route: Route): boolean => leavesBy(route, index) && !isMade(route);
  // What the kernel made for another of its addresses.
  const isOther = (route: Route): boolean =>
    route.index === index &&
    route.type === 'local' &&
    route.protocol === 'kernel' &&
    route.destination.endsWith('/32') &&
    route.destination !== `${local}/32`;
  if (any(known, isBy, ofFamily(4)) !== undefined) return ofFamily(4);
  return isThere(known, isOther) ? undefined : any(known, isOf, ofFamilyAndLink(4, index));
}

/**
 * Of routes by router discovery messages do not tell which are one: see `joins`. Nor do they tell the MTU and the hop
 * limit of a new default route, which the kernel sets after it has announced it (ndisc_router_discovery).
 */
function byDiscovery(received: Received, known: Known<Route>): Part<Route> | undefined {
  const { family, protocol, dstLen } = received.read(header);
  if (family !== AF.inet6 || protocol !== 'ra') return undefined;
  const route = received.read(codec);
  const slot = slotOf(route);
  const others = [...known.objects.values()].filter(each => slotOf(each) === slot);
  if (others.length > 1 || others.some(joins) || known.asking) return ofFamily(6);
  const isNew = received.type === RTM_NEWROUTE && dstLen === 0 && route.index !== undefined;
  return isNew ? ofFamilyAndLink(6, route.index) : undefined;
}

/**
 * A router has advertised something: with it comes the preference and the hop limit of its default route, and the MTU of
 * all routes by the link that have one (ndisc_router_discovery, rt6_mtu_change).
 */
function byRouter(index: number, known: Known<Route>): Part<Route> | undefined {
  const isConcerned = (route: Route): boolean =>
    route.family === 6 && (route.protocol === 'ra' || route.mtu !== undefined) && leavesBy(route, index);
  return any(known, isConcerned, ofFamilyAndLink(6, index));
}

/** Whoever takes a nexthop object goes where it leads, and goes with it. */
function byNexthop(_: Received, known: Known<Route>): Part<Route> | undefined {
  return any(known, route => route.nexthopId !== undefined, everything);
}

/**
 * By the sysctl ignore_routes_with_linkdown, of the link or of all, a nexthop without carrier counts as dead
 * (fib_nexthop_info in net/ipv4/fib_semantics.c, rt6_fill_node and rt6_nexthop_info in net/ipv6/route.c).
 */
function bySetting(received: Received, known: Known<Route>): Part<Route> | undefined {
  const { family, attrs } = received.read(setting);
  const { ifindex = 0, ignoreRoutesWithLinkdown: ignored } = attrs;
  if (ignored === undefined || (family !== AF.inet && family !== AF.inet6)) return undefined;
  const which = family === AF.inet ? 4 : 6;
  const isConcerned = (flags: readonly (string | number)[]): boolean =>
    flags.includes('linkdown') && flags.includes('dead') !== (ignored !== 0);
  const has = (route: Route): boolean =>
    route.family === which && [route, ...route.nexthops].some(({ flags }) => isConcerned(flags));
  return any(known, has, ifindex > 0 ? ofFamilyAndLink(which, ifindex) : ofFamily(which));
}
