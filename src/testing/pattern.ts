import { inspect } from 'node:util';
import type { Decoded } from '../protocol/codec.js';
import { explain } from '../protocol/explain.js';
import { type Message, typeName } from '../protocol/frame.js';
import { flagNames } from '../protocol/header.js';
import { parseHex } from '../protocol/hex.js';
import type { bodies, KnownType } from '../protocol/rtnetlink/registry.js';
import type { ReceivedRequest } from './request.js';

/** Some of the properties of a value, at every depth; lists are meant whole. `undefined` says: not there. */
export type Part<T> = T extends Uint8Array | readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: Part<T[K]> | undefined }
    : T;

type KnownPattern = {
  [K in KnownType]: { type: K; flags?: number | undefined; body?: Part<Decoded<(typeof bodies)[K]>> | undefined };
}[KnownType];

/**
 * Which request is meant:
 *
 * - a message type;
 * - a type with `flags` (NLM_F_*, which must be set; others may be) and a part of the decoded `body`;
 * - golden bytes of the whole message, or hex text as `parseHex` reads it: all but sequence number and port must agree;
 * - a function that says whether it is the one.
 */
export type RequestPattern =
  | number
  | KnownPattern
  | { type: number; flags?: number | undefined; body?: Uint8Array | undefined }
  | Uint8Array
  | string
  | ((message: Message) => boolean);

/** The pattern in words, for messages. */
export function describePattern(pattern: RequestPattern): string {
  if (typeof pattern === 'number') return typeName(pattern);
  if (typeof pattern === 'function') return `a request that satisfies ${pattern.name || 'a function'}`;
  const golden = goldenBytes(pattern);
  if (golden !== undefined) return `these bytes:\n${listing(golden)}`;
  const { type, flags, body } = pattern as KnownPattern;
  const words = [typeName(type)];
  if (flags !== undefined) words.push(flagNames(type, flags));
  if (body !== undefined) words.push(inspect(body, { depth: null, breakLength: 120 }));
  return words.join(' ');
}

/** Why a request is not the one that is meant; undefined if it is. */
export function difference(pattern: RequestPattern, { bytes, message }: ReceivedRequest): string | undefined {
  if (typeof pattern === 'function') return pattern(message) ? undefined : 'it is not';
  const golden = goldenBytes(pattern);
  if (golden !== undefined) return bytesDifference(golden, bytes);
  const { type, flags = 0, body } = typeof pattern === 'number' ? { type: pattern } : (pattern as KnownPattern);
  if (message.type !== type) return `type: expected ${typeName(type)}, got ${typeName(message.type)}`;
  const missing = flags & ~message.flags;
  if (missing !== 0) return `flags: expected ${flagNames(type, missing)} too, got ${flagNames(type, message.flags)}`;
  return body === undefined ? undefined : partDifference(body, message.body, 'body');
}

function goldenBytes(pattern: RequestPattern): Uint8Array | undefined {
  if (typeof pattern === 'string') return parseHex(pattern);
  return pattern instanceof Uint8Array ? pattern : undefined;
}

/** Bytes of the sequence number and the port in a message's header: whoever sends it chooses them. */
const SENDERS_OWN: readonly [from: number, to: number] = [8, 16];

function anonymous(message: Uint8Array): Uint8Array {
  return message.slice().fill(0, ...SENDERS_OWN);
}

const listing = (message: Uint8Array): string => explain(anonymous(message), { bytes: true });

function bytesDifference(expected: Uint8Array, got: Uint8Array): string | undefined {
  if (Buffer.compare(anonymous(expected), anonymous(got)) === 0) return undefined;
  const theirs = listing(got).split('\n');
  const ours = listing(expected).split('\n');
  const first = ours.findIndex((line, i) => line !== theirs[i]);
  const at = first < 0 ? ours.length : first;
  return `expected ${ours[at]?.trim() ?? 'nothing more'}\n     got ${theirs[at]?.trim() ?? 'nothing more'}`;
}

function partDifference(expected: unknown, got: unknown, path: string): string | undefined {
  if (!isRecord(expected) || !isRecord(got)) {
    const same = inspect(expected, WHOLE) === inspect(got, WHOLE);
    return same ? undefined : `${path}: expected ${inspect(expected, WHOLE)}, got ${inspect(got, WHOLE)}`;
  }
  for (const [name, value] of Object.entries(expected)) {
    const different = partDifference(value, got[name], `${path}.${name}`);
    if (different !== undefined) return different;
  }
  return undefined;
}

/** Two values that are shown alike are alike: they consist of plain objects, lists, numbers, text and bytes. */
const WHOLE = { depth: null, maxArrayLength: null, maxStringLength: null, breakLength: Number.POSITIVE_INFINITY };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
