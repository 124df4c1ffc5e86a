import {
  type Address as AddressMessage,
  RTM_GETADDR,
  RTM_GETLINK,
  routeTable,
} from '../../protocol/rtnetlink/index.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { Address } from '../address.js';
import { type Context, SKIP_STATS } from '../context.js';
import { ConflictError } from '../ensure/conflict-error.js';
import { RoutesByKey } from '../ensure/route.js';
import { linkCodec } from '../link.js';
import { type NamespaceRef, openRef } from '../namespace-ref.js';
import { exists } from '../netns/find.js';
import { defaultTable, tableNumber } from '../route-input.js';
import { Routes } from '../routes.js';
import { Sites } from '../sites.js';
import { addressSteps } from './address-steps.js';
import { keepMtuSteps } from './bridge-mtu.js';
import { checkSpec, NAMESPACE } from './check.js';
import { deleteLinkSteps } from './delete-steps.js';
import { goesWith, leaving } from './leaving.js';
import { inOrder } from './link-order.js';
import { type End, type LinkPlan, newNamespaceLinks, planLink } from './link-plan.js';
import { deleteNamespaceStep, forwardingSteps, namespaceStep } from './namespace-steps.js';
import { checkOnce } from './once.js';
import { type Place, Places, View } from './places.js';
import { routeSteps } from './route-steps.js';
import { Transaction } from './run.js';
import { sourceSteps } from './source-steps.js';
import type { LinkSpec, NamespaceSpec, NetworkSpec, OtherNamespaceSpec, PresentLink, RouteSpec } from './spec.js';
import { isTold, PHASES, Plan, type Step } from './step.js';
import type { Located } from './uppers.js';

/** How a description is to be applied. */
export interface ApplyOptions extends WaitOptions {
  /** Only say what would be done. */
  dryRun?: boolean | undefined;
}

const APPLY = 'apply';
/** A round for what the kernel dropped in the one before, and one to spare. */
const ROUNDS = 3;

/** Makes things as described, or leaves them as they were. */
export async function apply(
  context: Context,
  spec: NetworkSpec,
  { dryRun = false, ...options }: ApplyOptions,
  operation = APPLY,
): Promise<Plan> {
  checkSpec(spec);
  using places = new Places(new Sites(context));
  const planner = new Planner(places, spec, operation, options);
  const steps = await planner.plan();
  if (dryRun || steps.length === 0) return new Plan(steps, !dryRun);
  const transaction = new Transaction(operation, options);
  const taken: Step[] = [];
  try {
    let round: readonly Step[] = steps;
    for (let left = ROUNDS; round.length > 0 && left > 0; left--) {
      await transaction.run(round, places.all);
      taken.push(...round);
      // With a link that went down, or an address, the kernel may have dropped what was to stay.
      round = round.some(step => step.lossy) ? await planner.plan() : [];
    }
    if (round.length > 0)
      throw new Error(`${operation}: the kernel takes it and does not do it:\n${new Plan(round, false)}`);
  } catch (error) {
    throw await transaction.rollBack(error);
  }
  return new Plan(taken, true);
}

/** A link of the description, or one end of a pair, and where it is to be. */
interface DescribedEnd {
  readonly place: Place;
  readonly name: string;
  readonly index?: number | undefined;
}

/** Finds out what has to be done. */
class Planner {
  readonly #places: Places;
  readonly #described: { readonly place: Place; readonly spec: NamespaceSpec }[];
  readonly #absent: { readonly place: Place; readonly name: string }[] = [];
  readonly #operation: string;
  readonly #options: WaitOptions;

  constructor(places: Places, spec: NetworkSpec, operation: string, options: WaitOptions) {
    this.#places = places;
    this.#operation = operation;
    this.#options = options;
    const others = spec.namespaces ?? [];
    this.#described = [{ place: places.own, spec }, ...others.flatMap(each => this.#describe(each))];
  }

