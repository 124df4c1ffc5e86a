import { KernelTransport } from '../socket/kernel-transport.js';
import { Namespace } from '../socket/namespace.js';
import type { Socket } from '../socket/socket.js';
import type { Context } from './context.js';
import { type NamespaceRef, openRef } from './namespace-ref.js';

/** A namespace that is being worked in. Disposing of it says that the work is done. */
export class Site implements Disposable {
  readonly #leave: () => void;

  constructor(
    readonly context: Context,
    /** A descriptor of the namespace; undefined for the one that `ip` works in, where that cannot be told. */
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
  /** By the namespace's inode; undefined for the own one where it cannot be told. */
  readonly #open = new Map<number | undefined, { site: Site; users: number }>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** A socket in the namespace of `ref`, by default the own. Throws SyscallError. */
  enter(ref: NamespaceRef | undefined): Site {
    const handle = ref === undefined ? this.#own() : openRef(ref);
    const known = this.#open.get(handle?.inode);
    if (known === undefined) return this.#add(handle, ref === undefined);
    handle?.close();
    known.users++;
    return known.site;
  }

  #own(): Namespace | undefined {
    const fd = this.#context.socket.openNamespace();
    return fd === undefined ? undefined : new Namespace(fd);
  }

  #add(handle: Namespace | undefined, isOwn: boolean): Site {
    try {
      const { socket: own, where } = this.#context;
      const socket = own.like(isOwn ? own.sibling() : handle!.run(() => new KernelTransport()));
      const context = { socket, where: isOwn ? where : handle!.label };
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
