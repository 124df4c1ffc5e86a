import { shown } from '../../protocol/errors.js';
import { checkSignal, offAbort, onAbort } from '../../socket/abort.js';
import { nextTurn, time } from '../../socket/clock.js';
import { AbortError, ClosedError } from '../../socket/errors.js';
import type { Socket } from '../../socket/socket.js';
import { type Notification, Subscription } from '../../socket/subscription.js';
import type { MonitorEvent, WatchedGroup } from './event.js';
import { groupNames, groups } from './groups.js';
import { type Answer, Picture } from './picture.js';

/** How to monitor. */
export interface MonitorOptions {
  /** Ends it when it fires: the iterator throws AbortError. */
  signal?: AbortSignal | undefined;
  /**
   * Report other namespaces too: those that have an id in this one (`ip netns set`, or a link of theirs whose other end
   * is here). Their events carry that id as `nsid`. Takes CAP_NET_BROADCAST (NETLINK_LISTEN_ALL_NSID). Links and
   * addresses only: other groups are a RangeError, since the kernel lists them only where they are.
   */
  allNamespaces?: boolean | undefined;
  /** Bytes of the receive buffer, where what is not consumed waits; by default 1 MiB. */
  receiveBuffer?: number | undefined;
  /** Most notifications that are taken out of that buffer ahead of the consumer; by default 4,096. */
  queueLimit?: number | undefined;
}

/** So many notifications are worked off before their events are delivered. */
const BATCH = 256;
/** After so many milliseconds without waiting the event loop gets its turn. */
const TIME_SLICE = 10;
/** What the smallest notification takes of a receive buffer, at least (`skb->truesize`). */
const SMALLEST = 512;
const RECEIVE_BUFFER = 1 << 20;
const QUEUE_LIMIT = 4096;

/**
 * Events of links, addresses … (`ip monitor`), from a picture that is true: first `added` for all there is, then
 * `synced`, then what happens. It subscribes before it asks what there is, and what happened meanwhile is in the picture
 * already, so that nothing is lost and nothing comes twice. Where the kernel had to drop notifications, it asks again and
 * reports the difference between two `resync` marks.
 *
 * Iterate it once. It does nothing before the first `next()` and reads no further than it is asked to: behind a slow
 * consumer notifications wait in the kernel, within its bounds. Leaving the loop, the signal, `close` and closing the
 * `Ip` it came from free the descriptor.
 *
 * Counters are not state: an event in which nothing else differs is not reported. What the kernel does not tell of comes
 * with the link's next event: while a link is down its alias, group, link mode, alternative names and, where `ip link set
 * … type` changes them, the settings of its kind and of its port; and of a port the ids of a bridge whose priority changed.
 */
