import { AF_INET, familyNumber, parseNetwork } from '../cidr.js';
import type { LinkRef } from '../names.js';
import type { Route } from '../route.js';
import { type RouteTable, tableNumber } from '../route-input.js';
import type { ObjectEvent } from './event.js';
import type { Key } from './group.js';
import { keyOf } from './route-identity.js';
import { ByLink, type LinkIndex } from './views.js';

/** Which routes of a store. */
export interface RouteQuery {
  /** By default `'main'`; `'all'` for every table. */
  table?: RouteTable | 'all' | undefined;
  /** 4 or 6. By default what the destination is, for `'default'` 4, and without a destination both. */
  family?: 4 | 6 | undefined;
}

/** The routes that a store knows, of all tables. Read-only; it changes as they do. */
export interface RouteView extends Iterable<Route> {
  readonly size: number;
  /** The route to a network or `'default'`, of several the one with the smallest metric; undefined if there is none. */
  get(destination: string, query?: RouteQuery): Route | undefined;
  /** The routes to a destination, by metric; without one, those of a table. */
  list(query?: RouteQuery & { destination?: string | undefined }): readonly Route[];
  /** Those that can leave by this link; none if there is no such link. By its name only if the store knows links. */
  of(link: LinkRef): readonly Route[];
}

/** Routes by destination and by link. */
export class RouteIndex implements RouteView {
  readonly #all = new Map<Key, Route>();
  readonly #byDestination = new Map<string, Map<Key, Route>>();
  readonly #byLink: ByLink<Route>;

  constructor(links: LinkIndex | undefined) {
    this.#byLink = new ByLink(links);
  }

  get size(): number {
    return this.#all.size;
  }

  get(destination: string, query: RouteQuery = {}): Route | undefined {
    return this.list({ ...query, destination })[0];
  }

  list({
    destination,
    table = 'main',
    family,
  }: RouteQuery & { destination?: string | undefined } = {}): readonly Route[] {
    if (family !== undefined) familyNumber(family);
    const wanted = table === 'all' ? undefined : tableNumber(table);
    const known = destination === undefined ? this.#all : this.#byDestination.get(place(destination, family));
    return [...(known?.values() ?? [])]
      .filter(
        route =>
          (wanted === undefined || tableNumber(route.table as RouteTable) === wanted) &&
          (destination !== undefined || family === undefined || route.family === family),
      )
      .sort((a, b) => a.metric - b.metric);
  }

  of(link: LinkRef): readonly Route[] {
    return this.#byLink.of(link);
  }

  [Symbol.iterator](): IterableIterator<Route> {
    return this.#all.values();
  }

  apply(event: ObjectEvent<'route'>): void {
    // One that replaces another may have another key and other links.
    if (event.type !== 'added') this.#strike(event.type === 'changed' ? event.previous : event.object);
    if (event.type !== 'removed') this.#enter(event.object);
  }

  #enter(route: Route): void {
    const key = keyOf(route);
    const place = placeOf(route);
    const known = this.#byDestination.get(place);
    this.#all.set(key, route);
    if (known === undefined) this.#byDestination.set(place, new Map([[key, route]]));
    else known.set(key, route);
    for (const index of linksOf(route)) this.#byLink.enter(index, key, route);
  }

  #strike(route: Route): void {
    const key = keyOf(route);
    const place = placeOf(route);
    const known = this.#byDestination.get(place);
    this.#all.delete(key);
    known?.delete(key);
    if (known?.size === 0) this.#byDestination.delete(place);
    for (const index of linksOf(route)) this.#byLink.strike(index, key);
  }
}

const placeOf = ({ family, destination }: Route): string => `${family} ${destination}`;

function place(destination: string, family: 4 | 6 | undefined): string {
  if (destination === 'default') return `${family ?? 4} default`;
  const network = parseNetwork(destination, 'destination');
  const own = network.family === AF_INET ? 4 : 6;
  if (family !== undefined && family !== own) throw new RangeError(`family: ${destination} is IPv${own}`);
  return network.prefixLength === 0 ? `${own} default` : `${own} ${network.address}/${network.prefixLength}`;
}

const linksOf = ({ index, nexthops }: Route): Set<number> =>
  new Set([...(index === undefined ? [] : [index]), ...nexthops.map(nexthop => nexthop.index)]);
