import { checkSignal, offAbort, onAbort } from '../../socket/abort.js';
import { clearInterval, nextTurn, setInterval, time } from '../../socket/clock.js';
import { AbortError } from '../../socket/errors.js';
import type { Socket } from '../../socket/socket.js';
import { type Notification, Subscription } from '../../socket/subscription.js';
import { type OnWrite, onWrite } from '../../socket/writes.js';
import type { MonitorEvent, Resync, WatchedGroup } from './event.js';
import { checkMonitor, type MonitorOptions } from './monitor-options.js';
import { type Answer, Picture } from './picture.js';
import { Refreshes } from './refreshes.js';

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
 * Counters are not state: an event in which nothing else differs is not reported.
 *
 * The kernel does not tell of everything: while a link is down, not of its alias, group, link mode, alternative names
 * and, where `ip link set … type` changes them, the settings of its kind and of its port; and not of what is changed of an
 * IPv6 address that is tentative, as all are while their link is down. What this thread has changed with any `Ip` in the
 * namespaces it looks at by itself, as soon as the change is acknowledged. What others have changed comes with the next
 * event of the link or address, or with a `refresh`. So does a temporary address that takes the place of another, and what
 * the sysctl `addr_gen_mode` adds to a link that is up: they come when duplicate address detection is over. And so does the
 * hop limit or preference that a router advertises for its default route, where it advertises no prefix. And so do
 * the carrier, `persist`, `owner` and `group` of a tun or tap link that is down, which `ip tuntap add` changes after the
 * link was announced.
 */
export class Monitor<G extends WatchedGroup = WatchedGroup>
  implements AsyncIterableIterator<MonitorEvent<G>>, AsyncDisposable
{
  readonly #socket: Socket;
  readonly #options: MonitorOptions;
  readonly #picture: Picture;
  readonly #refreshes = new Refreshes();
  readonly #abort = new AbortController();
  /** More notifications than can wait at a time, in memory and in the kernel. */
  readonly #most: number;
  #subscription: Subscription | undefined;
  /** What else has to end with it. */
  readonly #atEnd: (() => void)[] = [];
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
    checkMonitor(names, options);
    const { queueLimit = QUEUE_LIMIT, receiveBuffer = RECEIVE_BUFFER, allNamespaces = false } = options;
    this.#socket = socket;
    this.#options = options;
    this.#most = queueLimit + (2 * receiveBuffer) / SMALLEST;
    this.#picture = new Picture(names, allNamespaces, event => {
      if (this.#phase !== 'first') this.#events.push(event);
    });
  }

  /**
   * Bytes that its receive buffer holds, the kernel's bookkeeping included: twice what was asked for, if that was granted.
   * Undefined before the first `next()`, and where it is not known.
   */
  get receiveBuffer(): number | undefined {
    return this.#subscription?.receiveBuffer;
  }

  /**
   * Look at everything again, for what the kernel does not tell of. What is found comes as ordinary events between two
   * `resync` marks whose reason is `'refresh'`. Returns the second of these marks, which is the event that says that all
   * has been told.
   */
  refresh(): Resync {
    const end = this.#refreshes.want();
    this.#subscription?.wake();
    return end;
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
    if (!this.#applyBatch(subscription)) this.#picture.heedWrites();
    else if (!this.#overdue) return;
    if (this.#answers !== undefined) this.#settle(this.#answers);
    else if (this.#phase === 'live' && this.#refreshes.pending) this.#beginRefresh();
    else if (this.#picture.doubtful) await this.#ask();
    else await this.#wait(subscription.ready());
  }

  /** Whether notifications keep coming, so that what is to be asked or taken in cannot wait until there are none. */
  get #overdue(): boolean {
    const isDue = this.#answers !== undefined || this.#picture.doubtful || this.#refreshes.pending;
    return this.#applied >= this.#most && isDue;
  }

  #beginRefresh(): void {
    this.#picture.refresh();
    this.#events.push(...this.#refreshes.begin());
  }

  async #wait<T>(promise: Promise<T>): Promise<T> {
    const result = await promise;
    this.#turn = time();
    return result;
  }

  #start(): Subscription {
    const { signal, receiveBuffer = RECEIVE_BUFFER, queueLimit = QUEUE_LIMIT, allNamespaces = false } = this.#options;
    checkSignal(signal, 'monitor');
    const { joins, ignores: ignore } = this.#picture;
    const transport = this.#socket.sibling({ receiveBuffer, listenAllNamespaces: allNamespaces, ignore });
    const subscription = new Subscription(transport, joins, { queueLimit });
    if (signal !== undefined) onAbort(signal, this.#onAbort);
    this.#socket.attach(this);
    const tell: OnWrite = (write, by) => {
      const isHere = by.namespace === transport.namespace;
      if (isHere ? this.#picture.written(write) : this.#picture.writtenElsewhere(write, by)) subscription.wake();
    };
    const stop = onWrite(transport.namespace, tell, allNamespaces);
    this.#atEnd.push(stop, ...this.#refreshEvery());
    return subscription;
  }

  #refreshEvery(): (() => void)[] {
    if (this.#options.refresh === undefined) return [];
    const timer = setInterval(() => this.refresh(), this.#options.refresh).unref();
    return [() => clearInterval(timer)];
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
    for (const end of this.#atEnd) end();
    this.#picture.close();
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
    this.#events.push(...this.#refreshes.lost());
  }

  async #ask(): Promise<void> {
    const options = { signal: this.#abort.signal, timeout: Number.POSITIVE_INFINITY };
    this.#answers = await this.#wait(this.#picture.ask({ socket: this.#socket, options }));
    this.#applied = 0;
  }

  #settle(answers: readonly Answer[]): void {
    this.#answers = undefined;
    this.#applied = 0;
    if (!this.#picture.settle(answers)) return;
    if (this.#phase === 'first') this.#events.push(...this.#picture.added(), { type: 'synced' });
    this.#events.push(...this.#refreshes.end(this.#phase === 'lost'));
    this.#phase = 'live';
  }
}
