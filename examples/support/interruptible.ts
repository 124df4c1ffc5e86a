/**
 * Runs `work` with a signal that Ctrl-C and SIGTERM fire: what waits for something then gives up, what was declared with
 * `using` is cleaned up on the way out, and the program ends as the signal would have ended it.
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const control = new AbortController();
  // Once: a second Ctrl-C ends the program on the spot.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => control.abort(name));
  try {
    await work(control.signal);
  } catch (error) {
    // Suppressed: the clean-up failed too, and the user has to know.
    if (!control.signal.aborted || (error as Error).name === 'SuppressedError') throw error;
    console.log(`${control.signal.reason}: all is cleaned up`);
    process.removeAllListeners(control.signal.reason);
    process.kill(process.pid, control.signal.reason);
  }
}
