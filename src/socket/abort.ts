import { shown } from '../protocol/errors.js';
import { AbortError } from './errors.js';

type Listener = () => void;

/** Who listens to which signal. */
const listeners = new WeakMap<AbortSignal, Set<Listener>>();

/**
 * Throws AbortError if the signal has fired, and TypeError if it is none: before anything is opened or sent. Signals of
 * other realms and of polyfills will do.
 */
export function checkSignal(signal: AbortSignal | undefined, operation: string): void {
  if (signal === undefined) return;
  const { aborted, addEventListener } = (signal ?? {}) as Partial<AbortSignal>;
  if (typeof aborted !== 'boolean' || typeof addEventListener !== 'function') {
    throw new TypeError(`signal: expected an AbortSignal, got ${shown(signal)}`);
  }
  if (aborted) throw new AbortError(operation, signal.reason);
}

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
