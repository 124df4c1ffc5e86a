import { EBADF, ESRCH } from '../socket/constants.js';
import { SyscallError } from '../socket/errors.js';
import { KernelTransport } from '../socket/kernel-transport.js';
import { Namespace, within } from '../socket/namespace.js';
import { openNamespaceFile } from '../socket/namespace-file.js';
import type { Socket } from '../socket/socket.js';
import { nameIn, noSuchName, pathOf } from './netns/name.js';

/**
 * A network namespace: a handle, a name under /run/netns (`'ns1'`), the path of a namespace file (anything with a slash),
 * the process or thread whose namespace it is, or an open descriptor of it.
 */
export type NamespaceRef = Namespace | string | { readonly pid: number } | { readonly fd: number };

/** Calls `use` with a descriptor of the namespace, which is closed afterwards unless it is the handle's own. */
export async function withNamespace<T>(
  ref: NamespaceRef | undefined,
  use: (fd: number | undefined) => Promise<T>,
): Promise<T> {
  if (ref === undefined) return use(undefined);
  if (ref instanceof Namespace) return use(ref.fd);
  using opened = openRef(ref);
  return await use(opened.fd);
}

/** The namespace of a reference, as a handle of the caller's own. */
export function openRef(ref: NamespaceRef): Namespace {
  if (ref instanceof Namespace) return new Namespace(openDescriptor(ref.fd), ref.name);
  if (typeof ref === 'string') return ref.includes('/') ? openPath(ref) : openName(ref);
  if (isNumbered(ref, 'pid', 1)) return new Namespace(openProcess(ref.pid));
  if (isNumbered(ref, 'fd', 0)) return new Namespace(openDescriptor(ref.fd));
  throw new TypeError(`netns: expected a namespace's handle, name or path, { pid } or { fd }, got ${String(ref)}`);
}

function isNumbered<K extends string>(ref: unknown, key: K, min: number): ref is { [P in K]: number } {
  const value = (ref as Record<string, unknown> | null)?.[key];
  if (value === undefined) return false;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= 0x7fffffff) return true;
  throw new RangeError(`netns.${key}: expected an integer from ${min}, got ${String(value)}`);
}

const openName = (name: string): Namespace =>
  new Namespace(
    openNamespaceFile(pathOf(name, 'netns'), code => noSuchName(code, name)),
    name,
  );

function openPath(path: string): Namespace {
  if (path.includes('\0')) throw new RangeError(`netns: ${JSON.stringify(path)} is no path: it contains "\\u0000"`);
  return new Namespace(openNamespaceFile(path), nameIn(path));
}

/** /proc has no file for a process that is gone, and none in the directory of one that has ended. */
function openProcess(pid: number): number {
  try {
    return openNamespaceFile(`/proc/${pid}/ns/net`, () => `to look at process ${pid} takes CAP_SYS_PTRACE over it`);
  } catch (error) {
    if ((error as SyscallError).code !== 'ENOENT') throw error;
    throw new SyscallError('open', ESRCH, `there is no process ${pid}, or it has ended`);
  }
}

/** A descriptor of its own of what `fd` is open at. */
function openDescriptor(fd: number): number {
  try {
    return openNamespaceFile(`/proc/self/fd/${fd}`, () => `descriptor ${fd}`);
  } catch (error) {
    if ((error as SyscallError).code !== 'ENOENT') throw error;
    throw new SyscallError('open', EBADF, `descriptor ${fd} is not open`);
  }
}

/** Calls `use` with a socket like `own` in the namespace that `fd` holds. */
export async function inNamespace<T>(own: Socket, fd: number, use: (socket: Socket) => Promise<T>): Promise<T> {
  using socket = own.like(within(fd, () => new KernelTransport()));
  return await use(socket);
}
