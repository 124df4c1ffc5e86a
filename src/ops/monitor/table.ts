import { NLM_F_REPLACE } from '../../protocol/header.js';
import type { Received } from '../../socket/received.js';
import type { ObjectEvent, WatchedGroup } from './event.js';
import type { Group, Key, Part } from './group.js';

/** So many parts of a table are asked for one by one; if more have become doubtful, the whole table is. */
const MAX_PARTS = 32;

/** What is known of one group's objects in one namespace. Says what each message and each answer changes in it. */
export class Table {
  readonly #objects = new Map<Key, object>();
  /** Keys by slot, of a group that has slots. */
  readonly #slots = new Map<string, Key[]>();
  readonly #notes = new Map<Key, string>();
  /** Parts to be asked for again. */
  readonly #doubtful = new Map<string, Part<object>>();
  /** Parts that requests of ours may have changed, to be asked for when the notifications from before have been applied. */
  readonly #written = new Map<string, Part<object>>();
  /** Keys that notifications have told of since the last question was put: answers to it may be older. */
  #told: Set<Key> | undefined;
  /** Notifications were lost, so that objects may have been replaced unseen. */
  #lost = false;

  constructor(
    readonly name: WatchedGroup,
    readonly group: Group<object>,
    readonly nsid: number | undefined,
    private readonly emit: (event: ObjectEvent) => void,
  ) {}

  get objects(): Iterable<object> {
    return this.#objects.values();
  }

  get doubtful(): boolean {
    return this.#doubtful.size > 0;
  }

  /** Everything may be otherwise, since notifications were lost or none have come yet. */
  doubtEverything(): void {
    this.#lost = true;
    this.#told = undefined;
    this.#notes.clear();
    this.#doubt(this.group.everything);
  }

  /** Everything may be otherwise, in what the kernel does not tell. */
  refresh(): void {
    this.#doubt(this.group.everything);
  }

