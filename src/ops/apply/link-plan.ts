import { link as codec } from '../../protocol/rtnetlink/index.js';
import { hostByteOrder } from '../../protocol/source.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { ConflictError } from '../ensure/conflict-error.js';
import type { Difference } from '../ensure/difference.js';
import { compareLink, type WantedLink } from '../ensure/link.js';
import { asState } from '../ensure/macvlan.js';
import { requestBytes } from '../ensure/reread.js';
import { split } from '../group-by.js';
import { Link } from '../link.js';
import { dataWithLower, saysInData } from '../link-add.js';
import type { NewLinkSettings } from '../link-input.js';
import { checkLinkRef, type LinkRef, linkLabel } from '../names.js';
import { NamespaceIds } from '../netns/ids.js';
import { birthStep } from './birth-step.js';
import { masterStep, upStep } from './end-steps.js';
import { NOT_YET, type Place } from './places.js';
import { realLower } from './real-lower.js';
import { dataStep, settingsStep } from './settings-steps.js';
import type { EndSpec, PresentLink } from './spec.js';
import type { Step } from './step.js';
import { type Located, leadsToOne, lowerOf } from './uppers.js';

/** A link of the description, or one end of a pair. */
export interface End {
  readonly place: Place;
  readonly spec: EndSpec;
  /** The link that is there; undefined if it is to be made. */
  readonly found: Link | undefined;
}

/** What a link that is described needs. */
export interface LinkPlan {
  readonly ends: readonly End[];
  readonly steps: Step[];
  /** Its kind, if it is to be made. */
  readonly making?: string | undefined;
  /** The link that it sits on, or is to. */
  readonly lower?: LowerLink | undefined;
}

/** A link that another sits on: by what the description calls it, or its index. */
export interface LowerLink {
  readonly place: Place;
  readonly link: string | number;
}

/** The places a link has to do with. */
export interface LinkPlaces {
  readonly all: readonly Place[];
  readonly own: Place;
  /** Where its peer is. */
  readonly peer: Place;
  /** Where the link it sits on is. */
  readonly lower: Place;
}

/** Throws ConflictError if what is there cannot be made so. */
export async function planLink(
  spec: PresentLink,
  places: LinkPlaces,
  operation: string,
  options: WaitOptions,
): Promise<LinkPlan> {
  const { own } = places;
  const first: End = { place: own, spec, found: own.find(spec.name) };
  const second = peerOf(spec, places.peer);
  const ends = second === undefined ? [first] : [first, second];
  await checkPair(spec, ends, places.all, operation, options);
  const steps: Step[] = [];
  if (first.found === undefined) steps.push(birthStep(first, second, spec, places, operation));
  for (const end of ends) {
    const kind: Kind = end === first ? spec : { kind: 'veth' };
    const now = (more: WaitOptions): Promise<WantedLink> => wantedOf(end, kind, places, operation, more);
    steps.push(...endSteps(end, { wanted: await now(options), now, link: kind.link, places }, operation));
  }
  const making = first.found === undefined ? spec.kind : undefined;
  return { ends, steps, making, lower: await lowerLink(first, spec, places, options) };
}

async function lowerLink(
  { place, found }: End,
  { link }: PresentLink,
  { lower, all }: LinkPlaces,
  options: WaitOptions,
): Promise<LowerLink | undefined> {
  if (link !== undefined) return { place: lower, link: checkLinkRef(link) };
  const index = found === undefined || found.kind === 'veth' ? undefined : lowerOf(found);
  if (index === undefined) return undefined;
  const at = await leadsToOne({ place, link: found! }, all, options);
  return at === undefined ? undefined : { place: at, link: index };
}

function peerOf({ peer }: PresentLink, place: Place): End | undefined {
  if (peer === undefined) return undefined;
  const { netns: _, ...spec } = peer;
  return { place, spec, found: place.find(spec.name) };
}

/** What is there of a link or a pair must be of the right kind, and each other's peer. */
async function checkPair(
  { kind, name }: PresentLink,
  [first, second]: readonly End[],
  places: readonly Place[],
  operation: string,
  options: WaitOptions,
): Promise<void> {
  const { found } = first!;
  if (found === undefined && kind === undefined) {
    throw new ConflictError(operation, [{ field: 'link', from: undefined, to: name }], 'to make it takes its kind');
  }
  if (found !== undefined && kind !== undefined && found.kind !== kind)
    throw new ConflictError(operation, [{ field: 'kind', from: found.kind, to: kind }]);
  if (second === undefined) return;
  const peer = second.found;
  if (found === undefined && peer === undefined) return;
  const isPair = found?.linkIndex === peer?.index && peer?.linkIndex === found?.index;
  if (isPair && found?.linkNetnsid === (await idOf(first!.place, second.place, options))) return;
  const there = found === undefined ? second : first!;
  const other = there === first ? second : first!;
  const from = await peerWords({ place: there.place, link: there.found! }, places, options);
  const to = nameFrom(there.place, other.place, other.spec.name);
  throw new ConflictError(operation, [{ field: `peer of ${there.spec.name}`, from, to }]);
}

