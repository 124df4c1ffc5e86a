import { isDeepStrictEqual } from 'node:util';
import type { Decoded } from '../../protocol/codec.js';
import type { linkKinds } from '../../protocol/rtnetlink/index.js';
import type { Link } from '../link.js';
import { PAIRED } from '../link-peer.js';
import type { Key, Part } from './group.js';
import { one, portsOf } from './link-parts.js';

// What the kernel does not announce of a link because another one changed.

type Links = ReadonlyMap<Key, Link>;

/** Ports show the ids of their bridge and of the root that it knows. */
const BRIDGE_IDS = ['bridgeId', 'rootId'] as const;
const CARRIER = ['up', 'carrier', 'operState'] as const;

/** What to ask for when a link came to be otherwise in `fields`. */
export function changed(previous: Link, current: Link, fields: readonly string[], known: Links): Part<Link>[] {
  const [before, after] = [previous, current].map(link => settingsOf<'bridge'>(link));
  const hasNewIds =
    current.kind === 'bridge' &&
    fields.includes('data') &&
    BRIDGE_IDS.some(name => !isDeepStrictEqual(before![name], after![name]));
  return [
    ...(hasNewIds ? [portsOf(current.index)] : []),
    ...(CARRIER.some(field => fields.includes(field)) ? downOn(current, known) : []),
    ...(queueOf(previous)?.asked === queueOf(current)?.asked
      ? []
      : [...sharers(previous, true, known), ...sharers(current, false, known)]),
  ];
}

/** What to ask for when a link came or, if `gone`, went. */
export function cameOrWent(link: Link, gone: boolean, known: Links): Part<Link>[] {
  return [...(gone ? [] : notYetJoined(link)), ...otherEnd(link, gone, known), ...sharers(link, gone, known)];
}

const settingsOf = <K extends keyof typeof linkKinds>({ data }: Link): Partial<Decoded<(typeof linkKinds)[K]>> =>
  (data ?? {}) as Partial<Decoded<(typeof linkKinds)[K]>>;

const asParts = (links: readonly Link[]): Part<Link>[] => links.map(({ index }) => one(index));

/** Links that are down have the carrier of the one that they sit on. */
function downOn({ index }: Link, known: Links): Part<Link>[] {
  const isOn = (other: Link): boolean => !other.up && other.linkIndex === index && other.linkNetnsid === undefined;
  return asParts([...known.values()].filter(isOn));
}

/**
 * An end of a pair that is announced before it is joined to the other (veth_newlink in drivers/net/veth.c, and those of
 * netkit and vxcan alike): of that nothing tells if the other is in another namespace. The answer waits for the lock under
 * which the pair is made, so that once is enough.
 */
const notYetJoined = ({ kind, index, linkIndex }: Link): Part<Link>[] =>
  PAIRED.has(kind) && linkIndex === 0 ? [one(index)] : [];

/** The other end of a pair in the same namespace, unless it knows already. */
function otherEnd(link: Link, gone: boolean, known: Links): Part<Link>[] {
  if (link.linkIndex === undefined || link.linkNetnsid !== undefined) return [];
  const other = known.get(link.linkIndex);
  if (other?.linkIndex === undefined || other.kind !== link.kind) return [];
  const knows = other.linkIndex === link.index && other.linkNetnsid === undefined;
  return knows && !gone ? [] : [one(other.index)];
}

/** What a macvlan asks of the queue for broadcasts, and what the queue has: the most that any on the same link asks. */
function queueOf(link: Link): { asked: number; had: number } | undefined {
  if (link.kind !== 'macvlan' && link.kind !== 'macvtap') return undefined;
  const { bcQueueLen = 0, bcQueueLenUsed = 0 } = settingsOf<'macvlan'>(link);
  return { asked: bcQueueLen, had: bcQueueLenUsed };
}

/** Macvlans that share a queue with one that came, or went, if that made a difference to it. */
function sharers(link: Link, gone: boolean, known: Links): Part<Link>[] {
  const queue = queueOf(link);
  if (queue === undefined) return [];
  const differs = ({ asked, had }: { asked: number; had: number }): boolean =>
    gone ? had === queue.asked && asked < had : had < queue.asked;
  const isConcerned = (other: Link): boolean => {
    const theirs = other.linkIndex === link.linkIndex && other.linkNetnsid === link.linkNetnsid && queueOf(other);
    return theirs !== undefined && theirs !== false && other.index !== link.index && differs(theirs);
  };
  return asParts([...known.values()].filter(isConcerned));
}
