import type { WaitOptions } from '../../socket/exchange.js';
import type { Link } from '../link.js';
import type { Place } from './places.js';
import { endsOf, type Located, uppersOf } from './uppers.js';

/** A link that will not be there any more, and why. */
export interface Leaving extends Located {
  readonly why: string;
}

/** What is described as absent. */
export interface Absent {
  readonly links: readonly Located[];
  readonly namespaces: readonly Place[];
}

/** Links that are described as absent, or in namespaces that are, and all that goes with them. */
export async function leaving(absent: Absent, places: readonly Place[], options: WaitOptions): Promise<Leaving[]> {
  const found = new Map<Link, Leaving>();
  const follow = async (each: Located, why: string): Promise<void> => {
    for (const { place, link } of [
      ...(await endsOf(each, places, options)),
      ...(await uppersOf(each, places, options)),
    ]) {
      if (found.has(link)) continue;
      found.set(link, { place, link, why });
      await follow({ place, link }, why);
    }
  };
  for (const each of absent.links) found.set(each.link, { ...each, why: 'it is described as absent' });
  for (const { place, link } of absent.links) await follow({ place, link }, goesWith(place.words(link.name)));
  for (const place of absent.namespaces) {
    const why = goesWith(`netns ${place.label}`);
    for (const link of place.links) found.set(link, { place, link, why });
    for (const link of place.links) if (isDeleted(link)) await follow({ place, link }, why);
  }
  return [...found.values()];
}

/** With its namespace the kernel deletes a link that was made, and moves hardware (default_device_exit_net, net/core/dev.c). */
const isDeleted = ({ kind }: Link): boolean => kind !== undefined;

/** Why a link will not be there. */
export const goesWith = (what: string): string => `it goes with ${what}, which is described as absent`;
