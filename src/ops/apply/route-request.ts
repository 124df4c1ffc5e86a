import type { RouteInput, RTM_DELROUTE, RTM_NEWROUTE } from '../../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { NetlinkError } from '../../socket/netlink-error.js';
import { commonHint } from '../context.js';
import { except } from './except.js';
import type { Place } from './places.js';

/** Sends a change of a route. */
export function request(
  { context }: Place,
  type: typeof RTM_NEWROUTE | typeof RTM_DELROUTE,
  flags: number,
  body: RouteInput,
  operation: string,
  options: WaitOptions = {},
): Promise<unknown> {
  const hint = (code: string): string | undefined =>
    code === 'ENETUNREACH' ? 'the gateway is on no link that is up' : commonHint(context, code);
  return context.socket.request(type, body, { ...options, flags, operation, hint });
}

/** It is no error that a route is gone, or its link, or the nexthop object by which it is said. */
export async function gone(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await except(['ESRCH', 'ENODEV'], answer);
  } catch (error) {
    // fib_create_info in net/ipv4/fib_semantics.c, rtm_to_fib6_config in net/ipv6/route.c
    if (error instanceof NetlinkError && /nexthop id does not exist/i.test(error.kernelMessage ?? '')) return undefined;
    throw error;
  }
}
