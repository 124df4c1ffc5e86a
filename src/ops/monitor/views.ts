import type { Address } from '../address.js';
import type { Link } from '../link.js';
import { checkLinkRef, type LinkRef } from '../names.js';
import { addresses } from './addresses.js';
import type { ObjectEvent } from './event.js';
import type { Key } from './group.js';

/** The links that a store knows. Read-only; it changes as they do. */
export interface LinkView extends Iterable<Link> {
  readonly size: number;
  /** By name, alternative name or index; undefined if there is none. */
  get(ref: LinkRef): Link | undefined;
}

/** The addresses that a store knows. Read-only; it changes as they do. */
export interface AddressView extends Iterable<Address> {
  readonly size: number;
  /** Those of one link; none if there is no such link. By name only if the store knows links too. */
  of(link: LinkRef): readonly Address[];
}

/** Links by index and by each of their names. */
export class LinkIndex implements LinkView {
  readonly #byIndex = new Map<number, Link>();
  readonly #byName = new Map<string, Link>();

  get size(): number {
    return this.#byIndex.size;
  }

  get(ref: LinkRef): Link | undefined {
    const checked = checkLinkRef(ref);
    return typeof checked === 'number' ? this.#byIndex.get(checked) : this.#byName.get(checked);
  }

  [Symbol.iterator](): IterableIterator<Link> {
    return this.#byIndex.values();
  }

  apply(event: ObjectEvent<'link'>): void {
    const { index } = event.object;
    this.#forgetNames(this.#byIndex.get(index));
    if (event.type === 'removed') {
      this.#byIndex.delete(index);
      return;
    }
    this.#byIndex.set(index, event.object);
    for (const name of namesOf(event.object)) this.#byName.set(name, event.object);
  }

  /** A name that another link has taken meanwhile stays that one's. */
  #forgetNames(link: Link | undefined): void {
    if (link === undefined) return;
    for (const name of namesOf(link)) if (this.#byName.get(name) === link) this.#byName.delete(name);
  }
}

const namesOf = (link: Link): string[] => [link.name, ...link.altNames];

/** Addresses by the index of their link. */
export class AddressIndex implements AddressView {
  readonly #byLink = new Map<number, Map<Key, Address>>();
  readonly #links: LinkIndex | undefined;
  #size = 0;

  /** `links`: what names are looked up in. */
  constructor(links: LinkIndex | undefined) {
    this.#links = links;
  }

  get size(): number {
    return this.#size;
  }

  of(link: LinkRef): readonly Address[] {
    const index = this.#indexOf(link);
    return index === undefined ? [] : [...(this.#byLink.get(index)?.values() ?? [])];
  }

  *[Symbol.iterator](): IterableIterator<Address> {
    for (const addresses of this.#byLink.values()) yield* addresses.values();
  }

  apply(event: ObjectEvent<'address'>): void {
    const { type, object } = event;
    const key = addresses.key(object);
    let known = this.#byLink.get(object.index);
    if (known === undefined) this.#byLink.set(object.index, (known = new Map()));
    this.#size -= known.size;
    if (type === 'removed') known.delete(key);
    else known.set(key, object);
    this.#size += known.size;
    if (known.size === 0) this.#byLink.delete(object.index);
  }

  #indexOf(ref: LinkRef): number | undefined {
    const checked = checkLinkRef(ref);
    if (typeof checked === 'number') return checked;
    if (this.#links === undefined)
      throw new TypeError('link: this store knows no links, and so no names; give an index');
    return this.#links.get(checked)?.index;
  }
}
