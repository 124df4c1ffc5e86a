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
const ways = [
  ['--map-root-user', '--net', '--mount'],
  ['--net', '--mount'], // root, where user namespaces are forbidden
];
const probes = ways.map(way => [way, spawnSync('unshare', [...way, 'true'], { encoding: 'utf8' })]);
const found = probes.find(([, { status }]) => status === 0);
if (found === undefined) {
  const [[, { error, stderr }]] = probes;
  fail(`no network namespace can be made here: ${error ? `unshare (util-linux): ${error.message}` : stderr.trim()}`);
}

// A private /run, so that namespaces with names are this run's alone.
const prepare = 'mount -t tmpfs tmpfs /run && mkdir -p /run/netns && exec "$@"';
const child = ['sh', '-c', prepare, 'sh', process.execPath, file, ...rest];
const { status, signal } = spawnSync('unshare', [...found[0], ...child], { stdio: 'inherit' });
process.exitCode = signal ? 1 : status;
