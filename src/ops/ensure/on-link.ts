import { networkOf, parseAddress } from '../cidr.js';
import type { Route } from '../route.js';

/** The links on which a gateway is; undefined if that is not known. */
export type OnLinks = (gateway: string) => ReadonlySet<number> | undefined;

/** By the routes that lead to networks directly: so the kernel looks for gateways (fib_check_nh in net/ipv4/fib_semantics.c). */
export function onLinks(routes: readonly Route[]): OnLinks {
  let networks: Networks | undefined;
  return gateway => (networks ??= new Networks(routes)).of(gateway);
}

/** Links by the networks that are on them: looked up once for each length of prefix, however many there are. */
class Networks {
  readonly #links = new Map<string, Set<number>>();
  readonly #lengths = new Set<number>();

  constructor(routes: readonly Route[]) {
    for (const { message, index } of routes.filter(isDirect)) {
      const { family, dstLen, attrs } = message;
      this.#lengths.add(dstLen);
      const key = keyOf(family, attrs.dst, dstLen);
      const links = this.#links.get(key);
      if (links === undefined) this.#links.set(key, new Set([index!]));
      else links.add(index!);
    }
  }

  of(address: string): ReadonlySet<number> | undefined {
    const { family } = parseAddress(address);
    const found = [...this.#lengths].flatMap(length => [...(this.#links.get(keyOf(family, address, length)) ?? [])]);
    return found.length === 0 ? undefined : new Set(found);
  }
}

const isDirect = ({ type, gateway, nexthops, index }: Route): boolean =>
  type === 'unicast' && gateway === undefined && nexthops.length === 0 && index !== undefined;

const keyOf = (family: number, address: string | undefined, length: number): string =>
  `${family} ${length === 0 || address === undefined ? 'any' : networkOf(address, length)}/${length}`;
