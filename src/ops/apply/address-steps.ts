import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../../protocol/header.js';
import {
  type AddressInput,
  address as codec,
  FOREVER,
  RTM_DELADDR,
  RTM_DELROUTE,
  RTM_NEWADDR,
} from '../../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../../socket/exchange.js';
import type { Address } from '../address.js';
import { type AddressSettings, addressInput } from '../address-input.js';
import { AF_INET, AF_INET6, networkOf } from '../cidr.js';
import { commonHint } from '../context.js';
import { addressAgain, addressChange, addressKey, addressWith, compareAddress } from '../ensure/address.js';
import { ConflictError } from '../ensure/conflict-error.js';
import { differenceWords, valueWords } from '../ensure/difference.js';
import { requestBytes } from '../ensure/reread.js';
import { split } from '../group-by.js';
import { at } from '../told.js';
import { except } from './except.js';
import { addressesOf } from './holdings.js';
import type { End } from './link-plan.js';
import { isSecondary, networkKey, addressKey as placeKey } from './lost-addresses.js';
import { checkOnce } from './once.js';
import type { Place } from './places.js';
import type { Step } from './step.js';

/** What the addresses of a link need. Throws ConflictError if one that is there cannot be made as described. */
export function addressSteps(end: End, exact: boolean, operation: string): Step[] {
  const { place, spec, found } = end;
  const own = found === undefined ? [] : place.addresses.filter(each => each.index === found.index);
  const byKey = new Map(own.map(each => [addressKey(each.message), each]));
  const meant = new Set<Address>();
  const described = (spec.addresses ?? []).map(given => {
    const { address, state, ...settings } = typeof given === 'string' ? { address: given, state: undefined } : given;
    const input = at(`${operation}: ${textOf(end, address)}`, () => addressInput(address, settings));
    return { state, text: address, settings, input };
  });
  checkOnce(
    described,
    ({ input }) => addressKey(input),
    ({ text }) => `${operation}: ${textOf(end, text)}`,
  );
  const isOwn = (each: Address): boolean => found !== undefined && each.index === found.index;
  const first = new Map(place.firstView?.addresses.filter(isOwn).map(each => [addressKey(each.message), each]));
  const added: Step[] = [];
  const again: Again[] = [];
  const steps = described.flatMap(({ state, ...wanted }) => {
    const key = addressKey(wanted.input);
    const there = byKey.get(key);
    if (there === undefined) {
      if (state !== 'absent') added.push(addStep(end, asItWas(wanted, first.get(key)), operation));
      return [];
    }
    meant.add(there);
    if (state === 'absent') return [deleteStep(end, there, operation)];
    const [anew, changes] = split(changeSteps(end, there, wanted, exact, operation), ({ action }) => action === 'add');
    again.push(...anew.map(step => ({ found: there, step })));
    return changes;
  });
  const others = exact ? own.filter(each => !meant.has(each) && isGiven(each)) : [];
  const all = [...steps, ...others.map(each => deleteStep(end, each, operation))];
  again.push(...keepSteps(end, own, new Set(all.map(each => each.key)), operation));
  // The first of a network is the primary one: those that were there as they stood, before any is changed, then new ones.
  const position = new Map(own.map((each, i) => [each, i]));
  again.sort((a, b) => position.get(a.found)! - position.get(b.found)!);
  return [...again.map(({ step }) => step), ...all, ...added];
}

/** The adding of an address that was there. */
interface Again {
  readonly found: Address;
  readonly step: Step;
}

/**
 * With the first of several IPv4 addresses of a network the kernel deletes the others, unless the sysctl `promote_secondaries` is
 * set (__inet_del_ifa in net/ipv4/devinet.c). Those that are not to go are given again at once: routes may need them.
 */
function keepSteps(end: End, own: readonly Address[], leaving: ReadonlySet<unknown>, operation: string): Again[] {
  const goes = (each: Address): boolean => leaving.has(placeKey(each));
  const networks = new Set(own.filter(each => each.family === 4 && !isSecondary(each) && goes(each)).map(networkKey));
  const kept = own.filter(each => each.family === 4 && networks.has(networkKey(each)) && !goes(each));
  return kept.map(found => ({ found, step: keepStep(end, found, operation) }));
}

