import { type Difference, Differences, differenceWords } from '../ensure/difference.js';
import { settingsOf } from '../ensure/link.js';
import { dataBack } from '../ensure/link-data.js';
import type { Link } from '../link.js';
import { LINK_SETTINGS } from '../link-input.js';
import type { LinksBefore, Looked } from './links-before.js';
import { View } from './places.js';
import type { Scopes } from './scope.js';

/** When all has been undone: tells what of the links is not as it was, which would go unnoticed. */
export async function tellUnlike(links: LinksBefore, scopes: Scopes, fail: (error: unknown) => void): Promise<void> {
  for (const looked of await links.look(scopes, fail))
    for (const what of unlike(looked)) fail(new Error(`apply: ${looked.place.words(what)}`));
}

/** What is not as it was, of the links in question that there were before, in words: `link v0: mtu 1500 -> 1400`. */
function unlike({ scope: { links, ports }, before, now: found }: Looked): string[] {
  const now = new View(found);
  return before.links.flatMap(link => {
    if (!links.has(link.index) && !ports.has(link.index)) return [];
    const again = now.at(link.index);
    if (again === undefined) return [`link ${link.name}: is not there again`];
    const all = differencesOf(link, again);
    const differences = links.has(link.index) ? all : all.filter(({ field }) => field === 'master');
    return differences.length === 0 ? [] : [`link ${link.name}: ${differences.map(differenceWords).join(', ')}`];
  });
}

/** But for what comes and goes by itself: carriers, operational states. */
function differencesOf(before: Link, after: Link): readonly Difference[] {
  const [was, is] = [before, after].map(factsOf);
  const differences = new Differences();
  for (const [field, value] of Object.entries(was!)) differences.exactly('changes', field, value, is![field]);
  const now = after.data as Readonly<Record<string, unknown>> | undefined;
  for (const [name, value] of Object.entries(dataBack(now, before.data)))
    differences.exactly('changes', `data.${name}`, value, now?.[name]);
  return differences.changes;
}

function factsOf(link: Link): Readonly<Record<string, unknown>> {
  const { name, kind, master, linkIndex, linkNetnsid, altNames } = link;
  const { carrier: _, ...settings } = settingsOf(link, LINK_SETTINGS);
  return { name, kind, master, link: linkIndex, linkNetnsid, altNames: [...altNames].sort(), ...settings };
}
