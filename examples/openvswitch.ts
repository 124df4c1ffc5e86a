// Two veth pairs, one end of each plugged into an Open vSwitch bridge, the other in a namespace of its own.
//
// The switch is the real one (Debian: openvswitch-switch), with its datapath in user space, started for this example
// alone: its database, sockets and logs are in a folder of their own, and it sees only this program's namespaces. By hand:
//
//   ovsdb-tool create conf.db /usr/share/openvswitch/vswitch.ovsschema
//   ovsdb-server conf.db --remote=punix:db.sock --detach --pidfile
//   ovs-vsctl --db=unix:db.sock --no-wait init
//   ovs-vswitchd unix:db.sock --detach --pidfile
//   ovs-vsctl --db=unix:db.sock add-br br0 -- set bridge br0 datapath_type=netdev
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { netns, open } from 'rtnetlink';
import { brief } from './support/brief.js';
import { echoServer, roundTrip, udp } from './support/udp.js';

const SCHEMA = '/usr/share/openvswitch/vswitch.ovsschema';
if (!existsSync(SCHEMA) || !existsSync('/usr/sbin/ethtool')) {
  console.error('Open vSwitch or ethtool is missing: apt-get install openvswitch-switch ethtool');
  process.exit(1);
}

/** An Open vSwitch of this program's own. */
class Switch implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ovs-'));
  readonly #socket = `unix:${join(this.#folder, 'db.sock')}`;
  readonly #daemons: ChildProcess[] = [];
  /** For commands in /usr/sbin, which not every user has in the path. */
  readonly env = {
    ...process.env,
    OVS_RUNDIR: this.#folder,
    OVS_LOGDIR: this.#folder,
    OVS_DBDIR: this.#folder,
    PATH: `${process.env['PATH']}:/usr/sbin:/sbin`,
  };

  async start(): Promise<void> {
    const database = join(this.#folder, 'conf.db');
    this.#run('ovsdb-tool', 'create', database, SCHEMA);
    await this.#daemon('ovsdb-server', [database, `--remote=p${this.#socket}`], 'db.sock');
    this.vsctl('--no-wait', 'init');
    await this.#daemon('ovs-vswitchd', [this.#socket], 'ovs-vswitchd');
    this.vsctl('add-br', 'br0', '--', 'set', 'bridge', 'br0', 'datapath_type=netdev');
  }

  vsctl(...args: string[]): string {
    return this.#run('ovs-vsctl', `--db=${this.#socket}`, ...args);
  }

  /** What the switch has learned: port, VLAN, hardware address, age. */
  learned(): string {
    return this.#run('ovs-appctl', 'fdb/show', 'br0');
  }

  /** Packets and bytes of each port. */
  ports(): string {
    return this.#run('ovs-ofctl', 'dump-ports', 'br0');
  }

  #run(command: string, ...args: string[]): string {
    return execFileSync(command, args, { env: this.env, encoding: 'utf8', timeout: 60_000 });
  }

  /** Starts a daemon, and waits until a file that begins with `sign` is there. */
  async #daemon(command: string, args: string[], sign: string): Promise<void> {
    const log = `--log-file=${join(this.#folder, `${command}.log`)}`;
    this.#daemons.push(
      spawn(command, [...args, '--pidfile', log, '-vconsole:off'], { env: this.env, stdio: 'ignore' }),
    );
    for (let i = 0; i < 300; i++) {
      if (this.#files().some(file => file.startsWith(sign))) return;
      await sleep(100);
    }
    throw new Error(`${command} did not start`);
  }

  #files(): string[] {
    return execFileSync('ls', [this.#folder], { encoding: 'utf8' }).split('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const daemon of this.#daemons.reverse()) {
      daemon.kill('SIGTERM');
      if (daemon.exitCode === null) await new Promise(resolve => daemon.once('exit', resolve));
    }
    rmSync(this.#folder, { recursive: true });
  }
}

using left = netns.create();
using right = netns.create();
await using host = open();
await using ovs = new Switch();
await ovs.start();

for (const [ns, port, address] of [
  [left, 'left', '172.20.2.1'],
  [right, 'right', '172.20.2.2'],
] as const) {
  await host.link.add({ name: port, kind: 'veth', up: true, peer: { name: 'eth0', netns: ns } });
  ovs.vsctl('add-port', 'br0', port);
  await using inside = open({ netns: ns });
  await inside.address.add('eth0', `${address}/24`);
  await inside.link.set('eth0', { up: true });
  // A veth leaves checksums to hardware that is not there. The switch's datapath in user space passes them on unfinished,
  // and the receiver drops what it gets: have them computed where the packets are made.
  ns.run(() => execFileSync('ethtool', ['-K', 'eth0', 'tx', 'off'], { env: ovs.env, stdio: 'ignore' }));
}

await using _server = echoServer(right, '172.20.2.2');
await using client = udp(left, '172.20.2.1');
for (let i = 1; i <= 3; i++) {
  const milliseconds = await roundTrip(client, '172.20.2.2', 20_000);
  console.log(`UDP 172.20.2.1 -> br0 -> 172.20.2.2 and back: ${milliseconds.toFixed(3)} ms`);
}

console.log(`\nhost\n${await brief(host)}`);
console.log(`\novs-vsctl show\n${ovs.vsctl('show')}`);
console.log(`ovs-appctl fdb/show br0\n${ovs.learned()}`);
console.log(`ovs-ofctl dump-ports br0\n${ovs.ports()}`);
console.log(`[left eth0] --- left | br0 (Open vSwitch) | right --- [right eth0]`);

for (const port of ['left', 'right']) await host.link.delete(port);
