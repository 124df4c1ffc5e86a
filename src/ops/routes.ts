import { NLM_F_CREATE, NLM_F_ECHO, NLM_F_EXCL, NLM_F_REPLACE } from '../protocol/header.js';
import {
  type RouteInput,
  type Route as RouteMessage,
  RTM_DELROUTE,
  RTM_GETROUTE,
  RTM_NEWROUTE,
  routeTable,
  type routeType,
} from '../protocol/rtnetlink/index.js';
import type { Echo } from '../socket/echo.js';
import type { Outcome, WaitOptions } from '../socket/exchange.js';
import { NetlinkError } from '../socket/netlink-error.js';
import { AF_INET, AF_INET6, familyNumber } from './cidr.js';
import { type Context, commonHint, indexOf } from './context.js';
import { directLink } from './direct-link.js';
import { type Ensured, ensureObject } from './ensure/ensure.js';
import { locate, type OnLinks } from './ensure/on-link.js';
import type { Replaced } from './ensure/replaced.js';
import { echoedRoute, replacedRoute } from './ensure/replaced-route.js';
import {
  compareInPlace,
  findReplaced,
  findRoute,
  routeChange,
  sendableRoute,
  type WantedRoute,
  wantedRoute,
} from './ensure/route.js';
import { freeGateways } from './ensure/ways.js';
import { noneOf } from './link-hints.js';
import { checkKeys } from './link-input.js';
import { joins } from './monitor/route-identity.js';
import type { LinkRef } from './names.js';
import { Route } from './route.js';
import {
  checkWays,
  type RouteLinks,
  type RouteProtocol,
  type RouteSettings,
  type RouteTable,
  type RouteVerb,
  routeInput,
  tableNumber,
} from './route-input.js';
import { LOOKUP_SETTINGS, lookupInput, type RouteLookup } from './route-lookup.js';
import { at } from './told.js';

/** Which routes; the kernel picks them. */
export interface RouteFilter {
  /** Only IPv4 (4) or IPv6 (6). */
  family?: 4 | 6 | undefined;
  /** Of this table; by default `'main'`. `'all'` for every table. */
  table?: RouteTable | 'all' | undefined;
  /** Only those that leave by this link. */
  link?: LinkRef | undefined;
  /** Only those made by this protocol. */
  protocol?: RouteProtocol | undefined;
  /** Only those of this type. */
  type?: keyof typeof routeType.values | undefined;
}

const FILTER = ['family', 'table', 'link', 'protocol', 'type'];

/** What `route.ensure` found or did. */
export interface RouteEnsured extends Ensured {
  /** The route as it is now. */
  readonly route: Route;
}

/** `ip route`: routes. */
export class Routes {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Add a route: `ip route add 10.1.0.0/16 via 10.0.0.2`. `destination` is a network or `'default'`. Rejects with
   * NetlinkError EEXIST if there is one to this destination with this metric, ENETUNREACH if the gateway is on no link.
   */
  async add(destination: string, settings: RouteSettings, options: WaitOptions = {}): Promise<void> {
    await this.#send('add', RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, destination, settings, options);
  }

  /**
   * Add a route, or put it in the place of the one to this destination with this metric: `ip route replace`.
   *
   * Resolves with whether anything is otherwise than before. Of IPv4 the kernel says that itself. Of IPv6 it says only
   * whether there was none: the one that was there is looked up before, and what others change in between counts too. One
   * without a gateway, or in another table than packets to it are looked up in, takes a list of the table.
   */
  async replace(destination: string, settings: RouteSettings, options: WaitOptions = {}): Promise<Replaced> {
    const operation = `route replace ${destination}`;
    const { input, route } = await this.#wanted(destination, settings, operation, options);
    const hint = (code: string): string | undefined => this.#hint(code, destination, settings);
    const send = (flags: number): Promise<Outcome<Echo<RouteMessage>>> =>
      this.#context.socket.request(RTM_NEWROUTE, input, { ...options, flags, operation, hint, as: echoedRoute });
    const is6 = route.family === 6;
    if (is6 && (await send(NLM_F_CREATE | NLM_F_EXCL).then(() => true, isThere)))
      return { changed: true, created: true };
    const before = is6 ? await this.#place(route, operation, options) : undefined;
    const { results } = await send(NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ECHO);
    return replacedRoute(before, results[0]);
  }