/** The link's peer by its name, and its namespace if that is another, as far as they can be told. */
async function peerWords(own: Located, places: readonly Place[], options: WaitOptions): Promise<string | undefined> {
  const { linkIndex } = own.link;
  const place = await leadsToOne(own, places, options);
  const name = place?.view.at(linkIndex)?.name;
  if (place === undefined || name === undefined) return linkIndex === undefined ? undefined : `#${linkIndex}`;
  return nameFrom(own.place, place, name);
}

/** What a link of a place is called in another. */
const nameFrom = (from: Place, place: Place, name: string): string => (place === from ? name : place.words(name));

type Kind = Pick<PresentLink, 'kind' | 'data'> & { link?: LinkRef | undefined };

/** How the link is to be. */
export async function wantedOf(
  end: End,
  { kind, data, link }: Kind,
  places: LinkPlaces,
  operation: string,
  options: WaitOptions,
): Promise<WantedLink> {
  const { place, spec } = end;
  const { addresses: _addresses, master, ...rest } = spec;
  const settings = linkSettings(rest);
  const lowerIndex = link === undefined ? undefined : places.lower.plannedIndexOf(link, 'link', operation);
  return {
    settings,
    kind,
    data: asState(lowerIndex === undefined ? data : dataWithLower(kind ?? '', data, lowerIndex)),
    master: master == null ? master : place.plannedIndexOf(master, 'master', operation),
    ...(lowerIndex !== undefined &&
      !saysInData(kind ?? '') && { lower: await realLower(kind ?? '', lowerIndex, places, options) }),
  };
}

/** The id by which a place knows another; none for itself. */
export async function idOf(place: Place, other: Place, options: WaitOptions): Promise<number | undefined> {
  if (place === other || place.site === undefined || other.site === undefined) return undefined;
  return new NamespaceIds(place.context).id({ fd: other.fd }, options);
}

/** Those of a description that are settings of links in general. */
function linkSettings(spec: object): NewLinkSettings {
  const others = ['kind', 'data', 'peer', 'link', 'linkNetns', 'state'];
  return Object.fromEntries(Object.entries(spec).filter(([name]) => !others.includes(name)));
}

/** What is wanted of a link that may be there. */
interface Wish {
  readonly wanted: WantedLink;
  /** The same as it is when the step is taken: what it sits on may have been made by then. */
  readonly now: (options: WaitOptions) => Promise<WantedLink>;
  readonly link: LinkRef | undefined;
  readonly places: LinkPlaces;
}

/** What a link needs beyond being there. A new one has its settings from birth. */
function endSteps(end: End, { wanted, now, link, places }: Wish, operation: string): Step[] {
  const { found, spec } = end;
  if (found === undefined) {
    return [
      ...(wanted.master == null ? [] : [masterStep(end, operation)]),
      ...(spec.up === true ? [upStep(end, operation)] : []),
    ];
  }
  const named = (each: Difference): Difference => (link === undefined ? each : lowerByName(each, link, places.lower));
  const { changes, conflicts } = compareLink(found, wanted);
  if (conflicts.length > 0) throw new ConflictError(operation, conflicts.map(named));
  const [data, others] = split(changes, ({ field }) => field.startsWith('data.'));
  const [up, settings] = split(others, ({ field, to }) => field === 'up' && to === true);
  const [master, plain] = split(settings, ({ field }) => field === 'master');
  const made = { end, found, wanted, now, places: places.all, operation };
  return [
    ...(data.length > 0
      ? [
          dataStep(
            made,
            data.map(named),
            data.some(({ to }) => to === NOT_YET),
          ),
        ]
      : []),
    ...(plain.length > 0 ? [settingsStep(made, plain)] : []),
    ...(master.length > 0 ? [masterStep(end, operation)] : []),
    ...(up.length > 0 ? [upStep(end, operation)] : []),
  ];
}

/** The link that one sits on by its name, not its index. */
function lowerByName(difference: Difference, link: LinkRef, lower: Place): Difference {
  const { field, from } = difference;
  if (field !== 'link' && field !== 'data.link') return difference;
  const name = typeof from === 'number' && from > 0 ? (lower.view.at(from)?.name ?? `#${from}`) : undefined;
  return { field, from: name, to: linkLabel(link) };
}

/** What a namespace has when it is made. */
export function newNamespaceLinks(): Link[] {
  const attrs = { ifname: 'lo', mtu: 65536, operstate: 'down', address: '00:00:00:00:00:00' } as const;
  const body = { index: 1, type: 'loopback', flags: ['loopback'], attrs } as const;
  return [new Link(requestBytes(codec, body), hostByteOrder)];
}
