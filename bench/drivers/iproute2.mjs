// iproute2 itself: `ip -batch` for changes, `ip -j -d` for lists; the C program runs it and takes its time.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf, n, workload } from './measure.mjs';

const lines = line => `${Array.from({ length: n }, (_, i) => line(i)).join('\n')}\n`;
const batches = {
  w1: () => lines(i => `link add v${2 * i} type veth peer name v${2 * i + 1}`),
  w2: () => lines(i => `address add ${addressOf(i)}/24 dev v${i}`),
};
const lists = {
  w3: ['ip', '-j', '-d', '-s', 'link', 'show'],
  w4: ['ip', '-j', '-d', 'address', 'show'],
};

const folder = mkdtempSync(join(tmpdir(), 'rtnetlink-bench-'));
try {
  const input = join(folder, 'batch');
  writeFileSync(input, batches[workload]?.() ?? '');
  const command = lists[workload] ?? ['ip', '-batch', '-'];
  const ops = lists[workload] ? (process.env.BENCH_OBJECTS ?? '1') : String(n);
  const { status } = spawnSync(process.env.BENCH_LIMIT, ['exec', ops, input, ...command], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
