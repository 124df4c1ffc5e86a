import type { Route } from '../route.js';
import type { RouteSettings } from '../route-input.js';

/** One of the ways of a route. Of a wanted one, what is undefined may be anything, but for the gateway. */
export interface Way {
  readonly gateway: string | undefined;
  readonly index: number | undefined;
  readonly weight: number;
  readonly onlink: boolean | undefined;
}

/** The ways of a route. The kernel reports a list of one as a single way, without its weight. */
export function waysOf({ nexthops, gateway, index, flags }: Route): Way[] {
  if (nexthops.length === 0) return [{ gateway, index, weight: 1, onlink: flags.includes('onlink') }];
  return nexthops.map(each => ({
    ...each,
    index: each.index || undefined,
    weight: nexthops.length === 1 ? 1 : each.weight,
    onlink: each.flags.includes('onlink'),
  }));
}

/** The ways that are wanted: on which link, and whether it has the gateway whatever its address, only if that was given. */
export const wantedWays = (route: Route, given: RouteSettings): Way[] =>
  waysOf(route).map((way, i) => ({ ...way, onlink: (given.nexthops?.[i] ?? given).onlink }));

/** Whether the ways that are there are the wanted ones, each once. */
export function areWays(found: readonly Way[], wanted: readonly Way[]): boolean {
  if (found.length !== wanted.length) return false;
  const left = [...found];
  // Those that say their link first: any other will do for the rest.
  const strictFirst = [...wanted].sort((a, b) => Number(a.index === undefined) - Number(b.index === undefined));
  return strictFirst.every(way => {
    const at = left.findIndex(other => isWay(other, way));
    return at >= 0 && left.splice(at, 1).length === 1;
  });
}

const isWay = (found: Way, wanted: Way): boolean =>
  found.gateway === wanted.gateway &&
  (wanted.index === undefined || found.index === wanted.index) &&
  found.weight === wanted.weight &&
  (wanted.onlink === undefined || found.onlink === wanted.onlink);

/** `10.0.0.2 #3 weight 2 onlink` */
export function wayWords({ gateway, index, weight, onlink }: Way): string {
  const words = [gateway, index !== undefined && `#${index}`, weight > 1 && `weight ${weight}`, onlink && 'onlink'];
  return words.filter(Boolean).join(' ');
}
