// npm run bench:scale: how lists and look-ups grow with the number of links, addresses and routes in a namespace.
// `npm run bench:scale -- --largest 0.1` stops at a tenth. Growth is the cost of one at the largest N over that at the
// smallest: 1 is linear for a list, and says of a look-up that it does not depend on N.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LIMIT, peers } from './peers.mjs';

const { values } = parseArgs({ options: { largest: { type: 'string', default: '1' } } });
const STEPS = [0.125, 0.25, 0.5, 1];
const LARGEST = { links: 10_000, addresses: 100_000, routes: 100_000 };
const COLUMNS = {
  objects: 'objects',
  makeUs: 'µs to add one',
  wallUs: 'µs to list one',
  cpuUs: 'CPU µs',
  heapBytes: 'heap bytes each',
  bufferBytes: 'buffer bytes each',
  rssMiB: 'RSS MiB',
  monitorUs: 'µs to monitor one',
  byNameUs: 'µs by name',
  byIndexUs: 'µs by index',
};
const GROWTH = ['makeUs', 'wallUs', 'cpuUs', 'heapBytes', 'monitorUs', 'byNameUs', 'byIndexUs'];
const driver = fileURLToPath(new URL('drivers/scale.mjs', import.meta.url));

function run(what, n) {
  // Links are made by the C program, that many of them take our own requests as long as all the rest together.
  const setup = what === 'links' ? `"$0" setup links ${Math.round(n / 2)} && exec "$@"` : 'exec "$@"';
  const inside = ['sh', '-c', setup, LIMIT, process.execPath, '--expose-gc', driver, what, String(n)];
  const { status, stdout } = spawnSync('unshare', ['--map-root-user', '--net', ...inside], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${what} ${n}: status ${status}`);
  return JSON.parse(stdout);
}

const digits = value =>
  value === undefined ? '' : value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2);

function table(what, runs) {
  const keys = Object.keys(COLUMNS).filter(key => runs[0][key] !== undefined);
  const growth = key => (GROWTH.includes(key) ? `× ${digits(runs.at(-1)[key] / runs[0][key])}` : '');
  const rows = [
    keys.map(key => COLUMNS[key]),
    ...runs.map(each => keys.map(key => digits(each[key]))),
    keys.map(growth),
  ];
  const widths = keys.map((_, i) => Math.max(...rows.map(row => row[i].length)));
  return [what, ...rows.map(row => `  ${row.map((cell, i) => cell.padStart(widths[i])).join('  ')}`.trimEnd()), ''];
}

peers.c.prepare();
const cpus = os.cpus();
const lines = [
  `${new Date().toISOString()}  ${cpus.length} × ${cpus[0]?.model.trim()}, Linux ${os.release()}, Node ${process.versions.node}`,
  '',
];
console.log(lines.join('\n'));
for (const [what, largest] of Object.entries(LARGEST)) {
  const sizes = STEPS.map(step => Math.max(2, Math.round(step * largest * Number(values.largest))));
  const rows = table(
    what,
    sizes.map(n => run(what, n)),
  );
  console.log(rows.join('\n'));
  lines.push(...rows);
}
if (values.largest === '1') {
  const file = fileURLToPath(new URL('results/scale.txt', import.meta.url));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, lines.join('\n'));
  console.log('written: bench/results/scale.txt');
}
