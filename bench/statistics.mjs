// Figures of rounds: medians, and ratios paired within a round.

/** @param {number[]} list */
export function median(list) {
  const sorted = list.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * What one run of a driver printed.
 * @typedef {{ ops: number, wallNs: number, cpuNs: number, rssKiB: number, p50Ns?: number, minNs?: number,
 *   sent?: number, overruns?: number, heapBytes?: number, bufferBytes?: number }} Figures
 */

/** @type {Record<string, (figures: Figures) => number>} */
export const measures = {
  wall: figures => figures.wallNs / figures.ops,
  cpu: figures => figures.cpuNs / figures.ops,
  /** Median of a single operation, or of a batch. */
  p50: figures => figures.p50Ns ?? figures.wallNs / figures.ops,
  best: figures => figures.minNs ?? figures.wallNs / figures.ops,
  rss: figures => figures.rssKiB,
  heap: figures => figures.heapBytes,
  buffers: figures => figures.bufferBytes,
  arrived: figures => Math.min(figures.ops, figures.sent) / figures.sent,
};

/** Median over the rounds. @param {(Figures | undefined)[]} rounds */
export const middle = (rounds, measure) =>
  median(rounds.map(figures => (figures ? measures[measure](figures) : Number.NaN)));

/** Median of the ratios `a` to `b`, both of the same round. */
export const ratio = (a, b, measure) =>
  median(
    a.map((figures, round) =>
      figures && b[round] ? measures[measure](figures) / measures[measure](b[round]) : Number.NaN,
    ),
  );
