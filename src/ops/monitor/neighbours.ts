import type { Codec } from '../../protocol/codec.js';
import {
  AF,
  type Neighbour as NeighbourMessage,
  ndmsg,
  neighbour as neighbourBody,
  RTM_DELNEIGH,
  RTM_GETNEIGH,
  RTM_NEWNEIGH,
  RTNLGRP,
} from '../../protocol/rtnetlink/index.js';
import { whole } from '../../protocol/struct.js';
import { Neighbour } from '../neighbour.js';
import { same } from './differences.js';
import type { Group } from './group.js';
import { lasting } from './lasting.js';

const header = whole(ndmsg);
const codec = lasting(neighbourBody as Codec<NeighbourMessage, never>, message => new Neighbour(message));

/** What of a neighbour counts as its state: all but its ages and how often it was probed. */
const FIELDS = ['lladdr', 'state', 'flags', 'protocol'] as const satisfies readonly (keyof Neighbour)[];

/**
 * Neighbours. The kernel announces no `'incomplete'` and no `'delay'` (net/core/neighbour.c), so a neighbour appears when
 * it is found or not, and seems `'stale'` until it is known to be reachable again; nor does it announce `'noarp'` ones
 * that it makes itself, nor those that somebody makes as `'none'` or `'failed'` (`__neigh_update` there).
 */
export const neighbours: Group<Neighbour> = {
  joins: [RTNLGRP.neigh],
  /** Forwarding entries of bridges. */
  ignores: [RTM_NEWNEIGH, RTM_DELNEIGH].map(type => ({ type, family: AF.bridge })),
  appears: RTM_NEWNEIGH,
  goes: RTM_DELNEIGH,
  codec,
  elsewhere: false,
  concerns(received) {
    const { family, flags } = received.read(header);
    return (family === AF.inet || family === AF.inet6) && !flags.includes('proxy');
  },
  key: ({ index, address }) => `${index} ${address}`,
  differences: (previous, current) => FIELDS.filter(field => !same(previous[field], current[field])),
  replaced: () => false,
  everything: {
    id: '',
    async ask({ socket, options }) {
      const how = { ...options, operation: 'monitor: neighbour list', as: codec };
      const lists = await Promise.all([AF.inet, AF.inet6].map(family => socket.dump(RTM_GETNEIGH, { family }, how)));
      return lists.flat();
    },
    covers: () => true,
  },
  hints: {},
};
