/** What putting something in its place came to. */
export interface Replaced {
  /** Whether anything is otherwise than before. */
  readonly changed: boolean;
  /** Whether it was not there, and has been made. */
  readonly created: boolean;
}

/** What came of a replacement, by looks before and after it: `differences` names the fields in which two states differ. */
export function replacedBy<T>(
  before: T | undefined,
  after: T | undefined,
  differences: (before: T, after: T) => readonly string[],
): Replaced {
  if (before === undefined) return { changed: true, created: true };
  return { changed: after === undefined || differences(before, after).length > 0, created: false };
}
