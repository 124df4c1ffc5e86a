import { checkSignal, offAbort, onAbort } from '../socket/abort.js';
import { after } from '../socket/clock.js';
import { AbortError, TimeoutError } from '../socket/errors.js';
import { checkTimeout, type WaitOptions } from '../socket/exchange.js';

/**
 * Settles as `promise` does, unless the signal fires (AbortError) or the time is over (TimeoutError) before. `operation` is
 * what errors call it, `missing` what did not come in time.
 */
export async function inTime<T>(
  promise: Promise<T>,
  operation: string,
  missing: string,
  { signal, timeout = Number.POSITIVE_INFINITY }: WaitOptions,
): Promise<T> {
  checkTimeout(timeout);
  checkSignal(signal, operation);
  let giveUp!: (error: Error) => void;
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  const aborted = (): void => giveUp(new AbortError(operation, signal?.reason));
  const stopTimer = after(timeout, () => giveUp(new TimeoutError(operation, timeout, missing)));
  if (signal !== undefined) onAbort(signal, aborted);
  try {
    return await Promise.race([promise, givenUp]);
  } finally {
    stopTimer();
    if (signal !== undefined) offAbort(signal, aborted);
  }
}
