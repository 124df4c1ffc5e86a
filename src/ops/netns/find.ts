import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats, statSync } from 'node:fs';
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

/**
 * Paths of the network namespaces that this process can find, by inode number: where they are mounted, of a process, of
 * a thread or a descriptor of its own.
 */
export function pathsByInode(): Map<number, string> {
  const paths = new Map<number, string>();
  const own = `/proc/${process.pid}`;
  const candidates = [
    ...mounts(),
    ...processes().map(processPath),
    ...readdirSync('/proc/self/task').map(tid => `${own}/task/${tid}/ns/net`),
    ...descriptors(own),
  ];
  const { dev } = statSync(`${own}/ns/net`);
  for (const path of candidates) {
    const found = statOf(path); // of another file system where something is mounted over it
    if (found?.dev === dev && !paths.has(found.ino)) paths.set(found.ino, path);
  }
  return paths;
}

/** Where network namespaces are mounted, whoever did it: the fifth field of those whose fourth is `net:[INODE]`. */
function mounts(): string[] {
  const found = readFileSync('/proc/self/mountinfo', 'utf8').matchAll(/^\S+ \S+ \S+ net:\[\d+\] (\S+) /gm);
  return [...found].map(([, path]) =>
    path!.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8))),
  );
}

function descriptors(own: string): string[] {
  return readdirSync('/proc/self/fd')
    .map(fd => `${own}/fd/${fd}`)
    .filter(path => {
      try {
        return readlinkSync(path).startsWith('net:[');
      } catch {
        return false; // the descriptor that read the directory
      }
    });
}

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
