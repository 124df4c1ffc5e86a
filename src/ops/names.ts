import { isIllFormed, textBytes } from '../protocol/text.js';

/** A link: its index, its name (an alternative name too), or an object that has its `index`. */
export type LinkRef = number | string | { readonly index: number };

/** IFNAMSIZ less the NUL, linux/if.h. */
const MAX_NAME = 15;
/** ALTIFNAMSIZ less the NUL, linux/if.h. */
const MAX_ALTERNATIVE = 127;

/**
 * A name that the kernel takes for a link as it is (`dev_valid_name` in net/core/dev.c): 1 to 15 bytes, not `.` or
 * `..`, without slashes, colons or white space. NUL would cut it, and with `%` the kernel would make up a name: refused.
 */
export function checkLinkName(name: unknown, argument = 'name'): string {
  return checkName(name, argument, MAX_NAME);
}

/** An alternative name: the same, but up to 127 bytes. */
export function checkAlternativeName(name: unknown, argument = 'altName'): string {
  return checkName(name, argument, MAX_ALTERNATIVE);
}

function checkName(name: unknown, argument: string, max: number): string {
  if (typeof name !== 'string') throw new TypeError(`${argument}: expected a link name, got ${String(name)}`);
  const problem = problemOf(name, max);
  if (problem !== undefined) throw new RangeError(`${argument}: ${JSON.stringify(name)} is no link name: ${problem}`);
  return name;
}

function problemOf(name: string, max: number): string | undefined {
  if (isIllFormed(name)) return 'it has half a surrogate pair';
  const length = textBytes(name).length;
  if (length === 0) return 'it is empty';
  if (length > max) return `it has ${length} bytes, at most ${max} are allowed`;
  if (name === '.' || name === '..') return 'it is a directory';
  const bad = /[/:\s%\0]/.exec(name)?.[0];
  return bad === undefined ? undefined : `it contains ${JSON.stringify(bad)}`;
}

/** An interface index: a positive 32-bit integer. */
export function checkIndex(index: unknown, argument = 'index'): number {
  if (typeof index !== 'number') throw new TypeError(`${argument}: expected an interface index, got ${String(index)}`);
  if (!(Number.isInteger(index) && index > 0 && index <= 0x7fffffff)) {
    throw new RangeError(`${argument}: expected an interface index from 1 to 2147483647, got ${index}`);
  }
  return index;
}

/** A link reference, checked: its index or its name. */
export function checkLinkRef(ref: unknown, argument = 'link'): number | string {
  if (typeof ref === 'string') return checkAlternativeName(ref, argument);
  if (typeof ref === 'number') return checkIndex(ref, argument);
  if (typeof ref === 'object' && ref !== null && 'index' in ref) return checkIndex(ref.index, `${argument}.index`);
  throw new TypeError(`${argument}: expected a link's name, index or object, got ${String(ref)}`);
}

/** How messages call a link: its name, or its index where nothing else is known. Whatever it is: it is checked later. */
export function linkLabel(ref: LinkRef): string {
  if (typeof ref === 'string') return ref;
  if (typeof ref === 'number') return `#${ref}`;
  const { name, index } = Object(ref) as { name?: unknown; index?: unknown };
  return typeof name === 'string' ? name : `#${index}`;
}
