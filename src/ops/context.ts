import { RTM_GETLINK } from '../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../socket/exchange.js';
import type { Socket } from '../socket/socket.js';
import { type Link, loneLinkCodec } from './link.js';
import { checkLinkRef, type LinkRef, linkLabel } from './names.js';

/** What the operations of one `open()` share. */
export interface Context {
  readonly socket: Socket;
  /** What errors call the namespace it works in: `this namespace`, `netns ns1`. */
  readonly where: string;
}

/** RTEXT_FILTER_*: leave out the statistics, which take the kernel and the decoder longest. */
export const SKIP_STATS = ['skipStats'] as const;

/** The index of a link, asked for if only its name is known. */
export async function indexOf(
  context: Context,
  ref: LinkRef,
  operation: string,
  options: WaitOptions,
): Promise<number> {
  const checked = checkLinkRef(ref);
  return typeof checked === 'number' ? checked : (await getLink(context, checked, operation, options, true)).index;
}

/** One link, by name or index. */
export function getLink(
  context: Context,
  ref: LinkRef,
  operation: string,
  options: WaitOptions,
  brief = false,
): Promise<Link> {
  const checked = checkLinkRef(ref);
  const extMask = brief ? SKIP_STATS : undefined;
  const body =
    typeof checked === 'number' ? { index: checked, attrs: { extMask } } : { attrs: { extMask, ...nameAttr(checked) } };
  const { signal, timeout } = options;
  const hint = (code: string): string | undefined => linkHint(context, code, ref);
  return context.socket.get(RTM_GETLINK, body, { signal, timeout, operation, as: loneLinkCodec, hint });
}

/** Longer names than a link's own can only be alternative ones. */
export function nameAttr(name: string): { ifname: string } | { altIfname: string } {
  return Buffer.byteLength(name) > 15 ? { altIfname: name } : { ifname: name };
}

/** Words for an errno about a link. */
export function linkHint(context: Context, code: string, ref: LinkRef): string | undefined {
  if (code !== 'ENODEV') return commonHint(context, code);
  return `there is no link ${typeof ref === 'string' ? JSON.stringify(ref) : linkLabel(ref)} in ${context.where}`;
}

/** Words for an errno whatever the operation. */
export function commonHint(context: Context, code: string): string | undefined {
  return code === 'EPERM' ? `this takes CAP_NET_ADMIN in the user namespace that owns ${context.where}` : undefined;
}
