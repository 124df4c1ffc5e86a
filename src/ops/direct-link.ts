import type { WaitOptions } from '../socket/exchange.js';
import { NetlinkError } from '../socket/netlink-error.js';
import type { RouteLookup } from './route-lookup.js';
import type { Routes } from './routes.js';

/** The link by which the kernel reaches an address without a gateway, by whichever rules; undefined if it does not. */
export async function directLink(
  routes: Pick<Routes, 'get'>,
  address: string,
  lookup: RouteLookup & WaitOptions,
): Promise<number | undefined> {
  try {
    const { gateway, index } = await routes.get(address, lookup);
    return gateway === undefined ? index : undefined;
  } catch (error) {
    if (error instanceof NetlinkError) return undefined;
    throw error;
  }
}
