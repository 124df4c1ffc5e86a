import { NetlinkError } from '../../socket/netlink-error.js';
import { ConflictError, NOT_DONE } from './conflict-error.js';
import type { Comparison, Difference } from './difference.js';
import type { Replaced } from './replaced.js';

/** What seeing to it that something is so came to. */
export interface Ensured extends Replaced {
  /** What was different from what was wanted, and is now; empty for what has been made. */
  readonly differences: readonly Difference[];
}

/** An object that shall be there, and how to see to it. */
export interface Wanted<T> {
  readonly operation: string;
  /** How it is now; undefined if it is not there. */
  look(): Promise<T | undefined>;
  add(): Promise<unknown>;
  compare(found: T): Comparison;
  change(found: T): Promise<unknown>;
}

/** How often it may be gone again, or be there after all, before that is an error. */
const TRIES = 3;

/** Looks, does what is needed, and looks again: the kernel may say yes and do nothing. */
export async function ensureObject<T>(wanted: Wanted<T>): Promise<Ensured & { found: T }> {
  for (let left = TRIES - 1; ; left--) {
    const found = await wanted.look();
    if (found !== undefined) return improve(wanted, found);
    try {
      await wanted.add();
      const made = await wanted.look();
      if (made !== undefined) return { changed: true, created: true, differences: [], found: made };
    } catch (error) {
      // Somebody else made it meanwhile: look at theirs.
      if (left === 0 || !(error instanceof NetlinkError && error.code === 'EEXIST')) throw error;
    }
    if (left === 0) throw new Error(`${wanted.operation}: made, but gone again`);
  }
}

/** Once more if somebody else was quicker. */
export async function again<T>(code: string, attempt: () => Promise<T>): Promise<T> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || !(error instanceof NetlinkError && error.code === code)) throw error;
    }
  }
}

async function improve<T>(wanted: Wanted<T>, found: T): Promise<Ensured & { found: T }> {
  const { operation } = wanted;
  const { changes, conflicts } = wanted.compare(found);
  if (conflicts.length > 0) throw new ConflictError(operation, conflicts);
  if (changes.length === 0) return { changed: false, created: false, differences: [], found };
  await wanted.change(found);
  const now = await wanted.look();
  if (now === undefined) throw new Error(`${operation}: changed, but gone`);
  const left = wanted.compare(now);
  const kept = [...left.conflicts, ...left.changes];
  if (kept.length > 0) throw new ConflictError(operation, kept, NOT_DONE);
  return { changed: true, created: false, differences: changes, found: now };
}
