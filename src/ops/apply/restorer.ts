import type { Holdings } from './holdings.js';
import type { Place } from './places.js';
import type { Scope } from './scope.js';

/** Gives back what is missing. Calls `fail` with each error. */
export type Restore = (place: Place, before: Holdings, scope: Scope, fail: (error: unknown) => void) => Promise<void>;

/** For things each of which is given back by itself. */
export const restorer =
  <T>(
    list: (place: Place) => Promise<readonly T[]>,
    missing: (before: Holdings, now: readonly T[], scope: Scope) => readonly T[],
    give: (place: Place, thing: T) => Promise<void>,
  ): Restore =>
  async (place, before, scope, fail) => {
    for (const each of missing(before, await list(place), scope)) await give(place, each).catch(fail);
  };
