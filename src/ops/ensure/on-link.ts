import { numberOf } from '../../protocol/enumeration.js';
import { scope as scopes } from '../../protocol/rtnetlink/index.js';
import { AF_INET, networkOf, parseAddress } from '../cidr.js';
import type { Route } from '../route.js';
import { waysOf } from './ways.js';

/** The links on which a gateway is; undefined if that is not known. */
export type OnLinks = (gateway: string) => ReadonlySet<number> | undefined;

/** Asks the kernel by which link it reaches a gateway directly; undefined if it does not. */
export type Lookup = (gateway: string) => Promise<number | undefined>;

/**
 * Where gateways are, by the routes that lead to networks directly: so the kernel looks for them (fib_check_nh in
 * net/ipv4/fib_semantics.c), but for the rules of policy routing. Where one of the routes leads by a gateway on another link the
 * kernel is asked, and if it does not agree nothing is known.
 */
export async function locate(gateways: Iterable<string>, routes: readonly Route[], lookup: Lookup): Promise<OnLinks> {
  const networks = new Networks(routes);
  const used = linksByGateway(routes);
  const known = new Map<string, ReadonlySet<number>>();
  for (const gateway of new Set(gateways)) {
    const links = networks.of(gateway);
    if (links === undefined) continue;
    const isMoved = [...(used.get(gateway) ?? [])].some(each => !links.has(each));
    const found = isMoved ? await lookup(gateway) : undefined;
    if (!isMoved || (found !== undefined && links.has(found))) known.set(gateway, links);
  }
  return gateway => known.get(gateway);
}

/** The links by which routes lead by gateways. */
function linksByGateway(routes: readonly Route[]): ReadonlyMap<string, ReadonlySet<number>> {
  const links = new Map<string, Set<number>>();
  for (const { gateway, index } of routes.flatMap(waysOf))
    if (gateway !== undefined && index !== undefined) enter(links, gateway, index);
  return links;
}

function enter(links: Map<string, Set<number>>, key: string, index: number): void {
  const known = links.get(key);
  if (known === undefined) links.set(key, new Set([index]));
  else known.add(index);
}

/** Links by the networks that are on them: looked up once for each length of prefix, however many there are. */
class Networks {
  readonly #links = new Map<string, Set<number>>();
  readonly #lengths = new Set<number>();

  constructor(routes: readonly Route[]) {
    for (const route of routes.filter(isNear)) {
      const { family, dstLen, attrs } = route.message;
      for (const { gateway, index } of waysOf(route)) {
        if (gateway !== undefined || index === undefined) continue;
        this.#lengths.add(dstLen);
        enter(this.#links, keyOf(family, attrs.dst, dstLen), index);
      }
    }
  }

  of(address: string): ReadonlySet<number> | undefined {
    const { family } = parseAddress(address);
    const found = [...this.#lengths].flatMap(length => [...(this.#links.get(keyOf(family, address, length)) ?? [])]);
    return found.length === 0 ? undefined : new Set(found);
  }
}

/**
 * Whether the kernel looks for gateways there: not in IPv4 routes that are said to lead further than to a link (fib_check_nh_v4_gw
 * in net/ipv4/fib_semantics.c).
 */
const isNear = ({ type, message: { family, scope } }: Route): boolean =>
  type === 'unicast' && (family !== AF_INET || numberOf(scopes.values, scope) >= scopes.values.link);

const keyOf = (family: number, address: string | undefined, length: number): string =>
  `${family} ${length === 0 || address === undefined ? 'any' : networkOf(address, length)}/${length}`;
