import type { WaitOptions } from '../../socket/exchange.js';
import { AF_INET6, parseAddress, parseCidr } from '../cidr.js';
import { getLink } from '../context.js';
import { waitForAddress } from '../wait-address.js';
import type { End } from './link-plan.js';
import type { Place } from './places.js';
import type { RouteSpec } from './spec.js';
import type { Step } from './step.js';

/**
 * Waits for the addresses that are described and that routes to be made have for their source: the kernel refuses an IPv6
 * address before duplicate address detection is over (ip6_route_info_create in net/ipv6/route.c).
 */
export function sourceSteps(
  place: Place,
  routes: readonly RouteSpec[],
  ends: readonly End[],
  operation: string,
  options: WaitOptions,
): Step[] {
  const sources = new Set(routes.flatMap(({ source }) => (source === undefined ? [] : [keyOf(parseAddress(source))])));
  return ends
    .filter(end => end.place === place)
    .flatMap(end => described(end).map(address => ({ end, address })))
    .filter(({ address }) => address.family === AF_INET6 && sources.has(keyOf(address)))
    .map(({ end, address }) => waitStep(end, address.address, operation, options));
}

interface Parsed {
  readonly family: number;
  readonly address: string;
}

const keyOf = ({ family, address }: Parsed): string => `${family} ${address}`;

const described = ({ spec: { addresses = [] } }: End): Parsed[] =>
  addresses
    .map(each => (typeof each === 'string' ? { address: each } : each))
    .filter(({ state }) => state !== 'absent')
    // Of a point-to-point address the prefix length is with the peer.
    .map(({ address, peer }) => (peer === undefined ? parseCidr(address) : parseAddress(address)));

function waitStep({ place, spec: { name } }: End, address: string, operation: string, options: WaitOptions): Step {
  return {
    phase: 'source',
    action: 'change',
    object: 'address',
    netns: place.label,
    place,
    text: place.words(`address ${address} dev ${name}`, 'usable'),
    untold: true,
    async run() {
      const { up } = await getLink(place.context, name, operation, options, true);
      // On a link that is down it would be waited for in vain: the kernel says at once what is wrong.
      if (up) await waitForAddress(place.context, name, address, 'usable', options, operation);
    },
    async undo() {},
  };
}
