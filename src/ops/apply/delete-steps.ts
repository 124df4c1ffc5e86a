import type { WaitOptions } from '../../socket/exchange.js';
import { ConflictError } from '../ensure/conflict-error.js';
import type { Link } from '../link.js';
import { deleteLink } from './birth-step.js';
import type { Place } from './places.js';
import { type Remains, remainsOf, revive } from './revive.js';
import type { Phase, Step } from './step.js';
import { type Located, uppersOf } from './uppers.js';

/**
 * Deletes links, and before each what the kernel would take along, so that it can be given back. Those that are in the way of
 * something new go first, the others when all else is done.
 */
export async function deleteLinkSteps(
  described: readonly Located[],
  isInTheWay: (each: Located) => boolean,
  places: readonly Place[],
  operation: string,
  options: WaitOptions,
): Promise<Step[]> {
  const names = new Set(described.map(({ link }) => link));
  const seen = new Set<Link>();
  const visit = async (each: Located, phase: Phase, on?: string): Promise<Step[]> => {
    if (seen.has(each.link)) return [];
    seen.add(each.link);
    const steps: Step[] = [];
    for (const upper of await uppersOf(each, places, options)) steps.push(...(await visit(upper, phase, upper.on)));
    const why = on === undefined || names.has(each.link) ? [] : [`with ${on}`];
    return [...steps, deleteLinkStep(each, phase, why, places, operation)];
  };
  const steps: Step[] = [];
  for (const each of described.filter(isInTheWay)) steps.push(...(await visit(each, 'link withdrawal')));
  for (const each of described) steps.push(...(await visit(each, 'delete')));
  return steps;
}

/** Deletes a link. One that its driver does not let go is refused before anything is done. */
function deleteLinkStep(
  { place, link }: Located,
  phase: Phase,
  why: readonly string[],
  places: readonly Place[],
  operation: string,
): Step {
  const { name, index, kind } = link;
  const what = `${operation}: ${place.words(`link delete ${name}`)}`;
  if (kind === undefined) {
    const differences = [{ field: 'state', from: 'present', to: 'absent' }];
    throw new ConflictError(what, differences, 'hardware and the loopback link cannot be deleted');
  }
  let remains: Remains | undefined;
  return {
    phase,
    action: 'delete',
    touches: [index],
    object: 'link',
    netns: place.label,
    place,
    text: place.words(`link ${name}`, ...why),
    lossy: true,
    async run(options) {
      remains = await remainsOf(place, index, places, what, options);
      await deleteLink(place, index, what);
    },
    async undo() {
      if (remains !== undefined) await revive(remains, what);
    },
  };
}
