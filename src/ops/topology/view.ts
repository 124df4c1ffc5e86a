import type { WaitOptions } from '../../socket/exchange.js';
import type { Address } from '../address.js';
import type { BridgeVlan } from '../bridges.js';
import type { Link } from '../link.js';
import { type Ip, open } from '../open.js';
import type { Place } from './places.js';

/** What one namespace holds. */
export interface View {
  readonly place: Place;
  /** By index. */
  readonly links: ReadonlyMap<number, Link>;
  readonly addresses: readonly Address[];
  readonly bridgeVlans: readonly BridgeVlan[];
}

/** A socket in a namespace. The own one is not entered: that would take a capability. */
export const enter = ({ own, handle }: Place): Ip => (own ? open() : open({ netns: handle }));

/** Reads all of a namespace that a topology shows. */
export async function view(place: Place, options: WaitOptions): Promise<View> {
  await using ip = enter(place);
  const links = await ip.link.list(options);
  const addresses = await ip.address.list(options);
  const bridged = links.some(link => link.kind === 'bridge');
  const bridgeVlans = bridged ? await ip.bridge.vlans(options) : [];
  return { place, links: new Map(links.map(link => [link.index, link])), addresses, bridgeVlans };
}
