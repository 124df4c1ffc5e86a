import { groupBy } from '../group-by.js';
import type { Link } from '../link.js';
import type { Place, View } from './places.js';
import type { Step } from './step.js';
import { type Located, lowerOf } from './uppers.js';

/**
 * What of a namespace steps that were taken may have changed, in itself or by what the kernel does then: a roll-back gives back
 * that, and leaves alone what others have changed elsewhere meanwhile.
 */
export class Scope {
  /** Indices of links. */
  readonly links = new Set<number>();
  /** Of ports whose bridge is made anew, and that may have been touched in nothing else. */
  readonly ports = new Set<number>();
  /** Of addresses and routes that were changed or deleted themselves: see `Step.key`. */
  readonly keys = new Set<string>();
}

/** Steps of one plan, and what that went by. */
export interface Taken {
  readonly steps: readonly Step[];
  readonly views: ReadonlyMap<Place, View>;
}

export class Scopes {
  readonly #scopes = new Map<Place, Scope>();

  /** The scope in a place; undefined if nothing of it may have changed. */
  of(place: Place): Scope | undefined {
    return this.#scopes.get(place);
  }

  add({ steps, views }: Taken): void {
    const all = [...views].flatMap(([place, { links }]) => links.map(link => ({ place, link })));
    const [ending, changing] = [steps.filter(endsCarrier), steps.filter(step => !endsCarrier(step))];
    const onOthers = all.filter(({ link }) => link.kind !== 'veth');
    // The other end of a pair goes with it, or loses its carrier, and is not concerned by anything else.
    this.#touch(ending, views, groupBy(all, lowerIndex));
    this.#touch(changing, views, groupBy(onOthers, lowerIndex));
    for (const { place, link } of all) this.#addPort(place, link);
  }

  #touch(steps: readonly Step[], views: ReadonlyMap<Place, View>, sitting: Sitting): void {
    for (const { place, touches = [], key } of steps) {
      if (key !== undefined) this.#at(place).keys.add(key);
      for (const index of touches) this.#spread(place, index, views, sitting);
    }
  }

  #at(place: Place): Scope {
    let scope = this.#scopes.get(place);
    if (scope === undefined) {
      scope = new Scope();
      this.#scopes.set(place, scope);
    }
    return scope;
  }

  /** From a link to its master, and to what sits on it, in whichever namespace. */
  #spread(place: Place, index: number, views: ReadonlyMap<Place, View>, sitting: Sitting): void {
    const { links } = this.#at(place);
    if (links.has(index)) return;
    links.add(index);
    const master = views.get(place)?.at(index)?.master;
    if (master !== undefined) this.#spread(place, master, views, sitting);
    for (const each of sitting.get(index) ?? []) {
      const isNear = (each.place === place) === (each.link.linkNetnsid === undefined);
      if (isNear) this.#spread(each.place, each.link.index, views, sitting);
    }
  }

  /** A bridge that is made anew takes its ports again; nothing else of them changes with it. */
  #addPort(place: Place, { index, master }: Link): void {
    const scope = this.#scopes.get(place);
    if (master !== undefined && scope?.links.has(master) === true) scope.ports.add(index);
  }
}

/** Links by the index of what they sit on. */
type Sitting = ReadonlyMap<number | undefined, readonly Located[]>;

const lowerIndex = ({ link }: Located): number | undefined => lowerOf(link);
/** Without a carrier the kernel drops nexthop objects, and so the routes by them (nh_netdev_event in net/ipv4/nexthop.c). */
const endsCarrier = ({ object, action, differences = [] }: Step): boolean =>
  object === 'link' && (action === 'delete' || differences.some(({ field }) => field === 'up'));
