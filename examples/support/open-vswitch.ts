// The real Open vSwitch (Debian: openvswitch-switch), with its datapath in user space: no kernel module is needed. It is
// started for one example alone: its database, sockets and logs are in a folder of their own. By hand:
//
//   ovsdb-tool create conf.db /usr/share/openvswitch/vswitch.ovsschema
//   ovsdb-server conf.db --remote=punix:db.sock --detach --pidfile
//   ovs-vsctl --db=unix:db.sock --no-wait init
//   ovs-vswitchd unix:db.sock --detach --pidfile
import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Namespace } from 'rtnetlink';
import { end, hasEnded } from './processes.js';

const TUN = '/dev/net/tun';
const SCHEMA = '/usr/share/openvswitch/vswitch.ovsschema';
/** Milliseconds that a command may take, or a daemon to start. */
const PATIENCE = 30_000;

function whatIsMissing(): string | undefined {
  if (![SCHEMA, '/usr/sbin/ethtool'].every(file => existsSync(file))) {
    return 'Open vSwitch or ethtool is missing: apt-get install openvswitch-switch ethtool';
  }
  try {
    accessSync(TUN, constants.R_OK | constants.W_OK);
    return undefined;
  } catch {
    return `Open vSwitch's datapath needs ${TUN}, which this user may not open (most systems let everybody: mode 0666)`;
  }
}

/** An Open vSwitch of this program's own. Disposing of it stops it and removes its files. */
export class OpenVSwitch implements AsyncDisposable {
  /** What it lacks here, if anything. */
  static readonly lacks = whatIsMissing();

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

  private constructor(
    readonly netns: Namespace,
    readonly signal: AbortSignal,
  ) {}

  /** Starts a database server and a switch in the namespace `netns`, whose links it then can take as ports. */
  static async start(netns: Namespace, signal: AbortSignal): Promise<OpenVSwitch> {
    const ovs = new OpenVSwitch(netns, signal);
    try {
      const database = join(ovs.#folder, 'conf.db');
      ovs.run('ovsdb-tool', 'create', database, SCHEMA);
      await ovs.#daemon('db.sock', 'ovsdb-server', database, `--remote=p${ovs.#socket}`);
      ovs.vsctl('--no-wait', 'init');
      await ovs.#daemon('ovs-vswitchd.pid', 'ovs-vswitchd', ovs.#socket);
      return ovs;
    } catch (error) {
      await ovs[Symbol.asyncDispose]();
      throw error;
    }
  }

  vsctl(...args: string[]): string {
    return this.run('ovs-vsctl', `--db=${this.#socket}`, ...args);
  }

  /** What a command prints. Its warnings (that the machine is slow) are shown only if it fails. */
  run(command: string, ...args: string[]): string {
    return execFileSync(command, args, { env: this.env, encoding: 'utf8', stdio: 'pipe', timeout: PATIENCE });
  }

  /** Starts a daemon and waits for the file that says that it is ready. Should this program be killed, so is the daemon. */
  async #daemon(sign: string, command: string, ...args: string[]): Promise<void> {
    const log = `--log-file=${join(this.#folder, `${command}.log`)}`;
    const line = ['--pdeathsig', 'TERM', command, ...args, '--pidfile', log, '-vconsole:off'];
    const daemon = this.netns.spawn('setpriv', line, { env: this.env, stdio: 'ignore', detached: true });
    await once(daemon, 'spawn');
    this.#daemons.push(daemon);
    for (let waited = 0; !readdirSync(this.#folder).includes(sign); waited += 50) {
      if (hasEnded(daemon) || waited > PATIENCE) throw new Error(`${command} did not start`);
      await sleep(50, undefined, { signal: this.signal });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const daemon of this.#daemons.reverse()) await end(daemon);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}
