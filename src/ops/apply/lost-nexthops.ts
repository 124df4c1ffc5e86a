import { NLM_F_CREATE, NLM_F_REPLACE } from '../../protocol/header.js';
import { type Nexthop, RTM_NEWNEXTHOP } from '../../protocol/rtnetlink/index.js';
import { giveBack, type Holdings, nexthopsOf } from './holdings.js';
import type { Place } from './places.js';
import { restorer } from './restorer.js';
import type { Scope } from './scope.js';

/** Those in question that are not there now, and after them the groups that are not as they were. */
export function missingNexthops({ nexthops }: Holdings, now: readonly Nexthop[], { links }: Scope): Nexthop[] {
  const there = new Map(now.map(each => [each.attrs.id, each]));
  const single = nexthops.filter(({ attrs: { oif } }) => oif !== undefined && links.has(oif));
  const ids = new Set(single.map(({ attrs }) => attrs.id));
  const lacks = ({ attrs: { id, group = [] } }: Nexthop): boolean => {
    const left = there.get(id)?.attrs.group ?? [];
    return group.some(member => ids.has(member.id) && !left.some(each => each.id === member.id));
  };
  return [...single.filter(({ attrs }) => !there.has(attrs.id)), ...nexthops.filter(lacks)];
}

/** In words. */
export const nexthopWords = ({ attrs: { id } }: Nexthop): string => `nexthop id ${id}`;

/** Its scope and most of its flags are the kernel's to find out (rtm_to_nh_config in net/ipv4/nexthop.c), counters and times too. */
function give(place: Place, nexthop: Nexthop): Promise<void> {
  const { family, protocol, attrs } = nexthop;
  const { opFlags: _opFlags, groupStats: _groupStats, hwStatsUsed: _hwStatsUsed, resGroup, ...given } = attrs;
  const { unbalancedTime: _unbalancedTime, ...buckets } = resGroup ?? {};
  const flags = nexthop.flags.filter(flag => flag === 'onlink');
  const body = { family, protocol, flags, attrs: { ...given, ...(resGroup !== undefined && { resGroup: buckets }) } };
  return giveBack(place, RTM_NEWNEXTHOP, NLM_F_CREATE | NLM_F_REPLACE, body, nexthopWords(nexthop));
}

/**
 * Gives back the nexthop objects that are missing, which the kernel deletes when their link goes down (nh_netdev_event in
 * net/ipv4/nexthop.c), and groups that are missing or lost them as members.
 */
export const restoreNexthops = restorer(nexthopsOf, missingNexthops, give);
