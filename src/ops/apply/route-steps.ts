import { NLM_F_CREATE, NLM_F_EXCL } from '../../protocol/header.js';
import { type RouteInput, RTM_DELROUTE, RTM_NEWROUTE } from '../../protocol/rtnetlink/index.js';
import { NetlinkError } from '../../socket/netlink-error.js';
import { ConflictError } from '../ensure/conflict-error.js';
import { differenceWords, valueWords } from '../ensure/difference.js';
import {
  compareInPlace,
  compareRoute,
  IPV6_METRIC,
  type RoutesByKey,
  routeAgain,
  routeKey,
  type WantedRoute,
  wantedRoute,
} from '../ensure/route.js';
import { type LinkRef, linkLabel } from '../names.js';
import type { Route } from '../route.js';
import { checkWays, type RouteSettings } from '../route-input.js';
import { at } from '../told.js';
import { checkOnce } from './once.js';
import { NOT_YET, type Place } from './places.js';
import { changedBody, sendAnew } from './route-body.js';
import { gone, request } from './route-request.js';
import type { RouteSpec } from './spec.js';
import type { Step } from './step.js';
import { findThere, TakenPlace } from './taken-route.js';

/** Who makes routes that no description knows of. */
const AUTOMATIC: readonly unknown[] = ['kernel', 'ra', 'redirect'];

/** What the routes of a namespace need. `there` are those of the tables in question. */
export function routeSteps(
  place: Place,
  specs: readonly RouteSpec[],
  there: RoutesByKey,
  exact: boolean,
  operation: string,
): Step[] {
  const meant = new Set<Route>();
  const nameOf = (index: number): string | undefined => place.view.at(index)?.name;
  // A gateway has to be on a link, by a route that may be described too.
  const directFirst = [...specs].sort((a, b) => Number(hasGateway(a)) - Number(hasGateway(b)));
  const described = directFirst.map(({ destination, state, ...settings }) => {
    const find =
      state === 'absent'
        ? (ref: LinkRef) => place.indexOf(ref) ?? NOT_YET
        : (ref: LinkRef) => place.plannedIndexOf(ref, 'link', `${operation}: ${place.words(`route ${destination}`)}`);
    const wanted = at(`${operation}: ${place.words(`route ${destination}`)}`, () => {
      const resolved = resolve(destination, settings, find);
      if (state !== 'absent') checkWays(destination, settings);
      return { ...resolved, onLinks: there.onLinks, nameOf };
    });
    return { destination, state, settings, wanted };
  });
  checkOnce(
    described,
    ({ wanted }) => routeKey(wanted.route),
    ({ destination }) => `${operation}: ${place.words(`route ${destination}`)}`,
  );
  const steps = described.flatMap(({ state, settings, wanted }) => {
    if (state === 'absent') {
      const gone = there.like(wanted);
      for (const each of gone) meant.add(each);
      return gone.map(each => deleteStep(place, each, operation));
    }
    const found = there.find(wanted);
    if (found === undefined) return [addStep(place, wanted, settings, operation)];
    meant.add(found);
    const { changes, conflicts } = compareInPlace(there.like(wanted), found, wanted);
    if (conflicts.length > 0)
      throw new ConflictError(`${operation}: ${place.words(`route ${wanted.destination}`)}`, conflicts);
    return changes.length === 0 ? [] : [changeStep(place, found, wanted, operation)];
  });
  const others = exact ? there.all.filter(each => each.table === 'main' && !meant.has(each) && isGiven(each)) : [];
  return [...steps, ...others.map(each => deleteStep(place, each, operation))];
}

const hasGateway = ({ gateway, nexthops = [] }: RouteSpec): boolean => gateway !== undefined || nexthops.length > 0;

const isGiven = ({ protocol }: Route): boolean => !AUTOMATIC.includes(protocol);

function resolve(destination: string, settings: RouteSettings, find: (ref: LinkRef) => number): WantedRoute {
  const index = (ref: LinkRef | undefined): number | undefined => (ref === undefined ? undefined : find(ref));
  const nexthops = (settings.nexthops ?? []).map(each => index(each.link));
  return wantedRoute(destination, settings, { own: index(settings.link), nexthops });
}

