import { KernelTransport } from '../socket/kernel-transport.js';
import { Namespace, openNamespaceFile, within } from '../socket/namespace.js';
import { Socket } from '../socket/socket.js';

/** A network namespace: a handle, or the process whose namespace it is. */
export type NamespaceRef = Namespace | { readonly pid: number };

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
export function openRef(ref: Exclude<NamespaceRef, Namespace>): Namespace {
  const pid = (ref as { pid?: unknown } | null)?.pid;
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0) {
    throw new TypeError(`netns: expected a namespace handle or { pid }, got ${String(ref)}`);
  }
  return new Namespace(openNamespaceFile(`/proc/${pid}/ns/net`));
}

/** Calls `use` with a socket of its own in the namespace that `fd` holds. */
export async function inNamespace<T>(fd: number, use: (socket: Socket) => Promise<T>): Promise<T> {
  using socket = new Socket(within(fd, () => new KernelTransport()));
  return await use(socket);
}
