import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { EINVAL, LOCK_EX, MNT_DETACH, MS_BIND, MS_REC, MS_SHARED, UMOUNT_NOFOLLOW } from '../../socket/constants.js';
import { errnoName } from '../../socket/errno.js';
import { SyscallError } from '../../socket/errors.js';
import { fileError } from '../../socket/file-error.js';
import { check, load } from '../../socket/libc.js';
import { RUN_DIRECTORY } from './name.js';

/**
 * /run/netns has to be a mount point, and a shared one, before the first namespace is mounted there: only then does
 * unmounting one reach the copies in other mount namespaces, which would keep it alive. `ip netns` does the same. It
 * becomes a mount point under a lock, since that must happen once: each more would double all that is mounted below.
 */
export function prepareDirectory(): void {
  try {
    mkdirSync(RUN_DIRECTORY, { recursive: true, mode: 0o755 });
  } catch (error) {
    throw fileError(error, () => RUN_DIRECTORY);
  }
  if (share()) return;
  const lock = openSync(RUN_DIRECTORY, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    check(load().libc.flock(lock, LOCK_EX), 'flock', RUN_DIRECTORY);
    if (share()) return;
    mount(RUN_DIRECTORY, RUN_DIRECTORY, MS_BIND | MS_REC);
    mount('', RUN_DIRECTORY, MS_SHARED | MS_REC);
  } finally {
    closeSync(lock);
  }
}

/** False where /run/netns is no mount point yet. */
function share(): boolean {
  const { libc, errno } = load();
  if (libc.mount('', RUN_DIRECTORY, 'none', MS_SHARED | MS_REC, null) >= 0) return true;
  const failed = errno();
  if (failed === EINVAL) return false;
  throw new SyscallError('mount', failed, mountHint(errnoName(failed), RUN_DIRECTORY));
}

/** Mount the namespace file that `fd` is of at `path`. */
export const bind = (fd: number, path: string): void => mount(`/proc/self/fd/${fd}`, path, MS_BIND);

function mount(source: string, target: string, flags: number): void {
  check(load().libc.mount(source, target, 'none', flags, null), 'mount', code => mountHint(code, target));
}

/** Unmount what is mounted at `path`, however many lie one upon the other. */
export function unbind(path: string, hint: (code: string) => string | undefined): void {
  const { libc, errno } = load();
  while (libc.umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) >= 0);
  const failed = errno();
  if (failed === EINVAL) return; // nothing is mounted there (any more)
  const code = errnoName(failed);
  throw new SyscallError('umount2', failed, hint(code) ?? mountHint(code, path));
}

function mountHint(code: string, path: string): string {
  if (code !== 'EPERM') return path;
  return `${path}: mounting takes CAP_SYS_ADMIN in the user namespace that owns the mount namespace; \`unshare --map-root-user --mount\` gives it`;
}
