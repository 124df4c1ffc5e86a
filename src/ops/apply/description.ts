import { SyscallError } from '../../socket/errors.js';
import { ConflictError } from '../ensure/conflict-error.js';
import { type NamespaceRef, openRef } from '../namespace-ref.js';
import { exists } from '../netns/find.js';
import { NAMESPACE } from './check.js';
import { checkOnce } from './once.js';
import type { Place, Places } from './places.js';
import type { LinkSpec, NamespaceSpec, NetworkSpec, OtherNamespaceSpec, PresentLink } from './spec.js';
import type { Located } from './uppers.js';

/** A namespace that is to be there, and what is to be in it. */
export interface Described {
  readonly place: Place;
  readonly spec: NamespaceSpec;
}

/** A link of the description, or one end of a pair, and where it is to be. */
export interface DescribedEnd {
  readonly place: Place;
  readonly name: string;
  readonly index?: number | undefined;
}

/** What errors call a link that is described in a place. */
export type OperationOf = (place: Place, link: string) => string;

/** A description, with the namespaces that it speaks of. */
export class Description {
  readonly present: readonly Described[];
  /** Namespaces that are not to be there, by the names that they were given. */
  readonly absent: readonly { readonly place: Place; readonly name: string }[];
  readonly #places: Places;

  constructor(places: Places, { namespaces = [], ...own }: NetworkSpec, operation: string) {
    this.#places = places;
    const placed = namespaces.map(spec => ({ spec, place: places.of(spec.netns, true) }));
    this.present = [{ place: places.own, spec: own }, ...placed.filter(({ spec }) => !isAbsent(spec))];
    this.absent = placed
      .filter(({ spec }) => isAbsent(spec))
      .map(({ place, spec }) => ({ place, name: nameOf(spec.netns, operation) }));
  }

  /** Links that are described as present, both ends of pairs. */
  get staying(): DescribedEnd[] {
    return this.present.flatMap(({ place, spec }) =>
      (spec.links ?? []).filter(isPresent).flatMap(link => this.#endsOf(place, link)),
    );
  }

  /** Links that are described as absent, and there. */
  get leavingLinks(): Located[] {
    return this.present.flatMap(({ place, spec }) =>
      (spec.links ?? []).filter(link => !isPresent(link)).flatMap(({ name }) => located(place, name)),
    );
  }

  /** Namespaces that are described as absent, and do not live on. */
  get leavingNamespaces(): Place[] {
    const present = this.present.map(({ place }) => place);
    return this.absent.map(({ place }) => place).filter(place => !present.includes(place));
  }

  /** Enters the namespaces that links are to lead to. Throws ConflictError if there is none of the name. */
  enter(operationOf: OperationOf): void {
    for (const { place, spec } of this.present) {
      for (const link of (spec.links ?? []).filter(isPresent)) {
        const operation = operationOf(place, link.name);
        this.#enter('linkNetns', link.linkNetns, operation);
        this.#enter('peer.netns', link.peer?.netns, operation);
      }
    }
  }

  #enter(field: string, ref: NamespaceRef | undefined, operation: string): void {
    try {
      this.#places.of(ref);
    } catch (error) {
      if (!(error instanceof SyscallError && error.code === 'ENOENT' && typeof ref === 'string')) throw error;
      throw new ConflictError(operation, [{ field, from: undefined, to: ref }], NOT_THERE, { cause: error });
    }
  }

  /** What is described twice cannot be both. Throws RangeError. */
  checkOnce(operation: string): void {
    const numberOf = (place: Place): number => this.#places.all.indexOf(place);
    const described = this.present.filter(({ spec }) => NAMESPACE.some(name => spec[name] !== undefined));
    checkOnce(
      [...described, ...this.absent].map(({ place }) => place),
      place => String(numberOf(place)),
      ({ label }) => `${operation}: ${label === undefined ? 'the namespace of this ip' : `netns ${label}`}`,
    );
    checkOnce(
      described.flatMap(({ place, spec }) => (spec.links ?? []).flatMap(link => this.#endsOf(place, link))),
      ({ place, name }) => `${numberOf(place)} ${place.find(name)?.index ?? name}`,
      ({ place, name }) => `${operation}: ${place.words(`link ${name}`, ...otherName(place, name))}`,
    );
  }

  #endsOf(place: Place, link: LinkSpec): DescribedEnd[] {
    const own = { place, ...link };
    if (!isPresent(link) || link.peer === undefined) return [own];
    const { netns, ...peer } = link.peer;
    return [own, { place: netns === undefined ? place : this.#places.of(netns), ...peer }];
  }
}

/** Of a link that is described by an alternative name. */
function otherName(place: Place, name: string): string[] {
  const found = place.find(name)?.name ?? name;
  return found === name ? [] : [`(${found})`];
}

const NOT_THERE = 'there is no such namespace; one that is described under namespaces is made';

const isAbsent = ({ state }: OtherNamespaceSpec): boolean => state === 'absent';
export const isPresent = (link: LinkSpec): link is PresentLink => link.state !== 'absent';

/** What is taken away from a namespace is a name: the one that was given, if it has several. */
function nameOf(ref: NamespaceRef, operation: string): string {
  if (typeof ref === 'string' && !ref.includes('/')) return ref;
  using handle = openRef(ref);
  if (handle.name !== undefined && exists(handle.name)) return handle.name;
  throw new RangeError(`${operation}: a namespace without a name under /run/netns cannot be described as absent`);
}

function located(place: Place, name: string): Located[] {
  const link = place.find(name);
  return link === undefined ? [] : [{ place, link }];
}
