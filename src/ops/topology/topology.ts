import { checkSignal } from '../../socket/abort.js';
import type { WaitOptions } from '../../socket/exchange.js';
import { checkKeys } from '../link-input.js';
import type { NamespaceRef } from '../namespace-ref.js';
import { bridgesOf, linksOf, namespaceOf, pairsOf } from './assemble.js';
import { toDot } from './dot.js';
import { farEnds } from './far-ends.js';
import type { TopologyBridge, TopologyGraph, TopologyLink, TopologyNamespace, Unreachable } from './graph.js';
import { toMermaid } from './mermaid.js';
import { type Place, Places, unreachable } from './places.js';
import { toText } from './text.js';
import { type View, view } from './view.js';

/** Where `topology` is to look. */
export interface TopologyOptions extends WaitOptions {
  /**
   * Namespaces that neither a name nor a process leads to, or that pictures are to call as you do:
   * `[ns1, '/proc/12/ns/net']`, or `{ red: ns1, blue: ns2 }`.
   */
  namespaces?: readonly NamespaceRef[] | Readonly<Record<string, NamespaceRef>> | undefined;
  /** Look for the namespaces of running processes too; by default true. */
  processes?: boolean | undefined;
}

/** What `topology` found: plain values, and pictures of them. */
export class Topology implements TopologyGraph {
  readonly namespaces: readonly TopologyNamespace[];
  readonly links: readonly TopologyLink[];
  readonly pairs: readonly (readonly [string, string])[];
  readonly bridges: readonly TopologyBridge[];
  readonly unreachable: readonly Unreachable[];

  constructor(graph: TopologyGraph) {
    this.namespaces = graph.namespaces;
    this.links = graph.links;
    this.pairs = graph.pairs;
    this.bridges = graph.bridges;
    this.unreachable = graph.unreachable;
  }

  /** A flowchart for Mermaid (https://mermaid.js.org), as Markdown takes it in a block called `mermaid`. */
  toMermaid(): string {
    return toMermaid(this);
  }

  /** A graph for Graphviz: `dot -Tsvg`. */
  toDot(): string {
    return toDot(this);
  }

  /** A small picture for terminals. Loopback links that have only their own addresses are left out. */
  toString(): string {
    return toText(this);
  }
}

/**
 * Looks at all network namespaces that can be reached: the calling thread's own, those with names under /run/netns, those
 * passed in, and those of running processes; at their links, addresses, pairs, bridges and VLANs. Nothing is changed,
 * and it takes no privileges: what may not be looked at is listed in `unreachable`.
 *
 * It is read one namespace after the other, so it is not the picture of one moment. Rejects with AbortError, with
 * TimeoutError if a namespace does not answer, and with SyscallError if one of `namespaces` does not exist.
 */
export async function topology(options: TopologyOptions = {}): Promise<Topology> {
  checkKeys(options, ['namespaces', 'processes', 'signal', 'timeout'], 'topology');
  using places = await find(options);
  const refused: Unreachable[] = [];
  const closed: Place[] = [];
  const views: View[] = [];
  for (const place of places) {
    const seen = await look(place, refused, options);
    if (seen === undefined) closed.push(place);
    else views.push(seen);
  }
  const links: TopologyLink[] = [];
  for (const each of views) links.push(...linksOf(each, await farEnds(each, views, closed, options)));
  return new Topology({
    namespaces: views.map(({ place }) => namespaceOf(place)),
    links,
    pairs: pairsOf(links),
    bridges: views.flatMap(bridgesOf),
    unreachable: [...places.unreachable, ...refused],
  });
}

async function find({ namespaces = [], processes = true, signal }: TopologyOptions): Promise<Places> {
  checkSignal(signal, 'topology');
  const places = new Places();
  try {
    for (const [label, ref] of Object.entries(namespaces)) {
      places.addRef(ref, Array.isArray(namespaces) ? undefined : label);
    }
    places.addNamed();
    if (processes) await places.addProcesses(signal);
    return places;
  } catch (error) {
    places[Symbol.dispose]();
    throw error;
  }
}

/** Undefined if the namespace may not be entered, which is noted. */
async function look(place: Place, refused: Unreachable[], options: TopologyOptions): Promise<View | undefined> {
  checkSignal(options.signal, 'topology');
  try {
    return await view(place, { signal: options.signal, timeout: options.timeout });
  } catch (error) {
    refused.push(unreachable(namespaceOf(place).label, place.id, error));
    return undefined;
  }
}
