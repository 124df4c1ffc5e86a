import { link as codec } from '../../protocol/rtnetlink/index.js';
import { hostByteOrder } from '../../protocol/source.js';
import { Link } from '../link.js';
import { FLAG_SETTINGS, type LinkSettings, linkInput, type NewLinkSettings } from '../link-input.js';
import { Differences } from './difference.js';
import { compareData } from './link-data.js';
import { requestBytes } from './reread.js';

/** How a link shall be, references to others resolved. */
export interface WantedLink {
  readonly settings: NewLinkSettings;
  readonly kind?: string | undefined;
  readonly data?: object | undefined;
  /** Index of its master; null for none, undefined if that does not matter. */
  readonly master?: number | null | undefined;
  /** Where the link it sits on is. */
  readonly lower?: { readonly index: number; readonly netnsid: number | undefined } | undefined;
}

/** Settings that are told by a field of the same name. */
const FIELDS = ['mtu', 'address', 'broadcast', 'txqlen', 'group', 'alias', 'carrier', 'mode'] as const;

/** What of a link differs from what is wanted; what is not given may be as it is. */
export function compareLink(found: Link, { settings, kind, data, master, lower }: WantedLink): Differences {
  const differences = new Differences();
  differences.fixed('kind', found.kind, kind);
  if (differences.conflicts.length > 0) return differences;
  differences.fixed('index', found.index, settings.index);
  differences.fixed('numTxQueues', found.numTxQueues, settings.numTxQueues);
  differences.fixed('numRxQueues', found.numRxQueues, settings.numRxQueues);
  if (lower !== undefined) {
    differences.fixed('link', found.linkIndex, lower.index);
    differences.exactly('conflicts', 'linkNetnsid', found.linkNetnsid, lower.netnsid);
  }
  if (kind !== undefined && data !== undefined) compareData(differences, kind, found.data, data);
  compareSettings(differences, found, settings);
  if (master !== undefined) differences.exactly('changes', 'master', found.master, master ?? undefined);
  return differences;
}

function compareSettings(differences: Differences, found: Link, settings: NewLinkSettings): void {
  const { name: _name, index: _index, ...given } = settings;
  const wanted = new Link(requestBytes(codec, linkInput(given, {})), hostByteOrder);
  for (const field of FIELDS) {
    if (settings[field] !== undefined)
      differences.exactly('changes', field, orNone(found[field]), orNone(wanted[field]));
  }
  for (const [setting, name, inverse] of FLAG_SETTINGS)
    differences.change(setting, found.flags.includes(name) !== inverse, settings[setting]);
}

/** An empty alias is none. */
const orNone = (value: unknown): unknown => (value === '' ? undefined : value);

/** The settings among `names` as a link has them: what sets it back. */
export function settingsOf(found: Link, names: readonly string[]): LinkSettings {
  const flags = FLAG_SETTINGS.map(([setting, name, inverse]) => [setting, found.flags.includes(name) !== inverse]);
  const all: LinkSettings = {
    ...Object.fromEntries(FIELDS.map(field => [field, found[field]])),
    alias: found.alias ?? '',
    ...Object.fromEntries(flags),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}
