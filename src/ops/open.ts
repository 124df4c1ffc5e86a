import { KernelTransport } from '../socket/kernel-transport.js';
import { Namespace } from '../socket/namespace.js';
import { Socket, type SocketOptions } from '../socket/socket.js';
import type { Transport, TransportOptions } from '../socket/transport.js';
import { Addresses } from './addresses.js';
import type { Context } from './context.js';
import { Links } from './links.js';
import type { WatchedGroup } from './monitor/event.js';
import { groupNames } from './monitor/groups.js';
import { Monitor, type MonitorOptions } from './monitor/monitor.js';
import { Store, type WatchOptions } from './monitor/store.js';
import { type NamespaceRef, openRef } from './namespace-ref.js';

/** How to open. */
export interface OpenOptions extends SocketOptions, TransportOptions {
  /** The namespace to work in; by default that of the calling thread. */
  netns?: NamespaceRef | undefined;
  /** Another transport than the kernel's: a scripted one in tests, another binding. */
  transport?: Transport | undefined;
}

/** What `ip` can do, in one network namespace. Close it, or declare it with `await using`. */
export class Ip implements AsyncDisposable {
  /** `ip link` */
  readonly link: Links;
  /** `ip address` */
  readonly address: Addresses;
  /** The netlink socket underneath, for messages that no operation sends. */
  readonly socket: Socket;

  constructor(socket: Socket, where: string) {
    const context: Context = { socket, where };
    this.socket = socket;
    this.link = new Links(context);
    this.address = new Addresses(context);
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

  /** What is there, kept up to date: see `Store`. By default of everything that can be monitored. */
  watch(groups: readonly WatchedGroup[] = groupNames, options?: WatchOptions): Store {
    return new Store(this.socket, groups, options);
  }

  /** Ends its monitors and stores, rejects what is pending with ClosedError and frees the descriptor. Again does no harm. */
  close(): void {
    this.socket.close();
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
  if (transport !== undefined) return new Ip(new Socket(transport, options), 'the namespace of its transport');
  if (netns === undefined) return new Ip(new Socket(new KernelTransport(options), options), 'this network namespace');
  const opened = netns instanceof Namespace ? undefined : openRef(netns);
  try {
    const namespace = opened ?? (netns as Namespace);
    return new Ip(
      new Socket(
        namespace.run(() => new KernelTransport(options)),
        options,
      ),
      namespace.label,
    );
  } finally {
    opened?.close();
  }
}
