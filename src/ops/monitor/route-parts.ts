import type { Codec } from '../../protocol/codec.js';
import { AF, type Route as RouteMessage, RTM_GETROUTE, route as routeBody } from '../../protocol/rtnetlink/index.js';
import { Route } from '../route.js';
import { afterChange } from './after-change.js';
import type { Known, Part, Question } from './group.js';
import { lasting } from './lasting.js';
import { noSuchLink } from './no-such-link.js';

/** Routes as a monitor keeps them. */
export const codec = lasting(routeBody as Codec<RouteMessage, never>, message => new Route(message));

async function ask(question: Question, families: readonly number[], oif?: number): Promise<Route[]> {
  const { socket, options } = question;
  await afterChange(question);
  const how = { ...options, operation: 'monitor: route list', as: codec };
  const lists = await Promise.all(
    families.map(family => socket.dump(RTM_GETROUTE, { family, attrs: { oif } }, how).catch(noSuchLink)),
  );
  return lists.flat();
}

/** All routes. */
export const everything: Part<Route> = {
  id: '',
  ask: question => ask(question, [AF.inet, AF.inet6]),
  covers: () => true,
};

type Family = 4 | 6;
const numberOf = (family: Family): number => (family === 4 ? AF.inet : AF.inet6);

/** The routes of a family. */
export const ofFamily = (family: Family): Part<Route> => ({
  id: `family ${family}`,
  ask: question => ask(question, [numberOf(family)]),
  covers: route => route.family === family,
});

/** Whether a link is one of the ways that a route can take. */
export const leavesBy = (route: Route, index: number): boolean =>
  route.index === index || route.nexthops.some(nexthop => nexthop.index === index);

/** The routes that can leave by a link. With the link they go as a whole, whatever other nexthops they have. */
export const ofLink = (index: number): Part<Route> => ({
  id: `link ${index}`,
  ask: question => ask(question, [AF.inet, AF.inet6], index),
  covers: route => leavesBy(route, index),
});

/** Those of a family. */
export const ofFamilyAndLink = (family: Family, index: number): Part<Route> => ({
  id: `family ${family} link ${index}`,
  ask: question => ask(question, [numberOf(family)], index),
  covers: route => route.family === family && leavesBy(route, index),
});

/** `part`, if any route is like that, or may be in an answer that is under way. */
export function any(known: Known<Route>, has: (route: Route) => boolean, part: Part<Route>): Part<Route> | undefined {
  return known.asking || isThere(known, has) ? part : undefined;
}

/** Whether any route that is known is like that. */
export function isThere({ objects }: Known<Route>, has: (route: Route) => boolean): boolean {
  for (const route of objects.values()) if (has(route)) return true;
  return false;
}
