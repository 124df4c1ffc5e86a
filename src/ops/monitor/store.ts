import { EventEmitter } from 'node:events';
import { nextTick } from '../../socket/clock.js';
import { AbortError, ClosedError } from '../../socket/errors.js';
import type { WaitOptions } from '../../socket/exchange.js';
import type { Socket } from '../../socket/socket.js';
import { inTime } from '../in-time.js';
import type { ObjectEvent, Resync, WatchedGroup } from './event.js';
import { Monitor } from './monitor.js';
import type { MonitorOptions } from './monitor-options.js';
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
  /**
   * Everything is looked at again, between `begin` and `end`. If notifications were lost (`reason` says so), the store may
   * show what is no more until then.
   */
  resync: [event: Resync];
  /** It failed after it was ready, and is closed. */
  error: [error: unknown];
  /** It follows no more: closed, aborted or failed. */
  close: [];
}

/**
 * A live picture of links, addresses, routes …: what a `Monitor` reports, kept, indexed and read-only. At any quiet
 * moment it equals what `ip link show`, `ip address show` and so on print, but for what others change and the kernel does
 * not tell (see `Monitor`), which `refresh` finds. What it shows and tells is frozen. It keeps the process alive until it is closed.
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
  readonly #timeout: number;
  readonly #views: Views;
  /** Who waits for which mark. */
  readonly #refreshes = new Map<Resync, PromiseWithResolvers>();
  #ready = false;
  #synced = false;
  #closed = false;
  #done!: Promise<void>;

  constructor(socket: Socket, groups: readonly WatchedGroup[], options: WatchOptions = {}) {
    super();
    this.#monitor = new Monitor(socket, groups, options);
    this.#timeout = socket.timeout;
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

  /** Bytes that its receive buffer holds: see `Monitor`. */
  get receiveBuffer(): number | undefined {
    return this.#monitor.receiveBuffer;
  }

  /**
   * Look at everything again, for what others changed and the kernel did not tell. Resolves when the store shows all that
   * was so when this was called; what was different comes as `change`, between two `resync` whose reason is `'refresh'`.
   *
   * Rejects with ClosedError or with what made the store fail; with TimeoutError (after the socket's timeout unless
   * `timeout` says otherwise) and AbortError, and is done all the same.
   */
  async refresh(options: WaitOptions = {}): Promise<void> {
    if (this.#closed) throw new ClosedError('refresh', 'the store');
    const end = this.#monitor.refresh();
    const wait = this.#refreshes.get(end) ?? withResolvers();
    this.#refreshes.set(end, wait);
    return inTime(wait.promise, 'refresh', 'it did not come to an end', { timeout: this.#timeout, ...options });
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
      for (const { reject } of this.#refreshes.values()) reject(error);
      this.close();
      if (this.#ready && !asked) this.#tell('error', error);
      this.#tell('close');
    }
  }

  #take(event: ObjectEvent | Resync): void {
    if (event.type === 'resync') {
      if (event.reason === 'loss') this.#synced = event.phase === 'end';
      this.#tell('resync', event);
      this.#refreshes.get(event)?.resolve();
      this.#refreshes.delete(event);
      return;
    }
    this.#views[event.group]?.apply(event as never);
    if (this.#ready) this.#tell('change', event);
  }

  /** What a listener throws is its program's to see, as an uncaught exception; the picture goes on. */
  #tell<E extends keyof StoreEvents>(name: E, ...event: StoreEvents[E]): void {
    try {
      this.emit<keyof StoreEvents>(name, ...event);
    } catch (error) {
      nextTick(() => {
        throw error;
      });
    }
  }
}

interface PromiseWithResolvers {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

function withResolvers(): PromiseWithResolvers {
  let resolvers!: Omit<PromiseWithResolvers, 'promise'>;
  const promise = new Promise<void>((resolve, reject) => {
    resolvers = { resolve, reject };
  });
  promise.catch(() => {}); // told to those who still wait
  return { promise, ...resolvers };
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
