import { address } from './address.js';
import { link } from './link.js';
import { neighbour } from './neighbour.js';
import { netconf } from './netconf.js';
import { nexthop } from './nexthop.js';
import { nsid } from './nsid.js';
import { route } from './route.js';
import { rule } from './rule.js';
import * as types from './types.js';

/** The body of each message type. */
export const bodies = {
  [types.RTM_NEWLINK]: link,
  [types.RTM_DELLINK]: link,
  [types.RTM_GETLINK]: link,
  [types.RTM_SETLINK]: link,
  [types.RTM_NEWADDR]: address,
  [types.RTM_DELADDR]: address,
  [types.RTM_GETADDR]: address,
  [types.RTM_NEWROUTE]: route,
  [types.RTM_DELROUTE]: route,
  [types.RTM_GETROUTE]: route,
  [types.RTM_NEWNEIGH]: neighbour,
  [types.RTM_DELNEIGH]: neighbour,
  [types.RTM_GETNEIGH]: neighbour,
  [types.RTM_NEWRULE]: rule,
  [types.RTM_DELRULE]: rule,
  [types.RTM_GETRULE]: rule,
  [types.RTM_NEWMULTICAST]: address,
  [types.RTM_DELMULTICAST]: address,
  [types.RTM_GETMULTICAST]: address,
  [types.RTM_NEWANYCAST]: address,
  [types.RTM_DELANYCAST]: address,
  [types.RTM_GETANYCAST]: address,
  [types.RTM_NEWNETCONF]: netconf,
  [types.RTM_DELNETCONF]: netconf,
  [types.RTM_GETNETCONF]: netconf,
  [types.RTM_NEWNSID]: nsid,
  [types.RTM_DELNSID]: nsid,
  [types.RTM_GETNSID]: nsid,
  [types.RTM_NEWNEXTHOP]: nexthop,
  [types.RTM_DELNEXTHOP]: nexthop,
  [types.RTM_GETNEXTHOP]: nexthop,
  [types.RTM_NEWLINKPROP]: link,
  [types.RTM_DELLINKPROP]: link,
  [types.RTM_NEWNEXTHOPBUCKET]: nexthop,
  [types.RTM_DELNEXTHOPBUCKET]: nexthop,
  [types.RTM_GETNEXTHOPBUCKET]: nexthop,
} as const;

/** The number of a message type whose body has a layout. */
export type KnownType = keyof typeof bodies;

const names = new Map<number, string>(Object.entries(types).map(([name, type]) => [type, name]));

/** The kernel's name of a message type, `RTM_NEWLINK`; undefined for unknown ones. */
export const rtmName = (type: number): string | undefined => names.get(type);
