import type { WaitOptions } from '../../socket/exchange.js';
import { getLink } from '../context.js';
import type { WantedLink } from '../ensure/link.js';
import type { Link } from '../link.js';
import { idOf, type LinkPlaces } from './link-plan.js';
import type { Place } from './places.js';
import { leadsToOne, lowerOf } from './uppers.js';

/**
 * Kinds of which one that is put on another comes to sit beside it, on the link below both: macvlan_common_newlink in
 * drivers/net/macvlan.c, ipvlan_link_new in drivers/net/ipvlan/ipvlan_main.c.
 */
const SIDE_BY_SIDE: readonly (readonly string[])[] = [
  ['macvlan', 'macvtap'],
  ['ipvlan', 'ipvtap'],
];

/** Where a link of that kind comes to sit that is put on the one with the index; undefined if that cannot be told. */
export async function realLower(
  kind: string,
  index: number,
  { own, lower, all }: LinkPlaces,
  options: WaitOptions,
): Promise<WantedLink['lower']> {
  const kinds = SIDE_BY_SIDE.find(each => each.includes(kind));
  const there = kinds === undefined ? undefined : await linkAt(lower, index, options);
  const beside = kinds?.includes(there?.kind ?? '') === true ? there : undefined;
  if (beside === undefined) return { index, netnsid: await idOf(own, lower, options) };
  const real = lowerOf(beside)!;
  if (own === lower) return { index: real, netnsid: beside.linkNetnsid };
  const place = await leadsToOne({ place: lower, link: beside }, all, options);
  return place === undefined ? undefined : { index: real, netnsid: await idOf(own, place, options) };
}

/** One that was there, or has just been made; undefined if it is to be made. */
async function linkAt(place: Place, index: number, options: WaitOptions): Promise<Link | undefined> {
  const isNew = [...place.made.values()].includes(index);
  return place.view.at(index) ?? (isNew ? getLink(place.context, index, `link get ${index}`, options) : undefined);
}
