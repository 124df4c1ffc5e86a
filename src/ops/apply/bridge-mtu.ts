import { getLink } from '../context.js';
import type { End } from './link-plan.js';
import { request } from './link-request.js';
import type { Step } from './step.js';

/**
 * Bridges that have the MTU that is described, and may lose it to `steps`: one that nobody has changed follows those of its
 * ports (br_mtu_auto_adjust in net/bridge/br_if.c), and to set it to what it is already is no change.
 */
export function keepMtuSteps(ends: readonly End[], steps: readonly Step[], operation: string): Step[] {
  return ends.flatMap(end => {
    const { found, spec, place } = end;
    if (found?.kind !== 'bridge' || spec.mtu === undefined || found.mtu !== spec.mtu) return [];
    return steps.some(each => each.place === place && movesPorts(each))
      ? [keepMtuStep(end, found.index, operation)]
      : [];
  });
}

const movesPorts = ({ object, differences = [] }: Step): boolean =>
  object === 'link' && differences.some(({ field }) => field === 'master' || field === 'mtu');

function keepMtuStep(end: End, index: number, operation: string): Step {
  const { place, spec } = end;
  const { mtu } = spec;
  return {
    phase: 'bridge',
    action: 'change',
    touches: [index],
    object: 'link',
    netns: place.label,
    place,
    text: place.words(`link ${spec.name}`, `mtu ${mtu}`),
    untold: true,
    async run(options) {
      const now = await getLink(place.context, index, operation, options, true);
      if (now.mtu !== mtu) await request(end, { index, attrs: { mtu } }, operation, options);
    },
    async undo() {}, // see restoreMtus
  };
}
