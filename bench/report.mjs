// Tables in the terminal, and whether the goals hold.
import { goals } from './goals.mjs';
import { middle, ratio } from './statistics.mjs';
import { workloads } from './workloads.mjs';

export const PER_UNIT = { ns: 1, µs: 1000, ms: 1_000_000 };

/** Three significant digits, no exponent. */
export function digits(value) {
  if (!Number.isFinite(value)) return '–';
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(value >= 10 ? 1 : 2);
}

const percent = share => (Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '–');

/** Rows as text: the first column to the left, the others to the right. */
function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
  return rows.map(row =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  );
}

/** The table of one workload. */
export function workloadTable({ id, series }) {
  const workload = workloads.find(each => each.id === id);
  const { unit, per, title } = workload;
  const reference = series[0].rounds;
  const compare = (rounds, measure) => (rounds === reference ? '1' : digits(ratio(rounds, reference, measure)));
  const columns = {
    '': ({ label }) => label,
    [`${unit}/${per}`]: ({ rounds }) => digits(middle(rounds, 'wall') / PER_UNIT[unit]),
    'median of one': ({ rounds }) => digits(middle(rounds, 'p50') / PER_UNIT[unit]),
    [`× ${series[0].label.split(',')[0]}`]: ({ rounds }) => compare(rounds, 'wall'),
    CPU: ({ rounds }) => digits(middle(rounds, 'cpu') / PER_UNIT[unit]),
    '× CPU': ({ rounds }) => compare(rounds, 'cpu'),
    'RSS MiB': ({ rounds }) => digits(middle(rounds, 'rss') / 1024),
    arrived: ({ rounds }) => percent(middle(rounds, 'arrived')),
    'heap bytes': ({ rounds }) => digits(middle(rounds, 'heap')),
    'buffer bytes': ({ rounds }) => digits(middle(rounds, 'buffers')),
  };
  const names = Object.keys(columns).filter(name => {
    if (name === 'arrived') return workload.counted;
    if (name.endsWith('bytes')) return workload.memory;
    if (name === 'median of one') return id === 'w5' || id.startsWith('w7');
    return true;
  });
  const rows = [names, ...series.map(each => names.map(name => columns[name](each)))];
  const failures = series.flatMap(({ label, failures }) =>
    failures.length > 0 ? [`  ${label}: ${failures.length} failed: ${failures[0]}`] : [],
  );
  return [`${id}: ${title}`, ...table(rows).map(line => `  ${line}`.trimEnd()), ...failures, ''].join('\n');
}

/**
 * @typedef {object} Judged
 * @property {string} text
 * @property {number} figure
 * @property {string} shown
 * @property {boolean} met
 * @property {number} [limit] How many times faster than the same peer a C program is that does nothing else.
 * @property {boolean} [beyond] Whether that is less than the goal: it is out of reach on this machine.
 */

/** @returns {Judged[]} Those goals whose series were both measured. */
export function judge(results) {
  return goals.flatMap(goal => {
    const series = results.find(({ id }) => id === goal.workload)?.series ?? [];
    const of = series.find(({ label }) => label === goal.of);
    const to = series.find(({ label }) => label === goal.to);
    if (of === undefined || (goal.to !== undefined && to === undefined)) return [];
    const figure = goalFigure(goal, of.rounds, to?.rounds);
    if (!Number.isFinite(figure)) return [];
    const met = goal.most !== undefined ? figure <= goal.most : figure >= goal.least;
    const judged = { text: goalText(goal), figure, shown: plainFigure(goal, figure), met };
    const limit = limitOf(goal, series, to);
    return [limit === undefined ? judged : { ...judged, limit, beyond: limit < goal.least }];
  });
}

/** How many times faster than the peer of a goal the best of the C programs is that do it in the same way. */
function limitOf(goal, series, to) {
  if (to === undefined || goal.least === undefined) return undefined;
  const alike = goal.of.includes('under way') ? () => true : label => !label.includes('packed');
  const limits = series
    .filter(({ label }) => (label === 'C' || label.startsWith('C, ')) && alike(label))
    .map(({ rounds }) => goalFigure(goal, rounds, to.rounds))
    .filter(Number.isFinite);
  return limits.length === 0 ? undefined : Math.max(...limits);
}

function goalFigure({ measure, least }, of, to) {
  if (to === undefined) return middle(of, measure);
  return least === undefined ? ratio(of, to, measure) : ratio(to, of, measure);
}

/** A figure of a goal without a ratio: time in the workload's unit, anything else as it is. */
function plainFigure({ workload, measure, to }, value) {
  const { unit } = workloads.find(({ id }) => id === workload);
  if (to !== undefined) return digits(value);
  return measure === 'wall' ? `${digits(value / PER_UNIT[unit])} ${unit}` : digits(value);
}

function goalText(goal) {
  const { workload, of, to, measure, most, least } = goal;
  const what = measure === 'wall' ? '' : ` (${measure})`;
  const limit = most !== undefined ? `≤ ${plainFigure(goal, most)}` : `≥ ${least}`;
  if (to === undefined) return `${workload} ${of}${what} ${limit}`;
  return most !== undefined
    ? `${workload} ${of} ${limit} × ${to}${what}`
    : `${workload} ${of} ${limit} × faster than ${to}${what}`;
}

/** The list of goals, those that are missed marked, with what C comes to where a peer is to be left behind. */
export function goalTable(judged) {
  if (judged.length === 0) return '';
  const rows = judged.map(each => [each.text, each.shown, verdict(each), limitWords(each)]);
  const met = judged.filter(each => each.met).length;
  const beyond = judged.filter(each => each.beyond && !each.met).length;
  const why = beyond > 0 ? `; ${beyond} are beyond the C program itself` : '';
  const lines = table(rows).map(line => `  ${line}`.trimEnd());
  return [`goals: ${met} of ${judged.length} hold${why}`, ...lines, ''].join('\n');
}

const verdict = ({ met, beyond }) => (met ? 'OK' : beyond ? 'BEYOND C' : 'MISS');
const limitWords = ({ limit }) => (limit === undefined ? '' : `C ${digits(limit)}`);

/** The page that keeps the latest results. */
export function page({ date, machine, versions, rounds, load, command, goals: judged, results }) {
  const block = text => ['```', text.trimEnd(), '```', ''];
  return [
    '# Latest results',
    '',
    `\`${command}\`, ${date.slice(0, 16).replace('T', ' ')} UTC: ${machine}; ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}. Medians of ${rounds} rounds, ratios paired within a round; load average before it ${load}.`,
    '',
    '![rtnetlink beside its peers](latest.svg)',
    '',
    ...block(goalTable(judged)),
    ...results.flatMap(result => block(workloadTable(result))),
  ].join('\n');
}
