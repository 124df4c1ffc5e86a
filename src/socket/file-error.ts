import { SyscallError } from './errors.js';

/** Words of ours for the code of a failed system call; undefined to leave it at the code. */
export type Hint = (code: string) => string | undefined;

/** A failed call of `node:fs` as a SyscallError with words of ours; anything else as it is. */
export function fileError(error: unknown, hint: Hint): unknown {
  const { code, errno, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (typeof errno !== 'number' || code === undefined || syscall === undefined) return error;
  return new SyscallError(syscall, -errno, hint(code));
}
