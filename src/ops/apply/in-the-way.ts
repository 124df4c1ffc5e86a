import type { LinkPlan } from './link-plan.js';
import { type Located, lowerOf } from './uppers.js';

/** Kinds of which any number can be made, whatever others there are. */
const WITHOUT_ID: readonly unknown[] = ['veth', 'bridge', 'bond', 'team', 'dummy', 'ifb', 'nlmon'];

/**
 * Whether a link that is to go may hold what something new needs: its index, the id of a vxlan or a vlan, which is refused as taken, or the
 * link below, which serves either a bridge or macvlans or ipvlans (netdev_rx_handler_register, net/core/dev.c). Links are
 * compared by index whichever namespace they are in: to go too early does no harm.
 */
export function inTheWay(links: readonly LinkPlan[]): (each: Located) => boolean {
  const made = links.filter(({ making }) => making !== undefined);
  const kinds = new Set(made.map(({ making }) => making).filter(kind => !WITHOUT_ID.includes(kind)));
  const lowers = new Set(made.map(({ lower }) => lower?.place.at(lower.link)?.index));
  const indices = new Set(made.flatMap(({ ends }) => ends.map(({ spec }) => spec.index)));
  const ports = links.flatMap(({ ends }) => ends).filter(({ spec }) => spec.master != null);
  const needed = new Set([...lowers, ...ports.map(({ found }) => found?.index)].filter(index => index !== undefined));
  return ({ place, link }) =>
    kinds.has(link.kind) ||
    indices.has(link.index) ||
    needed.has(lowerOf(link) ?? 0) ||
    place.links.some(({ index, master }) => master === link.index && lowers.has(index));
}
