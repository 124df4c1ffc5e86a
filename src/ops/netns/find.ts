import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { currentNamespace, type Namespace } from '../../socket/namespace.js';
import { type NamespaceRef, openRef } from '../namespace-ref.js';
import { pathOf, RUN_DIRECTORY } from './name.js';

/**
 * A handle of a namespace that exists: by name (`'ns1'`), by path (`'/proc/12/ns/net'`), by process (`{ pid: 12 }`), by
 * descriptor (`{ fd: 5 }`, which stays the caller's) or of another handle. Close it.
 *
 * Throws SyscallError ENOENT if there is no such name, ESRCH if there is no such process, EACCES or EPERM if it may not
 * be looked at, EBADF if the descriptor is closed, EINVAL if it is a file but no network namespace's.
 */
export function open(ref: NamespaceRef): Namespace {
  return openRef(ref);
}

/** The namespace that the calling thread is in. */
export function current(): Namespace {
  return currentNamespace();
}

/** The names under /run/netns, sorted: `ip netns list`. */
export function list(): string[] {
  try {
    return readdirSync(RUN_DIRECTORY).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Whether the name is taken. Throws RangeError for a bad name. */
export function exists(name: string): boolean {
  return lstatSync(pathOf(name), { throwIfNoEntry: false }) !== undefined;
}

/** The names of a process's namespace, or of another one; none if it has none: `ip netns identify PID`. */
export function identify(of: number | NamespaceRef = process.pid): string[] {
  const isIt = comparison(typeof of === 'number' ? { pid: of } : of);
  return list().filter(name => isIt(pathOf(name)));
}

/**
 * The processes in a namespace: `ip netns pids NAME`. Those that may not be looked at (other users' without
 * CAP_SYS_PTRACE) are left out, as are threads that have left for a namespace of their own.
 */
export function pids(ref: NamespaceRef): number[] {
  const isIt = comparison(ref);
  return processes().filter(pid => isIt(processPath(pid)));
}

/** All processes that /proc shows. */
export const processes = (): number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number);

/** The namespace file of a process. */
export const processPath = (pid: number): string => `/proc/${pid}/ns/net`;

/** Whether a path leads to the namespace of `ref`. */
function comparison(ref: NamespaceRef): (path: string) => boolean {
  using namespace = openRef(ref);
  const wanted = statSync(`/proc/self/fd/${namespace.fd}`);
  return path => {
    const found = statOf(path);
    return found !== undefined && found.ino === wanted.ino && found.dev === wanted.dev;
  };
}

/** Undefined for what is gone meanwhile or may not be looked at. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM' || code === 'ESRCH') return undefined;
    throw error;
  }
}
