import type { Address } from '../address.js';
import type { Link } from '../link.js';
import type { Neighbour } from '../neighbour.js';
import type { Route } from '../route.js';
import type { Rule } from '../rule.js';

/** What can be monitored, and the object that stands for one of each. */
export interface Watched {
  /** `ip monitor link` */
  link: Link;
  /** `ip monitor address` */
  address: Address;
  /** `ip monitor neigh`, without those that are answered for (`proxy`), which the kernel does not announce. */
  neighbour: Neighbour;
  /** `ip monitor rule` */
  rule: Rule;
  /** `ip monitor route`: those of all tables. */
  route: Route;
}
/** `'link'`, `'address'` … */
export type WatchedGroup = keyof Watched;

interface About<G extends WatchedGroup> {
  readonly group: G;
  /** Its state: the new one, or where it is gone the last. */
  readonly object: Watched[G];
  /** With `allNamespaces`: id, in the monitor's own namespace, of the one it is in; undefined if that is the same. */
  readonly nsid: number | undefined;
}

/** An object is there: from the start, or from now on. */
export interface Added<G extends WatchedGroup> extends About<G> {
  readonly type: 'added';
}

/** An object is in another state. */
export interface Changed<G extends WatchedGroup> extends About<G> {
  readonly type: 'changed';
  readonly previous: Watched[G];
  /** What differs: never empty. */
  readonly fields: readonly (keyof Watched[G] & string)[];
}

/** An object is gone. */
export interface Removed<G extends WatchedGroup> extends About<G> {
  readonly type: 'removed';
  /**
   * Where a link of the monitor's own namespace moved: id of that namespace in this one, and the link's index there. In
   * events of other namespaces it is left out: there the kernel says an id of theirs.
   */
  readonly movedTo?: { readonly nsid: number; readonly index: number | undefined };
}

/** An object appeared, changed or went. */
export type ObjectEvent<G extends WatchedGroup = WatchedGroup> = {
  [K in G]: Added<K> | Changed<K> | Removed<K>;
}[G];

/** All that was there has been reported as `added`; from now on events tell what happens. */
export interface Synced {
  readonly type: 'synced';
}

/**
 * Notifications were lost, or a refresh was asked for. Between `begin` and `end` the monitor asks again and reports the
 * difference as ordinary events; at `end` the picture is true again.
 */
export interface Resync {
  readonly type: 'resync';
  readonly phase: 'begin' | 'end';
  /** After a `'loss'` the picture may be wrong in anything; before a `'refresh'` only in what the kernel does not tell. */
  readonly reason: 'loss' | 'refresh';
}

/** What a monitor reports. */
export type MonitorEvent<G extends WatchedGroup = WatchedGroup> = ObjectEvent<G> | Synced | Resync;
