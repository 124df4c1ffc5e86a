import type { TopologyGraph } from './graph.js';
import { type Box, type Edge, pictureOf } from './picture.js';

/** Mermaid's flowchart language: https://mermaid.js.org/syntax/flowchart.html. */
export function toMermaid(graph: TopologyGraph): string {
  const { groups, outside, edges } = pictureOf(graph);
  const dashed = [...groups.flatMap(({ boxes }) => boxes), ...outside].filter(({ solid }) => !solid);
  return [
    'flowchart LR',
    ...groups.flatMap(({ name, title, boxes }) => [
      `  subgraph ${name}[${quoted([title])}]`,
      ...boxes.map(box => `    ${node(box)}`),
      '  end',
    ]),
    ...outside.map(box => `  ${node(box)}`),
    ...edges.map(edge => `  ${line(edge)}`),
    ...(dashed.length === 0
      ? []
      : ['  classDef dashed stroke-dasharray: 4', `  class ${dashed.map(({ name }) => name).join(',')} dashed`]),
    '',
  ].join('\n');
}

const node = ({ name, lines }: Box): string => `${name}[${quoted(lines)}]`;

const ARROWS = { pair: '===', port: '---', lower: '-.->' };

const line = ({ from, to, kind }: Edge): string => `${from} ${ARROWS[kind]} ${to}`;

/**
 * Labels are HTML and may be Markdown; `#NUMBER;` is Mermaid's way to write a character that means something there. It
 * takes a backslash and an n for the end of a line all the same: a space without width keeps them apart.
 */
const escaped = (text: string): string =>
  text
    .replace(/["#&<>\\`*_~$;{}[\]()|]/g, character => `#${character.charCodeAt(0)};`)
    .replaceAll('#92;n', '#92;#8203;n');

const quoted = (lines: readonly string[]): string => `"${lines.map(escaped).join('<br/>')}"`;