export class Monitor<G extends WatchedGroup = WatchedGroup>
  implements AsyncIterableIterator<MonitorEvent<G>>, AsyncDisposable
{
  readonly #socket: Socket;
  readonly #options: MonitorOptions;
  readonly #picture: Picture;
  readonly #abort = new AbortController();
  /** More notifications than can wait at a time, in memory and in the kernel. */
  readonly #most: number;
  #subscription: Subscription | undefined;
  #answers: readonly Answer[] | undefined;
  #phase: 'first' | 'lost' | 'live' = 'first';
  /** Notifications applied since the last question, answer or loss. */
  #applied = 0;
  #events: MonitorEvent[] = [];
  #delivered = 0;
  #busy = false;
  #closed = false;
  #failure: unknown;
  #turn = 0;

  constructor(socket: Socket, names: readonly G[], options: MonitorOptions = {}) {
    const unknown = names.find(name => !groupNames.includes(name));
    if (unknown !== undefined || names.length === 0) {
      throw new RangeError(`monitor: expected one or more of ${groupNames.join(', ')}, got ${shown(unknown ?? names)}`);
    }
    const local = names.find(name => options.allNamespaces === true && !groups[name].elsewhere);
    if (local !== undefined) {
      throw new RangeError(
        `monitor: the kernel lists no ${local}s of other namespaces by their id; open an Ip in each, without allNamespaces`,
      );
    }
    const { queueLimit = QUEUE_LIMIT, receiveBuffer = RECEIVE_BUFFER, allNamespaces = false } = options;
    this.#socket = socket;
    this.#options = options;
    this.#most = queueLimit + (2 * receiveBuffer) / SMALLEST;
    this.#picture = new Picture(names, allNamespaces, event => {
      if (this.#phase !== 'first') this.#events.push(event);
    });
  }

  async next(): Promise<IteratorResult<MonitorEvent<G>>> {
    if (this.#busy) throw new TypeError('a monitor has one consumer: next() was called again before it settled');
    this.#busy = true;
    try {
      while (this.#delivered === this.#events.length && !this.#closed) await this.#work();
    } catch (error) {
      this.#end(error);
    } finally {
      this.#busy = false;
    }
    return this.#deliver();
  }

  /** Leaving the loop. */
  async return(): Promise<IteratorResult<MonitorEvent<G>>> {
    this.close();
    return { done: true, value: undefined };
  }

  /** Frees the descriptor; a consumer that waits is told that it is over. Again does no harm. */
  close(): void {
    this.#discard();
    this.#end(undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #deliver(): IteratorResult<MonitorEvent<G>> {
    if (this.#delivered < this.#events.length) {
      const value = this.#events[this.#delivered++] as MonitorEvent<G>;
      if (this.#delivered === this.#events.length) this.#discard();
      return { done: false, value };
    }
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
    return { done: true, value: undefined };
  }

  /** One step: notifications if there are any; else the answers, or the next question; else wait. */
  async #work(): Promise<void> {
    const subscription = (this.#subscription ??= this.#start());
    if (time() - this.#turn > TIME_SLICE) await this.#wait(nextTurn());
    if (this.#applyBatch(subscription) && !this.#overdue) return;
    if (this.#answers !== undefined) this.#settle(this.#answers);
    else if (this.#picture.doubtful) await this.#ask();
    else {
      const { value } = await this.#wait(subscription.next());
      if (value !== undefined) this.#apply(value);
      else if (!this.#closed) throw new ClosedError('monitor');
    }
  }

  /** Whether notifications keep coming, so that what is to be asked or taken in cannot wait until there are none. */
  get #overdue(): boolean {
    return this.#applied >= this.#most && (this.#answers !== undefined || this.#picture.doubtful);
  }

  async #wait<T>(promise: Promise<T>): Promise<T> {
    const result = await promise;
    this.#turn = time();
    return result;
  }

  #start(): Subscription {
    const { signal, receiveBuffer = RECEIVE_BUFFER, queueLimit = QUEUE_LIMIT, allNamespaces = false } = this.#options;
    checkSignal(signal, 'monitor');
    const transport = this.#socket.sibling({ receiveBuffer, listenAllNamespaces: allNamespaces });
    const subscription = new Subscription(transport, this.#picture.joins, { queueLimit });
    if (signal !== undefined) onAbort(signal, this.#onAbort);
    this.#socket.attach(this);
    return subscription;
  }

  readonly #onAbort = (): void => {
    this.#discard();
    this.#end(new AbortError('monitor', this.#options.signal?.reason));
  };

  #discard(): void {
    this.#events = [];
    this.#delivered = 0;
  }

  /** What has been worked out is still delivered, then the failure is thrown once. */
  #end(failure: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#failure = failure;
    if (this.#options.signal !== undefined) offAbort(this.#options.signal, this.#onAbort);
    this.#socket.detach(this);
    this.#subscription?.close();
    this.#abort.abort();
  }

  /** Returns whether there was something. */
  #applyBatch(subscription: Subscription): boolean {
    if (subscription.queued === 0) subscription.poll();
    let count = 0;
    while (count < BATCH) {
      const notification = subscription.take();
      if (notification === undefined) break;
      this.#apply(notification);
      count++;
    }
    return count > 0;
  }

  #apply(notification: Notification): void {
    this.#applied++;
    if (notification.kind === 'message') this.#picture.apply(notification);
    else this.#lost();
  }

  /**
   * The kernel reports a loss ahead of what was queued before it, and drops everything until its queue has been emptied
   * once: asking earlier would miss what it drops after the answer.
   */
  #lost(): void {
    this.#applied = 0;
    this.#answers = undefined;
    this.#picture.doubtEverything();
    if (this.#phase !== 'live') return;
    this.#phase = 'lost';
    this.#events.push({ type: 'resync', phase: 'begin' });
  }

  async #ask(): Promise<void> {
    const options = { signal: this.#abort.signal, timeout: Number.POSITIVE_INFINITY };
    this.#answers = await this.#wait(this.#picture.ask({ socket: this.#socket, options }));
    this.#applied = 0;
  }

  #settle(answers: readonly Answer[]): void {
    this.#answers = undefined;
    this.#applied = 0;
    const complete = this.#picture.settle(answers);
    if (!complete || this.#phase === 'live') return;
    if (this.#phase === 'lost') this.#events.push({ type: 'resync', phase: 'end' });
    else this.#events.push(...this.#picture.added(), { type: 'synced' });
    this.#phase = 'live';
  }
}
