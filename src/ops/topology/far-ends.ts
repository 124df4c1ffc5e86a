import type { WaitOptions } from '../../socket/exchange.js';
import type { Link } from '../link.js';
import { PAIRED } from '../link-peer.js';
import type { TopologyFarEnd } from './graph.js';
import type { Place } from './places.js';
import { enter, type View } from './view.js';

/** Whether its IFLA_LINK is the other end of a pair and not the link beneath. */
export const isPaired = ({ kind }: Link): boolean => PAIRED.has(kind);

/** `net:[4026531840]/2` */
export const linkId = (place: Place, index: number): string => `${place.id}/${index}`;

/** Finds where the links of a namespace lead to; the answer is by index of the link. */
export async function farEnds(
  from: View,
  views: readonly View[],
  closed: readonly Place[],
  options: WaitOptions,
): Promise<Map<number, TopologyFarEnd>> {
  const leading = [...from.links.values()].filter(({ linkIndex }) => linkIndex !== undefined && linkIndex !== 0);
  const abroad = leading.filter(({ linkNetnsid }) => linkNetnsid !== undefined);
  const ends = new Map(leading.map(link => [link.index, withinNamespace(from, link)]));
  if (abroad.length === 0) return ends;

  await using ip = enter(from.place);
  const ids = new Map<Place, Promise<number | undefined>>();
  const idOf = (place: Place): Promise<number | undefined> => {
    const known = ids.get(place) ?? ip.netns.id(place.handle, options);
    ids.set(place, known);
    return known;
  };
  for (const link of abroad) ends.set(link.index, await beyond(from, link, views, closed, idOf));
  return ends;
}

function withinNamespace({ place, links }: View, { linkIndex, linkNetnsid }: Link): TopologyFarEnd {
  const index = linkIndex!;
  const link = links.has(index) ? linkId(place, index) : undefined;
  return { index, netnsId: linkNetnsid, namespace: place.id, link };
}

/**
 * The namespace is the one that has the id in `from`. Asking for an id is a request for each pair of namespaces, so those
 * are asked about first, and mostly alone, that hold a link that fits.
 */
async function beyond(
  from: View,
  link: Link,
  views: readonly View[],
  closed: readonly Place[],
  idOf: (place: Place) => Promise<number | undefined>,
): Promise<TopologyFarEnd> {
  const index = link.linkIndex!;
  const netnsId = link.linkNetnsid;
  const others = views.filter(each => each !== from);
  const fits = ({ links }: View): boolean => {
    const other = links.get(index);
    return other !== undefined && (!isPaired(link) || (isPaired(other) && other.linkIndex === link.index));
  };
  for (const { place } of others.filter(fits)) {
    if ((await idOf(place)) === netnsId) return { index, netnsId, namespace: place.id, link: linkId(place, index) };
  }
  for (const place of [...others.map(({ place }) => place), ...closed]) {
    if ((await idOf(place)) === netnsId) return { index, netnsId, namespace: place.id, link: undefined };
  }
  return { index, netnsId, namespace: undefined, link: undefined };
}
