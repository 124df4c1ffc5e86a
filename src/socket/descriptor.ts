import { closeSync, openSync } from 'node:fs';
import * as C from './constants.js';
import { fileError } from './file-error.js';
import { check, closeFd, load } from './libc.js';

/**
 * A descriptor of a new netlink socket. A Worker that is terminated runs no code any more, and Node closes for it what
 * was opened by `node:fs` only: there the socket takes the place of such a descriptor. Throws SyscallError.
 */
export function openSocket(): number {
  const { libc, isMainThread } = load();
  const type = C.SOCK_RAW | C.SOCK_CLOEXEC | C.SOCK_NONBLOCK;
  const fd = check(libc.socket(C.AF_NETLINK, type, C.NETLINK_ROUTE), 'socket');
  if (isMainThread) return fd;
  try {
    return takePlace(fd);
  } finally {
    closeFd(fd);
  }
}

function takePlace(fd: number): number {
  const place = openPlace();
  try {
    return check(load().libc.dup3(fd, place, C.O_CLOEXEC), 'dup3');
  } catch (error) {
    closeSync(place);
    throw error;
  }
}

function openPlace(): number {
  try {
    return openSync('/dev/null', 'r');
  } catch (error) {
    throw fileError(error, () => '/dev/null, in whose place the socket of a Worker goes');
  }
}

/** Closes what `openSocket` returned. */
export function closeSocket(fd: number): void {
  if (load().isMainThread) closeFd(fd);
  else closeSync(fd);
}
