import { closeSync, fstatSync } from 'node:fs';
import type { Namespace } from '../../socket/namespace.js';
import type { Address } from '../address.js';
import type { Context } from '../context.js';
import { ConflictError } from '../ensure/conflict-error.js';
import type { RoutesByKey } from '../ensure/route.js';
import { groupBy } from '../group-by.js';
import type { Link } from '../link.js';
import { checkLinkRef, type LinkRef, linkLabel } from '../names.js';
import { type NamespaceRef, openRef } from '../namespace-ref.js';
import { exists } from '../netns/find.js';
import type { Site, Sites } from '../sites.js';

/** Stands for the index of a link that is to be made, or is gone already. */
export const NOT_YET = 0x7fffffff;

/** What there is in a namespace, as it was when it was looked at. */
export class View {
  readonly #byIndex: ReadonlyMap<number, Link>;
  readonly #byName = new Map<string, Link>();
  #byAddress: ReadonlyMap<string, Address[]> | undefined;

  constructor(
    readonly links: readonly Link[] = [],
    readonly addresses: readonly Address[] = [],
  ) {
    this.#byIndex = new Map(links.map(each => [each.index, each]));
    for (const link of links) for (const name of [link.name, ...link.altNames]) this.#byName.set(name, link);
  }

  at(index: number | undefined): Link | undefined {
    return index === undefined ? undefined : this.#byIndex.get(index);
  }

  /** By its name or an alternative one: no two links of a namespace have the same (netdev_name_in_use, net/core/dev.c). */
  find(name: string): Link | undefined {
    return this.#byName.get(name);
  }

  /** All links' addresses that are this one, whatever their prefix lengths. */
  addressesLike(address: string | undefined): readonly Address[] {
    this.#byAddress ??= groupBy(this.addresses, each => each.address);
    return this.#byAddress.get(address ?? '') ?? [];
  }
}

/** What a description says of the links of a namespace, as of the plan in hand. */
export interface Intent {
  /** Names, and indices where they are given, of those that are to be there. */
  readonly present: Set<string | number>;
  /** Those that are there and will not be, by index: and why. */
  readonly absent: Map<number, string>;
}

/** A namespace that something is described in, and what is there. */
export class Place {
  /** What is there, as of the plan in hand; empty for a namespace that is to be made. */
  view = new View();
  /** What was there to begin with. */
  firstView: View | undefined;
  /** The routes that there were then, of the tables in question. */
  firstRoutes: RoutesByKey | undefined;
  intent: Intent = { present: new Set(), absent: new Map() };
  /** Indices of the links that have been made, by name. */
  readonly made = new Map<string, number>();
  /** The namespace that was made, which holds it. */
  namespace: Namespace | undefined;
  site: Site | undefined;
  #ownFd: number | undefined;

  constructor(
    /** What steps call it: its name, or `[inode]`; undefined for the one that `ip` works in. */
    readonly label: string | undefined,
    site: Site | undefined,
  ) {
    this.site = site;
  }

  get links(): readonly Link[] {
    return this.view.links;
  }

  get addresses(): readonly Address[] {
    return this.view.addresses;
  }

  get context(): Context {
    if (this.site === undefined) throw new Error(`netns ${this.label}: not made yet`);
    return this.site.context;
  }

  /** A descriptor of the namespace. */
  get fd(): number {
    const fd = this.site?.fd ?? (this.#ownFd ??= this.context.socket.openNamespace());
    if (fd === undefined) throw new Error(`${this.context.where}: no descriptor of it can be had`);
    return fd;
  }

  /** A link that is there, by its name or an alternative one. */
  find(name: string): Link | undefined {
    return this.view.find(name);
  }

  /** A link that is there. */
  at(ref: LinkRef): Link | undefined {
    return this.view.at(this.indexOf(ref));
  }

  /** The index of a link that is there or has been made; undefined as long as it is not. */
  indexOf(ref: LinkRef): number | undefined {
    const checked = checkLinkRef(ref);
    return typeof checked === 'number' ? checked : (this.made.get(checked) ?? this.find(checked)?.index);
  }

  /**
   * The index of a link on which something is to rest; a number that no link has if it is to be made. Throws ConflictError if
   * there will be none.
   */
  plannedIndexOf(ref: LinkRef, field: string, operation: string): number {
    const { present, absent } = this.intent;
    const found = this.at(ref);
    if (found !== undefined && !absent.has(found.index)) return found.index;
    if (found === undefined && present.has(checkLinkRef(ref))) return this.indexOf(ref) ?? NOT_YET;
    const why = found === undefined ? undefined : absent.get(found.index);
    const differences = [{ field, from: undefined, to: linkLabel(ref) }];
    throw new ConflictError(operation, differences, why ?? 'there is no such link');
  }

  /** `address 10.0.0.1/24 dev v0`, and where. */
  words(what: string, ...more: readonly string[]): string {
    return [what, ...(this.label === undefined ? [] : [`netns ${this.label}`]), ...more].filter(Boolean).join(' ');
  }

  leave(): void {
    this.site?.[Symbol.dispose]();
    this.site = undefined;
    if (this.#ownFd !== undefined) closeSync(this.#ownFd);
    this.#ownFd = undefined;
  }
}

/** The namespaces of one description, each once however it is referred to. */
export class Places implements Disposable {
  readonly #sites: Sites;
  readonly #all: Place[] = [];
  /** Of namespaces that are to be made. */
  readonly #byName = new Map<string, Place>();
  readonly #bySite = new Map<Site, Place>();
  readonly own: Place;
  readonly #ownInode: number | undefined;

  constructor(sites: Sites) {
    this.#sites = sites;
    this.own = this.#add(undefined, sites.enter(undefined));
    this.#ownInode = inodeOf(this.own.context.socket.openNamespace());
  }

  get all(): readonly Place[] {
    return this.#all;
  }

  /** The place of a reference. `make`: it may be a name that is not taken yet. Throws SyscallError. */
  of(ref: NamespaceRef | undefined, make = false): Place {
    if (ref === undefined) return this.own;
    const known = typeof ref === 'string' ? this.#byName.get(ref) : undefined;
    if (known !== undefined) return known;
    if (make && typeof ref === 'string' && !ref.includes('/') && !exists(ref)) {
      const place = this.#add(ref, undefined);
      this.#byName.set(ref, place);
      return place;
    }
    using handle = openRef(ref);
    if (handle.inode === this.#ownInode) return this.own;
    const site = this.#sites.enter(handle);
    const found = this.#bySite.get(site);
    if (found === undefined) return this.#add(handle.name ?? `[${handle.inode}]`, site);
    site[Symbol.dispose]();
    return found;
  }

  /** Begins to work in a namespace that has been made. */
  enter(place: Place, namespace: Namespace): void {
    place.namespace = namespace;
    place.site = this.#sites.enter(namespace);
    this.#bySite.set(place.site, place);
  }

  #add(label: string | undefined, site: Site | undefined): Place {
    const place = new Place(label, site);
    this.#all.push(place);
    if (site !== undefined) this.#bySite.set(site, place);
    return place;
  }

  [Symbol.dispose](): void {
    for (const place of this.#all) {
      place.leave();
      place.namespace?.close();
    }
  }
}

function inodeOf(fd: number | undefined): number | undefined {
  if (fd === undefined) return undefined;
  try {
    return fstatSync(fd).ino;
  } finally {
    closeSync(fd);
  }
}
