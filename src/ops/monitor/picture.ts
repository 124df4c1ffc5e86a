import { RTM_DELNSID, RTM_GETNSID, RTM_NEWNSID, RTNLGRP } from '../../protocol/rtnetlink/index.js';
import { DumpInterruptedError, OverrunError } from '../../socket/errors.js';
import { log } from '../../socket/log.js';
import { NetlinkError } from '../../socket/netlink-error.js';
import type { Received } from '../../socket/received.js';
import type { Ignored, Transport } from '../../socket/transport.js';
import type { Write } from '../../socket/writes.js';
import type { ObjectEvent, WatchedGroup } from './event.js';
import type { Group, Part, Question } from './group.js';
import { groupNames, groups } from './groups.js';
import { ownId } from './namespace-id.js';
import { Table } from './table.js';
import { WrittenElsewhere } from './written-elsewhere.js';

/** What came of asking for one part of a table. */
export interface Answer {
  readonly table: Table;
  readonly part: Part<object>;
  readonly objects: readonly object[];
  /** Whether it is all: what is not in it is not there. */
  readonly complete: boolean;
  /** Whether it may help to ask again where it is not. */
  readonly again: boolean;
}

/** What is known of all groups in all namespaces watched. It never asks by itself: it says what it is unsure of. */
export class Picture {
  readonly #names: readonly WatchedGroup[];
  readonly #allNamespaces: boolean;
  readonly #emit: (event: ObjectEvent) => void;
  /** By namespace id; undefined is the monitor's own. */
  readonly #namespaces = new Map<number | undefined, Table[]>();
  /** Namespaces may have got ids that are not known yet. */
  #unlisted: boolean;
  readonly #elsewhere = new WrittenElsewhere();
  readonly #announcing = new Map<number, number[]>();
  readonly #hinting = new Map<number, number[]>();

  constructor(names: readonly WatchedGroup[], allNamespaces: boolean, emit: (event: ObjectEvent) => void) {
    this.#names = groupNames.filter(name => names.includes(name));
    this.#allNamespaces = allNamespaces;
    this.#unlisted = allNamespaces;
    this.#emit = emit;
    this.#names.forEach((name, at) => {
      const { appears, goes, hints } = groups[name];
      for (const type of [appears, goes]) enter(this.#announcing, type, at);
      for (const type of Object.keys(hints)) enter(this.#hinting, Number(type), at);
    });
    this.#tables(undefined);
  }

