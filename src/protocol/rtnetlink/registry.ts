import type { Codec } from '../codec.js';
import { once } from '../once.js';
import { type Address, type AddressInput, address } from './address.js';
import { type Link, type LinkInput, link } from './link.js';
import { type Neighbour, type NeighbourInput, neighbour } from './neighbour.js';
import { type Netconf, type NetconfInput, netconf } from './netconf.js';
import { type Nexthop, type NexthopInput, nexthop } from './nexthop.js';
import { type Nsid, type NsidInput, nsid } from './nsid.js';
import { type Route, type RouteInput, route } from './route.js';
import { type Rule, type RuleInput, rule } from './rule.js';
import * as types from './types.js';

// By the names of their types: written out, they are longer than the compiler puts into a declaration file.
const addressBody: Codec<Address, AddressInput> = address;
const linkBody: Codec<Link, LinkInput> = link;
const neighbourBody: Codec<Neighbour, NeighbourInput> = neighbour;
const netconfBody: Codec<Netconf, NetconfInput> = netconf;
const nexthopBody: Codec<Nexthop, NexthopInput> = nexthop;
const nsidBody: Codec<Nsid, NsidInput> = nsid;
const routeBody: Codec<Route, RouteInput> = route;
const ruleBody: Codec<Rule, RuleInput> = rule;

/** The body of each message type. */
export const bodies = {
  [types.RTM_NEWLINK]: linkBody,
  [types.RTM_DELLINK]: linkBody,
  [types.RTM_GETLINK]: linkBody,
  [types.RTM_SETLINK]: linkBody,
  [types.RTM_NEWADDR]: addressBody,
  [types.RTM_DELADDR]: addressBody,
  [types.RTM_GETADDR]: addressBody,
  [types.RTM_NEWROUTE]: routeBody,
  [types.RTM_DELROUTE]: routeBody,
  [types.RTM_GETROUTE]: routeBody,
  [types.RTM_NEWNEIGH]: neighbourBody,
  [types.RTM_DELNEIGH]: neighbourBody,
  [types.RTM_GETNEIGH]: neighbourBody,
  [types.RTM_NEWRULE]: ruleBody,
  [types.RTM_DELRULE]: ruleBody,
  [types.RTM_GETRULE]: ruleBody,
  [types.RTM_NEWMULTICAST]: addressBody,
  [types.RTM_DELMULTICAST]: addressBody,
  [types.RTM_GETMULTICAST]: addressBody,
  [types.RTM_NEWANYCAST]: addressBody,
  [types.RTM_DELANYCAST]: addressBody,
  [types.RTM_GETANYCAST]: addressBody,
  [types.RTM_NEWNETCONF]: netconfBody,
  [types.RTM_DELNETCONF]: netconfBody,
  [types.RTM_GETNETCONF]: netconfBody,
  [types.RTM_NEWNSID]: nsidBody,
  [types.RTM_DELNSID]: nsidBody,
  [types.RTM_GETNSID]: nsidBody,
  [types.RTM_NEWNEXTHOP]: nexthopBody,
  [types.RTM_DELNEXTHOP]: nexthopBody,
  [types.RTM_GETNEXTHOP]: nexthopBody,
  [types.RTM_NEWLINKPROP]: linkBody,
  [types.RTM_DELLINKPROP]: linkBody,
  [types.RTM_NEWNEXTHOPBUCKET]: nexthopBody,
  [types.RTM_DELNEXTHOPBUCKET]: nexthopBody,
  [types.RTM_GETNEXTHOPBUCKET]: nexthopBody,
} as const;

/** The number of a message type whose body has a layout. */
export type KnownType = keyof typeof bodies;

const names = once(() => new Map<number, string>(Object.entries(types).map(([name, type]) => [type, name])));

/** The kernel's name of a message type, `RTM_NEWLINK`; undefined for unknown ones. */
export const rtmName = (type: number): string | undefined => names().get(type);
