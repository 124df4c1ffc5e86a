import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL } from '../../protocol/header.js';
import { AF, type NeighbourInput, RTM_NEWNEIGH } from '../../protocol/rtnetlink/index.js';
import type { FdbEntry } from '../fdb-entry.js';
import { forwardingOf, giveBack, type Holdings } from './holdings.js';
import type { Place } from './places.js';
import { restorer } from './restorer.js';
import type { Scope } from './scope.js';

/** Those in question that are not there now. */
export function missingForwarding(
  { forwarding }: Holdings,
  now: readonly FdbEntry[],
  { links, ports }: Scope,
): FdbEntry[] {
  const there = new Set(now.map(keyOf));
  return forwarding.filter(entry => (links.has(entry.index) || ports.has(entry.index)) && !there.has(keyOf(entry)));
}

/** In words. */
export const forwardingWords = ({ address }: FdbEntry): string => `forwarding entry ${address}`;

function keyOf({ index, master, address, vlan, message }: FdbEntry): string {
  const { dst, port, vni, srcVni, ifindex, nhId } = message.attrs;
  return [index, master, address, vlan, dst, port, vni, srcVni, ifindex, nhId].join(' ');
}

/** Of a vxlan these may lead to any number of others (vxlan_fdb_update_existing in drivers/net/vxlan/vxlan_core.c). */
const hasMany = ({ master, address }: FdbEntry): boolean => master === undefined && isGroup(address);
const isGroup = (address: string): boolean =>
  address === '00:00:00:00:00:00' || (Number.parseInt(address, 16) & 1) === 1;

/** A bridge tells whose an entry is by NDA_MASTER, and takes it by flags (fdb_fill_info and br_fdb_add in net/bridge/br_fdb.c). */
function again({ index, master, state, message }: FdbEntry): NeighbourInput {
  const { lladdr, dst, vlan, port, vni, srcVni, ifindex, nhId } = message.attrs;
  const table = master === undefined || master === index ? 'self' : 'master';
  const others = message.flags.filter(flag => flag === 'sticky' || flag === 'extLearned' || flag === 'router');
  return {
    family: AF.bridge,
    ifindex: index,
    state: state === 'dynamic' ? ['reachable'] : message.state,
    flags: [table, ...others],
    attrs: { lladdr, dst, vlan, port, vni, srcVni, ifindex, nhId },
  };
}

function give(place: Place, entry: FdbEntry): Promise<void> {
  const flags = NLM_F_CREATE | (hasMany(entry) ? NLM_F_APPEND : NLM_F_EXCL);
  return giveBack(place, RTM_NEWNEIGH, flags, again(entry), forwardingWords(entry));
}

/** Gives back the forwarding entries that somebody set and that went with a port of a bridge, the bridge itself, or a vxlan. */
export const restoreForwarding = restorer(forwardingOf, missingForwarding, give);
