import {
  type Address as AddressMessage,
  RTM_GETADDR,
  RTM_GETLINK,
  routeTable,
} from '../../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { Address } from '../address.js';
import { SKIP_STATS } from '../context.js';
import { directLink } from '../direct-link.js';
import { locate } from '../ensure/on-link.js';
import { RoutesByKey } from '../ensure/route.js';
import { freeGateways } from '../ensure/ways.js';
import { linkCodec } from '../link.js';
import { exists } from '../netns/find.js';
import { defaultTable, tableNumber } from '../route-input.js';
import { Routes } from '../routes.js';
import { told } from '../told.js';
import { addressSteps } from './address-steps.js';
import { keepMtuSteps } from './bridge-mtu.js';
import { deleteLinkSteps } from './delete-steps.js';
import { Description, isPresent } from './description.js';
import { inTheWay } from './in-the-way.js';
import { checkStaying, noteIntent } from './intent.js';
import { inOrder } from './link-order.js';
import { type End, type LinkPlan, newNamespaceLinks, planLink } from './link-plan.js';
import { deleteNamespaceStep, forwardingSteps, namespaceStep } from './namespace-steps.js';
import { type Place, type Places, View } from './places.js';
import { routeSteps } from './route-steps.js';
import { sourceSteps } from './source-steps.js';
import type { NamespaceSpec, NetworkSpec, PresentLink, RouteSpec } from './spec.js';
import { isTold, PHASES, type Step } from './step.js';

export const APPLY = 'apply';

/** Finds out what has to be done. */
export class Planner {
  readonly #places: Places;
  readonly #description: Description;
  readonly #operation: string;
  readonly #options: WaitOptions;

  constructor(places: Places, spec: NetworkSpec, operation: string, options: WaitOptions) {
    this.#places = places;
    this.#operation = operation;
    this.#options = options;
    this.#description = new Description(places, spec, operation);
  }

  /** What is to be done as things are now, in the order in which it must be. */
  async plan(): Promise<Step[]> {
    const { present, absent, leavingLinks } = await this.#look();
    const links: LinkPlan[] = [];
    const steps: Step[] = [];
    for (const { place, spec } of present) {
      if (place.site === undefined) steps.push(namespaceStep(this.#places, place));
      for (const link of (spec.links ?? []).filter(isPresent)) links.push(await this.#link(place, link));
    }
    steps.push(...inOrder(links).flatMap(each => each.steps));
    const isInTheWay = inTheWay(links);
    steps.push(...(await deleteLinkSteps(leavingLinks, isInTheWay, this.#places.all, this.#operation, this.#options)));
    const ends = links.flatMap(each => each.ends);
    steps.push(...keepMtuSteps(ends, steps, this.#operation));
    const exact = new Set(present.filter(({ spec }) => spec.exact === true).map(({ place }) => place));
    for (const end of ends) steps.push(...addressSteps(end, exact.has(end.place), this.#operation));
    for (const { place, spec } of present) {
      steps.push(...(await forwardingSteps(place, spec.forwarding, this.#options)));
      steps.push(...(await this.#routes(place, spec, ends)));
    }
    for (const { place, name } of absent) if (exists(name)) steps.push(deleteNamespaceStep(place, name));
    return steps.some(isTold) ? PHASES.flatMap(phase => steps.filter(step => step.phase === phase)) : [];
  }

  /** The description, when it is known what there is, and that the one does not contradict the other or itself. */
  async #look(): Promise<Description> {
    this.#description.enter((place, link) => this.#operationOf(place, link));
    await Promise.all(this.#places.all.map(place => this.#lookAt(place)));
    for (const place of this.#places.all) place.firstView ??= place.view;
    this.#description.checkOnce(this.#operation);
    await noteIntent(this.#description, this.#places.all, this.#options);
    checkStaying(this.#description, (place, link) => this.#operationOf(place, link));
    return this.#description;
  }

  async #lookAt(place: Place): Promise<void> {
    if (place.site === undefined) {
      place.view = new View(newNamespaceLinks());
      return;
    }
    const { socket } = place.context;
    const how = { ...this.#options, operation: this.#operation };
    const [links, addresses] = await Promise.all([
      socket.dump(RTM_GETLINK, { attrs: { extMask: SKIP_STATS } }, { ...how, as: linkCodec }),
      socket.dump(RTM_GETADDR, {}, how),
    ]);
    place.view = new View(
      links,
      addresses.map(message => new Address(message as AddressMessage)),
    );
  }

  #link(place: Place, spec: PresentLink): Promise<LinkPlan> {
    const at = (ref: PresentLink['linkNetns']): Place => (ref === undefined ? place : this.#places.of(ref));
    const places = { all: this.#places.all, own: place, peer: at(spec.peer?.netns), lower: at(spec.linkNetns) };
    const operation = this.#operationOf(place, spec.name);
    return planLink(spec, places, operation, this.#options).catch(error => {
      throw told(error, operation);
    });
  }

  #operationOf(place: Place, link: string): string {
    return this.#operation === APPLY ? `${APPLY}: ${place.words(`link ${link}`)}` : this.#operation;
  }

  async #routes(place: Place, { routes = [], exact = false }: NamespaceSpec, ends: readonly End[]): Promise<Step[]> {
    const isNew = place.site === undefined;
    const tables = new Set(routes.map(tableOf));
    // The main table tells where gateways are, too.
    if (exact || routes.length > 0) tables.add(routeTable.values.main);
    const lists = isNew
      ? []
      : await Promise.all([...tables].map(table => new Routes(place.context).list({ table, ...this.#options })));
    const gateways = routes.filter(each => each.state !== 'absent').flatMap(freeGateways);
    const lookup = (gateway: string): Promise<number | undefined> =>
      directLink(new Routes(place.context), gateway, this.#options);
    const there = new RoutesByKey(lists.flat(), await locate(gateways, lists.flat(), lookup));
    place.firstRoutes ??= there;
    const steps = routeSteps(place, routes, there, exact, this.#operation);
    const isMade = (route: RouteSpec): boolean =>
      waits(route) && routeSteps(place, [route], there, false, this.#operation).length > 0;
    const made = steps.some(({ phase }) => phase === 'route') ? routes.filter(isMade) : [];
    return [...sourceSteps(place, made, routes, ends, this.#operation, this.#options), ...steps];
  }
}

/** Whether a route may have to wait for an address. */
const waits = ({ state, source, gateway, nexthops = [] }: RouteSpec): boolean =>
  state !== 'absent' && [source, gateway, ...nexthops.map(each => each.gateway)].some(each => each?.includes(':'));

/** Each table by its one number, however it is called: for the kernel none is the main one. */
const tableOf = ({ table, type }: RouteSpec): number =>
  tableNumber(table ?? defaultTable(type)) || routeTable.values.main;
