import { type Difference, Differences, differenceWords } from '../ensure/difference.js';
import { settingsOf } from '../ensure/link.js';
import type { Link } from '../link.js';
import { LINK_SETTINGS } from '../link-input.js';
import type { View } from './places.js';

/** What is not as it was, of the links in question that there were before, in words: `link v0: mtu 1500 -> 1400`. */
export function unlike(links: ReadonlySet<number>, before: View, now: View): string[] {
  return before.links.flatMap(link => {
    if (!links.has(link.index)) return [];
    const found = now.at(link.index);
    if (found === undefined) return [`link ${link.name}: is not there again`];
    const differences = differencesOf(link, found);
    return differences.length === 0 ? [] : [`link ${link.name}: ${differences.map(differenceWords).join(', ')}`];
  });
}

/** But for what comes and goes by itself: carriers, operational states. */
function differencesOf(before: Link, now: Link): readonly Difference[] {
  const [was, is] = [before, now].map(factsOf);
  const differences = new Differences();
  for (const [field, value] of Object.entries(was!)) differences.exactly('changes', field, value, is![field]);
  return differences.changes;
}

function factsOf(link: Link): Readonly<Record<string, unknown>> {
  const { name, kind, master, linkIndex, linkNetnsid, altNames } = link;
  const { carrier: _, ...settings } = settingsOf(link, LINK_SETTINGS);
  return { name, kind, master, link: linkIndex, linkNetnsid, altNames: [...altNames].sort(), ...settings };
}
