import { checkSignal, offAbort, onAbort } from '../socket/abort.js';
import { after } from '../socket/clock.js';
import { AbortError, ClosedError, TimeoutError } from '../socket/errors.js';
import { checkTimeout, type WaitOptions } from '../socket/exchange.js';
import { type Notification, Subscription } from '../socket/subscription.js';
import type { Transport } from '../socket/transport.js';
import { onWrite } from '../socket/writes.js';
import type { Context } from './context.js';

/** Milliseconds that the last look may take. */
const LAST_LOOK = 25;

/** What else there is to know of a wait. */
export interface Watching {
  /** Sees what was announced before the next look: for what asking does not tell any more. With it the first look is after subscribing. */
  readonly heed?: (notification: Notification) => void;
  /** How it was at the last look, in words: for the error when the time is over. */
  readonly state?: () => string | undefined;
}

/**
 * Looks until `look` finds something: at once, and when it has subscribed, and again whenever the kernel announces a change in one of `joins`
 * (RTNLGRP_*), or this thread has changed something. It looks after it has subscribed, so no change is missed, and asks
 * the kernel instead of believing the notification, so what it finds is how it is. When the time is over it looks once
 * more: the kernel does not announce everything.
 *
 * `operation` is what errors call it: `link wait veth1: carrier true`. Throws TimeoutError, AbortError and ClosedError.
 */
export async function until<T extends object>(
  { socket }: Context,
  joins: readonly number[],
  operation: string,
  { signal, timeout = socket.timeout }: WaitOptions,
  look: (options: WaitOptions) => Promise<T | undefined>,
  { heed, state }: Watching = {},
): Promise<T> {
  checkTimeout(timeout);
  checkSignal(signal, operation);
  const giveUp = new AbortController();
  const options = { signal: giveUp.signal, timeout: Number.POSITIVE_INFINITY };
  let reason: Error | undefined;
  const stop = (error: Error): void => {
    reason ??= error;
    giveUp.abort(error);
  };
  const aborted = (): void => stop(new AbortError(operation, signal?.reason));
  const late = (): Error => {
    const last = state?.();
    return new TimeoutError(operation, timeout, `it did not come true${last === undefined ? '' : ` (${last})`}`);
  };
  const stopTimer = after(timeout, () => stop(late()));
  if (signal !== undefined) onAbort(signal, aborted);
  const attached = { close: () => stop(new ClosedError(operation)) };
  try {
    socket.attach(attached);
    const found = heed === undefined ? await look(options) : undefined;
    return found ?? (await lookAgain(socket.sibling(), joins, options, look, heed));
  } catch (error) {
    if (!(reason instanceof TimeoutError)) throw reason ?? error;
    const found = await lastLook(look);
    if (found !== undefined) return found;
    throw late();
  } finally {
    stopTimer();
    if (signal !== undefined) offAbort(signal, aborted);
    socket.detach(attached);
  }
}

/** A kernel that does not answer has had its time; what the condition throws is told. */
async function lastLook<T>(look: (options: WaitOptions) => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await look({ timeout: LAST_LOOK });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    return undefined;
  }
}

/** A condition that is a function, which must answer at once: a promise would count as true. */
export const synchronous =
  <T>(condition: (value: T) => boolean): ((value: T) => boolean) =>
  value => {
    const holds: unknown = condition(value);
    if (typeof holds !== 'object' || holds === null || !('then' in holds)) return Boolean(holds);
    Promise.resolve(holds).catch(() => {}); // nobody else looks at it
    throw new TypeError('condition: the function must not be async: it says true or false at once');
  };

async function lookAgain<T extends object>(
  transport: Transport,
  joins: readonly number[],
  options: WaitOptions,
  look: (options: WaitOptions) => Promise<T | undefined>,
  heed: (notification: Notification) => void = () => {},
): Promise<T> {
  const subscription = new Subscription(transport, joins, { signal: options.signal });
  let written = false;
  const stop = onWrite(transport.namespace, () => {
    written = true;
    subscription.wake();
  });
  try {
    for (;;) {
      written = false;
      const found = await look(options);
      if (found !== undefined) return found;
      if (!written) await subscription.ready();
      // One look answers all that has been announced by now.
      for (let each = subscription.take(); each !== undefined; each = subscription.take()) heed(each);
    }
  } finally {
    stop();
    subscription.close();
  }
}
