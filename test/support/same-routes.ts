import { setTimeout as sleep } from 'node:timers/promises';
import type { Namespace, Neighbour, Nexthop, Route, Rule } from '../../src/index.js';
import { ipJson } from './ip.js';

type Facts = Record<string, unknown>;
type NameOf = (index: number | undefined) => string | undefined;

const defined = (facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
const inOrder = (all: Facts[]): Facts[] => all.sort((a, b) => (text(a) < text(b) ? -1 : 1));
const text = (facts: Facts): string => JSON.stringify(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1)));
const globally = (scope: unknown): unknown => (scope === 'universe' ? 'global' : scope);
const withoutHostLength = (network: string): string => network.replace(/(?<=\..*)\/32$|(?<=:.*)\/128$/, '');

function routeFacts(route: Route, nameOf: NameOf): Facts {
  const { metrics, pref } = route.message.attrs;
  return defined({
    type: route.type,
    dst: withoutHostLength(route.destination),
    tos: route.tos === 0 ? undefined : `0x${route.tos.toString(16).padStart(2, '0')}`,
    gateway: route.gateway,
    dev: nameOf(route.index),
    table: String(route.table),
    protocol: route.protocol,
    scope: globally(route.scope),
    prefsrc: route.source,
    metric: route.family === 6 || route.metric > 0 ? route.metric : undefined,
    flags: route.flags,
    mtu: metrics?.mtu,
    advmss: metrics?.advmss,
    nhid: route.nexthopId,
    pref,
    nexthops: route.nexthops.length === 0 ? undefined : inOrder(route.nexthops.map(each => wayFacts(each, nameOf))),
  });
}

const wayFacts = ({ gateway, index, weight, flags }: Nexthop, nameOf: NameOf): Facts =>
  defined({ gateway, dev: nameOf(index), weight, flags });

function ipRouteFacts(shown: Facts): Facts {
  const { metrics, nexthops, nh_info: _, ...route } = shown as { metrics?: Facts[]; nexthops?: Facts[] } & Facts;
  const { mtu, advmss } = metrics?.[0] ?? {};
  return defined({ ...route, mtu, advmss, nexthops: nexthops && inOrder(nexthops) });
}

const neighbourFacts = (neighbour: Neighbour, nameOf: NameOf): Facts =>
  defined({
    dst: neighbour.address,
    dev: nameOf(neighbour.index),
    lladdr: neighbour.lladdr,
    state: neighbour.state.toUpperCase(),
    router: neighbour.flags.includes('router') ? true : undefined,
  });

const ipNeighbourFacts = ({ dst, dev, lladdr, state, router }: Facts): Facts =>
  defined({ dst, dev, lladdr, state: (state as string[]).join('|'), router: router === null ? true : router });

const ruleFacts = (rule: Rule): Facts =>
  defined({
    priority: rule.priority,
    src: rule.from?.replace(/\/.*/, '') ?? 'all',
    srclen: rule.from === undefined ? undefined : Number(rule.from.replace(/.*\//, '')),
    iif: rule.iif,
    iif_detached: rule.flags.includes('iifDetached') ? true : undefined,
    unresolved: rule.flags.includes('unresolved') ? true : undefined,
    table: rule.table === undefined ? undefined : String(rule.table),
    goto: rule.goto,
    protocol: rule.protocol,
  });

const ipRuleFacts = (shown: Facts): Facts => {
  const names = ['priority', 'src', 'srclen', 'iif', 'table', 'protocol', 'goto'];
  const flag = (name: string): true | undefined => (name in shown ? true : undefined);
  const values = Object.fromEntries(names.map(name => [name, shown[name]]));
  return defined({ ...values, iif_detached: flag('iif_detached'), unresolved: flag('unresolved') });
};

/** A store, or what stands for one. */
interface Shown {
  readonly routes?: Iterable<Route>;
  readonly neighbours?: Iterable<Neighbour>;
  readonly rules?: Iterable<Rule>;
}

/** How each group is compared: what a store shows of it, and what `ip -j -d` prints. */
const COMPARED: Record<string, { ours(shown: Shown, nameOf: NameOf): Facts[]; theirs(ns: Namespace): Facts[] }> = {
  route: {
    ours: (shown, nameOf) => [...shown.routes!].map(route => routeFacts(route, nameOf)),
    theirs: ns => ipJson(ns, 'route', 'show', 'table', 'all').map(ipRouteFacts),
  },
  neighbour: {
    ours: (shown, nameOf) =>
      [...shown.neighbours!].filter(({ state }) => state !== 'noarp').map(each => neighbourFacts(each, nameOf)),
    theirs: ns => ipJson(ns, 'neighbour', 'show').map(ipNeighbourFacts),
  },
  rule: {
    ours: shown => [...shown.rules!].map(ruleFacts),
    theirs: ns => [...ipJson(ns, 'rule', 'show'), ...ipJson(ns, '-6', 'rule', 'show')].map(ipRuleFacts),
  },
};

/** Whether each store shows what `ip -j -d` prints, field by field, at a quiet moment; it waits ten seconds for one. */
export async function expectSame(
  ns: Namespace,
  group: 'route' | 'neighbour' | 'rule',
  ...stores: readonly Shown[]
): Promise<void> {
  const { ours, theirs } = COMPARED[group]!;
  for (const end = Date.now() + 10_000; ; await sleep(20)) {
    const wanted = inOrder(theirs(ns));
    const names = new Map(ipJson(ns, 'link', 'show').map(link => [link['ifindex'], link['ifname'] as string]));
    const nameOf: NameOf = index => (index === undefined ? undefined : (names.get(index) ?? `if${index}`));
    try {
      for (const store of stores) expect(inOrder(ours(store, nameOf))).toEqual(wanted);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
