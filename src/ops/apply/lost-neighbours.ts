import { NLM_F_CREATE, NLM_F_REPLACE } from '../../protocol/header.js';
import { RTM_NEWNEIGH } from '../../protocol/rtnetlink/index.js';
import { neighbourAgain } from '../ensure/neighbour.js';
import type { Neighbour } from '../neighbour.js';
import { giveBack, type Holdings, neighboursOf } from './holdings.js';
import type { Place } from './places.js';
import { restorer } from './restorer.js';
import type { Scope } from './scope.js';

/** Those in question that are not there now. */
export function missingNeighbours({ neighbours }: Holdings, now: readonly Neighbour[], { links }: Scope): Neighbour[] {
  const there = new Set(now.map(keyOf));
  return neighbours.filter(each => links.has(each.index) && !there.has(keyOf(each)));
}

const keyOf = ({ index, address, lladdr }: Neighbour): string => [index, address, lladdr].join(' ');

function give(place: Place, neighbour: Neighbour): Promise<void> {
  const flags = NLM_F_CREATE | NLM_F_REPLACE;
  return giveBack(place, RTM_NEWNEIGH, flags, neighbourAgain(neighbour), `neighbour ${neighbour.address}`);
}

/** Gives back the neighbours that somebody set and that are missing. */
export const restoreNeighbours = restorer(neighboursOf, missingNeighbours, give);
