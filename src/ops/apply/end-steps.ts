import { RTM_DELADDR } from '../../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { AF_INET } from '../cidr.js';
import { getLink } from '../context.js';
import { ConflictError } from '../ensure/conflict-error.js';
import { differenceWords } from '../ensure/difference.js';
import type { Link } from '../link.js';
import { linkInput } from '../link-input.js';
import { linkLabel } from '../names.js';
import { orUndefined } from './birth-step.js';
import { except } from './except.js';
import type { End } from './link-plan.js';
import { indexOf, request } from './link-request.js';
import type { Place } from './places.js';
import { rejoin } from './rejoin.js';
import type { Step } from './step.js';

const common = ({ place }: End) => ({ object: 'link', netns: place.label, place }) as const;

/** Puts a link into a bridge, bond or VRF, or takes it out. */
export function masterStep(end: End, operation: string): Step {
  const { place, spec, found } = end;
  const { master } = spec;
  const to = master == null ? undefined : linkLabel(master);
  const difference = { field: 'master', from: nameOf(place, found?.master), to };
  let before: Link[] = [];
  const indices = [master == null ? undefined : place.indexOf(master), found?.master];
  return {
    ...common(end),
    phase: master === null ? 'link withdrawal' : 'master', // a port takes no macvlan
    action: 'change',
    touches: [found?.index, ...indices].filter(each => each !== undefined),
    text: place.words(`link ${spec.name}`, differenceWords(difference)),
    differences: [difference],
    // The MTU of a bridge may follow its ports, and that of its IPv6 routes.
    lossy: bridgesAmong(place, indices).length > 0 && 'undone',
    async run(options) {
      const wanted = master == null ? 0 : place.indexOf(master);
      if (wanted === undefined)
        throw new ConflictError(operation, [{ field: 'master', from: undefined, to }], 'there is no such link');
      before = await bridges(place, [wanted, found?.master], operation, options);
      await request(end, { index: indexOf(end), attrs: { master: wanted } }, operation, options);
    },
    async undo() {
      if (found !== undefined && (await isThere(place, found.master, operation)))
        await orUndefined(rejoin(place, found, operation));
      else await orUndefined(request(end, { index: indexOf(end), attrs: { master: 0 } }, operation));
      for (const bridge of before) await restoreAddress(end, bridge, operation);
    },
  };
}

/** One that went first takes its ports again when it is made anew. */
const isThere = async (place: Place, master: number | undefined, operation: string): Promise<boolean> =>
  master === undefined || (await orUndefined(getLink(place.context, master, operation, {}, true))) !== undefined;

function nameOf(place: Place, index: number | undefined): string | undefined {
  return index === undefined ? undefined : (place.view.at(index)?.name ?? `#${index}`);
}

/** Those of the masters that were there before, and still are: their hardware address may follow their ports. */
async function bridges(
  place: Place,
  indices: readonly (number | undefined)[],
  operation: string,
  options: WaitOptions,
): Promise<Link[]> {
  const there = bridgesAmong(place, indices);
  const now = there.map(({ index }) => orUndefined(getLink(place.context, index, operation, options, true)));
  return (await Promise.all(now)).filter(each => each !== undefined);
}

const bridgesAmong = ({ links }: Place, indices: readonly (number | undefined)[]): Link[] =>
  links.filter(({ index, kind }) => kind === 'bridge' && indices.includes(index));

/** A bridge that loses its last port has no address any more (br_stp_recalculate_bridge_id in net/bridge/br_stp_if.c). */
async function restoreAddress(end: End, { index, address }: Link, operation: string): Promise<void> {
  const now = await orUndefined(getLink(end.place.context, index, operation, {}, true));
  if (now !== undefined && now.address !== address) await request(end, { index, attrs: { address } }, operation);
}

/** Brings a link up, when it is complete. */
export function upStep(end: End, operation: string): Step {
  const { place, spec, found } = end;
  const set = (up: boolean, options: WaitOptions = {}): Promise<unknown> =>
    request(end, { ...linkInput({ up }, {}), index: indexOf(end) }, operation, options);
  return {
    ...common(end),
    phase: 'up',
    action: 'change',
    touches: found === undefined ? [] : [found.index],
    text: place.words(`link ${spec.name}`, 'up'),
    differences: [{ field: 'up', from: false, to: true }],
    lossy: found !== undefined && 'undone',
    run: options => set(true, options),
    async undo() {
      await orUndefined(set(false));
      if (found?.flags.includes('loopback') === true) await withdrawLoopback(end, found, operation);
    },
  };
}

/** A loopback link that comes up without an address is given one (inetdev_event in net/ipv4/devinet.c), and keeps it. */
async function withdrawLoopback({ place }: End, { index }: Link, operation: string): Promise<void> {
  if (place.addresses.some(each => each.index === index && each.family === 4)) return;
  const body = { family: AF_INET, prefixlen: 8, index, attrs: { local: '127.0.0.1', address: '127.0.0.1' } };
  await except(['EADDRNOTAVAIL'], place.context.socket.request(RTM_DELADDR, body, { operation }));
}
