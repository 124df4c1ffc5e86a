import type { LinkInput } from '../../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { NetlinkError } from '../../socket/netlink-error.js';
import { getLink } from '../context.js';
import { ConflictError, NOT_DONE } from '../ensure/conflict-error.js';
import { type Difference, differenceWords } from '../ensure/difference.js';
import { compareLink, settingsOf, type WantedLink } from '../ensure/link.js';
import { dataBack, pickData } from '../ensure/link-data.js';
import { asRequest, isPassthru } from '../ensure/macvlan.js';
import type { Link } from '../link.js';
import { linkInput } from '../link-input.js';
import { orUndefined } from './birth-step.js';
import type { End } from './link-plan.js';
import { request } from './link-request.js';
import type { Place } from './places.js';
import { remake } from './remake.js';
import type { Step } from './step.js';

/** A link that is there and is to be changed. */
export interface Existing {
  readonly end: End;
  readonly found: Link;
  readonly wanted: WantedLink;
  /** The same as it is when the step is taken: what it sits on may have been made by then. */
  readonly now: (options: WaitOptions) => Promise<WantedLink>;
  /** Those in which something may sit on it. */
  readonly places: readonly Place[];
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
    touches: [index, ...(names.includes('address') ? sharersOf(found) : [])],
    text: end.place.words(`link ${end.spec.name}`, ...differences.map(differenceWords)),
    differences,
    partial: true,
    // The MTU of IPv6 routes follows that of their link, down and up, so that it need not be what it was; neighbours go with
    // another hardware address, and with ARP (arp_netdev_event in net/ipv4/arp.c, ndisc_netdev_event in net/ipv6/ndisc.c).
    lossy:
      names.includes('up') ||
      (given['mtu'] as number) < IPV6_MIN_MTU ||
      (['mtu', 'address', 'arp'].some(name => names.includes(name)) && 'undone'),
    async run(options) {
      await set(linkInput(given, {}), options);
      await verify(existing, names, options);
    },
    undo: () =>
      ifLeft(existing, async now => {
        // What is made anew on it may need the MTU. Where that has to wait for others it is set in the end: see restoreMtus.
        if (found.mtu !== now.mtu && names.includes('mtu')) await set({ attrs: { mtu: found.mtu } }).catch(() => {});
        const others = names.filter(name => name !== 'mtu');
        const own = settingsOf(now, others);
        const before = Object.entries(settingsOf(found, others)).filter(
          ([name, value]) => own[name as never] !== value,
        );
        if (before.length > 0) await set(linkInput(Object.fromEntries(before), {}));
      }),
  };
}

/** The link below in the same namespace, if it has the same hardware address: its neighbours go with it. */
const sharersOf = ({ data, linkIndex, linkNetnsid }: Link): number[] =>
  isPassthru(data) && linkIndex !== undefined && linkNetnsid === undefined ? [linkIndex] : [];

/** Changes settings of the link's kind, as far as its driver lets it. `late`: they tell of a link that is to be made. */
export function dataStep(existing: Existing, differences: readonly Difference[], late: boolean): Step {
  const { end, found, operation } = existing;
  const { index, kind } = found;
  const names = differences.map(each => each.field.slice('data.'.length));
  const set = (data: object, options: WaitOptions = {}): Promise<unknown> =>
    request(end, { index, attrs: { linkinfo: { kind, data: asRequest(data) } as never } }, operation, options);
  return {
    ...common(end),
    phase: late ? 'link' : 'settings',
    action: 'change',
    touches: [index],
    text: end.place.words(`link ${end.spec.name}`, ...differences.map(differenceWords)),
    differences,
    partial: true,
    async run(options) {
      const wanted = await existing.now(options);
      try {
        await set(pickData(names, wanted.data), options);
      } catch (error) {
        throw refusedByDriver(error, existing, differences);
      }
      await verify(
        { ...existing, wanted },
        names.map(name => `data.${name}`),
        options,
      );
    },
    // With a link that is made anew goes what it has.
    lossy: isOneWay(found, names) && 'undone',
    // Only what did change: some drivers refuse a setting even if it is as it was.
    undo: () =>
      ifLeft(existing, async now => {
        if (isOneWay(found, names) && !isOneWay(now, names))
          return remake(end.place, found, existing.places, operation);
        const back = dataBack(now.data, found.data, names.flatMap(withCompany));
        if (Object.keys(back).length > 0) await set(back);
      }),
  };
}

/** The sources of a macvlan go when its mode changes (macvlan_changelink in drivers/net/macvlan.c). */
const withCompany = (name: string): string[] => (name === 'mode' ? [name, 'macaddrData'] : [name]);

/** The kernel puts a vxlan on a link, and on none never again (vxlan_changelink in drivers/net/vxlan/vxlan_core.c). */
const isOneWay = (link: Link, names: readonly string[]): boolean =>
  link.kind === 'vxlan' && names.includes('link') && !(link.data as { readonly link?: number } | undefined)?.link;

/** Does something with the link as it is now, if it is still there. */
async function ifLeft({ end, found, operation }: Existing, use: (now: Link) => Promise<void>): Promise<void> {
  const now = await orUndefined(getLink(end.place.context, found.index, operation, {}));
  if (now !== undefined) await use(now);
}

function refusedByDriver(error: unknown, { found, operation }: Existing, differences: readonly Difference[]): unknown {
  if (!(error instanceof NetlinkError) || ['EPERM', 'ENODEV'].includes(error.code)) return error;
  const what = `a ${found.kind} refuses the change (${error.code}${error.kernelMessage ? `: ${error.kernelMessage}` : ''})`;
  const why = error.code === 'ERANGE' ? what : `${what}; made anew it may take it: delete it first`;
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
  if (left.length > 0) throw new ConflictError(operation, left, NOT_DONE);
}
