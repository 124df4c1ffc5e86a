import { NLM_F_CREATE, NLM_F_EXCL } from '../../protocol/header.js';
import { type LinkAttrsInput, type LinkInput, RTM_NEWLINK, RTM_NEWLINKPROP } from '../../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { getLink } from '../context.js';
import { settingsOf } from '../ensure/link.js';
import { allData, dataBack } from '../ensure/link-data.js';
import { asRequest } from '../ensure/macvlan.js';
import { isMasked } from '../ensure/masked.js';
import type { Link } from '../link.js';
import { LINK_SETTINGS, linkInput } from '../link-input.js';
import { orUndefined } from './birth-step.js';
import { except } from './except.js';
import type { Place } from './places.js';
import { Refusals } from './refusals.js';
import { rejoin } from './rejoin.js';

/** A link as it was. */
interface Remnant {
  readonly link: Link;
  readonly place: Place;
  /** What belonged to it, if it was a bridge or the like. */
  readonly ports: readonly Link[];
  /** The hardware address that it was given; none for a bridge that has that of a port. */
  readonly address: string | undefined;
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
  return { link, place, ports: portsOf(place, index), address: ownAddress(place, link), peer };
}

/**
 * As of the plan: with that it may have changed already, where it follows others. A bridge that nobody gave one has the
 * least of its ports' (br_stp_recalculate_bridge_id in net/bridge/br_stp_if.c), and would no longer follow them if it were given that.
 */
function ownAddress(place: Place, { index, kind, address }: Link): string | undefined {
  const own = place.view.at(index)?.address ?? address;
  const [least] = portsOf(place, index)
    .map(each => each.address)
    .sort();
  return kind === 'bridge' && least === own ? undefined : own;
}

const portsOf = ({ links }: Place, index: number): Link[] => links.filter(each => each.master === index);

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
    if (link?.kind === 'veth' && link.linkIndex === index)
      return { link, place: other, ports: [], address: ownAddress(other, link) };
  }
  return undefined;
}

/** Makes a deleted link anew: with its index, its settings, its master and its ports. */
export async function revive({ peer, ...own }: Remains, operation: string): Promise<void> {
  const { link, place } = own;
  if (link.kind === 'veth' && peer === undefined)
    throw new Error(`${operation}: its peer was in a namespace that is not described, and cannot be made again`);
  const data =
    peer === undefined ? bornData(link) : { peer: birth(peer, peer.place === place ? undefined : peer.place.fd) };
  const body = birth(own, undefined, data);
  const flags = NLM_F_CREATE | NLM_F_EXCL;
  await except(['EEXIST'], place.context.socket.request(RTM_NEWLINK, body, { flags, operation }));
  const refusals = new Refusals();
  for (const each of peer === undefined ? [own] : [own, peer]) await refusals.gather(dress(each, operation, refusals));
  refusals.tell();
}

/** Not even as 0 the kernel takes these without a change: a vxlan counts the bits of the header as used. */
const NOT_AS_ZERO = ['remcsumTx', 'remcsumRx'];

/**
 * A bridge gets later what is not so by default: the kernel may lack some of it, and refuses even to leave it as it is. So do
 * others get bits of which the kernel does not take all that it reports.
 */
function bornData({ kind, data }: Link): object | undefined {
  if (data === undefined || kind === 'bridge') return undefined;
  const born = Object.entries(allData(data)).filter(
    ([name, value]) => !isMasked(value) && (value !== 0 || !NOT_AS_ZERO.includes(name)),
  );
  return asRequest(Object.fromEntries(born));
}

/** What it is born with; the rest comes when it is there. */
function birth({ link, address }: Remnant, netNsFd: number | undefined, data?: object): LinkInput {
  const { index, name, kind, numTxQueues, numRxQueues, linkIndex, linkNetnsid } = link;
  const {
    up: _up,
    alias: _alias,
    carrier: _carrier,
    address: _address,
    broadcast,
    ...settings
  } = settingsOf(link, LINK_SETTINGS);
  const sitsOn = kind === 'veth' ? {} : { linkNetnsid };
  const lower = kind === 'veth' ? undefined : linkIndex;
  const isPeer = netNsFd !== undefined || (kind === 'veth' && data === undefined);
  const linkinfo = isPeer ? {} : { linkinfo: { kind, data } as never };
  return linkInput(
    { ...settings, ...(isEthernet(address) && { address, broadcast }), name, index, numTxQueues, numRxQueues },
    { link: lower, netNsFd },
    { ...sitsOn, ...linkinfo },
  );
}

/**
 * The addresses of tunnels are of other lengths, and among their settings. A bridge that lost its last port has zeros, which
 * no link can be given: it takes after its ports again, when it has them back.
 */
const isEthernet = (address = ''): boolean => address.length === 17 && /[1-9a-f]/.test(address);

/** Gives a link what it was not born with. What the kernel refuses is gathered, and the rest is given all the same. */
async function dress({ link, place, ports }: Remnant, operation: string, refusals: Refusals): Promise<void> {
  const { index, master, altNames, alias, up } = link;
  const { socket } = place.context;
  const request = (body: LinkInput): Promise<unknown> => socket.request(RTM_NEWLINK, { ...body, index }, { operation });
  const set = (body: LinkInput): Promise<void> => refusals.gather(request(body));
  const now = await getLink(place.context, index, operation, {});
  await giveDataBack(now, link, attrs => request({ attrs }), refusals);
  const addrGenMode = link.inet6?.addrGenMode;
  // Before it is up: the link-local address is made then (addrconf_dev_config in net/ipv6/addrconf.c).
  if (addrGenMode !== undefined && addrGenMode !== now.inet6?.addrGenMode)
    await set({ attrs: { afSpec: { inet6: { addrGenMode } } } });
  if (alias !== undefined) await set(linkInput({ alias }, {}));
  for (const each of altNames) {
    const body = { index, attrs: { propList: { altIfname: [each] } } };
    await refusals.gather(socket.request(RTM_NEWLINKPROP, body, { flags: NLM_F_CREATE | NLM_F_EXCL, operation }));
  }
  if (master !== undefined) await refusals.gather(orUndefined(rejoin(place, link, operation)));
  for (const port of ports) await refusals.gather(orUndefined(rejoin(place, port, operation)));
  if (up) await set(linkInput({ up }, {}));
}

/**
 * The settings of its kind that are not as they were: together, since some rest on others, and each alone where that is refused,
 * since a driver takes none of those that come after one it refuses.
 */
async function giveDataBack(
  now: Link,
  { kind, data }: Link,
  set: (attrs: LinkAttrsInput) => Promise<unknown>,
  refusals: Refusals,
): Promise<void> {
  const back = kind === 'veth' ? [] : Object.entries(dataBack(now.data, data));
  const give = (...entries: typeof back): Promise<unknown> =>
    set({ linkinfo: { kind, data: asRequest(Object.fromEntries(entries)) } as never });
  if (back.length === 0) return;
  const together = new Refusals();
  await together.gather(give(...back));
  if (together.none) return;
  for (const each of back) await refusals.gather(give(each));
}