  /** RTNLGRP_* to join. */
  get joins(): readonly number[] {
    const joins = this.#names.flatMap(name => groups[name].joins);
    return [...new Set(this.#allNamespaces ? [...joins, RTNLGRP.nsid] : joins)];
  }

  /** What none of the groups needs. */
  get ignores(): readonly Ignored[] {
    return this.#names.flatMap(name => groups[name].ignores ?? []);
  }

  /** Whether there is something to ask. */
  get doubtful(): boolean {
    return this.#unlisted || this.#elsewhere.doubtful || this.#all.some(table => table.doubtful);
  }

  get #all(): Table[] {
    return [...this.#namespaces.values()].flat();
  }

  /** Notifications were lost. */
  doubtEverything(): void {
    this.#unlisted = this.#allNamespaces;
    for (const table of this.#all) table.doubtEverything();
  }

  /** Changes may have gone untold, though no notification was lost. */
  refresh(): void {
    this.#unlisted = this.#allNamespaces;
    for (const table of this.#all) table.refresh();
  }

  /** A request of ours, of which it is not known whether notifications tell. Returns whether there will be something to ask. */
  written(write: Write): boolean {
    return this.#written(undefined, write);
  }

  /** The same in another namespace than the monitor's. */
  writtenElsewhere(write: Write, transport: Transport): boolean {
    const nsid = this.#elsewhere.idOf(transport, write);
    return nsid === undefined ? this.#elsewhere.doubtful : this.#written(nsid, write);
  }

  #written(nsid: number | undefined, { type, flags, body }: Write): boolean {
    return this.#tables(nsid).filter(table => table.written(type, flags, body)).length > 0;
  }

  /** All notifications from before those requests have been applied. */
  heedWrites(): void {
    for (const table of this.#all) table.heedWrites();
  }

  /** Nothing will be asked any more. */
  close(): void {
    this.#elsewhere.close();
  }

  apply(received: Received): void {
    const { type, nsid } = received;
    if (this.#allNamespaces && nsid === undefined && (type === RTM_NEWNSID || type === RTM_DELNSID)) {
      this.#namespaceId(received);
      return;
    }
    const announcing = this.#announcing.get(type);
    const hinting = this.#hinting.get(type);
    if (announcing === undefined && hinting === undefined) return;
    const tables = this.#tables(nsid);
    if (announcing !== undefined) for (const at of announcing) tables[at]!.announced(received);
    if (hinting !== undefined) for (const at of hinting) tables[at]!.hinted(received);
  }

  /** Ask for all that is doubtful. */
  async ask(question: Omit<Question, 'nsid'>): Promise<Answer[]> {
    if (this.#unlisted) await this.#listNamespaces(question);
    for (const { nsid, writes } of await this.#elsewhere.resolve(question)) this.#heed(nsid, writes);
    const asked = this.#all.flatMap(table => table.takeDoubtful().map(part => ({ table, part })));
    return Promise.all(asked.map(({ table, part }) => answer(table, part, { ...question, nsid: table.nsid })));
  }

  /**
   * Take in answers; all notifications from before they were given must have been applied. Returns whether they told
   * everything.
   */
  settle(answers: readonly Answer[]): boolean {
    const tables = new Set(this.#all);
    // A namespace may be gone since, or its id be another's.
    const valid = answers.filter(({ table }) => tables.has(table));
    // What is gone goes first, and what belongs to something before that, as the kernel does it.
    for (const { table, part, objects, complete } of [...valid].reverse()) {
      if (complete) table.dropMissing(part, objects);
    }
    for (const { table, objects } of valid) table.putAnswer(objects);
    for (const table of tables) table.settled();
    const again = valid.filter(each => each.again);
    for (const { table, part } of again) table.askAgain(part);
    return again.length === 0;
  }

  /** All there is, as events that add it. */
  *added(): Iterable<ObjectEvent> {
    for (const table of this.#all) {
      const { name, nsid } = table;
      for (const object of table.objects) yield { type: 'added', group: name, object, nsid } as ObjectEvent;
    }
  }

  #tables(nsid: number | undefined): Table[] {
    let tables = this.#namespaces.get(nsid);
    if (tables === undefined) {
      tables = this.#names.map(name => new Table(name, groups[name] as unknown as Group<object>, nsid, this.#emit));
      this.#namespaces.set(nsid, tables);
      for (const table of tables) table.doubtEverything();
    }
    return tables;
  }

  #heed(nsid: number, writes: readonly Write[]): void {
    for (const write of writes) this.#written(nsid, write);
    for (const table of this.#tables(nsid)) table.heedWrites();
  }

  #namespaceId(received: Received): void {
    const { message } = received;
    if (message.type !== RTM_NEWNSID && message.type !== RTM_DELNSID) return;
    const { nsid } = message.body.attrs;
    if (nsid === undefined) return;
    this.#elsewhere.forget();
    if (message.type === RTM_NEWNSID) this.#unlisted = true;
    else this.#forget(nsid);
  }

  #forget(nsid: number): void {
    for (const table of [...(this.#namespaces.get(nsid) ?? [])].reverse()) table.dropAll();
    this.#namespaces.delete(nsid);
  }

  async #listNamespaces(question: Omit<Question, 'nsid'>): Promise<void> {
    const { socket, options } = question;
    this.#unlisted = false;
    const list = await socket.dump(RTM_GETNSID, {}, { ...options, operation: 'monitor: namespace list' });
    const own = await ownId(question);
    const ids = new Set(list.map(({ attrs }) => attrs.nsid).filter(id => id !== undefined && id >= 0 && id !== own));
    for (const id of [...this.#namespaces.keys()]) if (id !== undefined && !ids.has(id)) this.#forget(id);
    for (const id of ids) this.#tables(id);
  }
}

function enter(map: Map<number, number[]>, type: number, at: number): void {
  map.set(type, [...(map.get(type) ?? []), at]);
}

async function answer(table: Table, part: Part<object>, question: Question): Promise<Answer> {
  try {
    return { table, part, objects: await part.ask(question), complete: true, again: false };
  } catch (error) {
    log.socket('%s', error);
    if (error instanceof DumpInterruptedError) {
      return { table, part, objects: error.results as readonly object[], complete: false, again: true };
    }
    const lost = error instanceof OverrunError;
    // Another user's namespace cannot be asked; one that has just gone has nobody to ask.
    if (!lost && !(error instanceof NetlinkError && question.nsid !== undefined)) throw error;
    return { table, part, objects: [], complete: false, again: lost };
  }
}
