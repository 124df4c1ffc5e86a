import { shown } from '../protocol/errors.js';
import { checkTimeout } from '../socket/exchange.js';
import { KernelTransport } from '../socket/kernel-transport.js';
import { Namespace } from '../socket/namespace.js';
import { Socket, type SocketOptions } from '../socket/socket.js';
import type { Transport, TransportOptions } from '../socket/transport.js';
import { Addresses } from './addresses.js';
import { type ApplyOptions, apply } from './apply/apply.js';
import type { NetworkSpec } from './apply/spec.js';
import type { Plan } from './apply/step.js';
import { Bridges } from './bridges.js';
import type { Context } from './context.js';
import { ForwardingDatabase } from './fdb.js';
import { checkBoolean, Forwarding } from './forwarding.js';
import { checkKeys } from './link-input.js';
import { Links } from './links.js';
import type { WatchedGroup } from './monitor/event.js';
import { Monitor } from './monitor/monitor.js';
import type { MonitorOptions } from './monitor/monitor-options.js';
import { Store, type WatchOptions } from './monitor/store.js';
import { type NamespaceRef, openRef } from './namespace-ref.js';
import { Neighbours } from './neighbours.js';
import { NamespaceIds } from './netns/ids.js';
import { Routes } from './routes.js';
import { Rules } from './rules.js';
import { Veths } from './veth.js';

/** How to open. */
export interface OpenOptions extends SocketOptions, TransportOptions {
  /** The namespace to work in; by default that of the calling thread. */
  netns?: NamespaceRef | undefined;
  /** Another transport than the kernel's: a scripted one in tests, another binding. */
  transport?: Transport | undefined;
}

/** What `ip` can do, in one network namespace. Close it, or declare it with `using`. */
export class Ip implements Disposable, AsyncDisposable {
  /** `ip link` */
  readonly link: Links;
  /** `ip address` */
  readonly address: Addresses;
  /** `ip route` */
  readonly route: Routes;
  /** `ip rule` */
  readonly rule: Rules;
  /** `ip neighbour` */
  readonly neighbour: Neighbours;
  /** `bridge fdb` */
  readonly fdb: ForwardingDatabase;
  /** `bridge link`, `bridge vlan` */
  readonly bridge: Bridges;
  /** Whether the namespace is a router. */
  readonly forwarding: Forwarding;
  /** Pairs of virtual Ethernet links, complete in one call. */
  readonly veth: Veths;
  /** `ip netns`: the ids this namespace has for others. To make, find and enter namespaces there is `netns`. */
  readonly netns: NamespaceIds;
  /** The netlink socket underneath, for messages that no operation sends. */
  readonly socket: Socket;
  readonly #context: Context;

  constructor(socket: Socket, where: string) {
    const context: Context = { socket, where };
    this.#context = context;
    this.socket = socket;
    this.link = new Links(context);
    this.address = new Addresses(context);
    this.route = new Routes(context);
    this.rule = new Rules(context);
    this.neighbour = new Neighbours(context);
    this.fdb = new ForwardingDatabase(context);
    this.bridge = new Bridges(context);
    this.forwarding = new Forwarding(context);
    this.veth = new Veths(context, netns =>
      netns === undefined
        ? new Ip(socket.like(socket.sibling()), where)
        : openIn(netns, transport => socket.like(transport)),
    );
    this.netns = new NamespaceIds(context);
  }

  /**
   * Many operations at once, like `ip -batch -force`: `issue` starts them and returns them as a list. They leave in as
   * few datagrams as their answers and the event loop allow, and each settles on its own; an error in one leaves the
   * others alone. Resolves with how each ended, in the order of the list.
   *
   * All operations that are started in one tick leave like that, without `batch` too. None may depend on another: some
   * have to look up an index first, so the kernel does not do them in the order of the list.
   *
   * ```ts
   * const outcomes = await ip.batch(() => links.map(link => ip.link.set(link, { up: true })));
   * const failed = outcomes.filter(each => each.status === 'rejected');
   * ```
   */
  async batch<const T extends readonly Promise<unknown>[]>(
    issue: (ip: this) => T,
  ): Promise<{ -readonly [K in keyof T]: PromiseSettledResult<Awaited<T[K]>> }> {
    const issued: unknown = issue(this);
    if (!Array.isArray(issued)) {
      Promise.resolve(issued).catch(() => {}); // nobody else looks at it
      throw new TypeError(`batch: expected a function that returns a list of promises, got ${shown(issued)} from it`);
    }
    return Promise.allSettled(issued as unknown as T);
  }

