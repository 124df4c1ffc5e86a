import type { Codec } from '../../protocol/codec.js';
import { message } from '../../protocol/message.js';
import {
  AF,
  ifaddrmsg,
  ifinfomsg,
  linkAttrs,
  type Route as RouteMessage,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_DELNEXTHOP,
  RTM_DELROUTE,
  RTM_GETROUTE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWNEXTHOP,
  RTM_NEWROUTE,
  RTNLGRP,
  route as routeBody,
  rtmsg,
} from '../../protocol/rtnetlink/index.js';
import { whole } from '../../protocol/struct.js';
import type { Received } from '../../socket/received.js';
import { Route } from '../route.js';
import { afterChange } from './after-change.js';
import { same } from './differences.js';
import type { Group, Known, Part, Question } from './group.js';
import { lasting } from './lasting.js';
import { noSuchLink } from './no-such-link.js';
import { joins, keyOf, slotOf, text, waysOf } from './route-identity.js';

const header = whole(rtmsg);
const linkHeader = whole(ifinfomsg);
const linkState = message(ifinfomsg, linkAttrs.pick(['mtu']));
const addressHeader = whole(ifaddrmsg);
const codec = lasting(routeBody as Codec<RouteMessage, never>, message => new Route(message));

async function ask(question: Question, families: readonly number[], oif?: number): Promise<Route[]> {
  const { socket, options } = question;
  await afterChange(question);
  const how = { ...options, operation: 'monitor: route list', as: codec };
  const lists = await Promise.all(
    families.map(family => socket.dump(RTM_GETROUTE, { family, attrs: { oif } }, how).catch(noSuchLink)),
  );
  return lists.flat();
}

const everything: Part<Route> = {
  id: '',
  ask: question => ask(question, [AF.inet, AF.inet6]),
  covers: () => true,
};

const ofFamily = (family: 4 | 6): Part<Route> => ({
  id: `family ${family}`,
  ask: question => ask(question, [family === 4 ? AF.inet : AF.inet6]),
  covers: route => route.family === family,
});
const inet = ofFamily(4);
const inet6 = ofFamily(6);

const leavesBy = (route: Route, index: number): boolean =>
  route.index === index || route.nexthops.some(nexthop => nexthop.index === index);

/** The routes that can leave by a link. With the link they go as a whole, whatever other nexthops they have. */
const ofLink = (index: number): Part<Route> => ({
  id: `link ${index}`,
  ask: question => ask(question, [AF.inet, AF.inet6], index),
  covers: route => leavesBy(route, index),
});

const inetOfLink = (index: number): Part<Route> => ({
  id: `family 4 link ${index}`,
  ask: question => ask(question, [AF.inet], index),
  covers: route => route.family === 4 && leavesBy(route, index),
});

/** What of a route counts as its state, but for its nexthops. */
const FIELDS = ['gateway', 'index', 'scope', 'source', 'type', 'protocol', 'flags', 'mtu', 'nexthopId'] as const;
/** What of its message does, that no field shows. */
const ATTRIBUTES = ['metrics', 'encapType', 'encap', 'flow', 'pref', 'newdst'] as const;

/**
 * Routes of IPv4 and IPv6, of all tables. The kernel announces what is asked for, but not all that follows from it: IPv4
 * routes that go with their link, with its last address or with their source address (`fib_sync_down_dev` and
 * `fib_sync_down_addr` in net/ipv4/fib_semantics.c), nexthops that are dead or without carrier, and the rest of an IPv6 route of which one
 * nexthop was deleted. IPv6 routes that are alike in everything (`ip route replace` by a link can make two) are one here.
 */