/** By now all links are there. */
function resolveNow(place: Place, destination: string, settings: RouteSettings, operation: string): WantedRoute {
  return resolve(destination, settings, ref => {
    const index = place.indexOf(ref);
    if (index !== undefined) return index;
    const differences = [{ field: 'link', from: undefined, to: linkLabel(ref) }];
    throw new ConflictError(
      `${operation}: ${place.words(`route ${destination}`)}`,
      differences,
      'there is no such link',
    );
  });
}

const common = (place: Place) => ({ object: 'route', netns: place.label, place }) as const;

/** Adds a route, unless the kernel has made it meanwhile, with an address: then that is made as it is described. */
function addStep(place: Place, planned: WantedRoute, settings: RouteSettings, operation: string): Step {
  const { destination } = planned;
  const what = `${operation}: ${place.words(`route add ${destination}`)}`;
  // One that the kernel has dropped meanwhile has again what is not described of it.
  const lost = place.firstRoutes?.find(planned);
  let undo = (): Promise<unknown> => {
    const { input } = resolveNow(place, destination, settings, operation);
    return gone(request(place, RTM_DELROUTE, 0, input, `${operation}: ${place.words(`route delete ${destination}`)}`));
  };
  return {
    ...common(place),
    phase: 'route',
    key: routeKey(planned.route),
    action: 'add',
    text: place.words(`route ${destination}`, ...settingsWords(settings)),
    async run(options) {
      const wanted = { ...resolveNow(place, destination, settings, operation), onLinks: planned.onLinks };
      const send = (body: RouteInput): Promise<unknown> =>
        request(place, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, body, what, options);
      try {
        if (lost === undefined) await send(wanted.input);
        else await sendAnew(await changedBody(place, lost, wanted, options), wanted, send);
      } catch (error) {
        const there = isThere(error) ? await findThere(place, wanted, options) : undefined;
        if (there === undefined) throw error;
        const taken = new TakenPlace(place, there, wanted, what);
        const differs = compareRoute(there, wanted).changes.length > 0;
        undo = async () => (differs ? taken.giveBack() : undefined);
        if (differs) await taken.take(options);
      }
    },
    undo: () => undo(),
  };
}

const isThere = (error: unknown): boolean => error instanceof NetlinkError && error.code === 'EEXIST';

function changeStep(place: Place, found: Route, planned: WantedRoute, operation: string): Step {
  const { destination, given } = planned;
  const what = `${operation}: ${place.words(`route replace ${destination}`)}`;
  const { changes } = compareRoute(found, planned);
  let taken: TakenPlace | undefined;
  return {
    ...common(place),
    phase: 'route',
    key: routeKey(found),
    action: 'change',
    text: place.words(`route ${destination}`, ...keyWords(found), ...changes.map(differenceWords)),
    differences: changes,
    run(options) {
      const wanted = { ...resolveNow(place, destination, given, operation), onLinks: planned.onLinks };
      taken = new TakenPlace(place, found, wanted, what);
      return taken.take(options);
    },
    lossy: true,
    async undo() {
      await taken?.giveBack();
    },
  };
}

function deleteStep(place: Place, found: Route, operation: string): Step {
  const { destination } = found;
  const what = `${operation}: ${place.words(`route delete ${destination}`)}`;
  const body = routeAgain(found);
  return {
    ...common(place),
    phase: 'route withdrawal',
    key: routeKey(found),
    lossy: true,
    action: 'delete',
    text: place.words(`route ${destination}`, ...keyWords(found)),
    run: options => gone(request(place, RTM_DELROUTE, 0, body, what, options)),
    async undo() {},
  };
}

/** What else tells a route from others to the destination, where it is not the usual. */
function keyWords({ destination, family, table, metric, tos, from }: Route): string[] {
  return [
    ...(destination === 'default' && family === 6 ? ['family 6'] : []),
    ...(metric === 0 || (family === 6 && metric === IPV6_METRIC) ? [] : [`metric ${metric}`]),
    ...(table === 'main' ? [] : [`table ${table}`]),
    ...(tos === 0 ? [] : [`tos ${tos}`]),
    ...(from === undefined ? [] : [`from ${from}`]),
  ];
}

function settingsWords({ nexthops, ...settings }: RouteSettings): string[] {
  const words = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${name === 'link' ? linkLabel(value as LinkRef) : valueWords(value)}`);
  return [...words, ...(nexthops ?? []).map(each => `nexthop ${settingsWords(each).join(' ')}`)];
}
