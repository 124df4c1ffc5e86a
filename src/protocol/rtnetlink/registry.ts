import { address } from './address.js';
import { link } from './link.js';
import { nsid } from './nsid.js';
import { route } from './route.js';
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
  [types.RTM_NEWMULTICAST]: address,
  [types.RTM_DELMULTICAST]: address,
  [types.RTM_GETMULTICAST]: address,
  [types.RTM_NEWANYCAST]: address,
  [types.RTM_DELANYCAST]: address,
  [types.RTM_GETANYCAST]: address,
  [types.RTM_NEWNSID]: nsid,
  [types.RTM_DELNSID]: nsid,
  [types.RTM_GETNSID]: nsid,
  [types.RTM_NEWLINKPROP]: link,
  [types.RTM_DELLINKPROP]: link,
} as const;

/** The number of a message type whose body has a layout. */
export type KnownType = keyof typeof bodies;

const names = new Map<number, string>(Object.entries(types).map(([name, type]) => [type, name]));

/** The kernel's name of a message type, `RTM_NEWLINK`; undefined for unknown ones. */
export const rtmName = (type: number): string | undefined => names.get(type);
