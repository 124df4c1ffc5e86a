/**
 * The kernel's spelling of a name of ours: `numTxQueues` → `NUM_TX_QUEUES`. Names are derived
 * mechanically in both directions, so that whoever knows one knows the other.
 */
export function kernelCase(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase();
}
