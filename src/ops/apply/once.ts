/** What is described twice cannot be both. `keyOf` tells what is one and the same. Throws RangeError with the words for it. */
export function checkOnce<T>(items: readonly T[], keyOf: (item: T) => string, wordsOf: (item: T) => string): void {
  const seen = new Set<string>();
  for (const item of items) {
    const key = keyOf(item);
    if (seen.has(key)) throw new RangeError(`${wordsOf(item)} is described twice`);
    seen.add(key);
  }
}
