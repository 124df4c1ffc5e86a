import { NLM_F_CREATE, NLM_F_EXCL } from '../../protocol/header.js';
import { type LinkInput, RTM_NEWLINK, RTM_NEWLINKPROP } from '../../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { getLink } from '../context.js';
import { settingsOf } from '../ensure/link.js';
import type { Link } from '../link.js';
import { LINK_SETTINGS, linkInput } from '../link-input.js';
import { except } from './address-steps.js';
import { orUndefined } from './birth-step.js';
import type { Place } from './places.js';

/** A link as it was. */
interface Remnant {
  readonly link: Link;
  readonly place: Place;
  /** What belonged to it, if it was a bridge or the like. */
  readonly ports: readonly number[];
}

/** What was known of a link before it was deleted, and of its peer. */
export interface Remains extends Remnant {
  readonly peer: Remnant | undefined;
}

/** Undefined for a link that is gone already. */
export async function remainsOf(
  place: Place,
  index: number,
  places: readonly Place[],
  operation: string,
  options: WaitOptions,
): Promise<Remains | undefined> {
  const link = await orUndefined(getLink(place.context, index, operation, options));
  if (link === undefined) return undefined;
  const peer = link.kind === 'veth' ? await peerOf(link, place, places, operation, options) : undefined;
  return { link, place, ports: portsOf(place, index), peer };
}

const portsOf = ({ links }: Place, index: number): number[] =>
  links.filter(each => each.master === index).map(each => each.index);

/** The other end, wherever among the described namespaces it is. */
async function peerOf(
  { index, linkIndex, linkNetnsid }: Link,
  place: Place,
  places: readonly Place[],
  operation: string,
  options: WaitOptions,
): Promise<Remnant | undefined> {
  for (const other of places) {
    if (linkIndex === undefined || other.site === undefined || (other === place) !== (linkNetnsid === undefined))
      continue;
    const link = await orUndefined(getLink(other.context, linkIndex, operation, options));
    if (link?.kind === 'veth' && link.linkIndex === index) return { link, place: other, ports: [] };
  }
  return undefined;
}

/** Makes a deleted link anew: with its index, its settings, its master and its ports. */
export async function revive({ peer, ...own }: Remains, operation: string): Promise<void> {
  const { link, place } = own;
  if (link.kind === 'veth' && peer === undefined)
    throw new Error(`${operation}: its peer was in a namespace that is not described, and cannot be made again`);
  const data = peer === undefined ? link.data : { peer: birth(peer, peer.place === place ? undefined : peer.place.fd) };
  const body = birth(own, undefined, data);
  const flags = NLM_F_CREATE | NLM_F_EXCL;
  await except(['EEXIST'], place.context.socket.request(RTM_NEWLINK, body, { flags, operation }));
  for (const each of peer === undefined ? [own] : [own, peer]) await dress(each, operation);
}

/** What it is born with; the rest comes when it is there. */
function birth({ link }: Remnant, netNsFd: number | undefined, data?: object): LinkInput {
  const { index, name, kind, numTxQueues, numRxQueues, linkIndex, linkNetnsid } = link;
  const { up: _up, alias: _alias, carrier: _carrier, ...settings } = settingsOf(link, LINK_SETTINGS);
  const lower = kind === 'veth' || linkNetnsid !== undefined ? undefined : linkIndex;
  const linkinfo =
    netNsFd === undefined && data === undefined && kind === 'veth' ? {} : { linkinfo: { kind, data } as never };
  return linkInput({ ...settings, name, index, numTxQueues, numRxQueues }, { link: lower, netNsFd }, linkinfo);
}

async function dress({ link, place, ports }: Remnant, operation: string): Promise<void> {
  const { index, master, altNames, alias, up } = link;
  const set = (body: LinkInput): Promise<unknown> => place.context.socket.request(RTM_NEWLINK, body, { operation });
  if (alias !== undefined) await set({ ...linkInput({ alias }, {}), index });
  if (altNames.length > 0) {
    const attrs = { propList: { altIfname: altNames } };
    await place.context.socket.request(
      RTM_NEWLINKPROP,
      { index, attrs },
      { flags: NLM_F_CREATE | NLM_F_EXCL, operation },
    );
  }
  if (master !== undefined) await orUndefined(set({ index, attrs: { master } }));
  for (const port of ports) await orUndefined(set({ index: port, attrs: { master: index } }));
  if (up) await set({ ...linkInput({ up }, {}), index });
}
