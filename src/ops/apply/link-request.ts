import { type LinkInput, RTM_NEWLINK } from '../../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { commonHint } from '../context.js';
import { setHint } from '../link-hints.js';
import type { End } from './link-plan.js';

/** The index of a link that is there by now. */
export function indexOf({ place, spec }: End): number {
  const index = place.indexOf(spec.name);
  if (index === undefined) throw new Error(`link ${spec.name}: gone`);
  return index;
}

/** Sends a change of a link. */
export async function request(
  { place, spec }: End,
  body: LinkInput,
  operation: string,
  options: WaitOptions = {},
): Promise<unknown> {
  const { context } = place;
  const hint = (code: string, said: string | undefined): string | undefined => {
    // One that a setting of its kind refers to.
    const isOther = code === 'ENODEV' && said !== undefined && body.attrs?.linkinfo !== undefined;
    return isOther ? '' : (setHint(context, code, spec.name, {}) ?? commonHint(context, code));
  };
  return context.socket.request(RTM_NEWLINK, body, {
    ...options,
    operation: `${operation}: set`,
    hint,
  });
}