  /** A request of ours. Returns whether it may have changed something unannounced. */
  written(type: number, flags: number, body: unknown): boolean {
    const part = this.group.written?.(type, flags, body, this.#objects);
    if (part !== undefined) note(this.#written, part, this.group.everything);
    return part !== undefined;
  }

  heedWrites(): void {
    if (this.#written.size === 0) return;
    for (const part of this.#written.values()) this.#doubt(part);
    this.#written.clear();
  }

  /** A message of the kind that announces objects of this group. */
  announced(received: Received): void {
    const { group } = this;
    if (!group.concerns(received)) return;
    const object = received.read(group.codec);
    const key = group.key(object);
    this.#told?.add(key);
    if (received.type === group.goes) this.#gone(key, object, received);
    else {
      if ((received.flags & NLM_F_REPLACE) !== 0) this.#takePlace(key, object);
      this.#put(key, object, previous => this.#isAnother(previous, object, received));
    }
  }

  /** A message that hints at something unannounced. */
  hinted(received: Received): void {
    const known = { objects: this.#objects, asking: this.#told !== undefined, notes: this.#notes };
    const part = this.group.hints[received.type]?.(received, known);
    if (part !== undefined) this.#doubt(part);
  }

  /** The parts that are to be asked for now. From here on it is noted what notifications tell meanwhile. */
  takeDoubtful(): Part<object>[] {
    const parts = [...this.#doubtful.values()].filter(({ key }) => key === undefined || this.#objects.has(key));
    this.#doubtful.clear();
    this.#told = new Set();
    return parts;
  }

  /** What was there and, by the answer to `part`, is no more. */
  dropMissing(part: Part<object>, answer: readonly object[]): void {
    const there = new Set(answer.map(object => this.group.key(object)));
    const known = part.key === undefined ? this.#objects.keys() : [part.key];
    for (const key of [...known]) {
      const object = this.#objects.get(key);
      if (object === undefined || there.has(key) || this.#told?.has(key) || !part.covers(object)) continue;
      this.#remove(key, object);
    }
  }

  /** What is there by the answer to a question. */
  putAnswer(answer: readonly object[]): void {
    for (const object of answer) {
      const key = this.group.key(object);
      if (!this.#told?.has(key)) this.#put(key, object, previous => this.group.replaced(previous, object));
    }
  }

  /** All answers are in. */
  settled(): void {
    this.#told = undefined;
    this.#lost = this.#lost && this.doubtful;
  }

  /** The part could not be read in one piece. */
  askAgain(part: Part<object>): void {
    this.#doubt(part);
  }

  /** Its namespace is gone, or this namespace's id of it. */
  dropAll(): void {
    for (const [key, object] of [...this.#objects]) this.#remove(key, object);
  }

  #doubt(part: Part<object>): void {
    note(this.#doubtful, part, this.group.everything);
  }

  #gone(key: Key, object: object, received: Received): void {
    const { group } = this;
    const known = this.#objects.get(key);
    const clear = known === undefined ? this.#inSlot(object).length === 0 : group.isWhole?.(known, object) !== false;
    // The id of the namespace that it moved to is one of the namespace that it left.
    const movedTo = this.nsid === undefined ? group.movedTo?.(received) : undefined;
    if (clear) this.#remove(key, object, movedTo);
    else this.#doubt(group.doubt!(object));
  }

  /** The message says that `object` is in the place of another of its slot: if that has another key, under which it is known. */
  #takePlace(key: Key, object: object): void {
    const [replaced, ...others] = this.#inSlot(object);
    if (replaced === undefined || (replaced === key && others.length === 0)) return;
    if (others.length > 0) return this.#doubt(this.group.doubt!(object));
    const previous = this.#objects.get(replaced)!;
    this.#told?.add(replaced);
    this.#delete(replaced, previous);
    this.#set(key, previous);
  }

  #inSlot(object: object): readonly Key[] {
    const { slot } = this.group;
    return slot === undefined ? [] : (this.#slots.get(slot(object)) ?? []);
  }

  #set(key: Key, object: object): void {
    const { slot } = this.group;
    if (slot !== undefined && !this.#objects.has(key)) this.#slots.set(slot(object), [...this.#inSlot(object), key]);
    this.#objects.set(key, object);
  }

  #delete(key: Key, object: object): boolean {
    const { slot } = this.group;
    if (slot !== undefined) {
      const left = this.#inSlot(object).filter(each => each !== key);
      if (left.length > 0) this.#slots.set(slot(object), left);
      else this.#slots.delete(slot(object));
    }
    return this.#objects.delete(key);
  }

  #isAnother(previous: object, current: object, received: Received): boolean {
    const { isNew, replaced } = this.group;
    if (isNew?.(received)) return true;
    return (isNew === undefined || this.#lost) && replaced(previous, current);
  }

  #put(key: Key, object: object, isAnother: (previous: object) => boolean): void {
    const previous = this.#objects.get(key);
    if (previous === undefined) this.#add(key, object);
    else if (isAnother(previous)) {
      this.#remove(key, previous);
      this.#add(key, object);
    } else {
      this.#set(key, object);
      const fields = this.group.differences(previous, object, this.nsid !== undefined);
      if (fields.length === 0) return;
      this.#emit({ type: 'changed', group: this.name, object, previous, fields, nsid: this.nsid });
      const parts = this.group.follows?.(previous, object, fields, this.#objects) ?? [];
      for (const part of parts) this.#doubt(part);
    }
  }

  #add(key: Key, object: object): void {
    this.#set(key, object);
    this.#emit({ type: 'added', group: this.name, object, nsid: this.nsid });
    this.#follow(object, false);
  }

  /** One that was not known came and went while nobody looked. */
  #remove(key: Key, object: object, movedTo?: { nsid: number; index: number | undefined }): void {
    if (!this.#delete(key, object)) return;
    const event = { type: 'removed', group: this.name, object, nsid: this.nsid };
    this.#emit(movedTo === undefined ? event : { ...event, movedTo });
    this.#follow(object, true);
  }

  #follow(object: object, gone: boolean): void {
    for (const part of this.group.consequence?.(object, gone, this.#objects) ?? []) this.#doubt(part);
  }

  /** The table's rows hold that group and object belong together. */
  #emit(event: object): void {
    if ('fields' in event) Object.freeze(event.fields);
    this.emit(Object.freeze(event) as ObjectEvent);
  }
}

/** Adds a part to those that are to be asked for. */
function note(parts: Map<string, Part<object>>, part: Part<object>, everything: Part<object>): void {
  if (parts.has(everything.id)) return;
  if (part === everything || (parts.size >= MAX_PARTS && !parts.has(part.id))) {
    parts.clear();
    parts.set(everything.id, everything);
  } else parts.set(part.id, part);
}
