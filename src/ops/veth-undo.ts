import { RTM_DELLINK } from '../protocol/rtnetlink/index.js';
import { NetlinkError } from '../socket/netlink-error.js';
import { type Context, getLink } from './context.js';
import type { Link } from './link.js';
import type { Site } from './sites.js';
import type { VethPlan } from './veth-input.js';

/** One end: what it is to be, and where. */
export interface VethEndPlan {
  readonly plan: VethPlan;
  readonly site: Site;
}

/** An end on its way. */
export interface End extends VethEndPlan {
  /** Index of the bridge it is to belong to, once that is known. */
  master?: number | undefined;
  /** Its own index, once it is made. */
  index?: number | undefined;
}

/** Removes what there is of a pair after `cause`. Throws AggregateError if it cannot be removed. */
export async function undo(operation: string, first: End, second: End, cause: unknown): Promise<void> {
  try {
    if (first.index === undefined) await findMade(operation, first, second);
    await removeEither(operation, first, second);
  } catch (failure) {
    const words = [cause, failure].map(error => (error as Error).message);
    throw new AggregateError([cause, failure], `${words[0]}; and the pair could not be removed again: ${words[1]}`);
  }
}

/** Removing one end removes the other. */
async function removeEither(operation: string, first: End, second: End): Promise<void> {
  let failure: unknown;
  for (const end of [first, second]) {
    try {
      if (await remove(operation, end)) return;
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
}

/** Whether it was still there. */
async function remove(operation: string, { plan, site, index }: End): Promise<boolean> {
  if (index === undefined) return false;
  const how = { operation: `${operation}: link delete ${plan.name}` };
  const gone = await insist(site.context, ({ socket }) => socket.request(RTM_DELLINK, { index }, how));
  return gone !== undefined;
}

/**
 * The answer to the request is lost, so that the pair may have been made or not. It has if there is one between these
 * two places, by these names, that nobody has touched yet: one that was there before would have been in use.
 */
async function findMade(operation: string, first: End, second: End): Promise<void> {
  const find = (end: End, ref: string | number): Promise<Link | undefined> =>
    insist(end.site.context, context => getLink(context, ref, `${operation}: link get ${end.plan.name}`, {}, true));
  const link = await find(first, first.plan.name);
  if (link?.kind !== 'veth' || link.up || link.linkIndex === undefined) return;
  const peer = await find(second, link.linkIndex);
  if (peer?.name !== second.plan.name || peer.up || peer.linkIndex !== link.index) return;
  first.index = link.index;
  second.index = peer.index;
}

/** Undefined if there is no such link. If the socket itself fails it is done on another one: it may be what went wrong. */
async function insist<T>(context: Context, what: (context: Context) => Promise<T>): Promise<T | undefined> {
  try {
    return await orNothing(what(context));
  } catch (error) {
    if (error instanceof NetlinkError) throw error;
    using socket = context.socket.like(context.socket.sibling());
    return await orNothing(what({ ...context, socket }));
  }
}

/** Undefined if the kernel says that there is no such link. */
async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENODEV') return undefined;
    throw error;
  }
}
