import { parseAddress } from '../cidr.js';
import type { LinkRef } from '../names.js';
import type { Route } from '../route.js';
import type { RouteSettings } from '../route-input.js';
import type { WantedRoute } from './route.js';

/** One of the ways of a route. */
export interface Way {
  readonly gateway: string | undefined;
  readonly index: number | undefined;
  readonly weight: number;
  readonly onlink: boolean | undefined;
}

/** One that is wanted: what is undefined may be anything, but for the gateway. */
export interface WantedWay extends Way {
  /** The links on which the gateway is, if that is known: the way leads by one of them, if it does not say by which. */
  readonly among?: ReadonlySet<number> | undefined;
  /** The link as it was given. */
  readonly link?: LinkRef | undefined;
}

/** The gateways of which a description does not say on which link they are. What is none is refused where it is sent. */
export const freeGateways = (given: RouteSettings): string[] =>
  [given, ...(given.nexthops ?? [])].flatMap(({ gateway, link }) => (link === undefined ? canonical(gateway) : []));

function canonical(address: unknown): string[] {
  try {
    return [parseAddress(address).address];
  } catch {
    return [];
  }
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
export const wantedWays = ({ route, given, onLinks }: WantedRoute): WantedWay[] =>
  waysOf(route).map((way, i) => {
    const among = way.gateway === undefined || way.index !== undefined ? undefined : onLinks?.(way.gateway);
    const { onlink, link } = given.nexthops?.[i] ?? given;
    return { ...way, onlink, link, among };
  });

/** Whether the ways that are there are the wanted ones, each once. */
export function areWays(found: readonly Way[], wanted: readonly WantedWay[]): boolean {
  if (found.length !== wanted.length) return false;
  const left = [...found];
  // Those that say their link first: any other will do for the rest.
  const strictFirst = [...wanted].sort((a, b) => Number(a.index === undefined) - Number(b.index === undefined));
  return strictFirst.every(way => {
    const at = left.findIndex(other => isWay(other, way));
    return at >= 0 && left.splice(at, 1).length === 1;
  });
}

const isWay = (found: Way, wanted: WantedWay): boolean =>
  found.gateway === wanted.gateway &&
  (wanted.index === undefined ? isAmong(found, wanted) : found.index === wanted.index) &&
  found.weight === wanted.weight &&
  (wanted.onlink === undefined || found.onlink === wanted.onlink);

/** A gateway that is said to be on the link may be there whatever its address. */
const isAmong = ({ index, onlink }: Way, { among }: WantedWay): boolean =>
  onlink === true || among === undefined || index === undefined || among.has(index);

/** `10.0.0.2 dev v0 weight 2 onlink`; `dev #3` where the name of a link is not known. */
export function wayWords(way: WantedWay, nameOf: (index: number) => string | undefined = () => undefined): string {
  const { gateway, weight, onlink } = way;
  const link = linkWords(way, nameOf);
  const words = [gateway, link !== undefined && `dev ${link}`, weight > 1 && `weight ${weight}`, onlink && 'onlink'];
  return words.filter(Boolean).join(' ');
}

function linkWords(
  { link, index, among }: WantedWay,
  nameOf: (index: number) => string | undefined,
): string | undefined {
  if (typeof link === 'string') return link;
  const at = index ?? (among?.size === 1 ? [...among][0]! : undefined);
  return at === undefined ? undefined : (nameOf(at) ?? `#${at}`);
}
