import { closeSync, constants, openSync, statfsSync } from 'node:fs';
import { CLONE_NEWNET, EINVAL, NS_GET_NSTYPE, NSFS_MAGIC } from './constants.js';
import { SyscallError } from './errors.js';
import { fileError, type Hint } from './file-error.js';
import { load } from './libc.js';

/**
 * Open the namespace file at `path` (`/proc/PID/ns/net`, `/run/netns/NAME`). Throws SyscallError, EINVAL if it is no
 * network namespace's.
 */
export function openNamespaceFile(path: string, hint: Hint = () => path): number {
  const fd = open(path, hint);
  try {
    const problem = problemOf(fd);
    if (problem !== undefined) throw new SyscallError('open', EINVAL, `${path} ${problem}`);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function open(path: string, hint: Hint): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK); // a pipe would wait for its other end
  } catch (error) {
    throw fileError(error, hint);
  }
}

/** Other files may know another ioctl by the same number, so the file system comes first. */
function problemOf(fd: number): string | undefined {
  if (statfsSync(`/proc/self/fd/${fd}`).type !== NSFS_MAGIC) return 'is no namespace file';
  if (load().libc.ioctlNumber(fd, NS_GET_NSTYPE, 0) === CLONE_NEWNET) return undefined;
  return 'is a namespace, but not a network namespace';
}
