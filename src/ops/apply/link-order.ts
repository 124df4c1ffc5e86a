import type { LinkPlan } from './link-plan.js';

/** Links after those that they sit on. */
export function inOrder(links: readonly LinkPlan[]): LinkPlan[] {
  const left = new Set(links);
  const ordered: LinkPlan[] = [];
  while (left.size > 0) {
    const ready = [...left].filter(({ after }) => after === undefined || ![...left].some(each => makes(each, after)));
    if (ready.length === 0) throw new RangeError('links: each of some sits on another of them');
    for (const each of ready) left.delete(each);
    ordered.push(...ready);
  }
  return ordered;
}

const makes = ({ ends }: LinkPlan, { place, link }: NonNullable<LinkPlan['after']>): boolean =>
  ends.some(end => end.place === place && [end.spec.name, end.spec.index].includes(link));
