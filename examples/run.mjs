// node examples/run.mjs NAME: runs a compiled example in user, network and mount namespaces of its own.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

const [name, ...rest] = process.argv.slice(2);
const file = `build/examples/${name}.js`;

function fail(why) {
  console.error(why);
  process.exit(1);
}

if (process.platform !== 'linux') fail(`netlink is a part of Linux; this is ${process.platform}`);
if (name === undefined || !existsSync(file)) {
  const names = readdirSync('examples')
    .filter(each => each.endsWith('.ts'))
    .map(each => each.slice(0, -3));
  fail(`usage: npm run example -- NAME, with one of: ${names.join(', ')}`);
}
const unshare = ['--map-root-user', '--net', '--mount'];
const probe = spawnSync('unshare', [...unshare, 'true'], { encoding: 'utf8' });
if (probe.error) fail(`unshare is missing (util-linux): ${probe.error.message}`);
if (probe.status !== 0) fail(`no user and network namespace can be made here: ${probe.stderr.trim()}`);

// A private /run, so that namespaces with names are this run's alone.
const prepare = 'mount -t tmpfs tmpfs /run && mkdir -p /run/netns && exec "$@"';
const child = ['sh', '-c', prepare, 'sh', process.execPath, file, ...rest];
const { status, signal } = spawnSync('unshare', [...unshare, ...child], { stdio: 'inherit' });
process.exitCode = signal ? 1 : status;
