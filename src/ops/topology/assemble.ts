import type { Address } from '../address.js';
import type { Link } from '../link.js';
import { isPaired, linkId } from './far-ends.js';
import type { TopologyAddress, TopologyBridge, TopologyFarEnd, TopologyLink, TopologyNamespace } from './graph.js';
import { type Place, processLabel } from './places.js';
import type { View } from './view.js';

/** A namespace as values. */
export function namespaceOf({ id, device, handle, own, label, names, pids }: Place): TopologyNamespace {
  const called = label ?? names[0] ?? (own ? 'this namespace' : pids[0] === undefined ? id : processLabel(pids[0]));
  return { id, inode: handle.inode, device, label: called, own, names: [...names], pids: [...pids] };
}

/** The links of a namespace as values, in the order of their indices. */
export function linksOf(view: View, ends: ReadonlyMap<number, TopologyFarEnd>): TopologyLink[] {
  const addresses = byLink(view.addresses);
  const vlans = byLink(view.bridgeVlans);
  return [...view.links.values()]
    .sort((a, b) => a.index - b.index)
    .map(link => ({
      id: linkId(view.place, link.index),
      namespace: view.place.id,
      index: link.index,
      name: link.name,
      kind: link.kind,
      loopback: link.type === 'loopback',
      up: link.up,
      operState: link.operState,
      address: link.address,
      mtu: link.mtu,
      addresses: (addresses.get(link.index) ?? []).map(addressOf),
      master: link.master === undefined ? undefined : linkId(view.place, link.master),
      peer: isPaired(link) ? ends.get(link.index) : undefined,
      lower: isPaired(link) ? undefined : ends.get(link.index),
      vlan: vlanOf(link),
      bridgeVlans: (vlans.get(link.index) ?? []).map(({ vid, pvid, untagged }) => ({ vid, pvid, untagged })),
    }));
}

function byLink<T extends { readonly index: number }>(items: readonly T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const group = groups.get(item.index);
    if (group === undefined) groups.set(item.index, [item]);
    else group.push(item);
  }
  return groups;
}

const addressOf = ({ cidr, family, scope, peer }: Address): TopologyAddress => ({ cidr, family, scope, peer });

function vlanOf({ kind, data }: Link): TopologyLink['vlan'] {
  if (kind !== 'vlan') return undefined;
  const { id, protocol } = data as { id?: number; protocol?: string | number };
  return { id: id ?? 0, protocol: protocol ?? '8021q' };
}

/** The bridges of a namespace and their ports. */
export function bridgesOf({ place, links }: View): TopologyBridge[] {
  const all = [...links.values()].sort((a, b) => a.index - b.index);
  return all
    .filter(({ kind }) => kind === 'bridge')
    .map(({ index, data }) => ({
      link: linkId(place, index),
      ports: all.filter(({ master }) => master === index).map(port => linkId(place, port.index)),
      vlanFiltering: (data as { vlanFiltering?: number }).vlanFiltering === 1,
    }));
}

/** Both ends of each pair, once. */
export function pairsOf(links: readonly TopologyLink[]): [string, string][] {
  const ends = new Map(links.map(({ id, peer }) => [id, peer?.link]));
  const seen = new Set<string>();
  return links.flatMap(({ id, peer }): [string, string][] => {
    seen.add(id);
    const other = peer?.link;
    // Not yet the pair's turn, or no pair: a link that was replaced while it was looked for.
    return other === undefined || seen.has(other) || ends.get(other) !== id ? [] : [[id, other]];
  });
}
