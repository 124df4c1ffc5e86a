import { shown } from '../protocol/errors.js';
import { type GroupName, RTNLGRP } from '../protocol/rtnetlink/groups.js';

/** A multicast group: RTNLGRP_* as `'link'` or `'ipv4Ifaddr'`, or its number, for groups that have no name here. */
export type Group = GroupName | (number & {});

/** Newer kernels may have groups that have no name here; so many will hardly ever be. */
const MOST = 255;

/** The numbers of groups, each once. Throws RangeError for what is none. */
export function groupNumbers(groups: readonly Group[]): number[] {
  if (!Array.isArray(groups) || groups.length === 0) {
    throw new RangeError(`groups: expected a list of one or more, got ${shown(groups)}`);
  }
  return [...new Set(groups.map(groupNumber))];
}

function groupNumber(group: Group): number {
  if (typeof group === 'number') {
    if (Number.isInteger(group) && group > 0 && group <= MOST) return group;
    throw new RangeError(`group: expected a number from 1 to ${MOST} (RTNLGRP_*), got ${group}`);
  }
  if (Object.hasOwn(RTNLGRP, group)) return RTNLGRP[group];
  throw new RangeError(`group: expected a number or one of ${Object.keys(RTNLGRP).join(', ')}, got ${shown(group)}`);
}
