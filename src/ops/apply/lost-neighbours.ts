import { NLM_F_CREATE, NLM_F_REPLACE } from '../../protocol/header.js';
import { RTM_NEWNEIGH } from '../../protocol/rtnetlink/index.js';
import { neighbourAgain } from '../ensure/neighbour.js';
import type { Neighbour } from '../neighbour.js';
import { giveBack, type Holdings, neighboursOf } from './holdings.js';
import type { Place } from './places.js';
import type { Scope } from './scope.js';

/** Gives back the neighbours that somebody set and that are missing. Calls `fail` with each error. */
export async function restoreNeighbours(
  place: Place,
  before: Holdings,
  scope: Scope,
  fail: (error: unknown) => void,
): Promise<void> {
  for (const neighbour of missingNeighbours(before, await neighboursOf(place), scope)) {
    const flags = NLM_F_CREATE | NLM_F_REPLACE;
    const body = neighbourAgain(neighbour);
    await giveBack(place, RTM_NEWNEIGH, flags, body, `neighbour ${neighbour.address}`).catch(fail);
  }
}

/** Those in question that are not there now. */
export function missingNeighbours({ neighbours }: Holdings, now: readonly Neighbour[], { links }: Scope): Neighbour[] {
  const there = new Set(now.map(keyOf));
  return neighbours.filter(each => links.has(each.index) && !there.has(keyOf(each)));
}

const keyOf = ({ index, address, lladdr }: Neighbour): string => [index, address, lladdr].join(' ');
