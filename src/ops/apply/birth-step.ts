import { link as codec, RTM_DELLINK } from '../../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { NetlinkError } from '../../socket/netlink-error.js';
import { getLink } from '../context.js';
import { ConflictError } from '../ensure/conflict-error.js';
import { type Difference, valueWords } from '../ensure/difference.js';
import { compareLink, type WantedLink } from '../ensure/link.js';
import { asRequest, isPassthru } from '../ensure/macvlan.js';
import { requestBytes } from '../ensure/reread.js';
import type { Link } from '../link.js';
import { addBody, addLink } from '../link-add.js';
import { linkInput, NEW_LINK_SETTINGS } from '../link-input.js';
import type { LinkAddSettings } from '../links.js';
import { linkLabel } from '../names.js';
import { type End, type LinkPlaces, wantedOf } from './link-plan.js';
import { request } from './link-request.js';
import type { Place } from './places.js';
import type { PresentLink } from './spec.js';
import type { Step } from './step.js';

/** What a link is born with: all but what comes when it is complete. */
const BORN = NEW_LINK_SETTINGS.filter(name => name !== 'up');

/** The making of a link, or of both ends of a pair, in the namespaces they belong to. */
export function birthStep(
  first: End,
  second: End | undefined,
  spec: PresentLink,
  places: LinkPlaces,
  operation: string,
): Step {
  const { place } = first;
  const { lower } = places;
  const { name, kind, data, link } = spec;
  const text = place.words(
    `link ${name}`,
    ...bornWords(first),
    `kind ${kind}`,
    ...peerWords(second),
    ...lowerWords(spec),
    dataWords(data),
  );
  const settings = {
    ...born(first),
    kind,
    ...(data !== undefined && { data: asRequest(data) }),
    ...(second !== undefined && { peer: born(second) }),
    ...(link !== undefined && { link }),
  } as unknown as LinkAddSettings;
  requestBytes(codec, addBody(settings, {})); // what cannot be sent fails before anything is done
  let isMade = false;
  const run = async (options: WaitOptions): Promise<void> => {
    const refs = {
      link: link === undefined ? undefined : lower.indexOf(link),
      netNsFd: place === lower ? undefined : place.fd,
      peerFd: second === undefined || second.place === place ? undefined : second.place.fd,
    };
    const made = await addLink(lower.context, settings, refs, `${operation}: add`, options);
    isMade = true;
    place.made.set(name, made.index);
    if (second !== undefined && made.linkIndex !== undefined) second.place.made.set(second.spec.name, made.linkIndex);
    await complete(first, made, await wantedOf(first, spec, places, operation, options), operation, options);
  };
  const undo = async (): Promise<void> => {
    const index = place.made.get(name) ?? (await findPristine(place, name, kind!))?.index;
    if (index !== undefined) await deleteLink(place, index, `${operation}: delete`);
  };
  return {
    phase: 'link',
    action: 'add',
    object: 'link',
    netns: place.label,
    place,
    text,
    ...takesAlong(first, spec, lower),
    run,
    undo,
    get partial() {
      return isMade;
    },
  };
}

/** The neighbours of the link below go, if that is given another hardware address with it. */
function takesAlong({ place, spec }: End, { link, data }: PresentLink, lower: Place): Pick<Step, 'touches' | 'lossy'> {
  const index = link === undefined || lower !== place ? undefined : place.indexOf(link);
  const isShared = isPassthru(data) && spec.address !== undefined && index !== undefined;
  return isShared ? { touches: [index], lossy: 'undone' } : {};
}

/** What comes when the link is complete, or with its peer. */
const LATER: readonly string[] = ['up', 'carrier', 'master'];

/**
 * The kernel may say yes and make it otherwise: a macvlan of mode passthru has the hardware address of the link below
 * (macvlan_common_newlink in drivers/net/macvlan.c). What can be changed then is, and that it was done is looked at.
 */
async function complete(
  end: End,
  made: Link,
  wanted: WantedLink,
  operation: string,
  options: WaitOptions,
): Promise<void> {
  const names = otherwise(made, wanted).map(({ field }) => field);
  if (names.length === 0) return;
  const settings = Object.fromEntries(Object.entries(wanted.settings).filter(([name]) => names.includes(name)));
  const body = { ...linkInput(settings, {}), index: made.index };
  const refusal = await refusalOf(request(end, body, operation, options));
  const now = await getLink(end.place.context, made.index, operation, options);
  checkMade(now, wanted, operation, refusal);
}

async function refusalOf(answer: Promise<unknown>): Promise<NetlinkError | undefined> {
  try {
    await answer;
    return undefined;
  } catch (error) {
    if (error instanceof NetlinkError) return error;
    throw error;
  }
}

/**
 * A vxlan has no greater MTU than the link below has room for (vxlan_config_apply in drivers/net/vxlan/vxlan_core.c), some
 * settings of a bridge have bounds. The other end of a pair has what it is given, or is refused.
 */
function checkMade(made: Link, wanted: WantedLink, operation: string, cause: NetlinkError | undefined): void {
  const differences = otherwise(made, wanted);
  if (differences.length > 0)
    throw new ConflictError(operation, differences, 'the kernel made it otherwise', { cause });
}

function otherwise(made: Link, wanted: WantedLink): Difference[] {
  const { changes, conflicts } = compareLink(made, wanted);
  return [...conflicts, ...changes].filter(({ field }) => !LATER.includes(field));
}

const born = ({ spec }: End): object =>
  Object.fromEntries(Object.entries(spec).filter(([name, value]) => BORN.includes(name) && value !== undefined));

const bornWords = (end: End): string[] =>
  Object.entries(born(end)).flatMap(([name, value]) => (name === 'name' ? [] : [`${name} ${valueWords(value)}`]));

function peerWords(peer: End | undefined): string[] {
  return peer === undefined ? [] : [peer.place.words(`peer ${peer.spec.name}`, ...bornWords(peer))];
}

const lowerWords = ({ link }: PresentLink): string[] => (link === undefined ? [] : [`link ${linkLabel(link)}`]);

const dataWords = (data: object | undefined): string =>
  Object.entries(data ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${valueWords(value)}`)
    .join(' ');

/**
 * The answer to the request is lost, so that the link may have been made or not. There was none of this name when the plan
 * was made, so it has if there is one that nobody has touched yet.
 */
async function findPristine(place: Place, name: string, kind: string): Promise<Link | undefined> {
  const found = await orUndefined(getLink(place.context, name, `link get ${name}`, {}, true));
  return found?.kind === kind && !found.up && found.master === undefined ? found : undefined;
}

/** Deletes a link; one that is gone is no error. */
export async function deleteLink(place: Place, index: number, operation: string): Promise<void> {
  await orUndefined(place.context.socket.request(RTM_DELLINK, { index }, { operation }));
}

/** Undefined if the kernel says that there is no such link. */
export async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENODEV') return undefined;
    throw error;
  }
}
