/**
 * Runs `work` with a signal that Ctrl-C and SIGTERM fire: what waits for something then gives up, what was declared with
 * `using` is cleaned up on the way out, and the program ends as the signal would have ended it.
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const control = new AbortController();
  // Once: a second Ctrl-C ends the program on the spot.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => control.abort(name));
  // What nobody catches, as when the reader of the output has gone, is to end it in good order too.
  process.on('uncaughtException', error => control.abort(error));

  const [outcome] = await Promise.allSettled([work(control.signal)]);
  process.removeAllListeners('uncaughtException');
  const { aborted, reason } = control.signal;
  if (outcome.status === 'rejected' && !(aborted && gaveUp(outcome.reason, reason))) throw outcome.reason;
  if (!aborted) return;
  if (typeof reason !== 'string') throw reason;
  console.log(`${reason}: all is cleaned up`);
  process.removeAllListeners(reason);
  process.kill(process.pid, reason);
}

/** Whether it is the signal's doing. Any other error, of the clean-up perhaps, has to be seen. */
const gaveUp = (error: unknown, reason: unknown): boolean =>
  error === reason || (error as Error | undefined)?.name === 'AbortError';
