// node examples/run.mjs NAME: runs a compiled example in user, network and mount namespaces of its own.
import { spawn, spawnSync } from 'node:child_process';
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
const probe = way => spawnSync('unshare', [...way, 'true'], { encoding: 'utf8' });
const way = ways.find(each => probe(each).status === 0);
if (way === undefined) {
  const { error, stderr } = probe(ways[0]);
  fail(`no network namespace can be made here: ${error ? `unshare (util-linux): ${error.message}` : stderr.trim()}`);
}

// A private /run, so that namespaces with names are this run's alone.
const prepare = 'mount -t tmpfs tmpfs /run && mkdir -p /run/netns && exec "$@"';
const args = [...way, 'sh', '-c', prepare, 'sh', process.execPath, file, ...rest];
// In a process group of its own: else Ctrl-C would reach its programs before it can end them in good order.
const child = spawn('unshare', args, { stdio: 'inherit', detached: true });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (status, signal) => {
  process.exitCode = status ?? 1;
  if (signal === null) return;
  process.removeAllListeners(signal);
  process.kill(process.pid, signal); // ends as the example did
});
