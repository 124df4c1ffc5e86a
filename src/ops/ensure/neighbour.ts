import {
  neighbour as codec,
  type NeighbourInput,
  type Neighbour as NeighbourMessage,
} from '../../protocol/rtnetlink/index.js';
import { Neighbour } from '../neighbour.js';
import type { NeighbourSettings } from '../neighbours.js';
import { type Comparison, Differences } from './difference.js';
import { reread } from './reread.js';

/** Between these the kernel moves an entry by itself, as packets come and go. */
const RESOLVED: readonly string[] = ['reachable', 'stale', 'delay', 'probe'];
/** What stays of the flags that can be given; `use` is for the moment only. */
const LASTING = ['router', 'extLearned', 'managed'] as const;

/** What of a neighbour differs from what is wanted; what is not given may be as it is. */
export function compareNeighbour(found: Neighbour, input: NeighbourInput, given: NeighbourSettings): Comparison {
  const wanted = new Neighbour(reread(codec, input) as NeighbourMessage);
  const differences = new Differences();
  differences.change('lladdr', found.lladdr, wanted.lladdr);
  const alike = RESOLVED.includes(found.state) && RESOLVED.includes(wanted.state);
  if (given.proxy !== true && wanted.state !== 'none' && !alike) differences.change('state', found.state, wanted.state);
  if (given.flags !== undefined) differences.change('flags', lasting(found), lasting(wanted));
  if (given.protocol !== undefined) differences.change('protocol', found.protocol, wanted.protocol);
  return differences;
}

const lasting = ({ flags }: Neighbour): string[] => LASTING.filter(flag => flags.includes(flag));

/** The settings that change what differs: with what was not given as it is. */
export function neighbourChange(found: Neighbour, given: NeighbourSettings): NeighbourSettings {
  const { lladdr = found.lladdr, flags = lasting(found) as NeighbourSettings['flags'], protocol } = given;
  return { ...given, lladdr, flags, protocol: protocol ?? (found.protocol as NeighbourSettings['protocol']) };
}

/** The request that makes it as it is. */
export function neighbourAgain({ message }: Neighbour): NeighbourInput {
  const { cacheinfo: _cacheinfo, probes: _probes, ...attrs } = message.attrs;
  return { ...message, attrs };
}
