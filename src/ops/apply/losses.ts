import type { WaitOptions } from '../../socket/exchange.js';
import { type Holdings, holdingsOf, linksOf } from './holdings.js';
import { missingAddresses, restoreAddresses } from './lost-addresses.js';
import { forwardingWords, missingForwarding, restoreForwarding } from './lost-fdb.js';
import { missingNeighbours, restoreNeighbours } from './lost-neighbours.js';
import { missingNexthops, nexthopWords, restoreNexthops } from './lost-nexthops.js';
import { missingRoutes, restoreRoutes } from './lost-routes.js';
import type { Place } from './places.js';
import type { Scope, Scopes } from './scope.js';

/**
 * Addresses and routes that are deleted, and those that the kernel drops by itself with them or when a link goes down:
 * IPv6 addresses, secondary addresses, the routes that rested on them, neighbours. What there is is noted
 * before anything is done, and what is missing given back when the rest has been undone.
 */
export class Losses {
  readonly #before = new Map<Place, Holdings>();

  async note(places: Iterable<Place>, options: WaitOptions): Promise<void> {
    for (const place of places) {
      if (place.site !== undefined && !this.#before.has(place))
        this.#before.set(place, await holdingsOf(place, options));
    }
  }

  /** Calls `fail` with each error. */
  async makeGood(scopes: Scopes, fail: (error: unknown) => void): Promise<void> {
    for (const [place, before] of this.#before) {
      const scope = scopes.of(place);
      if (place.site === undefined || scope === undefined) continue; // it was made on the way, and is unmade
      try {
        await restore(place, before, scope, fail);
      } catch (error) {
        fail(error);
      }
    }
  }
}

/** What is missing in the end though nothing failed is told too. */
async function restore(place: Place, before: Holdings, scope: Scope, fail: (error: unknown) => void): Promise<void> {
  let failures = 0;
  const count = (error: unknown): void => {
    failures++;
    fail(error);
  };
  await restoreAddresses(place, before, scope, count);
  await restoreNeighbours(place, before, scope, count);
  await restoreForwarding(place, before, scope, count);
  for (const each of await restoreWays(place, before, scope)) count(each);
  if (failures === 0) for (const what of await stillMissing(place, before, scope)) fail(new Error(what));
}

/** Routes lead by nexthop objects, and these to gateways to which routes lead: so twice, if need be. Returns what failed. */
async function restoreWays(place: Place, before: Holdings, scope: Scope): Promise<unknown[]> {
  let failures: unknown[] = [];
  for (let left = 2; left > 0; left--) {
    failures = [];
    const fail = (error: unknown): void => void failures.push(error);
    await restoreNexthops(place, before, scope, fail);
    await restoreRoutes(place, before, scope, fail);
    if (failures.length === 0) break;
  }
  return failures;
}

/** In words. On a link that is gone nothing can be: why that is gone has been told. */
async function stillMissing(place: Place, before: Holdings, scope: Scope): Promise<string[]> {
  const now = await holdingsOf(place, {});
  const missing = [
    ...missingAddresses(before, now.addresses, scope).map(({ index, cidr }) => [index, `address ${cidr}`] as const),
    ...missingNeighbours(before, now.neighbours, scope).map(
      ({ index, address }) => [index, `neighbour ${address}`] as const,
    ),
    ...missingForwarding(before, now.forwarding, scope).map(each => [each.index, forwardingWords(each)] as const),
    ...missingNexthops(before, now.nexthops, scope).map(each => [each.attrs.oif, nexthopWords(each)] as const),
    ...missingRoutes(before, now.routes, scope).map(
      ({ index, destination }) => [index, `route ${destination}`] as const,
    ),
  ];
  if (missing.length === 0) return [];
  const links = new Set((await linksOf(place)).map(each => each.index));
  return missing
    .filter(([index]) => index === undefined || links.has(index))
    .map(([, what]) => `apply: ${place.words(what)}: is not there again as it was`);
}
