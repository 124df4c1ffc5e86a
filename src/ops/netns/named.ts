import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { fileError } from '../../socket/file-error.js';
import { createNamespace, type Namespace } from '../../socket/namespace.js';
import { type NamespaceRef, openRef } from '../namespace-ref.js';
import { bind, prepareDirectory, unbind } from './mounts.js';
import { noSuchName, pathOf } from './name.js';

/**
 * A new network namespace. Without a name it is held by a descriptor and gone when nothing uses it any more; with one it
 * stays until `netns.delete(name)`, and `ip netns` sees it: `ip netns add NAME`. Its loopback link is down.
 *
 * Throws RangeError for a bad name, SyscallError EEXIST if the name is taken, EPERM without CAP_SYS_ADMIN (which a name
 * takes over the mount namespace too). On failure nothing is left behind.
 */
export function create(name?: string): Namespace {
  if (name === undefined) return createNamespace();
  return withNewFile(name, path => {
    const namespace = createNamespace(name);
    try {
      bind(namespace.fd, path);
      return namespace;
    } catch (error) {
      namespace.close();
      throw error;
    }
  });
}

/** Give an existing namespace a name, so that it stays and `ip netns` sees it: `ip netns attach NAME PID`. */
export function attach(name: string, ref: NamespaceRef): void {
  using namespace = openRef(ref);
  withNewFile(name, path => bind(namespace.fd, path));
}

/**
 * Take a namespace's name away: `ip netns delete NAME`. The namespace goes with its last user: a process, a thread, a
 * socket or a handle. A file that has stopped being a namespace (its mount is gone) is removed too.
 * Throws SyscallError ENOENT if there is no such name.
 */
export function remove(name: string): void {
  const path = pathOf(name);
  unbind(path, code => noSuchName(code, name));
  try {
    unlinkSync(path);
  } catch (error) {
    throw fileError(error, code => noSuchName(code, name) ?? path);
  }
}

/** Makes the file that the namespace is to be mounted on, and takes it away again if `use` fails. */
function withNewFile<T>(name: string, use: (path: string) => T): T {
  const path = pathOf(name);
  prepareDirectory();
  try {
    closeSync(openSync(path, constants.O_RDONLY | constants.O_CREAT | constants.O_EXCL, 0));
  } catch (error) {
    throw fileError(error, code => (code === 'EEXIST' ? `a namespace named "${name}" exists already` : path));
  }
  try {
    return use(path);
  } catch (error) {
    undo(path, error);
    throw error;
  }
}

function undo(path: string, cause: unknown): void {
  try {
    unlinkSync(path);
  } catch (error) {
    throw new AggregateError([cause, error], `${(cause as Error).message}; and ${path} could not be removed again`);
  }
}
