/** What `make` returns, made when it is first wanted: most programs use few of the tables they import. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
