import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../../protocol/header.js';
import { type RouteInput, RTM_DELROUTE, RTM_NEWROUTE } from '../../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { commonHint } from '../context.js';
import { ConflictError } from '../ensure/conflict-error.js';
import { differenceWords, valueWords } from '../ensure/difference.js';
import {
  compareRoute,
  findRoute,
  routeAgain,
  routeChange,
  routeKey,
  type WantedRoute,
  wantedRoute,
} from '../ensure/route.js';
import { type LinkRef, linkLabel } from '../names.js';
import type { Route } from '../route.js';
import type { RouteSettings } from '../route-input.js';
import { except } from './address-steps.js';
import { checkOnce } from './once.js';
import type { Place } from './places.js';
import type { RouteSpec } from './spec.js';
import type { Step } from './step.js';

/** Who makes routes that no description knows of. */
const AUTOMATIC: readonly unknown[] = ['kernel', 'ra', 'redirect'];

/** What the routes of a namespace need. `there` are those of the tables in question. */
export function routeSteps(
  place: Place,
  specs: readonly RouteSpec[],
  there: readonly Route[],
  exact: boolean,
  operation: string,
): Step[] {
  const meant = new Set<Route>();
  const described = specs.map(({ destination, state, ...settings }) => {
    const wanted = resolve(destination, settings, ref => place.plannedIndexOf(ref));
    return { destination, state, settings, wanted };
  });
  checkOnce(
    described,
    ({ wanted }) => routeKey(wanted.route),
    ({ destination }) => `${operation}: ${place.words(`route ${destination}`)}`,
  );
  const steps = described.flatMap(({ destination, state, settings, wanted }) => {
    const found = findRoute(there, wanted);
    if (found !== undefined) meant.add(found);
    if (state === 'absent') return found === undefined ? [] : [deleteStep(place, found, operation)];
    if (found === undefined) return [addStep(place, destination, settings, operation)];
    const { changes } = compareRoute(found, wanted);
    return changes.length === 0 ? [] : [changeStep(place, found, wanted, operation)];
  });
  const others = exact ? there.filter(each => each.table === 'main' && !meant.has(each) && isGiven(each)) : [];
  return [...steps, ...others.map(each => deleteStep(place, each, operation))];
}

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
    throw new ConflictError(`${operation}: route ${destination}`, differences, 'there is no such link');
  });
}

const common = (place: Place) => ({ object: 'route', netns: place.label, place }) as const;

function addStep(place: Place, destination: string, settings: RouteSettings, operation: string): Step {
  const input = (): RouteInput => resolveNow(place, destination, settings, operation).input;
  const what = `route ${destination}`;
  return {
    ...common(place),
    phase: 'route',
    action: 'add',
    text: place.words(what, ...settingsWords(settings)),
    run: options =>
      request(
        place,
        RTM_NEWROUTE,
        NLM_F_CREATE | NLM_F_EXCL,
        input(),
        `${operation}: route add ${destination}`,
        options,
      ),
    undo: () => gone(request(place, RTM_DELROUTE, 0, input(), `${operation}: route delete ${destination}`)),
  };
}

function changeStep(place: Place, found: Route, planned: WantedRoute, operation: string): Step {
  const { destination, given } = planned;
  const what = `${operation}: route replace ${destination}`;
  const { changes } = compareRoute(found, planned);
  return {
    ...common(place),
    phase: 'route',
    action: 'change',
    text: place.words(`route ${destination}`, ...changes.map(differenceWords)),
    differences: changes,
    run: options => {
      const wanted = resolveNow(place, destination, given, operation);
      // It may have gone meanwhile, with an address that it rested on.
      return request(place, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, routeChange(found, wanted), what, options);
    },
    lossy: true,
    undo: () => {
      const { input } = resolveNow(place, destination, given, operation);
      return gone(request(place, RTM_DELROUTE, 0, input, what));
    },
  };
}

function deleteStep(place: Place, found: Route, operation: string): Step {
  const { destination, metric } = found;
  const what = `${operation}: route delete ${destination}`;
  const body = routeAgain(found);
  return {
    ...common(place),
    phase: 'route withdrawal',
    lossy: true,
    action: 'delete',
    text: place.words(`route ${destination}`, ...(metric === 0 ? [] : [`metric ${metric}`])),
    run: options => gone(request(place, RTM_DELROUTE, 0, body, what, options)),
    async undo() {},
  };
}

function settingsWords({ nexthops, ...settings }: RouteSettings): string[] {
  const words = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${name === 'link' ? linkLabel(value as LinkRef) : valueWords(value)}`);
  return [...words, ...(nexthops ?? []).map(each => `nexthop ${settingsWords(each).join(' ')}`)];
}

function request(
  { context }: Place,
  type: typeof RTM_NEWROUTE | typeof RTM_DELROUTE,
  flags: number,
  body: RouteInput,
  operation: string,
  options: WaitOptions = {},
): Promise<unknown> {
  const hint = (code: string): string | undefined =>
    code === 'ENETUNREACH' ? 'the gateway is on no link that is up' : commonHint(context, code);
  return context.socket.request(type, body, { ...options, flags, operation, hint });
}

/** It is no error that a route is gone, or its link. */
const gone = (answer: Promise<unknown>): Promise<unknown> => except(['ESRCH', 'ENODEV'], answer);
