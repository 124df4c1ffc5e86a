import type { TopologyFarEnd, TopologyGraph, TopologyLink } from './graph.js';
import { addressesOf, bridgeVlansOf, isShown, kindOf, notes, printable, stateOf, unseen } from './words.js';

/** A box with lines of text. */
export interface Box {
  /** A word that both graph languages take as a name: `link3`. */
  readonly name: string;
  readonly lines: readonly string[];
  /** A link that is up. */
  readonly solid: boolean;
}

/** A line between boxes. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Two ends of a pair; a port and its bridge, bond or VRF; a link and the one beneath it. */
  readonly kind: 'pair' | 'port' | 'lower';
}

/** What is to be drawn, in whichever language. */
export interface Picture {
  readonly groups: readonly { readonly name: string; readonly title: string; readonly boxes: readonly Box[] }[];
  /** Boxes outside of all groups: what was not seen. */
  readonly outside: readonly Box[];
  readonly edges: readonly Edge[];
}

/** The picture of a topology. */
export function pictureOf(graph: TopologyGraph): Picture {
  const shown = graph.links.filter(isShown);
  const second = new Set(graph.pairs.map(([, end]) => end));
  const names = new Map(shown.map(({ id }, i) => [id, `link${i}`]));
  const groups = graph.namespaces.map(({ id, label }, i) => ({
    name: `netns${i}`,
    title: printable(label),
    boxes: shown.filter(({ namespace }) => namespace === id).map(link => boxOf(link, names.get(link.id)!)),
  }));
  const outside: Box[] = notes(graph).map((note, i) => ({ name: `note${i}`, lines: [printable(note)], solid: false }));
  const edges = shown.flatMap(link => {
    const from = names.get(link.id)!;
    const port = names.get(link.master ?? '');
    const end = link.peer ?? link.lower;
    return [
      ...(port === undefined ? [] : [{ from, to: port, kind: 'port' as const }]),
      ...(end === undefined || second.has(link.id) ? [] : [edgeTo(end, link, from)]),
    ];
  });

  function edgeTo(end: TopologyFarEnd, { peer }: TopologyLink, from: string): Edge {
    let to = names.get(end.link ?? '');
    if (to === undefined) {
      to = `unseen${outside.length}`;
      outside.push({ name: to, lines: [printable(unseen(graph, end))], solid: false });
    }
    return { from, to, kind: peer === undefined ? 'lower' : 'pair' };
  }
  return { groups, outside, edges };
}

function boxOf(link: TopologyLink, name: string): Box {
  const kind = kindOf(link);
  const lines = [link.name, ...(kind === '' ? [] : [kind]), ...addressesOf(link), ...bridgeVlansOf(link)];
  return { name, lines: lines.map(printable), solid: stateOf(link) === 'up' };
}
