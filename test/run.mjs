// npm test: builds, runs the unit tests anywhere and the live ones in namespaces of their own.
// Arguments go to jest: `npm test -- link`. `npm test -- --unit` or `--live` runs one part only, `--vm` the live part in
// a virtual machine with another kernel.
import { spawn, spawnSync } from 'node:child_process';

const PARTS = ['--unit', '--live', '--vm'];
const args = process.argv.slice(2);
const only = PARTS.find(part => args.includes(part));
const jestArgs = args.filter(arg => arg !== only);

/** Everything the live tests touch is private: users, network, mounts, and /run, where named namespaces are. */
const PREPARE = 'mount -t tmpfs tmpfs /run && mkdir -p /run/netns && exec "$@"';
const WAYS = [
  ['unshare', '--map-root-user', '--net', '--mount'],
  ['unshare', '--net', '--mount'], // root, where user namespaces are forbidden
];
const PATIENCE = 20_000;

const probe = (command, ...rest) => spawnSync(command, rest, { stdio: 'ignore' }).status === 0;

function run(command, ...rest) {
  const { status, signal, error } = spawnSync(command, rest, { stdio: 'inherit' });
  if (error) throw error;
  return signal ? 1 : status;
}

/** A process that waits for a lock of the kernel cannot be killed, so nobody waits for it. */
function works(way) {
  return new Promise(resolve => {
    const child = spawn(way[0], [...way.slice(1), 'sh', '-c', PREPARE, 'sh', 'ip', 'link', 'show', 'lo'], {
      stdio: 'ignore',
      detached: true,
    });
    const timer = setTimeout(() => done(false), PATIENCE);
    const done = answer => {
      clearTimeout(timer);
      child.unref();
      resolve(answer);
    };
    child.on('error', () => done(false));
    child.on('exit', status => done(status === 0));
  });
}

// jest takes all that follows --selectProjects for names of projects.
const jest = project => ['node', 'node_modules/jest/bin/jest.js', ...jestArgs, '--selectProjects', project];

async function live() {
  if (process.platform !== 'linux') return skip(`this is ${process.platform}, not Linux`);
  if (only === '--vm') return inMachine();
  if (!probe('ip', '-V')) return skip('they compare with iproute2: install the package iproute2');
  for (const way of WAYS) {
    if (await works(way)) return run(...way, 'sh', '-c', PREPARE, 'sh', ...jest('live'), '--runInBand');
  }
  return skip('no user and network namespace can be made here (unshare --map-root-user --net --mount)');
}

function inMachine() {
  jestArgs.push('--testTimeout=120000'); // it is emulated, and ten times as slow
  const quoted = jestArgs.map(arg => `'${arg.replaceAll("'", "'\\''")}'`).join(' ');
  return run('test/vm/run.sh', `uname -sr; node test/run.mjs --live ${quoted}`);
}

function skip(why) {
  console.error(`live tests skipped: ${why}`);
  return process.env.CI ? 1 : 0;
}

const statuses = [];
// The virtual machine sees what is built here, and would take ten times as long.
if (only !== '--live') {
  statuses.push(run('npm', 'run', '--silent', 'build'));
  statuses.push(run('node', 'node_modules/typescript/bin/tsc', '-p', 'examples'));
}
if (statuses.every(status => status === 0)) {
  if (only === undefined || only === '--unit') statuses.push(run(...jest('unit')));
  if (only !== '--unit') statuses.push(await live());
}
process.exit(statuses.find(status => status !== 0) ?? 0);
