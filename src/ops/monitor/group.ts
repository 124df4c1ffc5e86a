import type { Codec } from '../../protocol/codec.js';
import type { WaitOptions } from '../../socket/exchange.js';
import type { Received } from '../../socket/received.js';
import type { Socket } from '../../socket/socket.js';
import type { Ignored } from '../../socket/transport.js';

/** What tells the objects of a group in one namespace apart. */
export type Key = number | string;

/** Where and how to ask. */
export interface Question {
  readonly socket: Socket;
  /** Id of the namespace to ask about; undefined for the socket's own. */
  readonly nsid: number | undefined;
  readonly options: WaitOptions;
}

/** A part of the picture, to be asked for again. */
export interface Part<T> {
  /** The key of the only object it can have; undefined for a part of several. */
  readonly key?: Key;
  /** Tells the parts of a group apart; empty for all of it. */
  readonly id: string;
  ask(question: Question): Promise<readonly T[]>;
  /** Whether an object belongs to it. */
  covers(object: T): boolean;
}

/** What is known of a group in one namespace when a hint comes. */
export interface Known<T> {
  readonly objects: ReadonlyMap<Key, T>;
  /** Whether a question is under way: its answer may tell of more, as it was before the hint. */
  readonly asking: boolean;
  /** What the group wants to remember; a loss empties it. */
  readonly notes: Map<Key, string>;
}

/** How the kernel announces one kind of objects, and how to ask for them. */
export interface Group<T> {
  /** RTNLGRP_* in which it is announced, and those whose notifications hint at changes that are not. */
  readonly joins: readonly number[];
  /** What comes of these RTNLGRP_*, is neither an announcement nor a hint, and can be a flood. */
  readonly ignores?: readonly Ignored[];
  /** RTM_NEW*: an object is there, in the state that follows. */
  readonly appears: number;
  /** RTM_DEL*: an object is gone. */
  readonly goes: number;
  readonly codec: Codec<T, never>;
  /** Whether such a message is about an object as a whole. */
  concerns(received: Received): boolean;
  key(object: T): Key;
  /**
   * The fields in which two states of an object differ; counters and remaining times do not count. `elsewhere`: it is in
   * another namespace.
   */
  differences(previous: T, current: T, elsewhere: boolean): readonly string[];
  /** Whether the states are those of two objects: the first has gone, and another has taken its key. */
  replaced(previous: T, current: T): boolean;
  /** Whether the kernel answers for other namespaces too, by their ids (IFLA_TARGET_NETNSID and the like). */
  readonly elsewhere: boolean;
  /** Objects of one slot can take each other's place, though their keys differ: the message has NLM_F_REPLACE then. */
  slot?(object: T): string;
  /** Whether a message that says that `object` is gone means all of what is known; else the rest is asked for. */
  isWhole?(known: T, object: T): boolean;
  /** What to ask for where messages do not tell what became of `object`, or of others of its slot. */
  doubt?(object: T): Part<T>;
  /** Whether the message says that the object has just been made. */
  isNew?(received: Received): boolean;
  /** Where the object went that the message says is gone: an id that the namespace has which it left. */
  movedTo?(received: Received): { nsid: number; index: number | undefined } | undefined;
  readonly everything: Part<T>;
  /** Messages, by RTM_*, after which a part of the picture may have changed without being announced. */
  readonly hints: Readonly<Record<number, (received: Received, known: Known<T>) => Part<T> | undefined>>;
  /** What a request of this thread may have changed without its being announced. */
  written?(type: number, flags: number, body: unknown, objects: ReadonlyMap<Key, T>): Part<T> | undefined;
  /** What may have changed without being announced when an object came to be otherwise in `fields`. */
  follows?(previous: T, current: T, fields: readonly string[], objects: ReadonlyMap<Key, T>): readonly Part<T>[];
  /** What may have changed without being announced when `object` came or, if `gone`, went. */
  consequence?(object: T, gone: boolean, objects: ReadonlyMap<Key, T>): readonly Part<T>[];
}