export const routes: Group<Route> = {
  joins: [RTNLGRP.ipv4Route, RTNLGRP.ipv6Route, RTNLGRP.link, RTNLGRP.ipv4Ifaddr, RTNLGRP.ipv6Ifaddr, RTNLGRP.nexthop],
  appears: RTM_NEWROUTE,
  goes: RTM_DELROUTE,
  codec,
  elsewhere: false,
  concerns(received) {
    const { family, flags } = received.read(header);
    return (family === AF.inet || family === AF.inet6) && !flags.includes('cloned');
  },
  key: keyOf,
  slot: slotOf,
  /** Of an IPv6 route with several nexthops a message may tell that one has gone. */
  isWhole(known, object) {
    if (!joins(known)) return true;
    const gone = waysOf(object);
    return waysOf(known).every(way => gone.includes(way));
  },
  doubt: route => (route.family === 4 ? inet : inet6),
  differences(previous, current) {
    const fields: (keyof Route & string)[] = FIELDS.filter(field => !same(previous[field], current[field]));
    if (!same(nexthopsOf(previous), nexthopsOf(current))) fields.push('nexthops');
    const [before, after] = [previous.message.attrs, current.message.attrs];
    const hidden = ATTRIBUTES.some(name => text(before[name]) !== text(after[name]));
    return hidden && !fields.includes('mtu') ? [...fields, 'message'] : fields;
  },
  replaced: () => false,
  everything,
  hints: {
    [RTM_NEWLINK](received, known) {
      const { family, index, flags, attrs } = received.read(linkState);
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
      return family === AF.inet ? any(known, isDead, inetOfLink(index)) : undefined;
    },
    [RTM_DELADDR](received, known) {
      const { family, index } = received.read(addressHeader);
      // Of IPv6 a route stays, without its preferred source (fib6_remove_prefsrc).
      if (family === AF.inet6) return any(known, route => route.family === 6 && route.source !== undefined, inet6);
      if (family !== AF.inet) return undefined;
      // The kernel announces those that it made itself.
      const isMade = (route: Route): boolean => route.family === 4 && route.protocol !== 'kernel';
      const isBy = (route: Route): boolean => isMade(route) && route.source !== undefined;
      const isOf = (route: Route): boolean => isMade(route) && leavesBy(route, index);
      return any(known, isBy, inet) ?? any(known, isOf, inetOfLink(index));
    },
    [RTM_NEWROUTE]: byDiscovery,
    [RTM_DELROUTE]: byDiscovery,
    [RTM_NEWNEXTHOP]: byNexthop,
    [RTM_DELNEXTHOP]: byNexthop,
  },
};

/** The flags of a link that its routes depend on. */
const STATE = ['up', 'running', 'lowerUp'] as const;
const isDormant = (flags: readonly unknown[]): boolean =>
  flags.includes('up') && flags.includes('lowerUp') && !flags.includes('running');

/** In the order of the kernel, which in IPv6 begins anywhere: a notification with the newest, a list with the oldest. */
function nexthopsOf({ family, nexthops }: Route): string[] {
  const ways = nexthops.map(({ gateway, index, weight, flags }) => `${gateway} ${index} ${weight} ${flags}`);
  return family === 6 ? ways.sort() : ways;
}

/** `part`, if any route is like that, or may be in an answer that is under way. */
function any(known: Known<Route>, has: (route: Route) => boolean, part: Part<Route>): Part<Route> | undefined {
  if (known.asking) return part;
  for (const route of known.objects.values()) if (has(route)) return part;
  return undefined;
}

/** Of a group of nexthop objects those go that leave by the link; the routes remain, if others are left. */
const byLink = (index: number, known: Known<Route>): Part<Route> =>
  any(known, route => route.nexthopId !== undefined, everything) ?? ofLink(index);

/** Of routes by router discovery messages do not tell which are one: see `joins`. */
function byDiscovery(received: Received, known: Known<Route>): Part<Route> | undefined {
  const { family, protocol } = received.read(header);
  if (family !== AF.inet6 || protocol !== 'ra') return undefined;
  const slot = slotOf(received.read(codec));
  const others = [...known.objects.values()].filter(route => slotOf(route) === slot);
  return others.length > 1 || others.some(joins) || known.asking ? inet6 : undefined;
}

/** Whoever takes a nexthop object goes where it leads, and goes with it. */
function byNexthop(_: Received, known: Known<Route>): Part<Route> | undefined {
  return any(known, route => route.nexthopId !== undefined, everything);
}
