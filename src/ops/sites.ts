import { KernelTransport } from '../socket/kernel-transport.js';
import type { Namespace } from '../socket/namespace.js';
import { Socket } from '../socket/socket.js';
import type { Context } from './context.js';
import { type NamespaceRef, openRef } from './namespace-ref.js';

/** A namespace that is being worked in. Disposing of it says that the work is done. */
export class Site implements Disposable {
  readonly #leave: () => void;

  constructor(
    readonly context: Context,
    /** A descriptor of the namespace; undefined for the one that the operations of `ip` work in anyway. */
    readonly fd: number | undefined,
    leave: () => void,
  ) {
    this.#leave = leave;
  }

  [Symbol.dispose](): void {
    this.#leave();
  }
}

/**
 * Sockets for operations that work in several namespaces and must be able to end what they began: apart from the
 * caller's own, which may be closed at any time. All who work in a namespace at the same moment share one.
 */
export class Sites {
  readonly #context: Context;
  /** By the namespace's inode; the own one has none. */
  readonly #open = new Map<number | undefined, { site: Site; users: number }>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** A socket in the namespace of `ref`, by default the own. Throws SyscallError. */
  enter(ref: NamespaceRef | undefined): Site {
    const handle = ref === undefined ? undefined : openRef(ref);
    const known = this.#open.get(handle?.inode);
    if (known === undefined) return this.#add(handle);
    handle?.close();
    known.users++;
    return known.site;
  }

  #add(handle: Namespace | undefined): Site {
    try {
      const { socket: own, where } = this.#context;
      const socket = new Socket(handle === undefined ? own.sibling() : handle.run(() => new KernelTransport()));
      const context = { socket, where: handle?.label ?? where };
      const site = new Site(context, handle?.fd, () => this.#leave(handle, socket));
      this.#open.set(handle?.inode, { site, users: 1 });
      return site;
    } catch (error) {
      handle?.close();
      throw error;
    }
  }

  #leave(handle: Namespace | undefined, socket: Socket): void {
    const entry = this.#open.get(handle?.inode)!;
    if (--entry.users > 0) return;
    this.#open.delete(handle?.inode);
    socket.close();
    handle?.close();
  }
}
