import type { WaitOptions } from '../../socket/exchange.js';
import type { Link } from '../link.js';
import { idOf } from './link-plan.js';
import type { Place } from './places.js';

/** A link where it is. */
export interface Located {
  readonly place: Place;
  readonly link: Link;
}

/** One that sits on another, which it says by its name. */
export interface Upper extends Located {
  readonly on: string;
}

/**
 * Kinds that their drivers delete with the link below, on NETDEV_UNREGISTER: net/8021q/vlan.c, and macvlan.c, virt_wifi.c,
 * amt.c, macsec.c, ipvlan/ipvlan_main.c and vxlan/vxlan_core.c in drivers/net.
 */
const GO_ALONG: readonly unknown[] = [
  ...['vlan', 'macvlan', 'macvtap', 'ipvlan', 'ipvtap', 'macsec'],
  ...['vxlan', 'amt', 'virt_wifi'],
];

/** What the kernel deletes with a link, of what sits on it or on its peer: in any of the places. */
export async function uppersOf(lower: Located, places: readonly Place[], options: WaitOptions): Promise<Upper[]> {
  const uppers: Upper[] = [];
  for (const end of await endsOf(lower, places, options)) {
    for (const place of places) {
      const candidates = place.links.filter(each => GO_ALONG.includes(each.kind) && lowerOf(each) === end.link.index);
      for (const link of candidates)
        if (await leadsTo({ place, link }, end.place, options)) uppers.push({ place, link, on: end.link.name });
    }
  }
  return uppers;
}

/** A link and, as far as it can be seen, its peer. */
export async function endsOf(own: Located, places: readonly Place[], options: WaitOptions): Promise<Located[]> {
  const { index, linkIndex, kind } = own.link;
  if (kind !== 'veth') return [own];
  for (const place of places) {
    const link = place.view.at(linkIndex);
    if (link?.linkIndex === index && (await leadsTo(own, place, options))) return [own, { place, link }];
  }
  return [own];
}

/** The one of the places in which the link is that it sits on. */
export async function leadsToOne(
  upper: Located,
  places: readonly Place[],
  options: WaitOptions,
): Promise<Place | undefined> {
  for (const place of places) if (await leadsTo(upper, place, options)) return place;
  return undefined;
}

/** Whether the link that it sits on, or its peer, is in that namespace. */
async function leadsTo({ place, link }: Located, to: Place, options: WaitOptions): Promise<boolean> {
  const { linkNetnsid } = link;
  if (place === to || linkNetnsid === undefined) return place === to && linkNetnsid === undefined;
  return linkNetnsid === (await idOf(place, to, options));
}

/** A vxlan says by its own settings on which link it sits; a veth names its peer as others the link below. */
export const lowerOf = ({ linkIndex, data }: Link): number | undefined =>
  linkIndex ?? (data as { readonly link?: number } | undefined)?.link;
