import { fstatSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { checkSignal } from '../../socket/abort.js';
import { nextTurn } from '../../socket/clock.js';
import { SyscallError } from '../../socket/errors.js';
import { fileError } from '../../socket/file-error.js';
import { currentNamespace, type Namespace } from '../../socket/namespace.js';
import { type NamespaceRef, openRef } from '../namespace-ref.js';
import { list, processes, processPath } from '../netns/find.js';
import { pathOf, RUN_DIRECTORY } from '../netns/name.js';
import type { Unreachable } from './graph.js';

/** A namespace that was found, and where. */
export interface Place {
  readonly id: string;
  readonly device: number;
  /** Open as long as the walk takes. */
  readonly handle: Namespace;
  readonly own: boolean;
  /** What it was called by whoever passed it in. */
  label: string | undefined;
  readonly names: string[];
  readonly pids: number[];
}

/** How long /proc is read before the event loop has its turn: so many processes. */
const PROCESSES_A_TURN = 100;

/** The namespaces that can be found, each once. Disposing of it closes its handles. */
export class Places implements Disposable {
  readonly unreachable: Unreachable[] = [];
  readonly #places = new Map<string, Place>();

  constructor() {
    this.#keep(currentNamespace(), true);
  }

  [Symbol.iterator](): IterableIterator<Place> {
    return this.#places.values();
  }

  /** A namespace that the caller names. Throws SyscallError if there is none: it is the caller's mistake. */
  addRef(ref: NamespaceRef, label: string | undefined): void {
    this.#keep(openRef(ref)).label ??= label;
  }

  /** Those with names under /run/netns. */
  addNamed(): void {
    for (const name of this.#names()) {
      const place = pathOf(name);
      try {
        this.#keep(openRef(name)).names.push(name);
      } catch (error) {
        this.#failed(place, error);
      }
    }
  }

  #names(): string[] {
    try {
      return list();
    } catch (error) {
      this.#failed(
        RUN_DIRECTORY,
        fileError(error, () => RUN_DIRECTORY),
      );
      return [];
    }
  }

  /** Those of all processes and their threads. */
  async addProcesses(signal: AbortSignal | undefined): Promise<void> {
    for (const [i, pid] of processes()
      .sort((a, b) => a - b)
      .entries()) {
      if (i % PROCESSES_A_TURN === PROCESSES_A_TURN - 1) await nextTurn();
      checkSignal(signal, 'topology');
      this.#addProcess(pid);
    }
  }

  #addProcess(pid: number): void {
    let path = '';
    try {
      for (path of namespacePaths(pid)) this.#addThread(pid, path);
    } catch (error) {
      const failed = fileError(error, () => `to look at process ${pid} takes CAP_SYS_PTRACE over it`);
      this.#failed(path, failed);
    }
  }

  #addThread(pid: number, path: string): void {
    try {
      const known = this.#places.get(keyOf(statSync(path)));
      const { pids } = known ?? this.#keep(openRef(path));
      if (pids.at(-1) !== pid) pids.push(pid);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  /** The place of a namespace; its handle is closed if there is one already. */
  #keep(handle: Namespace, own = false): Place {
    const found = fstatSync(handle.fd);
    const known = this.#places.get(keyOf(found));
    if (known !== undefined) {
      handle.close();
      return known;
    }
    const id = `net:[${found.ino}]`;
    const place: Place = { id, device: found.dev, handle, own, label: undefined, names: [], pids: [] };
    this.#places.set(keyOf(found), place);
    return place;
  }

  /** Notes what could not be looked at. What is no answer of the system's is thrown on. */
  #failed(place: string, error: unknown): void {
    this.unreachable.push(unreachable(place, undefined, error));
  }

  [Symbol.dispose](): void {
    for (const { handle } of this.#places.values()) handle.close();
  }
}

/** The codes that say that something is not ours to see, or is not what it is said to be. */
const REFUSALS: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EINVAL', 'ENOENT', 'ENOTDIR', 'ELOOP']);

/** An entry for what the system refused; any other error is thrown on. */
export function unreachable(place: string, namespace: string | undefined, error: unknown): Unreachable {
  if (!(error instanceof SyscallError) || !REFUSALS.has(error.code)) throw error;
  return { place, namespace, code: error.code, reason: error.message };
}

const keyOf = ({ dev, ino }: Stats): string => `${dev}:${ino}`;

/** The namespace files of a process's threads, its own first; that alone, which says why, if they cannot be listed. */
function namespacePaths(pid: number): string[] {
  const own = processPath(pid);
  try {
    const others = readdirSync(`/proc/${pid}/task`).filter(tid => Number(tid) !== pid);
    return [own, ...others.map(tid => `/proc/${pid}/task/${tid}/ns/net`)];
  } catch {
    return [own];
  }
}

/** A process or thread that has ended has no files any more. */
const isGone = (error: unknown): boolean => ['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '');

/** What a process is called, for people. */
export function processLabel(pid: number): string {
  try {
    return `${readFileSync(`/proc/${pid}/comm`, 'utf8').replace(/\n$/, '')} (${pid})`;
  } catch {
    return `process ${pid}`;
  }
}
