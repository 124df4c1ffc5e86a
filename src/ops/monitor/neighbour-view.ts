import { parseAddress } from '../cidr.js';
import type { LinkRef } from '../names.js';
import type { Neighbour } from '../neighbour.js';
import { neighbours } from './neighbours.js';
import { type LinkIndex, OnLinks } from './views.js';

/** The neighbours that a store knows. Read-only; it changes as they do. */
export interface NeighbourView extends Iterable<Neighbour> {
  readonly size: number;
  /** The one with this address on this link; undefined if there is none. By the link's name only if the store knows links. */
  get(address: string, link: LinkRef): Neighbour | undefined;
  /** Those of one link; none if there is no such link. */
  of(link: LinkRef): readonly Neighbour[];
}

/** Neighbours by the index of their link. */
export class NeighbourIndex extends OnLinks<Neighbour> implements NeighbourView {
  constructor(links: LinkIndex | undefined) {
    super(links, neighbours.key);
  }

  get(address: string, link: LinkRef): Neighbour | undefined {
    const wanted = parseAddress(address).address;
    return this.of(link).find(neighbour => neighbour.address === wanted);
  }
}
