// npm test: builds, runs the unit tests anywhere and the live ones in namespaces of their own.
// Arguments go to jest: `npm test -- link`. `npm test -- --unit` or `--live` runs one part only.
import { spawnSync } from 'node:child_process';

const args = process.argv.slice(2);
const only = ['--unit', '--live'].find(part => args.includes(part));
const jestArgs = args.filter(arg => arg !== only);

/** Everything the live tests touch is private: users, network, mounts, and /run, where named namespaces are. */
const PREPARE = 'mount -t tmpfs tmpfs /run && mkdir -p /run/netns && exec "$@"';
const WAYS = [
  ['unshare', '--map-root-user', '--net', '--mount'],
  ['unshare', '--net', '--mount'], // root, where user namespaces are forbidden
];

function run(command, ...rest) {
  const { status, signal, error } = spawnSync(command, rest, { stdio: 'inherit' });
  if (error) throw error;
  return signal ? 1 : status;
}

const works = way =>
  spawnSync(way[0], [...way.slice(1), 'sh', '-c', PREPARE, 'sh', 'true'], { stdio: 'ignore' }).status === 0;

const jest = project => ['node', 'node_modules/jest/bin/jest.js', '--selectProjects', project, ...jestArgs];

function live() {
  if (process.platform !== 'linux') return skip(`this is ${process.platform}, not Linux`);
  const way = WAYS.find(works);
  if (way === undefined)
    return skip('no user and network namespace can be made here (unshare --map-root-user --net --mount)');
  return run(...way, 'sh', '-c', PREPARE, 'sh', ...jest('live'), '--runInBand');
}

function skip(why) {
  console.error(`live tests skipped: ${why}`);
  return process.env.CI ? 1 : 0;
}

const statuses = [run('npm', 'run', '--silent', 'build')];
if (statuses[0] === 0) {
  if (only !== '--live') statuses.push(run(...jest('unit')));
  if (only !== '--unit') statuses.push(live());
}
process.exitCode = statuses.find(status => status !== 0) ?? 0;
