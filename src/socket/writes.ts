import type { Transport } from './transport.js';

/** A request of this thread that may have changed something. */
export interface Write {
  /** RTM_* */
  readonly type: number;
  /** NLM_F_* */
  readonly flags: number;
  readonly body: object;
}

/** Hears of a write, and through which transport it went. */
export type OnWrite = (write: Write, transport: Transport) => void;

/** Who is told, by namespace: a write asks nobody who looks elsewhere. */
const listeners = new Map<unknown, Set<OnWrite>>();
/** The key of those who are told of all namespaces. */
const EVERYWHERE = Symbol('everywhere');

/**
 * Calls `listener` when the kernel has answered a request by which this thread may have changed `namespace` (as `Transport`
 * calls it), whichever transport it went through; never if that is undefined. `everywhere`: or any other namespace.
 * Returns what ends it.
 */
export function onWrite(namespace: unknown, listener: OnWrite, everywhere = false): () => void {
  if (namespace === undefined) return () => {};
  const key = everywhere ? EVERYWHERE : namespace;
  const known = listeners.get(key) ?? new Set();
  listeners.set(key, known.add(listener));
  return () => {
    if (known.delete(listener) && known.size === 0) listeners.delete(key);
  };
}

/** Tells those who listen. What has no body changes nothing that they look at. */
export function tellWrite(transport: Transport, type: number, flags: number, body: unknown): void {
  const { namespace } = transport;
  if (listeners.size === 0 || namespace === undefined || typeof body !== 'object' || body === null) return;
  const write = { type, flags, body };
  for (const key of [namespace, EVERYWHERE])
    for (const listener of listeners.get(key) ?? []) listener(write, transport);
}
