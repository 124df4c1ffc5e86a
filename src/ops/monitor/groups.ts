import { addresses } from './addresses.js';
import type { Watched, WatchedGroup } from './event.js';
import type { Group } from './group.js';
import { links } from './links.js';
import { neighbours } from './neighbours.js';
import { routes } from './routes.js';
import { rules } from './rules.js';

/** What can be monitored. The order is that of dependence: an address belongs to a link, a route may need both. */
export const groups: { readonly [G in keyof Watched]: Group<Watched[G]> } = {
  link: links,
  address: addresses,
  neighbour: neighbours,
  rule: rules,
  route: routes,
};

export const groupNames = Object.keys(groups) as WatchedGroup[];
