import type { Extack } from '../protocol/control.js';
import { shown } from '../protocol/errors.js';
import { encodeMessage, type MessageInput } from '../protocol/frame.js';
import { NLM_F_CREATE, NLM_F_REQUEST } from '../protocol/header.js';
import { attributeAt, missingAttribute } from '../protocol/request-path.js';
import { errnoName } from './errno.js';
import type { Exchange, Outgoing } from './exchange.js';
import { NetlinkError } from './netlink-error.js';
import { policyWords } from './policy-words.js';

/** What a request says of the link it is about. */
interface AboutLink {
  readonly index?: unknown;
  readonly attrs?: { readonly ifname?: unknown; readonly linkinfo?: { readonly kind?: unknown } | undefined };
}

/** What is known whatever the request. */
const HINTS: Readonly<Record<string, (about: AboutLink) => string | undefined>> = {
  EPERM: () => 'this takes CAP_NET_ADMIN in the user namespace that owns the network namespace',
  ENODEV: ({ index, attrs }) => {
    if (typeof index === 'number' && index > 0) return `there is no link #${index}`;
    return typeof attrs?.ifname === 'string' ? `there is no link ${shown(attrs.ifname)}` : undefined;
  },
  EOPNOTSUPP: ({ attrs }) => {
    const kind = attrs?.linkinfo?.kind;
    return typeof kind === 'string' ? `kind ${shown(kind)}: the kernel may lack it or its module` : undefined;
  },
};

/** What it is to make is not what was not found. */
function aboutLink({ flags, body }: Outgoing): AboutLink {
  const about = (body ?? {}) as AboutLink;
  if ((flags & NLM_F_CREATE) === 0) return about;
  return { attrs: { linkinfo: about.attrs?.linkinfo } };
}

/** The error for a request that the kernel refused, with all that can be found out about it. */
export function refused(exchange: Exchange, errno: number, extack: Extack): NetlinkError {
  const { operation, options, outgoing } = exchange;
  return new NetlinkError(errno, {
    operation,
    kernelMessage: extack.msg,
    ...pointedAt(outgoing, extack),
    policy: extack.policy && policyWords(extack.policy),
    hint: options.hint?.(errnoName(errno), extack.msg) ?? HINTS[errnoName(errno)]?.(aboutLink(outgoing)),
    extack,
  });
}

/** The attributes that the kernel points at: it counts bytes of the request, which is encoded once more to find them. */
function pointedAt(outgoing: Outgoing, { offs, missType, missNest }: Extack): { attribute?: string; missing?: string } {
  if (offs === undefined && missType === undefined) return {};
  const request = encodedAgain(outgoing);
  if (request === undefined) return {};
  const attribute = offs === undefined ? undefined : attributeAt(request, offs)?.path;
  const missing = missType === undefined ? undefined : missingPath(request, missNest, missType);
  return { ...(attribute !== undefined && { attribute }), ...(missing !== undefined && { missing }) };
}

/** An attribute that no table names is called by its number. */
function missingPath(request: Uint8Array, nest: number | undefined, type: number): string {
  const named = missingAttribute(request, nest, type)?.path;
  if (named !== undefined) return named;
  const set = nest === undefined ? undefined : attributeAt(request, nest)?.path;
  return set === undefined ? `#${type}` : `${set}.#${type}`;
}

/** Undefined if the caller changed the request meanwhile, so that it cannot be encoded any more. */
function encodedAgain({ type, flags, body }: Outgoing): Uint8Array | undefined {
  try {
    return encodeMessage({ type, flags: flags | NLM_F_REQUEST, body } as MessageInput);
  } catch {
    return undefined;
  }
}
