import type { Codec } from '../../protocol/codec.js';
import type { WaitOptions } from '../../socket/exchange.js';
import type { Received } from '../../socket/received.js';
import type { Socket } from '../../socket/socket.js';

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

/** How the kernel announces one kind of objects, and how to ask for them. */
export interface Group<T> {
  /** RTNLGRP_* in which it is announced, and those whose notifications hint at changes that are not. */
  readonly joins: readonly number[];
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
  /** Whether the message says that the object has just been made. */
  isNew?(received: Received): boolean;
  /** Where the object went that the message says is gone. */
  movedTo?(received: Received): { nsid: number; index: number | undefined } | undefined;
  readonly everything: Part<T>;
  /** Messages, by RTM_*, after which a part of the picture may have changed without being announced. */
  readonly hints: Readonly<Record<number, (received: Received) => Part<T> | undefined>>;
  /** What may have changed without being announced when `object` came or, if `gone`, went. */
  consequence?(object: T, gone: boolean, objects: ReadonlyMap<Key, T>): Part<T> | undefined;
}
