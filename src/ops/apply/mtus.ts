import { RTM_NEWLINK } from '../../protocol/rtnetlink/index.js';
import type { Link } from '../link.js';
import { orUndefined } from './birth-step.js';
import type { LinksBefore, Looked } from './links-before.js';
import type { Place } from './places.js';
import type { Scopes } from './scope.js';

const OPERATION = 'apply: give back an MTU';
/** Each pass sets those right that had to wait for the one below them; 8 may sit on each other (MAX_NEST_DEV, net/core/dev.c). */
const PASSES = 8;

/** A link whose MTU is not what it was. */
interface Moved {
  readonly place: Place;
  readonly link: Link;
  readonly mtu: number;
}

/**
 * Gives links the MTUs that they had. That of a macvlan or a VLAN is cut down with that of the link below and never grows again
 * by itself (macvlan_device_event in drivers/net/macvlan.c, vlan_device_event in net/8021q/vlan.c), and is refused where it
 * exceeds that; that of a bridge follows its ports. So all are set back together, when the rest has been undone. Calls `fail`
 * with each error.
 */
export async function restoreMtus(links: LinksBefore, scopes: Scopes, fail: (error: unknown) => void): Promise<void> {
  let failures: unknown[] = [];
  for (let left = PASSES; left > 0; left--) {
    const moved = (await links.look(scopes, fail)).flatMap(movedOf);
    failures = [];
    for (const each of moved) await setBack(each).catch(error => failures.push(error));
    if (failures.length === moved.length) break; // none are left, or nothing helps
  }
  for (const each of failures) fail(each);
}

const movedOf = ({ place, scope: { links }, before, now }: Looked): Moved[] =>
  now.flatMap(link => {
    const mtu = links.has(link.index) ? before.at(link.index)?.mtu : undefined;
    return mtu === undefined || mtu === link.mtu ? [] : [{ place, link, mtu }];
  });

async function setBack({ place, link: { index, name }, mtu }: Moved): Promise<void> {
  const operation = `${OPERATION}: ${place.words(`link ${name}`)}`;
  await orUndefined(place.context.socket.request(RTM_NEWLINK, { index, attrs: { mtu } }, { operation }));
}
