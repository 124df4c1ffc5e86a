import { networkOf, parseAddress } from '../cidr.js';
import type { Route } from '../route.js';

/** The links on which a gateway is; undefined if that is not known. */
export type OnLinks = (gateway: string) => ReadonlySet<number> | undefined;

/** By the routes that lead to networks directly: so the kernel looks for gateways (fib_check_nh in net/ipv4/fib_semantics.c). */
export const onLinks =
  (routes: readonly Route[]): OnLinks =>
  gateway => {
    const { family } = parseAddress(gateway);
    const covering = routes.filter(each => isDirect(each) && each.message.family === family && covers(each, gateway));
    return covering.length === 0 ? undefined : new Set(covering.map(each => each.index!));
  };

const isDirect = ({ type, gateway, nexthops, index }: Route): boolean =>
  type === 'unicast' && gateway === undefined && nexthops.length === 0 && index !== undefined;

const covers = ({ message: { dstLen, attrs } }: Route, address: string): boolean =>
  dstLen === 0 || (attrs.dst !== undefined && networkOf(address, dstLen) === networkOf(attrs.dst, dstLen));
