import { isDeepStrictEqual } from 'node:util';
import { type LinkInput, RTM_NEWLINK } from '../../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { NetlinkError } from '../../socket/netlink-error.js';
import { commonHint, getLink } from '../context.js';
import { ConflictError } from '../ensure/conflict-error.js';
import { type Difference, differenceWords } from '../ensure/difference.js';
import { compareLink, settingsOf, type WantedLink } from '../ensure/link.js';
import { pickData } from '../ensure/link-data.js';
import type { Link } from '../link.js';
import { setHint } from '../link-hints.js';
import { linkInput } from '../link-input.js';
import { linkLabel } from '../names.js';
import { orUndefined } from './birth-step.js';
import type { End } from './link-plan.js';
import type { Place } from './places.js';
import type { Step } from './step.js';

/** A link that is there and is to be changed. */
export interface Existing {
  readonly end: End;
  readonly found: Link;
  readonly wanted: WantedLink;
  readonly operation: string;
}

/** IPV6_MIN_MTU, linux/ipv6.h: below it the kernel takes IPv6 off a link. */
const IPV6_MIN_MTU = 1280;

const common = ({ place }: End) => ({ object: 'link', netns: place.label, place }) as const;

/** Changes settings of links in general. */
export function settingsStep(existing: Existing, differences: readonly Difference[]): Step {
  const { end, found, wanted, operation } = existing;
  const { index } = found;
  const names = differences.map(each => each.field);
  const given = Object.fromEntries(Object.entries(wanted.settings).filter(([name]) => names.includes(name)));
  const set = (body: LinkInput, options: WaitOptions = {}): Promise<unknown> =>
    request(end, { ...body, index }, operation, options);
  return {
    ...common(end),
    phase: 'settings',
    action: 'change',
    text: end.place.words(`link ${end.spec.name}`, ...differences.map(differenceWords)),
    differences,
    partial: true,
    lossy: names.includes('up') || (given['mtu'] as number) < IPV6_MIN_MTU,
    async run(options) {
      await set(linkInput(given, {}), options);
      await verify(existing, names, options);
    },
    undo: () =>
      ifLeft(existing, async now => {
        const own = settingsOf(now, names);
        const before = Object.entries(settingsOf(found, names)).filter(([name, value]) => own[name as never] !== value);
        if (before.length > 0) await set(linkInput(Object.fromEntries(before), {}));
      }),
  };
}

/** Changes settings of the link's kind, as far as its driver lets it. */
export function dataStep(existing: Existing, differences: readonly Difference[]): Step {
  const { end, found, wanted, operation } = existing;
  const { index, kind } = found;
  const names = differences.map(each => each.field.slice('data.'.length));
  const set = (data: object, options: WaitOptions = {}): Promise<unknown> =>
    request(end, { index, attrs: { linkinfo: { kind, data } as never } }, operation, options);
  return {
    ...common(end),
    phase: 'settings',
    action: 'change',
    text: end.place.words(`link ${end.spec.name}`, ...differences.map(differenceWords)),
    differences,
    partial: true,
    async run(options) {
      try {
        await set(pickData(names, wanted.data), options);
      } catch (error) {
        throw refusedByDriver(error, existing, differences);
      }
      await verify(
        existing,
        names.map(name => `data.${name}`),
        options,
      );
    },
    // Only what did change: some drivers refuse a setting even if it is as it was.
    undo: () =>
      ifLeft(existing, async now => {
        const own = pickData(names, now.data);
        const before = pickData(names, found.data);
        const changed = names.filter(name => !isDeepStrictEqual(own[name], before[name]));
        if (changed.length > 0) await set(pickData(changed, found.data));
      }),
  };
}

/** Does something with the link as it is now, if it is still there. */
async function ifLeft({ end, found, operation }: Existing, use: (now: Link) => Promise<void>): Promise<void> {
  const now = await orUndefined(getLink(end.place.context, found.index, operation, {}));
  if (now !== undefined) await use(now);
}

function refusedByDriver(error: unknown, { found, operation }: Existing, differences: readonly Difference[]): unknown {
  if (!(error instanceof NetlinkError) || ['EPERM', 'ENODEV'].includes(error.code)) return error;
  const why = `a ${found.kind} refuses the change (${error.code}${error.kernelMessage ? `: ${error.kernelMessage}` : ''}); delete it first`;
  return new ConflictError(operation, differences, why, { cause: error });
}

/** Looks again: the kernel may say yes and do nothing. */
async function verify(
  { end, found, wanted, operation }: Existing,
  names: readonly string[],
  options: WaitOptions,
): Promise<void> {
  const now = await getLink(end.place.context, found.index, operation, options);
  const { changes } = compareLink(now, wanted);
  const left = changes.filter(({ field }) => names.includes(field));
  if (left.length > 0) throw new ConflictError(operation, left, 'the kernel took the change and left it as it was');
}

/** Puts a link into a bridge, bond or VRF, or takes it out. */
export function masterStep(end: End, operation: string): Step {
  const { place, spec, found } = end;
  const { master } = spec;
  const to = master == null ? undefined : linkLabel(master);
  const difference = { field: 'master', from: nameOf(place, found?.master), to };
  let before: Link[] = [];
  return {
    ...common(end),
    phase: 'master',
    action: 'change',
    text: place.words(`link ${spec.name}`, differenceWords(difference)),
    differences: [difference],
    async run(options) {
      const wanted = master == null ? 0 : place.indexOf(master);
      if (wanted === undefined)
        throw new ConflictError(operation, [{ field: 'master', from: undefined, to }], 'there is no such link');
      before = await bridges(place, [wanted, found?.master], operation, options);
      await request(end, { index: indexOf(end), attrs: { master: wanted } }, operation, options);
    },
    async undo() {
      await orUndefined(request(end, { index: indexOf(end), attrs: { master: found?.master ?? 0 } }, operation));
      for (const bridge of before) await restoreAddress(end, bridge, operation);
    },
  };
}

function nameOf(place: Place, index: number | undefined): string | undefined {
  return index === undefined ? undefined : (place.links.find(each => each.index === index)?.name ?? `#${index}`);
}

/** Those of the masters that were there before: their hardware address may follow their ports. */
async function bridges(
  { links, context }: Place,
  indices: readonly (number | undefined)[],
  operation: string,
  options: WaitOptions,
): Promise<Link[]> {
  const there = links.filter(({ index, kind }) => kind === 'bridge' && indices.includes(index));
  return Promise.all(there.map(({ index }) => getLink(context, index, operation, options, true)));
}

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
    text: place.words(`link ${spec.name}`, 'up'),
    differences: [{ field: 'up', from: false, to: true }],
    lossy: found !== undefined,
    run: options => set(true, options),
    undo: () => orUndefined(set(false)),
  };
}

function indexOf({ place, spec }: End): number {
  const index = place.indexOf(spec.name);
  if (index === undefined) throw new Error(`link ${spec.name}: gone`);
  return index;
}

async function request(
  { place, spec }: End,
  body: LinkInput,
  operation: string,
  options: WaitOptions = {},
): Promise<unknown> {
  const { context } = place;
  const hint = (code: string): string | undefined => setHint(context, code, spec.name, {}) ?? commonHint(context, code);
  return context.socket.request(RTM_NEWLINK, body, {
    ...options,
    operation: `${operation}: set`,
    hint,
  });
}
