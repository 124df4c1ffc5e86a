import type { LinkPlan } from './link-plan.js';

/** Links after those that they sit on: the kernel takes no greater MTU than that of the link below. */
export function inOrder(links: readonly LinkPlan[]): LinkPlan[] {
  const below = new Map(links.map(each => [each, links.find(other => isBelow(other, each))]));
  const left = new Set(links);
  const ordered: LinkPlan[] = [];
  while (left.size > 0) {
    const free = [...left].filter(each => !left.has(below.get(each) as LinkPlan));
    const ready = free.length > 0 ? free : [...left].filter(isThere); // tunnels may lead to each other
    if (ready.length === 0) throw new RangeError('links: each of some sits on another of them');
    for (const each of ready) left.delete(each);
    ordered.push(...ready);
  }
  return ordered;
}

const isThere = ({ ends: [first] }: LinkPlan): boolean => first?.found !== undefined;

function isBelow({ ends }: LinkPlan, { lower }: LinkPlan): boolean {
  if (lower === undefined) return false;
  const { place, link } = lower;
  const there = place.at(link);
  return ends.some(
    ({ place: own, spec: { name, index }, found }) =>
      own === place && (found === undefined ? [name, index].includes(link) : found === there),
  );
}
