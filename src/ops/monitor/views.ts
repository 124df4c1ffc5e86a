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

/** Objects by the links that they belong to. */
export class ByLink<T extends object> {
  readonly #byLink = new Map<number, Map<Key, T>>();
  readonly #links: LinkIndex | undefined;

  /** `links`: what names are looked up in. */
  constructor(links: LinkIndex | undefined) {
    this.#links = links;
  }

  of(link: LinkRef): readonly T[] {
    const index = this.#indexOf(link);
    return index === undefined ? [] : [...(this.#byLink.get(index)?.values() ?? [])];
  }

  enter(index: number, key: Key, object: T): void {
    const known = this.#byLink.get(index);
    if (known === undefined) this.#byLink.set(index, new Map([[key, object]]));
    else known.set(key, object);
  }

  strike(index: number, key: Key): void {
    const known = this.#byLink.get(index);
    known?.delete(key);
    if (known?.size === 0) this.#byLink.delete(index);
  }

  #indexOf(ref: LinkRef): number | undefined {
    const checked = checkLinkRef(ref);
    if (typeof checked === 'number') return checked;
    if (this.#links === undefined)
      throw new TypeError('link: this store knows no links, and so no names; give an index');
    return this.#links.get(checked)?.index;
  }
}

/** All objects of a kind, each of which belongs to a link. */
export class OnLinks<T extends { readonly index: number }> implements Iterable<T> {
  readonly #all = new Map<Key, T>();
  readonly #byLink: ByLink<T>;
  readonly #keyOf: (object: T) => Key;

  constructor(links: LinkIndex | undefined, keyOf: (object: T) => Key) {
    this.#byLink = new ByLink(links);
    this.#keyOf = keyOf;
  }

  get size(): number {
    return this.#all.size;
  }

  of(link: LinkRef): readonly T[] {
    return this.#byLink.of(link);
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#all.values();
  }

  apply({ type, object }: { readonly type: 'added' | 'changed' | 'removed'; readonly object: T }): void {
    const key = this.#keyOf(object);
    if (type === 'removed') {
      this.#all.delete(key);
      this.#byLink.strike(object.index, key);
    } else {
      this.#all.set(key, object);
      this.#byLink.enter(object.index, key, object);
    }
  }
}

/** Addresses by the index of their link. */
export class AddressIndex extends OnLinks<Address> implements AddressView {
  constructor(links: LinkIndex | undefined) {
    super(links, addresses.key);
  }
}
