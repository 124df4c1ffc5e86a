type Listener = () => void;

/** Who listens to which signal. */
const listeners = new WeakMap<AbortSignal, Set<Listener>>();

/**
 * Calls `listener` when the signal fires. Any number may listen to one signal: it sees a single listener, where Node
 * would warn of a leak from the eleventh on.
 */
export function onAbort(signal: AbortSignal, listener: Listener): void {
  const known = listeners.get(signal);
  if (known !== undefined) {
    known.add(listener);
    return;
  }
  const all = new Set([listener]);
  listeners.set(signal, all);
  signal.addEventListener('abort', () => fire(signal, all), { once: true });
}

function fire(signal: AbortSignal, all: Set<Listener>): void {
  listeners.delete(signal);
  for (const listener of all) listener();
}

/** No longer. The signal keeps its one listener, which does nothing when nobody listens. */
export function offAbort(signal: AbortSignal, listener: Listener): void {
  listeners.get(signal)?.delete(listener);
}