  #describe(spec: OtherNamespaceSpec): { place: Place; spec: NamespaceSpec }[] {
    if (spec.state !== 'absent') return [{ place: this.#places.of(spec.netns, true), spec }];
    const name = nameOf(spec.netns, this.#operation);
    this.#absent.push({ place: this.#places.of(spec.netns, true), name });
    return [];
  }

  /** What is to be done as things are now, in the order in which it must be. */
  async plan(): Promise<Step[]> {
    await this.#look();
    this.#checkOnce();
    await this.#noteIntent();
    this.#checkStaying();
    const links: LinkPlan[] = [];
    const absent: Located[] = [];
    const steps: Step[] = [];
    for (const { place, spec } of this.#described) {
      if (place.site === undefined) steps.push(namespaceStep(this.#places, place));
      for (const link of spec.links ?? []) {
        if (isPresent(link)) links.push(await this.#link(place, link));
        else absent.push(...located(place, link.name));
      }
    }
    steps.push(...inOrder(links).flatMap(each => each.steps));
    const exact = new Set(this.#described.filter(({ spec }) => spec.exact === true).map(({ place }) => place));
    steps.push(...(await deleteLinkSteps(absent, this.#places.all, this.#operation, this.#options)));
    const ends = links.flatMap(each => each.ends);
    steps.push(...keepMtuSteps(ends, steps, this.#operation));
    for (const end of ends) steps.push(...addressSteps(end, exact.has(end.place), this.#operation));
    for (const { place, spec } of this.#described) {
      steps.push(...(await forwardingSteps(place, spec.forwarding, this.#options)));
      steps.push(...(await this.#routes(place, spec, ends)));
    }
    for (const { place, name } of this.#absent) if (exists(name)) steps.push(deleteNamespaceStep(place, name));
    return steps.some(isTold) ? PHASES.flatMap(phase => steps.filter(step => step.phase === phase)) : [];
  }

  #checkOnce(): void {
    const numberOf = (place: Place): number => this.#places.all.indexOf(place);
    const described = this.#described.filter(({ spec }) => NAMESPACE.some(name => spec[name] !== undefined));
    const namespaces = [...described, ...this.#absent].map(({ place }) => place);
    checkOnce(
      namespaces,
      place => String(numberOf(place)),
      ({ label }) => (label === undefined ? 'the namespace of this ip' : `netns ${label}`),
    );
    checkOnce(
      described.flatMap(({ place, spec }) => (spec.links ?? []).flatMap(link => this.#endsOf(place, link))),
      ({ place, name }) => `${numberOf(place)} ${place.find(name)?.index ?? name}`,
      ({ place, name }) => place.words(`link ${name}`),
    );
  }

  async #noteIntent(): Promise<void> {
    for (const place of this.#places.all) place.intent = { present: new Set(), absent: new Map() };
    for (const each of this.#staying()) intend(each.place, each);
    const links = this.#described.flatMap(({ place, spec }) =>
      (spec.links ?? []).filter(link => !isPresent(link)).flatMap(({ name }) => located(place, name)),
    );
    const namespaces = this.#leaving();
    for (const { place, link, why } of await leaving({ links, namespaces }, this.#places.all, this.#options))
      place.intent.absent.set(link.index, why);
  }

  /** What the kernel takes along with something that is described as absent cannot be there. */
  #checkStaying(): void {
    const namespaces = this.#leaving();
    for (const { place, name } of this.#staying()) {
      const found = place.find(name);
      const along = found === undefined ? undefined : place.intent.absent.get(found.index);
      const why = namespaces.includes(place) ? goesWith(`netns ${place.label}`) : along;
      const differences = [{ field: 'state', from: 'absent', to: 'present' }];
      if (why !== undefined) throw new ConflictError(this.#operationOf(name), differences, why);
    }
  }

  /** Links that are described as present, both ends of pairs. */
  #staying(): DescribedEnd[] {
    return this.#described.flatMap(({ place, spec }) =>
      (spec.links ?? []).filter(isPresent).flatMap(link => this.#endsOf(place, link)),
    );
  }

  /** Namespaces that are described as absent, and do not live on. */
  #leaving(): Place[] {
    const described = this.#described.map(({ place }) => place);
    return this.#absent.map(({ place }) => place).filter(place => !described.includes(place));
  }

  #endsOf(place: Place, link: LinkSpec): DescribedEnd[] {
    const own = { place, ...link };
    if (!isPresent(link) || link.peer === undefined) return [own];
    const { netns, ...peer } = link.peer;
    return [own, { place: netns === undefined ? place : this.#places.of(netns), ...peer }];
  }

  async #look(): Promise<void> {
    for (const { spec } of this.#described) {
      for (const link of spec.links ?? []) {
        if (!isPresent(link)) continue;
        this.#places.of(link.linkNetns);
        this.#places.of(link.peer?.netns);
      }
    }
    await Promise.all(this.#places.all.map(place => this.#lookAt(place)));
    for (const place of this.#places.all) place.firstView ??= place.view;
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
    return planLink(spec, places, this.#operationOf(spec.name), this.#options);
  }

  #operationOf(link: string): string {
    return this.#operation === APPLY ? `${APPLY}: link ${link}` : this.#operation;
  }

  async #routes(place: Place, { routes = [], exact = false }: NamespaceSpec, ends: readonly End[]): Promise<Step[]> {
    const isNew = place.site === undefined;
    const tables = new Set(routes.map(tableOf));
    if (exact) tables.add(routeTable.values.main);
    const lists = isNew
      ? []
      : await Promise.all([...tables].map(table => new Routes(place.context).list({ table, ...this.#options })));
    const there = new RoutesByKey(lists.flat());
    place.firstRoutes ??= there;
    const steps = routeSteps(place, routes, there, exact, this.#operation);
    const isMade = (route: RouteSpec): boolean =>
      route.source !== undefined &&
      route.state !== 'absent' &&
      routeSteps(place, [route], there, false, this.#operation).length > 0;
    return [...sourceSteps(place, routes.filter(isMade), ends, this.#operation, this.#options), ...steps];
  }
}

/** Each table by its one number, however it is called: for the kernel none is the main one. */
const tableOf = ({ table, type }: RouteSpec): number =>
  tableNumber(table ?? defaultTable(type)) || routeTable.values.main;

function intend({ intent: { present } }: Place, { name, index }: DescribedEnd): void {
  present.add(name);
  if (index !== undefined) present.add(index);
}

/** What is taken away from a namespace is a name: the one that was given, if it has several. */
function nameOf(ref: NamespaceRef, operation: string): string {
  if (typeof ref === 'string' && !ref.includes('/')) return ref;
  using handle = openRef(ref);
  if (handle.name !== undefined && exists(handle.name)) return handle.name;
  throw new RangeError(`${operation}: a namespace without a name under /run/netns cannot be described as absent`);
}

function located(place: Place, name: string): Located[] {
  const link = place.find(name);
  return link === undefined ? [] : [{ place, link }];
}

const isPresent = (link: LinkSpec): link is PresentLink => link.state !== 'absent';
