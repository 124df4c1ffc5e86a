import type { TopologyFarEnd, TopologyGraph, TopologyLink } from './graph.js';
import { addressesOf, bridgeVlansOf, isShown, kindOf, notes, printable, stateOf, unseen } from './words.js';

/** A namespace a block, a link a line; ports hang below their bridge. */
export function toText(graph: TopologyGraph): string {
  const byId = new Map(graph.links.map(link => [link.id, link]));
  const labels = new Map(graph.namespaces.map(({ id, label }) => [id, label]));
  const place = (link: TopologyLink, end: TopologyFarEnd): string => {
    const far = byId.get(end.link ?? '');
    if (far === undefined) return unseen(graph, end);
    return far.namespace === link.namespace ? far.name : `${far.name} of ${labels.get(far.namespace)}`;
  };
  const blocks = graph.namespaces.map(({ id, label }) => {
    const links = graph.links.filter(link => link.namespace === id && isShown(link));
    const head = links.length === 0 ? `${label} (only loopback)` : label;
    return [printable(head), ...table(links, place)].join('\n');
  });
  return [...blocks, ...notes(graph).map(printable)].join('\n');
}

type FarWords = (link: TopologyLink, end: TopologyFarEnd) => string;

function table(links: readonly TopologyLink[], place: FarWords): string[] {
  const rows = tree(links).map(({ branch, link }) =>
    [
      branch + link.name,
      kindOf(link),
      stateOf(link),
      [...addressesOf(link), ...bridgeVlansOf(link), ...leads(link, place)].join(' '),
    ].map(printable),
  );
  const widths = [0, 1, 2].map(column => Math.max(0, ...rows.map(row => row[column]!.length)));
  return rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function leads(link: TopologyLink, place: FarWords): string[] {
  if (link.peer !== undefined) return [`<-> ${place(link, link.peer)}`];
  return link.lower === undefined ? [] : [`on ${place(link, link.lower)}`];
}

/** Links in the order of a tree, each with what is drawn before its name. */
function tree(links: readonly TopologyLink[]): { branch: string; link: TopologyLink }[] {
  const here = new Set(links.map(({ id }) => id));
  const ports = new Map<string, TopologyLink[]>(links.map(({ id }) => [id, []]));
  for (const link of links) ports.get(link.master ?? '')?.push(link);
  const below = (list: readonly TopologyLink[], indent: string): { branch: string; link: TopologyLink }[] =>
    list.flatMap((link, i) => {
      const [corner, rest] = i === list.length - 1 ? ['└─ ', '   '] : ['├─ ', '│  '];
      return [{ branch: indent + corner, link }, ...below(ports.get(link.id)!, indent + rest)];
    });
  return below(
    links.filter(({ master }) => master === undefined || !here.has(master)),
    '',
  );
}
