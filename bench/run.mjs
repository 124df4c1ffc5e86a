// npm run bench: this library beside its peers. `npm run bench -- w3 w5` runs some workloads, `--rounds 9` more rounds,
// `--scale 0.1` with fewer operations (to try the harness), `--without pyroute2` leaves a peer out, `--install` installs
// the peers first, `--save` keeps the figures of some workloads only, too.
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chart } from './chart.mjs';
import { installMissing, peers } from './peers.mjs';
import { goalTable, judge, page, workloadTable } from './report.mjs';
import { captureMessages, runRounds } from './rounds.mjs';
import { workloads } from './workloads.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    install: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    scale: { type: 'string', default: '1' },
    without: { type: 'string', multiple: true, default: [] },
    save: { type: 'boolean', default: false },
  },
});

/** Which peers are there; the others are named with what installs them. */
function available() {
  const found = new Set();
  for (const [id, peer] of Object.entries(peers)) {
    if (values.without.includes(id)) continue;
    if (peer.version() === undefined) {
      console.log(`${peer.name}: skipped, not installed: ${peer.install.join(' ')} (or npm run bench -- --install)`);
      continue;
    }
    peer.prepare?.();
    found.add(id);
  }
  if (!found.has('c')) throw new Error(`the C program makes what is measured: ${peers.c.install.join(' ')}`);
  return found;
}

function chosen() {
  const wanted = positionals.map(word => word.toLowerCase());
  for (const word of wanted) {
    if (!workloads.some(({ id }) => id === word || id.startsWith(`${word}-`))) throw new Error(`no workload ${word}`);
  }
  return workloads.filter(
    ({ id }) => wanted.length === 0 || wanted.some(word => id === word || id.startsWith(`${word}-`)),
  );
}

const progress = text => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
};

function describe(found) {
  const cpus = os.cpus();
  return {
    date: new Date().toISOString(),
    machine: `${cpus.length} × ${cpus[0]?.model.trim()}, Linux ${os.release()}`,
    versions: {
      Node: process.versions.node,
      ...Object.fromEntries(
        [...found].filter(id => id !== 'execfile').map(id => [peers[id].name, peers[id].version()]),
      ),
    },
    command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
    load: os.loadavg()[0].toFixed(1),
    rounds: Number(values.rounds),
    scale: Number(values.scale),
  };
}

function main() {
  if (values.install) installMissing();
  const list = chosen();
  const found = available();
  const about = describe(found);
  console.log(`${about.date}  ${about.machine}`);
  console.log(
    `${Object.entries(about.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}\n`,
  );
  if (list.some(({ id }) => id.startsWith('w7'))) captureMessages();
  const results = list.map(workload => {
    const result = runRounds(workload, { ...about, available: found, progress });
    progress('');
    console.log(workloadTable(result));
    return result;
  });
  const judged = judge(results);
  console.log(goalTable(judged));
  if (list.length < workloads.length && !values.save) return;
  const report = { ...about, goals: judged, results };
  const file = name => fileURLToPath(new URL(`results/${name}`, import.meta.url));
  mkdirSync(file(''), { recursive: true });
  writeFileSync(file('latest.json'), `${JSON.stringify(report)}\n`);
  writeFileSync(file('latest.svg'), chart(report));
  writeFileSync(file('README.md'), page(report));
  console.log('written: bench/results/README.md, latest.json, latest.svg');
}

main();