  /**
   * Make things as described: links, addresses and routes of this namespace and of any number of others (`netplan apply`).
   * Finds out what differs, and does that only, in the order in which it can be done; applied again it does nothing. What
   * is not described is not touched; `state: 'absent'` removes, and `exact` what is beyond the description.
   *
   * All or nothing: whatever fails, what was done is undone before the promise rejects; with AggregateError if not all
   * could be. Rejects with ConflictError, before anything is done where it can be known, if what is there cannot be made
   * so in place: a link of another kind has the name. Resolves with the plan; with `dryRun` it is only made.
   *
   * ```ts
   * const plan = await ip.apply({
   *   links: [{ name: 'br0', kind: 'bridge', up: true }, { name: 'veth1', kind: 'veth', master: 'br0', up: true,
   *     peer: { name: 'eth0', netns: 'blue', addresses: ['10.0.0.2/24'], up: true } }],
   *   namespaces: [{ netns: 'blue', routes: [{ destination: 'default', gateway: '10.0.0.1' }] }],
   * }, { dryRun: true });
   * console.log(String(plan)); // + link br0 kind bridge …
   * ```
   */
  async apply(spec: NetworkSpec, options: ApplyOptions = {}): Promise<Plan> {
    checkKeys(options, ['dryRun', 'signal', 'timeout'], 'apply: options');
    checkBoolean('apply: options: dryRun', options.dryRun);
    return apply(this.#context, spec, options);
  }

  /**
   * What happens, after what is there (`ip monitor`): see `Monitor`.
   *
   * ```ts
   * for await (const event of ip.monitor(['link', 'address'], { signal })) {
   *   if (event.type === 'changed' && event.group === 'link') console.log(event.object.name, event.fields);
   * }
   * ```
   */
  monitor<G extends WatchedGroup>(groups: readonly G[], options?: MonitorOptions): Monitor<G> {
    return new Monitor(this.socket, groups, options);
  }

  /** What is there, kept up to date: see `Store`. By default links, addresses and routes. */
  watch(groups: readonly WatchedGroup[] = ['link', 'address', 'route'], options?: WatchOptions): Store {
    return new Store(this.socket, groups, options);
  }

  /** Ends its monitors and stores, rejects what is pending with ClosedError and frees the descriptor. Again does no harm. */
  close(): void {
    this.socket.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

/**
 * Opens a netlink socket (NETLINK_ROUTE). It belongs for good to the namespace it was opened in. An idle one does not
 * keep the process alive. Throws SyscallError (EMFILE …); on other systems than Linux an error with code ENOSYS.
 */
export function open({ netns, transport, ...options }: OpenOptions = {}): Ip {
  const over = (own: Transport): Socket => new Socket(own, options);
  if (transport !== undefined) return new Ip(over(transport), 'the namespace of its transport');
  if (options.timeout !== undefined) checkTimeout(options.timeout); // before there is a descriptor to lose
  if (netns === undefined) return new Ip(over(new KernelTransport(options)), 'this network namespace');
  return openIn(netns, over, options);
}

/** A socket in another namespace, made by `over`. */
function openIn(netns: NamespaceRef, over: (transport: Transport) => Socket, options?: TransportOptions): Ip {
  const opened = netns instanceof Namespace ? undefined : openRef(netns);
  try {
    const namespace = opened ?? (netns as Namespace);
    return new Ip(over(namespace.run(() => new KernelTransport(options))), namespace.label);
  } finally {
    opened?.close();
  }
}