function keepStep(end: End, found: Address, operation: string): Step {
  const what = `${operation}: ${textOf(end, `add ${found.cidr}`)}`;
  const flags = NLM_F_CREATE | NLM_F_EXCL;
  return {
    ...common(end),
    phase: 'address',
    action: 'add',
    text: textOf(end, found.cidr),
    untold: true,
    run: options => except(['EEXIST'], request(end, RTM_NEWADDR, flags, addressAgain(found), what, options)),
    async undo() {}, // see Losses
  };
}

/** An address that the kernel has dropped meanwhile has again what is not described of it. */
const asItWas = (wanted: Wanted, lost: Address | undefined): Wanted =>
  lost === undefined ? wanted : { ...wanted, input: addressWith(lost, wanted.input, wanted.settings) };

/**
 * Whether an address was given to its link, and not made by the kernel, nor for a time. A loopback link gets 127.0.0.1 when
 * it comes up (inetdev_event in net/ipv4/devinet.c).
 */
const isGiven = ({ family, scope, validLifetime }: Address): boolean =>
  validLifetime === 'forever' && scope !== 'host' && !(family === 6 && scope !== 'universe');

interface Wanted {
  readonly text: string;
  readonly settings: AddressSettings;
  readonly input: AddressInput;
}

const common = ({ place, found }: End) =>
  ({ object: 'address', netns: place.label, place, touches: found === undefined ? [] : [found.index] }) as const;
const textOf = ({ place, spec }: End, address: string, ...more: string[]): string =>
  place.words(`address ${address} dev ${spec.name}`, ...more);

/**
 * When a link comes up the kernel makes the routes of its permanent IPv6 addresses anew, and not to the other end
 * (fixup_permanent_addr in net/ipv6/addrconf.c): addresses with those, or that are for a time, come when it is up.
 */
function isLate({ spec, found }: End, { family, attrs = {} }: AddressInput): boolean {
  const { address, local = address, cacheinfo } = attrs;
  const isPlain = local === address && (cacheinfo?.valid ?? FOREVER) === FOREVER;
  return family === AF_INET6 && !isPlain && spec.up === true && found?.up !== true;
}

/**
 * Others of the same IPv4 address. When it goes once more, so do the routes that have it for their source
 * (fib_sync_down_addr in net/ipv4/fib_semantics.c).
 */
const twinsOf = ({ place }: End, { family, attrs = {} }: AddressInput): readonly Address[] =>
  family === AF_INET ? place.view.addressesLike(attrs.local) : [];

function addStep(end: End, { text, settings, input }: Wanted, operation: string): Step {
  at(`${operation}: ${textOf(end, text)}`, () => requestBytes(codec, input)); // what cannot be sent fails before anything is done
  const words = Object.entries(settings).map(([name, value]) => `${name} ${valueWords(value)}`);
  const twins = twinsOf(end, input);
  return {
    ...common(end),
    phase: isLate(end, input) ? 'late address' : 'address',
    action: 'add',
    text: textOf(end, text, ...words),
    touches: [end.found, ...twins].filter(each => each !== undefined).map(each => each.index),
    // With it goes the route of its prefix, which somebody may have made before.
    lossy: (twins.length > 0 || (input.family === AF_INET6 && end.found !== undefined)) && 'undone',
    run: options =>
      request(
        end,
        RTM_NEWADDR,
        NLM_F_CREATE | NLM_F_EXCL,
        input,
        `${operation}: ${textOf(end, `add ${text}`)}`,
        options,
      ),
    async undo() {
      const what = `${operation}: ${textOf(end, `delete ${text}`)}`;
      await gone(request(end, RTM_DELADDR, 0, { ...input, scope: 0 }, what));
      await withdrawPrefixRoute(end, input, what);
    },
  };
}

