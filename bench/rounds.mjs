// Runs the drivers: every run in a fresh namespace, the order shuffled within a round.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { BUILD, LIMIT, peers } from './peers.mjs';

const SECONDS = 300;
/** The kernel's messages that the codec workloads decode. */
export const MESSAGES = `${BUILD}/messages`;

/**
 * A namespace of its own. With root's own rights where a receive buffer of 4 MiB is wanted: SO_RCVBUFFORCE takes
 * CAP_NET_ADMIN outside of any user namespace.
 */
const unshare = id =>
  id.startsWith('w6') && process.getuid() === 0 ? ['unshare', '--net'] : ['unshare', '--map-root-user', '--net'];

/**
 * Has the kernel say what the codec workloads decode. Where no namespace can be made, they decode what another kernel
 * once said.
 */
export function captureMessages() {
  rmSync(MESSAGES, { recursive: true, force: true });
  mkdirSync(MESSAGES, { recursive: true });
  const { status } = spawnSync('unshare', ['--map-root-user', '--net', LIMIT, 'capture', MESSAGES], {
    stdio: 'ignore',
  });
  if (status === 0) return;
  console.log('no network namespace can be made here: bench/messages is decoded, not what this kernel says\n');
  for (const name of ['link', 'address']) {
    const hex = readFileSync(new URL(`messages/${name}.hex`, import.meta.url), 'latin1').replaceAll('\n', '');
    writeFileSync(`${MESSAGES}/${name}.bin`, Buffer.from(hex, 'hex'));
  }
}

/** What went wrong, of all that a program prints when it does. */
function reason(stderr) {
  const lines = stderr.trim().split('\n');
  return lines.findLast(line => /error|refused/i.test(line)) ?? lines.at(-1);
}

/** @returns {import('./statistics.mjs').Figures | { failed: string }} */
function runOnce(workload, series, scale) {
  const n = String(Math.max(1, Math.round(series.n * scale)));
  const driver = [...peers[series.peer].command, series.run, n];
  const setup = (workload.setup ?? []).map((word, i) =>
    i === 0 ? word : String(Math.max(1, Math.round(word * scale))),
  );
  const script = setup.length > 0 ? `"$BENCH_LIMIT" setup ${setup.join(' ')} && exec "$@"` : 'exec "$@"';
  const command = workload.anywhere ? driver : [...unshare(workload.id), 'sh', '-c', script, 'sh', ...driver];
  const { status, signal, stdout, stderr, error } = spawnSync(command[0], command.slice(1), {
    encoding: 'utf8',
    timeout: SECONDS * 1000,
    killSignal: 'SIGKILL',
    env: {
      ...process.env,
      BENCH_LIMIT: LIMIT,
      BENCH_MESSAGES: MESSAGES,
      BENCH_OBJECTS: String(Math.round((workload.objects ?? 1) * scale)),
    },
  });
  if (error?.code === 'ETIMEDOUT') return { failed: `not done after ${SECONDS} s` };
  if (status !== 0) return { failed: `${signal ?? `status ${status}`}: ${reason(stderr)}` };
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

function shuffled(list) {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}

/**
 * A workload's rounds: for each series what it printed, round by round. A run that failed is a hole in its round.
 * @param {import('./workloads.mjs').Workload} workload
 * @param {{ rounds: number, scale: number, available: Set<string>, progress: (text: string) => void }} options
 */
export function runRounds(workload, { rounds, scale, available, progress }) {
  const present = workload.series.filter(series => available.has(series.peer));
  const results = present.map(({ label, peer, n }) => ({ label, peer, n, rounds: [], failures: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const i of shuffled(present.keys())) {
      progress(`${workload.id} round ${round + 1} of ${rounds}: ${present[i].label}`);
      const figures = runOnce(workload, present[i], scale);
      if ('failed' in figures) results[i].failures.push(figures.failed);
      else results[i].rounds[round] = figures;
    }
  }
  for (const result of results)
    result.rounds = Array.from({ length: rounds }, (_, round) => result.rounds[round] ?? null);
  return { id: workload.id, series: results };
}
