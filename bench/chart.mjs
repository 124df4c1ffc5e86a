// The bar chart: one panel a workload, one bar a series, on a logarithmic scale of the ratio to the C program.
import { digits, PER_UNIT } from './report.mjs';
import { middle, ratio } from './statistics.mjs';
import { workloads } from './workloads.mjs';

const WIDTH = 880;
const LABEL = 190;
const FIGURES = 190;
const BAR = 16;
const GAP = 5;
const OURS = '#2f6f4f';
const OTHER = '#9aa7b1';
const LIMIT = '#c9b458';

const escaped = text => text.replace(/[&<>]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
const text = (x, y, content, attributes = '') => `<text x="${x}" y="${y}" ${attributes}>${escaped(content)}</text>`;
const colour = peer => (peer === 'rtnetlink' ? OURS : peer === 'c' ? LIMIT : OTHER);

/** How far to the right: 1 at the left edge, `largest` at the right one; every bar shows at least a little. */
const length = (value, largest) =>
  Math.max(3, ((WIDTH - LABEL - FIGURES) * Math.log10(Math.max(value, 1) * 1.15)) / Math.log10(largest * 1.15));

function panel({ id, series }, top) {
  const { title, per, unit } = workloads.find(each => each.id === id);
  const measure = id.startsWith('w7') ? 'cpu' : 'wall';
  const shown = series
    .map(each => ({
      ...each,
      figure: middle(each.rounds, measure) / PER_UNIT[unit],
      times: ratio(each.rounds, series[0].rounds, measure),
    }))
    .filter(each => Number.isFinite(each.figure));
  const largest = Math.max(...shown.map(each => each.times), 2);
  const bars = shown.flatMap(({ label, peer, figure, times }, i) => {
    const y = top + 28 + i * (BAR + GAP);
    const w = length(times, largest);
    return [
      text(LABEL - 8, y + 12, label, 'text-anchor="end"'),
      `<rect x="${LABEL}" y="${y}" width="${w.toFixed(1)}" height="${BAR}" rx="2" fill="${colour(peer)}"/>`,
      text(LABEL + w + 6, y + 12, `${digits(figure)} ${unit}/${per}${i > 0 ? `   × ${digits(times)}` : ''}`),
    ];
  });
  const height = 28 + shown.length * (BAR + GAP) + 18;
  return { height, svg: [text(0, top + 14, `${id.toUpperCase()}  ${title}`, 'font-weight="bold"'), ...bars] };
}

/** @returns {string} An SVG document. */
export function chart({ results, machine, versions, date, rounds }) {
  const drawn = results.filter(({ id, series }) => {
    const { counted, memory } = workloads.find(each => each.id === id);
    return !counted && !memory && series.length > 1;
  });
  const lines = [
    text(0, 18, 'rtnetlink beside its peers', 'font-size="17" font-weight="bold"'),
    text(0, 38, `${machine}, ${date.slice(0, 10)}, medians of ${rounds} rounds`),
    text(
      0,
      54,
      `${Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ')}`,
      'font-size="10"',
    ),
    text(0, 72, 'Shorter is faster. Bars are logarithmic; × is the ratio to the first bar, paired within a round.'),
  ];
  let top = 92;
  for (const each of drawn) {
    const { height, svg } = panel(each, top);
    lines.push(...svg);
    top += height;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-12 -6 ${WIDTH + 24} ${top + 8}" font-family="system-ui, sans-serif" font-size="12" fill="#222">`,
    '<title>rtnetlink beside its peers</title>',
    `<rect x="-12" y="-6" width="${WIDTH + 24}" height="${top + 8}" fill="#fff"/>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}
