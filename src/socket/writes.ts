/** What this thread has asked a namespace to change: the RTM_* type, the NLM_F_* flags and the body of the request. */
export type OnWrite = (type: number, flags: number, body: unknown) => void;

/** Who is told, by namespace. */
const listeners = new Map<unknown, Set<OnWrite>>();

/**
 * Calls `listener` when the kernel has answered a request by which this thread may have changed `namespace` (as
 * `Transport` calls it), whichever socket sent it; never if that is undefined. Returns what ends it.
 */
export function onWrite(namespace: unknown, listener: OnWrite): () => void {
  if (namespace === undefined) return () => {};
  const known = listeners.get(namespace) ?? new Set();
  listeners.set(namespace, known.add(listener));
  return () => {
    if (known.delete(listener) && known.size === 0) listeners.delete(namespace);
  };
}

/** Tells those who listen. What has no body changes nothing that they look at. */
export function tellWrite(namespace: unknown, type: number, flags: number, body: unknown): void {
  if (typeof body !== 'object' || body === null) return;
  for (const listener of listeners.get(namespace) ?? []) listener(type, flags, body);
}
