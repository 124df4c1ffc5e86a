import { EventEmitter } from 'node:events';
import { nextTick } from '../../socket/clock.js';
import { AbortError, ClosedError } from '../../socket/errors.js';
import type { Socket } from '../../socket/socket.js';
import type { ObjectEvent, Resync, WatchedGroup } from './event.js';
import { Monitor, type MonitorOptions } from './monitor.js';
import { NeighbourIndex, type NeighbourView } from './neighbour-view.js';
import { RouteIndex, type RouteView } from './route-view.js';
import { RuleIndex, type RuleView } from './rule-view.js';
import { AddressIndex, type AddressView, LinkIndex, type LinkView } from './views.js';

/** How to watch. */
export type WatchOptions = Omit<MonitorOptions, 'allNamespaces'>;

/** What a store emits. */
export interface StoreEvents {
  /** Something appeared, changed or went; the store shows it already. Not before it is `ready`. */
  change: [event: ObjectEvent];
  /** Notifications were lost: between `begin` and `end` the store may show what is no more. */
  resync: [event: Resync];
  /** It failed after it was ready, and is closed. */
  error: [error: unknown];
  /** It follows no more: closed, aborted or failed. */
  close: [];
}

/**
 * A live picture of links, addresses, routes …: what a `Monitor` reports, kept, indexed and read-only. At any quiet
 * moment it equals what `ip link show`, `ip address show` and so on print, but for what the kernel does not tell (see
 * `Monitor`). It keeps the process alive until it is closed.
 *
 * ```ts
 * await using store = ip.watch();
 * await store.ready;
 * store.links.get('veth1')?.operState;
 * store.on('change', event => console.log(event.type, event.object));
 * ```
 */
export class Store extends EventEmitter<StoreEvents> implements AsyncDisposable {
  /** Fulfilled when the store shows all there is. Rejects if that fails, or if it is closed before. */
  readonly ready: Promise<void>;
  readonly #monitor: Monitor;
  readonly #views: Views;
  #ready = false;
  #synced = false;
  #closed = false;
  #done!: Promise<void>;

  constructor(socket: Socket, groups: readonly WatchedGroup[], options: WatchOptions = {}) {
    super();
    this.#monitor = new Monitor(socket, groups, options);
    this.#views = viewsOf(groups);
    this.ready = new Promise((resolve, reject) => {
      this.#done = this.#follow(resolve, reject);
    });
  }

  /** Links. Throws TypeError if the store was not asked to watch them. */
  get links(): LinkView {
    return watched(this.#views, 'link');
  }

  /** Addresses. Throws TypeError if the store was not asked to watch them. */
  get addresses(): AddressView {
    return watched(this.#views, 'address');
  }

  /** Neighbours. Throws TypeError if the store was not asked to watch them. */
  get neighbours(): NeighbourView {
    return watched(this.#views, 'neighbour');
  }

  /** Rules of policy routing. Throws TypeError if the store was not asked to watch them. */
  get rules(): RuleView {
    return watched(this.#views, 'rule');
  }

  /** Routes. Throws TypeError if the store was not asked to watch them. */
  get routes(): RouteView {
    return watched(this.#views, 'route');
  }

  /** Whether it shows all there is: not before it is ready, not after notifications were lost, not once it is closed. */
  get synced(): boolean {
    return this.#synced;
  }

  /** Follow no more. What it shows stays as it is. Again does no harm. */
  close(): void {
    this.#closed = true;
    this.#synced = false;
    this.#monitor.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#done;
  }

  async #follow(ready: () => void, failed: (error: unknown) => void): Promise<void> {
    try {
      for await (const event of this.#monitor) {
        if (event.type === 'synced') {
          this.#ready = this.#synced = true;
          ready();
        } else this.#take(event);
      }
      throw new ClosedError('watch');
    } catch (error) {
      const asked = this.#closed || error instanceof AbortError || error instanceof ClosedError;
      // Who closes it need not have waited for it to be ready; who did is told.
      if (asked) this.ready.catch(() => {});
      failed(error);
      if (this.#ready && !asked) this.emit('error', error);
    } finally {
      this.close();
      this.emit('close');
    }
  }

  #take(event: ObjectEvent | Resync): void {
    if (event.type === 'resync') {
      this.#synced = event.phase === 'end';
      this.#tell('resync', event);
      return;
    }
    this.#views[event.group]?.apply(event as never);
    if (this.#ready) this.#tell('change', event);
  }

  /** What a listener throws is its program's to see, as an uncaught exception; the picture goes on. */
  #tell<E extends 'change' | 'resync'>(name: E, ...event: StoreEvents[E]): void {
    try {
      this.emit<'change' | 'resync'>(name, ...event);
    } catch (error) {
      nextTick(() => {
        throw error;
      });
    }
  }
}

interface Views {
  readonly link?: LinkIndex | undefined;
  readonly address?: AddressIndex | undefined;
  readonly neighbour?: NeighbourIndex | undefined;
  readonly rule?: RuleIndex | undefined;
  readonly route?: RouteIndex | undefined;
}

function viewsOf(groups: readonly WatchedGroup[]): Views {
  const has = (group: WatchedGroup): boolean => groups.includes(group);
  const link = has('link') ? new LinkIndex() : undefined;
  return {
    link,
    address: has('address') ? new AddressIndex(link) : undefined,
    neighbour: has('neighbour') ? new NeighbourIndex(link) : undefined,
    rule: has('rule') ? new RuleIndex() : undefined,
    route: has('route') ? new RouteIndex(link) : undefined,
  };
}

function watched<G extends WatchedGroup>(views: Views, group: G): NonNullable<Views[G]> {
  const view = views[group];
  if (view !== undefined) return view;
  throw new TypeError(`this store does not watch ${JSON.stringify(group)}: name it in watch()`);
}
