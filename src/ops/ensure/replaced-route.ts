import type { Codec } from '../../protocol/codec.js';
import { NLM_F_REPLACE } from '../../protocol/header.js';
import { type Route as RouteMessage, route as routeBody } from '../../protocol/rtnetlink/index.js';
import { type Echo, echo } from '../../socket/echo.js';
import { routes } from '../monitor/routes.js';
import { Route } from '../route.js';
import { type Replaced, replacedBy } from './replaced.js';
import { expiryOf, findReplaced } from './route.js';

/** How the kernel echoes a route that it has put in place. */
export const echoedRoute: Codec<Echo<RouteMessage>, never> = echo(routeBody as Codec<RouteMessage, never>);

/**
 * What came of replacing a route. IPv4 announces a route unless there was the same (`fib_table_insert` in
 * net/ipv4/fib_trie.c), and says whether it took another's place. IPv6 announces it always: it takes the routes from
 * `before` to tell.
 */
export function replacedRoute(before: readonly Route[] | undefined, told: Echo<RouteMessage> | undefined): Replaced {
  if (told === undefined) return { changed: false, created: false };
  if (before === undefined) return { changed: true, created: (told.flags & NLM_F_REPLACE) === 0 };
  const after = new Route(told.body);
  return replacedBy(findReplaced(before, after), after, (was, is) => [
    ...routes.differences(was, is, false),
    ...(Math.abs(expiryOf(was) - expiryOf(is)) > 1 ? ['expires'] : []),
  ]);
}
