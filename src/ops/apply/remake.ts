import type { Link } from '../link.js';
import { deleteLinkSteps } from './delete-steps.js';
import type { Place } from './places.js';
import { remainsOf, revive } from './revive.js';

/**
 * Deletes a link and makes it anew as it was, with what sits on it in the places that are known: for a change that the kernel
 * does not take back.
 */
export async function remake(place: Place, was: Link, places: readonly Place[], operation: string): Promise<void> {
  const remains = await remainsOf(place, was.index, places, operation, {});
  if (remains === undefined) return;
  const steps = await deleteLinkSteps([{ place, link: was }], () => false, places, operation, {});
  for (const step of steps) await step.run({});
  await revive({ ...remains, link: was }, operation);
  for (const step of steps.slice(0, -1).reverse()) await step.undo();
}
