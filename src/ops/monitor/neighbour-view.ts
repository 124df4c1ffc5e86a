import { parseAddress } from '../cidr.js';
import type { LinkRef } from '../names.js';
import type { Neighbour } from '../neighbour.js';
import type { ObjectEvent } from './event.js';
import type { Key } from './group.js';
import { neighbours } from './neighbours.js';
import { ByLink, type LinkIndex } from './views.js';

/** The neighbours that a store knows. Read-only; it changes as they do. */
export interface NeighbourView extends Iterable<Neighbour> {
  readonly size: number;
  /** The one with this address on this link; undefined if there is none. By the link's name only if the store knows links. */
  get(address: string, link: LinkRef): Neighbour | undefined;
  /** Those of one link; none if there is no such link. */
  of(link: LinkRef): readonly Neighbour[];
}

/** Neighbours by the index of their link. */
export class NeighbourIndex implements NeighbourView {
  readonly #all = new Map<Key, Neighbour>();
  readonly #byLink: ByLink<Neighbour>;

  constructor(links: LinkIndex | undefined) {
    this.#byLink = new ByLink(links);
  }

  get size(): number {
    return this.#all.size;
  }

  get(address: string, link: LinkRef): Neighbour | undefined {
    const wanted = parseAddress(address).address;
    return this.of(link).find(neighbour => neighbour.address === wanted);
  }

  of(link: LinkRef): readonly Neighbour[] {
    return this.#byLink.of(link);
  }

  [Symbol.iterator](): IterableIterator<Neighbour> {
    return this.#all.values();
  }

  apply({ type, object }: ObjectEvent<'neighbour'>): void {
    const key = neighbours.key(object);
    if (type === 'removed') {
      this.#all.delete(key);
      this.#byLink.strike(object.index, key);
    } else {
      this.#all.set(key, object);
      this.#byLink.enter(object.index, key, object);
    }
  }
}
