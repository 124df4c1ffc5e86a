import type { TopologyGraph } from './graph.js';
import { type Box, type Edge, pictureOf } from './picture.js';

/** Graphviz's language: https://graphviz.org/doc/info/lang.html. */
export function toDot(graph: TopologyGraph): string {
  const { groups, outside, edges } = pictureOf(graph);
  return [
    'graph topology {',
    '  rankdir=LR;',
    '  node [shape=box];',
    ...groups.flatMap(({ name, title, boxes }) => [
      `  subgraph cluster_${name} {`,
      `    label=${quoted([title])};`,
      '    style=rounded;',
      // Without a node in it dot would not draw the cluster.
      ...(boxes.length === 0 ? [`    ${name} [label="", style=invis];`] : boxes.map(box => `    ${node(box)}`)),
      '  }',
    ]),
    ...outside.map(box => `  ${node(box)}`),
    ...edges.map(edge => `  ${line(edge)}`),
    '}',
    '',
  ].join('\n');
}

const node = ({ name, lines, solid }: Box): string =>
  `${name} [label=${quoted(lines)}${solid ? '' : ', style=dashed'}];`;

const STYLES = { pair: ' [penwidth=2]', port: '', lower: ' [style=dashed, dir=forward]' };

const line = ({ from, to, kind }: Edge): string => `${from} -- ${to}${STYLES[kind]};`;

/** Labels know escapes that begin with a backslash, and HTML's character references. */
const quoted = (lines: readonly string[]): string =>
  `"${lines.map(text => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;')).join('\\n')}"`;
