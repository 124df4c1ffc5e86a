import { shown } from '../protocol/errors.js';
import { RTNLGRP } from '../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../socket/exchange.js';
import { NetlinkError } from '../socket/netlink-error.js';
import { type Context, getLink } from './context.js';
import type { Link } from './link.js';
import { checkLinkRef, type LinkRef, linkLabel } from './names.js';
import { synchronous, until } from './wait.js';

/** What of a link can be waited for by value. */
const STATE = [
  'name',
  'kind',
  'up',
  'operState',
  'carrier',
  'address',
  'mtu',
  'linkIndex',
  'master',
  'group',
  'txqlen',
  'qdisc',
  'mode',
  'alias',
] as const satisfies readonly (keyof Link)[];

type StateField = (typeof STATE)[number];

/** Values that a link shall have, all of them. `operState: 'up'` holds for `'unknown'` too: the driver does not track it. */
export type LinkState = { readonly [K in StateField]?: Link[K] };
/** What to wait for: that a link is there, or not, or in a state, or that a function of it holds. */
export type LinkCondition = 'present' | 'absent' | LinkState | ((link: Link | undefined) => boolean);

/** Waits until the condition holds for the link; resolves with the link, or with undefined if there is none. */
export async function waitForLink(
  context: Context,
  ref: LinkRef,
  condition: LinkCondition,
  options: WaitOptions,
): Promise<Link | undefined> {
  checkLinkRef(ref);
  const [what, holds, fields] = check(condition);
  const operation = `link wait ${linkLabel(ref)}: ${what}`;
  let last: string | undefined;
  const look = async (waitOptions: WaitOptions): Promise<{ link: Link | undefined } | undefined> => {
    const link = await find(context, ref, operation, waitOptions);
    last = stateOf(link, fields);
    return holds(link) ? { link } : undefined;
  };
  // That the root queueing discipline was replaced only the group `tc` tells.
  const joins = [RTNLGRP.link, RTNLGRP.tc];
  const { link } = await until(context, joins, operation, options, look, { state: () => last });
  return link;
}

function stateOf(link: Link | undefined, fields: readonly StateField[]): string {
  if (link === undefined) return 'there is no such link';
  return fields.length === 0
    ? 'it is there'
    : fields.map(field => `${field} is ${String(link[field] ?? 'none')}`).join(', ');
}

async function find(
  context: Context,
  ref: LinkRef,
  operation: string,
  options: WaitOptions,
): Promise<Link | undefined> {
  try {
    return await getLink(context, ref, operation, options);
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENODEV') return undefined;
    throw error;
  }
}

/** The condition in words, as a function, and the fields that it is about. */
function check(condition: LinkCondition): [string, (link: Link | undefined) => boolean, StateField[]] {
  if (condition === 'present') return [condition, link => link !== undefined, []];
  if (condition === 'absent') return [condition, link => link === undefined, []];
  if (typeof condition === 'function') return [condition.name || 'a condition', synchronous(condition), []];
  if (typeof condition !== 'object' || condition === null) {
    throw new TypeError(`condition: expected 'present', 'absent', an object or a function, got ${shown(condition)}`);
  }
  const wanted = Object.entries(condition).filter(([, value]) => value !== undefined);
  const unknown = wanted.find(([field]) => !(STATE as readonly string[]).includes(field));
  if (unknown !== undefined || wanted.length === 0) {
    throw new TypeError(`condition: expected some of ${STATE.join(', ')}, got ${shown(unknown?.[0] ?? condition)}`);
  }
  const what = wanted.map(([field, value]) => `${field} ${String(value)}`).join(', ');
  const holds = (link: Link | undefined): boolean =>
    link !== undefined && wanted.every(([field, value]) => has(link, field as StateField, value));
  return [what, holds, wanted.map(([field]) => field as StateField)];
}

function has(link: Link, field: StateField, wanted: unknown): boolean {
  const value = link[field];
  return value === wanted || (field === 'operState' && wanted === 'up' && value === 'unknown');
}
