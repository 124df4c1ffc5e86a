import { closeSync } from 'node:fs';
import type { Transport } from '../../socket/transport.js';
import type { Write } from '../../socket/writes.js';
import type { Question } from './group.js';
import { namespaceId } from './namespace-id.js';

/** Writes in other namespaces, by ids of theirs that are to be asked for the first time. */
export class WrittenElsewhere {
  /** By what transports call the namespaces; undefined for those without an id. */
  readonly #ids = new Map<unknown, number | undefined>();
  readonly #unknown = new Map<unknown, { readonly fd: number; readonly writes: Write[] }>();

  /** Whether there is something to ask. */
  get doubtful(): boolean {
    return this.#unknown.size > 0;
  }

  /** The id of the namespace that was written to; if it is not known, or not yet, the write is kept until then. */
  idOf(transport: Transport, write: Write): number | undefined {
    const { namespace } = transport;
    if (this.#ids.has(namespace)) return this.#ids.get(namespace);
    const known = this.#unknown.get(namespace);
    const fd = known?.fd ?? transport.openNamespace?.();
    if (known !== undefined) known.writes.push(write);
    else if (fd !== undefined) this.#unknown.set(namespace, { fd, writes: [write] });
    return undefined;
  }

  /** Namespaces may have other ids by now. */
  forget(): void {
    this.#ids.clear();
  }

  /** The writes that were kept, with the ids of their namespaces. */
  async resolve(question: Omit<Question, 'nsid'>): Promise<{ readonly nsid: number; readonly writes: Write[] }[]> {
    const found = [];
    for (const [namespace, { fd, writes }] of this.#unknown) {
      this.#unknown.delete(namespace); // the descriptor is closed in any case
      const nsid = await namespaceId(question, fd);
      this.#ids.set(namespace, nsid);
      if (nsid !== undefined) found.push({ nsid, writes });
    }
    return found;
  }

  close(): void {
    for (const { fd } of this.#unknown.values()) closeSync(fd);
    this.#unknown.clear();
  }
}
