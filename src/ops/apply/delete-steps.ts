import { ConflictError } from '../ensure/conflict-error.js';
import type { Link } from '../link.js';
import { deleteLink } from './birth-step.js';
import type { Place } from './places.js';
import { type Remains, remainsOf, revive } from './revive.js';
import type { Step } from './step.js';

/** Deletes a link. One that its driver does not let go is refused before anything is done. */
export function deleteLinkStep(place: Place, found: Link, places: readonly Place[], operation: string): Step {
  const { name, index, kind } = found;
  const what = `${operation}: link delete ${name}`;
  if (kind === undefined) {
    const differences = [{ field: 'state', from: 'present', to: 'absent' }];
    throw new ConflictError(what, differences, 'hardware and the loopback link cannot be deleted');
  }
  let remains: Remains | undefined;
  return {
    phase: 'delete',
    action: 'delete',
    object: 'link',
    netns: place.label,
    place,
    text: place.words(`link ${name}`),
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
