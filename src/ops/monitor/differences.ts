import { isDeepStrictEqual } from 'node:util';
import type { Address } from '../address.js';
import type { Link } from '../link.js';

/** What of a link counts as its state: all but the key and the counters. */
const LINK_FIELDS = [
  'name',
  'kind',
  'up',
  'operState',
  'carrier',
  'address',
  'broadcast',
  'mtu',
  'flags',
  'type',
  'linkIndex',
  'linkNetnsid',
  'master',
  'masterKind',
  'group',
  'txqlen',
  'qdisc',
  'mode',
  'numTxQueues',
  'numRxQueues',
  'alias',
  'altNames',
] as const satisfies readonly (keyof Link)[];

/** The fields in which two states of a link differ: those that `Link` shows, the settings of its kind and of its port. */
export function linkDifferences(previous: Link, current: Link): (keyof Link & string)[] {
  const fields: (keyof Link & string)[] = LINK_FIELDS.filter(field => !same(previous[field], current[field]));
  if (hasSettings(current.kind) && !sameSettings(previous.data, current.data)) fields.push('data');
  if (current.masterKind !== undefined && !sameSettings(previous.portData, current.portData)) fields.push('portData');
  return fields;
}

/** A veth's settings are its peer, which is never told. */
const hasSettings = (kind: string | undefined): boolean => kind !== undefined && kind !== 'veth';

/** What of an address counts as its state. */
const ADDRESS_FIELDS = [
  'prefixLength',
  'label',
  'peer',
  'broadcast',
  'scope',
  'flags',
  'metric',
  'protocol',
] as const satisfies readonly (keyof Address)[];

/** The fields in which two states of an address differ. That a lifetime runs does not count, that it was set does. */
export function addressDifferences(previous: Address, current: Address): (keyof Address & string)[] {
  const fields: (keyof Address & string)[] = ADDRESS_FIELDS.filter(field => !same(previous[field], current[field]));
  const set = previous.message.attrs.cacheinfo?.tstamp !== current.message.attrs.cacheinfo?.tstamp;
  for (const field of ['validLifetime', 'preferredLifetime'] as const) {
    const [before, after] = [previous[field], current[field]];
    // The kernel notes in hundredths of a second when it was set: twice within one shows only if there is more time.
    const runs = before !== 'forever' && after !== 'forever' && after <= before;
    if (before !== after && (set || !runs)) fields.push(field);
  }
  return fields;
}

/** Lists are of names and numbers. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((item, i) => item === b[i]);
}

const sameSettings = (a: object | undefined, b: object | undefined): boolean =>
  a === b || isDeepStrictEqual(settled(a), settled(b));

/** Counts that change with the traffic, which nobody announces. */
const COUNTS = ['fdbNLearned', 'mcastNGroups', 'mcastEhtHostsCnt'];

/** Settings without what changes by itself: times left and counts. */
function settled(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(settled);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.endsWith('Timer') && !COUNTS.includes(name))
      .map(([name, item]) => [name, settled(item)]),
  );
}
