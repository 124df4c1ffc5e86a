import { AF, RTM_DELROUTE, RTM_NEWROUTE, RTNLGRP } from '../../protocol/rtnetlink/index.js';
import type { Route } from '../route.js';
import { same } from './differences.js';
import type { Group } from './group.js';
import { header, hints } from './route-hints.js';
import { joins, keyOf, slotOf, text, waysOf } from './route-identity.js';
import { codec, everything, ofFamily } from './route-parts.js';

const ANNOUNCING = [RTNLGRP.ipv4Route, RTNLGRP.ipv6Route];
const HINTING = [
  ...[RTNLGRP.link, RTNLGRP.ipv4Ifaddr, RTNLGRP.ipv6Ifaddr, RTNLGRP.nexthop],
  ...[RTNLGRP.ipv6Ifinfo, RTNLGRP.ipv6Prefix, RTNLGRP.ipv4Netconf, RTNLGRP.ipv6Netconf],
];

/** What of a route counts as its state, but for its nexthops. */
const FIELDS = ['gateway', 'index', 'scope', 'source', 'type', 'protocol', 'flags', 'mtu', 'nexthopId'] as const;
/** What of its message does, that no field shows. */
const ATTRIBUTES = ['metrics', 'encapType', 'encap', 'flow', 'pref', 'newdst'] as const;

/**
 * Routes of IPv4 and IPv6, of all tables. The kernel announces what is asked for, but not all that follows from it: IPv4
 * routes that go with their link, with its last address or with their source address (`fib_sync_down_dev` and
 * `fib_sync_down_addr` in net/ipv4/fib_semantics.c), nexthops that are dead or without carrier, the rest of an IPv6 route
 * of which one nexthop was deleted, and what a router advertisement changes of a route that is there: hop limit, MTU and
 * preference (`ndisc_router_discovery` in net/ipv6/ndisc.c). That is found if the advertisement has a prefix, an MTU that
 * the one before did not have (Linux 5.15), or other timers; else with the route's next notification or a refresh. IPv6
 * routes that are alike in everything (`ip route replace` by a link can make two) are one here.
 */
export const routes: Group<Route> = {
  joins: [...ANNOUNCING, ...HINTING],
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
  doubt: route => ofFamily(route.family === 4 ? 4 : 6),
  differences(previous, current) {
    const fields: (keyof Route & string)[] = FIELDS.filter(field => !same(previous[field], current[field]));
    if (!same(nexthopsOf(previous), nexthopsOf(current))) fields.push('nexthops');
    const [before, after] = [previous.message.attrs, current.message.attrs];
    const hidden = ATTRIBUTES.some(name => text(before[name]) !== text(after[name]));
    return hidden && !fields.includes('mtu') ? [...fields, 'message'] : fields;
  },
  replaced: () => false,
  everything,
  hints,
};

/** In the order of the kernel, which in IPv6 begins anywhere: a notification with the newest, a list with the oldest. */
function nexthopsOf({ family, nexthops }: Route): string[] {
  const ways = nexthops.map(({ gateway, index, weight, flags }) => `${gateway} ${index} ${weight} ${flags}`);
  return family === 6 ? ways.sort() : ways;
}