/** Changes what differs; where it cannot be changed and nothing else is to stay, the address is made anew. */
function changeSteps(end: End, found: Address, wanted: Wanted, exact: boolean, operation: string): Step[] {
  const { changes, conflicts } = compareAddress(found, wanted.input, wanted.settings);
  const what = `${operation}: ${textOf(end, wanted.text)}`;
  if (conflicts.length > 0 && exact) return [deleteStep(end, found, operation), addStep(end, wanted, operation)];
  if (conflicts.length > 0) throw new ConflictError(what, conflicts);
  if (changes.length === 0) return [];
  const body = addressChange(found, wanted.input, wanted.settings);
  // A metric or a peer that an IPv6 address has got it keeps for good.
  const isOneWay = found.family === 6 && changes.some(({ field, from }) => ['metric', 'peer'].includes(field) && !from);
  const undo = isOneWay
    ? () => request(end, RTM_DELADDR, 0, addressAgain(found), what)
    : () => request(end, RTM_NEWADDR, NLM_F_REPLACE, addressAgain(found), what);
  return [
    {
      ...common(end),
      phase: 'address',
      action: 'change',
      text: textOf(end, wanted.text, ...changes.map(differenceWords)),
      differences: changes,
      run: options => request(end, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, body, what, options),
      lossy: isOneWay || (found.family === 6 && 'undone'), // it takes the routes of its prefix along
      async undo() {
        await gone(undo());
        if (isOneWay) await withdrawPrefixRoute(end, wanted.input, what);
      },
    },
  ];
}

/** IP6_RT_PRIO_ADDRCONF, net/ip6_route.h in the kernel's source: the metric of the route that comes with an address. */
const PREFIX_METRIC = 256;

/**
 * Deletes the route that came with an IPv6 address. The kernel leaves it when another address has the prefix, though that
 * one's route is of another metric (check_cleanup_prefix_route in net/ipv6/addrconf.c).
 */
async function withdrawPrefixRoute({ place, found }: End, input: AddressInput, operation: string): Promise<void> {
  const { family, prefixlen = 128, attrs = {} } = input;
  if (family !== AF_INET6 || found === undefined) return;
  const [dst, priority] = [networkOf(attrs.address!, prefixlen), attrs.rtPriority || PREFIX_METRIC];
  const hasIt = ({ index, prefixLength, message, metric, flags }: Address): boolean =>
    index === found.index &&
    !flags.includes('noprefixroute') &&
    message.family === family &&
    prefixLength === prefixlen &&
    networkOf(message.attrs.address!, prefixlen) === dst &&
    (metric || PREFIX_METRIC) === priority;
  if ((await addressesOf(place)).some(hasIt)) return;
  const route = { dst, oif: found.index, priority };
  const body = { family, dstLen: prefixlen, table: 'main', protocol: 'kernel', type: 'unicast', attrs: route } as const;
  await except(['ESRCH', 'ENODEV'], place.context.socket.request(RTM_DELROUTE, body, { operation }));
}

function deleteStep(end: End, found: Address, operation: string): Step {
  const { cidr } = found;
  const body = addressAgain(found);
  const what = `${operation}: ${textOf(end, `delete ${cidr}`)}`;
  return {
    ...common(end),
    phase: 'address withdrawal',
    action: 'delete',
    key: placeKey(found),
    text: textOf(end, cidr),
    lossy: true,
    run: options => gone(request(end, RTM_DELADDR, 0, body, what, options)),
    async undo() {},
  };
}

async function request(
  { place, spec }: End,
  type: typeof RTM_NEWADDR | typeof RTM_DELADDR,
  flags: number,
  body: AddressInput,
  operation: string,
  options: WaitOptions = {},
): Promise<unknown> {
  const { context } = place;
  const index = indexOf(place, spec.name);
  const hint = (code: string): string | undefined =>
    code === 'EEXIST' ? `${spec.name} has it already` : commonHint(context, code);
  return context.socket.request(type, { ...body, index }, { ...options, flags, operation, hint });
}

function indexOf(place: Place, name: string): number {
  const index = place.indexOf(name);
  if (index === undefined) throw new Error(`link ${name}: gone`);
  return index;
}

/** It is no error that an address, or its link, is gone already. */
const gone = (answer: Promise<unknown>): Promise<unknown> => except(['EADDRNOTAVAIL', 'ENODEV', 'ENOENT'], answer);
