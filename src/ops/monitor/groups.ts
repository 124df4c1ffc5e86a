import { addresses } from './addresses.js';
import type { Watched, WatchedGroup } from './event.js';
import type { Group } from './group.js';
import { links } from './links.js';

/** What can be monitored. The order is that of dependence: an address belongs to a link. */
export const groups: { readonly [G in keyof Watched]: Group<Watched[G]> } = { link: links, address: addresses };

export const groupNames = Object.keys(groups) as WatchedGroup[];
