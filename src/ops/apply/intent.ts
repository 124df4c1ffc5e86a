import type { WaitOptions } from '../../socket/exchange.js';
import { ConflictError } from '../ensure/conflict-error.js';
import type { DescribedEnd, Description, OperationOf } from './description.js';
import { goesWith, leaving } from './leaving.js';
import type { Place } from './places.js';

/** Notes with each place what will be there and what will not, as far as the description and the kernel see to it. */
export async function noteIntent(
  description: Description,
  places: readonly Place[],
  options: WaitOptions,
): Promise<void> {
  for (const place of places) place.intent = { present: new Set(), absent: new Map() };
  for (const each of description.staying) intend(each);
  const absent = { links: description.leavingLinks, namespaces: description.leavingNamespaces };
  for (const { place, link, why } of await leaving(absent, places, options)) place.intent.absent.set(link.index, why);
}

function intend({ place, name, index }: DescribedEnd): void {
  const { present } = place.intent;
  present.add(name);
  if (index !== undefined) present.add(index);
}

/** What the kernel takes along with something that is described as absent cannot be there. Throws ConflictError. */
export function checkStaying(description: Description, operationOf: OperationOf): void {
  const namespaces = description.leavingNamespaces;
  for (const { place, name } of description.staying) {
    const found = place.find(name);
    const along = found === undefined ? undefined : place.intent.absent.get(found.index);
    const why = namespaces.includes(place) ? goesWith(`netns ${place.label}`) : along;
    const differences = [{ field: 'state', from: 'absent', to: 'present' }];
    if (why !== undefined) throw new ConflictError(operationOf(place, name), differences, why);
  }
}
