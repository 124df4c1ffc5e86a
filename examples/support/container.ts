import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { netns } from 'rtnetlink';
import { end } from './processes.js';

const PROGRAM = fileURLToPath(new URL('./web-server.js', import.meta.url));

/** A web server in a network namespace of its own. Disposing of it ends it, and so the namespace and what is in it. */
export class Container implements AsyncDisposable {
  readonly #child: ChildProcess;

  constructor() {
    // Once this handle is closed, only the process leads to the namespace.
    using ns = netns.create();
    this.#child = ns.spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  }

  /** The process inside. */
  get pid(): number {
    return this.#child.pid!;
  }

  /** Waits until the server listens. */
  async ready(signal: AbortSignal): Promise<void> {
    await once(this.#child.stdout!, 'data', { signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await end(this.#child);
  }
}
