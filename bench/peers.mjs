// The programs that are compared: how each is found, installed and run.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = path => fileURLToPath(new URL(path, import.meta.url));
/** Where what is compiled goes. */
export const BUILD = here('../build/bench');
/** The C program. */
export const LIMIT = `${BUILD}/limit`;
const NPM = here('peers/npm-netlink');
const PYTHON = '/usr/bin/python3'; // Debian's, which has Debian's modules

/** The first line a command prints, undefined if it fails. */
function firstLine(command, ...args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.split('\n')[0] : undefined;
}
const debian = name => firstLine('dpkg-query', '-W', name)?.split('\t')[1];
const apt = (...names) => ['apt-get', 'install', '-y', '--no-install-recommends', ...names];

/** Compiles, unless the result is newer than the source; throws if that fails. */
function compile(source, output, command, env = {}) {
  mkdirSync(BUILD, { recursive: true });
  const { status } = spawnSync(command[0], [...command.slice(1), output, here(source)], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (status !== 0) throw new Error(`${command[0]} could not compile ${source}`);
}

/**
 * @typedef {object} Peer
 * @property {string} name
 * @property {() => string | undefined} version Undefined where it is not installed.
 * @property {string[]} [install] The command that installs it.
 * @property {() => void} [prepare]
 * @property {string[]} command What runs its driver.
 */

const nodeDriver = name => [process.execPath, '--expose-gc', here(`drivers/${name}.mjs`)];
const ipVersion = () => firstLine('ip', '-V')?.replace(/.*iproute2-([^,]*).*/, '$1');

/** @type {Record<string, Peer>} */
export const peers = {
  c: {
    name: 'C',
    version: () => firstLine('cc', '--version'),
    install: apt('gcc', 'libc6-dev', 'linux-libc-dev'),
    prepare: () => compile('drivers/limit.c', LIMIT, ['cc', '-O2', '-o']),
    command: [LIMIT],
  },
  rtnetlink: {
    name: 'rtnetlink',
    version: () => JSON.parse(readFileSync(here('../package.json'), 'utf8')).version,
    command: nodeDriver('rtnetlink'),
  },
  iproute2: {
    name: 'iproute2',
    version: ipVersion,
    install: apt('iproute2'),
    command: nodeDriver('iproute2'),
  },
  execfile: {
    name: "Node's execFile of ip",
    version: ipVersion,
    install: apt('iproute2'),
    command: nodeDriver('execfile'),
  },
  npm: {
    name: 'npm netlink',
    version: () => {
      const path = `${NPM}/node_modules/netlink/package.json`;
      return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).version : undefined;
    },
    install: ['npm', 'install', '--no-audit', '--no-fund', '--no-package-lock', '--prefix', NPM],
    command: nodeDriver('npm-netlink'),
  },
  go: {
    name: 'vishvananda/netlink',
    version: () => (debian('golang-go') === undefined ? undefined : debian('golang-github-vishvananda-netlink-dev')),
    install: apt('golang-go', 'golang-github-vishvananda-netlink-dev'),
    prepare: () =>
      compile('drivers/vishvananda.go', `${BUILD}/vishvananda`, ['go', 'build', '-o'], {
        GO111MODULE: 'off',
        GOPATH: '/usr/share/gocode',
      }),
    command: [`${BUILD}/vishvananda`],
  },
  pyroute2: {
    name: 'pyroute2',
    version: () => debian('python3-pyroute2'),
    install: apt('python3-pyroute2'),
    command: [PYTHON, here('drivers/with_pyroute2.py')],
  },
};

/** Runs the commands that install what is missing. */
export function installMissing() {
  for (const peer of Object.values(peers)) {
    if (peer.install === undefined || peer.version() !== undefined) continue;
    console.error(peer.install.join(' '));
    const { status } = spawnSync(peer.install[0], peer.install.slice(1), {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) console.error(`could not install ${peer.name}`);
  }
}
