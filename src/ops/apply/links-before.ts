import type { Link } from '../link.js';
import { linksOf } from './holdings.js';
import type { Place, View } from './places.js';
import type { Scope, Scopes } from './scope.js';
import type { Step } from './step.js';

/** The links of a namespace, before and now. */
export interface Looked {
  readonly place: Place;
  readonly scope: Scope;
  readonly before: View;
  readonly now: readonly Link[];
}

/** What links there were before steps were taken. */
export class LinksBefore {
  readonly #before = new Map<Place, View>();

  /** Notes them, if any of the steps that are to be taken touches one. */
  note(steps: readonly Step[], places: readonly Place[]): void {
    if (!steps.some(({ object, touches = [] }) => object === 'link' && touches.length > 0)) return;
    for (const place of places) {
      if (place.site !== undefined && !this.#before.has(place)) this.#before.set(place, place.view);
    }
  }

  /** Looks again. Calls `fail` with each error. */
  async look(scopes: Scopes, fail: (error: unknown) => void): Promise<Looked[]> {
    const looked: Looked[] = [];
    for (const [place, before] of this.#before) {
      const scope = scopes.of(place);
      if (place.site === undefined || scope === undefined) continue; // it was made on the way, and is unmade
      const now = await linksOf(place).catch(fail);
      if (now !== undefined) looked.push({ place, scope, before, now });
    }
    return looked;
  }
}
