import type { Transport } from './transport.js';

/** A request of this thread that may have changed something. */
export interface Write {
  /** RTM_* */
  readonly type: number;
  /** NLM_F_* */
  readonly flags: number;
  readonly body: object;
}

/** Who wants to hear of writes, and where. */
interface Listener {
  /** As `Transport` calls it. */
  readonly namespace: unknown;
  /** Whether those in all other namespaces count too. */
  readonly everywhere: boolean;
  tell(write: Write, transport: Transport): void;
}

const listeners = new Set<Listener>();

/**
 * Calls `tell` when the kernel has answered a request by which this thread may have changed `namespace` (as `Transport`
 * calls it), whichever transport it went through; never if that is undefined. `everywhere`: or any other namespace.
 * Returns what ends it.
 */
export function onWrite(namespace: unknown, tell: Listener['tell'], everywhere = false): () => void {
  if (namespace === undefined) return () => {};
  const listener = { namespace, everywhere, tell };
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Tells those who listen. What has no body changes nothing that they look at. */
export function tellWrite(transport: Transport, type: number, flags: number, body: unknown): void {
  if (listeners.size === 0 || typeof body !== 'object' || body === null) return;
  for (const listener of [...listeners]) {
    const isHere = listener.namespace === transport.namespace;
    if (isHere || (listener.everywhere && transport.namespace !== undefined))
      listener.tell({ type, flags, body }, transport);
  }
}
