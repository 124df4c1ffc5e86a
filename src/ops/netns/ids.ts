import { RTM_GETNSID, RTM_NEWNSID } from '../../protocol/rtnetlink/index.js';
import { SyscallError } from '../../socket/errors.js';
import type { RequestOptions, WaitOptions } from '../../socket/exchange.js';
import { type Context, commonHint } from '../context.js';
import { type NamespaceRef, openRef } from '../namespace-ref.js';
import { list, pathsByInode } from './find.js';
import { pathOf } from './name.js';

/** NETNSA_NSID_NOT_ASSIGNED, linux/net_namespace.h. */
const NOT_ASSIGNED = -1;
/** Why a path that was there a moment ago leads to no namespace. */
const NOT_FOUND = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EINVAL'];

/** An id by which a namespace knows another. */
export interface NamespaceId {
  /** What `linkNetnsid` of a link refers to; unique within the namespace that uses it. */
  readonly id: number;
  /** The name under /run/netns of the namespace it stands for; undefined if it has none. */
  readonly name: string | undefined;
  /** With `target`: the id by which the asking namespace knows the same one; undefined if it has none. */
  readonly currentId: number | undefined;
}

/** Where a namespace can be found. */
export interface NamespacePlace {
  /** Its name under /run/netns; undefined if it has none. */
  readonly name: string | undefined;
  /** A path that opens it: of its name, else of a mount, a process or a descriptor of ours; undefined if none is found. */
  readonly path: string | undefined;
}

/** `ip netns`, as far as it concerns one namespace's view of others: the ids it gave them. */
export class NamespaceIds {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** The id by which this namespace knows another, undefined if it has none: `ip netns list` shows it. */
  async id(ref: NamespaceRef, options: WaitOptions = {}): Promise<number | undefined> {
    using namespace = openRef(ref);
    return await this.#ask(namespace.fd, options);
  }

  /**
   * Give another namespace an id: `ip netns set NAME ID`, or with `'auto'` the next free one: `ip netns set NAME auto`.
   * Resolves with the id. Rejects with NetlinkError EEXIST if the namespace has one or the id is taken. An id stays
   * until its namespace is gone. (The kernel gives ids by itself to namespaces that links lead to.)
   */
  async setId(ref: NamespaceRef, id: number | 'auto' = 'auto', options: WaitOptions = {}): Promise<number> {
    if (id !== 'auto' && !(Number.isInteger(id) && id >= 0 && id <= 0x7fffffff)) {
      throw new RangeError(`id: expected 'auto' or an integer from 0 to 2147483647, got ${String(id)}`);
    }
    using namespace = openRef(ref);
    const { fd } = namespace;
    await this.#context.socket.request(
      RTM_NEWNSID,
      { attrs: { nsid: id === 'auto' ? NOT_ASSIGNED : id, fd } },
      this.#options('netns set', options),
    );
    return id === 'auto' ? (await this.#ask(fd, options))! : id;
  }

  /**
   * All ids that this namespace gave: `ip netns list-id`. With `target`, an id that this namespace gave: those that the
   * namespace behind it gave (`ip netns list-id target-nsid ID`).
   */
  async list({ target, ...options }: { target?: number | undefined } & WaitOptions = {}): Promise<NamespaceId[]> {
    const attrs = target === undefined ? {} : { targetNsid: target };
    const [replies, names] = await Promise.all([
      this.#context.socket.dump(RTM_GETNSID, { attrs }, this.#options('netns list-id', options)),
      this.#names(options),
    ]);
    return replies.map(({ attrs: { nsid = NOT_ASSIGNED, currentNsid } }) => {
      const currentId = currentNsid === NOT_ASSIGNED ? undefined : currentNsid;
      return { id: nsid, name: names.get((target === undefined ? nsid : currentId) ?? NOT_ASSIGNED), currentId };
    });
  }

  /** Where the namespace with this id can be found: its name, a mount, a process in it, a descriptor of this process. */
  async find(id: number, options: WaitOptions = {}): Promise<NamespacePlace> {
    const name = (await this.#names(options)).get(id);
    if (name !== undefined) return { name, path: pathOf(name) };
    return { name, path: await this.#path(id, options) };
  }

  /** Names by id, of all namespaces that have both. */
  async #names(options: WaitOptions): Promise<Map<number, string>> {
    const names = new Map<number, string>();
    for (const name of list()) {
      const id = await this.#idIfFound(name, options);
      if (id !== undefined && !names.has(id)) names.set(id, name);
    }
    return names;
  }

  /** A namespace is asked about once, by whichever path was found. */
  async #path(id: number, options: WaitOptions): Promise<string | undefined> {
    for (const path of pathsByInode().values()) if ((await this.#idIfFound(path, options)) === id) return path;
    return undefined;
  }

  /** Undefined too for what goes away meanwhile, may not be opened, or has stopped being a namespace. */
  async #idIfFound(ref: string, options: WaitOptions): Promise<number | undefined> {
    try {
      return await this.id(ref, options);
    } catch (error) {
      if (error instanceof SyscallError && NOT_FOUND.includes(error.code)) return undefined;
      throw error;
    }
  }

  async #ask(fd: number, options: WaitOptions): Promise<number | undefined> {
    const reply = await this.#context.socket.get(RTM_GETNSID, { attrs: { fd } }, this.#options('netns id', options));
    return reply.attrs.nsid === NOT_ASSIGNED ? undefined : reply.attrs.nsid;
  }

  #options(operation: string, options: WaitOptions): RequestOptions {
    return { ...options, operation, hint: code => this.#hint(code) };
  }

  #hint(code: string): string | undefined {
    if (code === 'EEXIST') return 'the namespace has an id already, or the id is taken';
    return commonHint(this.#context, code);
  }
}
