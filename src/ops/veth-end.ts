import type { Link } from './link.js';
import type { NamespaceRef } from './namespace-ref.js';
import type { Ip } from './open.js';

/** One end of a pair that has been made. It holds nothing that has to be closed. */
export class VethEnd {
  readonly #open: () => Ip;

  constructor(
    /** The link, as it was when all was done. */
    readonly link: Link,
    /** The namespace it is in, as it was given; undefined for the one that `ip` works in. */
    readonly netns: NamespaceRef | undefined,
    open: () => Ip,
  ) {
    this.#open = open;
  }

  /**
   * A socket in its namespace, to work on it; it is the caller's to close: `await using ip1 = a.open()`. A name or a pid
   * means what it means by then: give `create` a handle, and it is the namespace of then.
   */
  open(): Ip {
    return this.#open();
  }
}