  /** IPv6 routes among which is the one whose place `wanted` takes: that only, if the kernel finds it by its destination. */
  async #place(wanted: Route, operation: string, options: WaitOptions): Promise<readonly Route[]> {
    const [network = '::'] = /^[^/]*:[^/]*/.exec(wanted.destination) ?? [];
    const found = await this.get(network, { match: true, ...options }).catch(unreachable);
    // Of those that do not join others there can be several, of which a packet need not take the first.
    if (found !== undefined && joins(found) && joins(wanted) && findReplaced([found], wanted) === found) return [found];
    return this.#list({ table: wanted.table as RouteTable, family: 6, ...options }, operation);
  }

  /**
   * See to it that there is a route as described. Which one is meant is said by destination, table, metric, type of
   * service and source prefix; its ways (gateway, link, nexthops) and its type are compared as a whole, of the rest what
   * is given. Nothing is sent if all is well; else the route is replaced, and keeps what was not given. A way that does not
   * say by which link it leads may lead by any on which its gateway is.
   */
  async ensure(destination: string, settings: RouteSettings, options: WaitOptions = {}): Promise<RouteEnsured> {
    const operation = `route ensure ${destination}`;
    const wanted = await this.#wanted(destination, settings, operation, options);
    const { table } = wanted.route;
    const family = wanted.route.family!;
    const send = (flags: number, body: RouteInput): Promise<unknown> => {
      const hint = (code: string): string | undefined => this.#hint(code, destination, settings);
      return this.#context.socket.request(RTM_NEWROUTE, body, { ...options, flags, operation, hint });
    };
    let there: readonly Route[] = [];
    let whole = wanted;
    const { found, ...ensured } = await ensureObject<Route>({
      operation,
      look: async () => {
        there = await this.#list({ table: table as RouteTable, family, ...options }, operation);
        whole = { ...wanted, onLinks: await this.#locate(wanted, there, operation, options) };
        return findRoute(there, whole);
      },
      add: () => send(NLM_F_CREATE | NLM_F_EXCL, wanted.input),
      compare: each => compareInPlace(there, each, whole),
      change: each => send(NLM_F_REPLACE, routeChange(each, whole)),
    });
    return { ...ensured, route: found };
  }

  /** Where the gateways are of which a route does not say by which link: by its table, and the main one. */
  async #locate(
    { given, route: { table, family } }: WantedRoute,
    there: readonly Route[],
    operation: string,
    options: WaitOptions,
  ): Promise<OnLinks> {
    const gateways = freeGateways(given);
    const families = new Set<4 | 6 | undefined>(gateways.map(each => (each.includes(':') ? 6 : 4)));
    if (tableNumber(table as RouteTable) === routeTable.values.main) families.delete(family);
    const main = await Promise.all([...families].map(each => this.#list({ family: each, ...options }, operation)));
    return locate(gateways, [...there, ...main.flat()], gateway => directLink(this, gateway, options));
  }

  async #wanted(
    destination: string,
    settings: RouteSettings,
    operation: string,
    options: WaitOptions,
  ): Promise<WantedRoute> {
    routeInput(destination, settings, { own: undefined, nexthops: [] });
    at(operation, () => checkWays(destination, settings));
    return wantedRoute(destination, settings, await this.#links(settings, operation, options));
  }

  /**
   * Delete a route: the first to this destination of which all that is given is true (`ip route delete`), or the one
   * that `list` returned. Rejects with ESRCH if there is none.
   */
  async delete(route: string | Route, settings: RouteSettings = {}, options: WaitOptions = {}): Promise<void> {
    if (route instanceof Route) await this.#delete(route, options);
    else await this.#send('delete', RTM_DELROUTE, 0, route, settings, options);
  }

  /** The routes of the main table, or those that match: `ip route show`. IPv4 first, in the kernel's order. */
  async list(filter: RouteFilter & WaitOptions = {}): Promise<Route[]> {
    return this.#list(filter, 'route list');
  }

  /** Delete all routes that match: `ip route flush`. At least one condition is needed. Resolves with how many. */
  async flush(filter: RouteFilter & WaitOptions): Promise<number> {
    const { signal, timeout } = filter;
    if (!FILTER.some(key => filter[key as keyof RouteFilter] !== undefined))
      throw new RangeError(`route flush: expected at least one of ${FILTER.join(', ')}: it would delete all routes`);
    const routes = await this.#list(filter, 'route flush');
    const deleted = await Promise.all(
      routes.map(route => this.#delete(route, { signal, timeout }).then(() => 1, goneAlready)),
    );
    return deleted.reduce((sum, one) => sum + one, 0);
  }

  /**
   * The route that a packet would take: `ip route get 10.1.2.3`. Rejects with ENETUNREACH if there is none, and with
   * EHOSTUNREACH, EACCES or EINVAL if a route of type unreachable, prohibit or blackhole says so.
   */
  async get(destination: string, lookup: RouteLookup & WaitOptions = {}): Promise<Route> {
    const { signal, timeout, ...packet } = lookup;
    checkKeys(packet, LOOKUP_SETTINGS, 'route get');
    const operation = `route get ${destination}`;
    const options = { signal, timeout };
    const [oif, iif] = await Promise.all([
      this.#index(packet.link, operation, options),
      this.#index(packet.iif, operation, options),
    ]);
    const body = lookupInput(destination, packet, { oif, iif });
    const hint = (code: string): string | undefined =>
      code === 'ENODEV'
        ? noneOf(this.#context, { link: packet.link, iif: packet.iif })
        : code === 'ENETUNREACH'
          ? `no route leads to ${destination}`
          : commonHint(this.#context, code);
    const message = await this.#context.socket.get(RTM_GETROUTE, body, { ...options, operation, hint });
    return new Route(message as RouteMessage);
  }

  async #list(filter: RouteFilter & WaitOptions, operation: string): Promise<Route[]> {
    const { signal, timeout, ...conditions } = filter;
    checkKeys(conditions, FILTER, operation);
    const { family, table = 'main', link, protocol, type } = conditions;
    const options = { signal, timeout };
    const oif = await this.#index(link, operation, options);
    const body: RouteInput = {
      protocol,
      type,
      attrs: { ...(table !== 'all' && { table: tableNumber(table) }), oif },
    };
    // Asked for family by family: for all at once the kernel adds MPLS and multicast routes.
    const families = family === undefined ? [AF_INET, AF_INET6] : [familyNumber(family)];
    const lists = await Promise.all(
      families.map(each =>
        this.#context.socket
          .dump(RTM_GETROUTE, { ...body, family: each }, { ...options, operation })
          .catch((error: unknown) => emptyTable(error, table)),
      ),
    );
    return lists.flat().map(message => new Route(message as RouteMessage));
  }

  async #delete(route: Route, options: WaitOptions): Promise<void> {
    const operation = `route delete ${route.destination}`;
    const hint = (code: string): string | undefined => this.#hint(code, route.destination);
    await this.#context.socket.request(RTM_DELROUTE, sendableRoute(route), { ...options, operation, hint });
  }

  async #send(
    verb: string,
    type: typeof RTM_NEWROUTE | typeof RTM_DELROUTE,
    flags: number,
    destination: string,
    settings: RouteSettings,
    options: WaitOptions,
  ): Promise<void> {
    const operation = `route ${verb} ${destination}`;
    const defaults: RouteVerb = type === RTM_DELROUTE ? 'delete' : 'add';
    routeInput(destination, settings, { own: undefined, nexthops: [] }, defaults); // bad settings fail before anything is sent
    if (defaults === 'add') at(operation, () => checkWays(destination, settings));
    const links = await this.#links(settings, operation, options);
    const hint = (code: string): string | undefined => this.#hint(code, destination, settings);
    await this.#context.socket.request(type, routeInput(destination, settings, links, defaults), {
      ...options,
      flags,
      operation,
      hint,
    });
  }

  async #links({ link, nexthops = [] }: RouteSettings, operation: string, options: WaitOptions): Promise<RouteLinks> {
    const [own, ...others] = await Promise.all(
      [link, ...nexthops.map(nexthop => nexthop.link)].map(ref => this.#index(ref, operation, options)),
    );
    return { own, nexthops: others };
  }

  async #index(ref: LinkRef | undefined, operation: string, options: WaitOptions): Promise<number | undefined> {
    return ref === undefined ? undefined : indexOf(this.#context, ref, operation, options);
  }

  #hint(code: string, destination: string, settings: RouteSettings = {}): string | undefined {
    const { metric, table = 'main', link, nexthops = [] } = settings;
    if (code === 'ENODEV') {
      const ways = nexthops.map((nexthop, i) => [`nexthops.${i}.link`, nexthop.link] as const);
      return noneOf(this.#context, Object.fromEntries([['link', link], ...ways]));
    }
    const which = `to ${destination}${metric === undefined ? '' : ` with metric ${metric}`} in table ${table}`;
    if (code === 'EEXIST') return `there is a route ${which} already; replace() takes its place`;
    if (code === 'ESRCH') return `there is no such route ${which}`;
    if (code === 'ENETUNREACH') return 'the gateway is on no link that is up; add an address or a route to it first';
    if (code === 'ENETDOWN') return 'set the link up first';
    return commonHint(this.#context, code);
  }
}

/** The kernel has one in this place already. */
function isThere(error: unknown): false {
  if (error instanceof NetlinkError && error.code === 'EEXIST') return false;
  throw error;
}

/** No route leads there, or one that says that none shall. */
function unreachable(error: unknown): undefined {
  if (!(error instanceof NetlinkError)) throw error;
}

/** A table comes into being with its first route: one that does not exist is empty. */
function emptyTable(error: unknown, table: RouteTable | 'all'): [] {
  if (error instanceof NetlinkError && error.code === 'ENOENT' && table !== 'all') return [];
  throw error;
}

/** A route that went meanwhile, perhaps with another one, is what a flush wants. */
function goneAlready(error: unknown): 0 {
  if (error instanceof NetlinkError && error.code === 'ESRCH') return 0;
  throw error;
}
