import { RTM_NEWLINK } from '../../protocol/rtnetlink/index.js';
import type { Link } from '../link.js';
import { orUndefined } from './birth-step.js';
import { linksOf } from './holdings.js';
import { type Place, View } from './places.js';
import type { Scopes } from './scope.js';
import type { Phase, Step } from './step.js';
import { unlike } from './unlike.js';

const OPERATION = 'apply: give back an MTU';
/** With which the MTU of a link may become another, or that of one that follows it. */
const MOVING: readonly Phase[] = ['link withdrawal', 'settings', 'master', 'delete'];
/** Each pass sets those right that had to wait for the one below them; 8 may sit on each other (MAX_NEST_DEV, net/core/dev.c). */
const PASSES = 8;

/** A link whose MTU is not what it was. */
interface Moved {
  readonly place: Place;
  readonly link: Link;
  readonly mtu: number;
}

/** The links of a namespace. */
interface Looked {
  readonly place: Place;
  /** Indices of those in question. */
  readonly links: ReadonlySet<number>;
  readonly before: View;
  readonly now: readonly Link[];
}

/**
 * MTUs that links had. That of a macvlan or a VLAN is cut down with that of the link below and never grows again by itself
 * (macvlan_device_event in drivers/net/macvlan.c, vlan_device_event in net/8021q/vlan.c), and is refused where it exceeds
 * that; that of a bridge follows its ports. So all are set back together, when the rest has been undone.
 */
export class Mtus {
  readonly #before = new Map<Place, View>();

  /** Notes what there is before the steps are taken, if that matters to any of them. */
  note(steps: readonly Step[], places: readonly Place[]): void {
    if (!steps.some(({ phase }) => MOVING.includes(phase))) return;
    for (const place of places) {
      if (place.site !== undefined && !this.#before.has(place)) this.#before.set(place, place.view);
    }
  }

  /** Calls `fail` with each error. */
  async makeGood(scopes: Scopes, fail: (error: unknown) => void): Promise<void> {
    let failures: unknown[] = [];
    for (let left = PASSES; left > 0; left--) {
      const moved = await this.#moved(scopes, fail);
      failures = [];
      for (const each of moved) await setBack(each).catch(error => failures.push(error));
      if (failures.length === moved.length) break; // none are left, or nothing helps
    }
    for (const each of failures) fail(each);
  }

  /** When all has been undone: tells what else of the links is not as it was, which would go unnoticed. */
  async tellUnlike(scopes: Scopes, fail: (error: unknown) => void): Promise<void> {
    for (const { place, links, before, now } of await this.#look(scopes, fail))
      for (const what of unlike(links, before, new View(now))) fail(new Error(`apply: ${place.words(what)}`));
  }

  async #moved(scopes: Scopes, fail: (error: unknown) => void): Promise<Moved[]> {
    const moved: Moved[] = [];
    for (const { place, links, before, now } of await this.#look(scopes, fail)) {
      for (const link of now.filter(each => links.has(each.index))) {
        const mtu = before.at(link.index)?.mtu ?? link.mtu;
        if (mtu !== link.mtu) moved.push({ place, link, mtu });
      }
    }
    return moved;
  }

  async #look(scopes: Scopes, fail: (error: unknown) => void): Promise<Looked[]> {
    const looked: Looked[] = [];
    for (const [place, before] of this.#before) {
      const links = scopes.of(place)?.links;
      if (place.site === undefined || links === undefined) continue; // it was made on the way, and is unmade
      const now = await linksOf(place).catch(fail);
      if (now !== undefined) looked.push({ place, links, before, now });
    }
    return looked;
  }
}

async function setBack({ place, link: { index, name }, mtu }: Moved): Promise<void> {
  const operation = `${OPERATION}: ${place.words(`link ${name}`)}`;
  await orUndefined(place.context.socket.request(RTM_NEWLINK, { index, attrs: { mtu } }, { operation }));
}
