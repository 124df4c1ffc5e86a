import { shown } from '../../protocol/errors.js';
import { textBytes } from '../../protocol/text.js';

/** Where namespaces have their names: iproute2's NETNS_RUN_DIR, by the path that /var/run leads to. */
export const RUN_DIRECTORY = '/run/netns';
/** NAME_MAX, linux/limits.h: bytes of a file name. */
const MAX_NAME = 255;

/**
 * The path of a namespace's name, which is checked first: 1 to 255 bytes, no slash, no NUL, neither `.` nor `..`. So
 * nothing outside /run/netns can ever be mounted on or removed.
 */
export function pathOf(name: unknown, argument = 'name'): string {
  if (typeof name !== 'string') throw new TypeError(`${argument}: expected a namespace's name, got ${String(name)}`);
  const problem = problemOf(name);
  if (problem !== undefined) throw new RangeError(`${argument}: ${shown(name)} is no namespace name: ${problem}`);
  return `${RUN_DIRECTORY}/${name}`;
}

function problemOf(name: string): string | undefined {
  const bad = /[/\0\p{Surrogate}]/u.exec(name)?.[0];
  if (bad !== undefined) return `it contains ${JSON.stringify(bad)}`;
  const { length } = textBytes(name);
  if (length === 0) return 'it is empty';
  if (length > MAX_NAME) return `it has ${length} bytes, at most ${MAX_NAME} are allowed`;
  return name === '.' || name === '..' ? 'it is a directory' : undefined;
}

/** The name in the path of a namespace file, if it is a name under /run/netns. */
export const nameIn = (path: string): string | undefined => /^(?:\/var)?\/run\/netns\/([^/]+)$/.exec(path)?.[1];

/** Words for an errno that says that a name does not exist. */
export const noSuchName = (code: string, name: string): string | undefined =>
  code === 'ENOENT' ? `there is no namespace named "${name}"` : undefined;
