import { isDeepStrictEqual } from 'node:util';
import type { AnyCodec, Codec } from '../../protocol/codec.js';
import { linkKinds } from '../../protocol/rtnetlink/index.js';
import type { Differences } from './difference.js';
import { reread } from './reread.js';

type Values = Readonly<Record<string, unknown>>;

/** Compares the settings of a kind: those that are wanted, as the kernel would report them. */
export function compareData(differences: Differences, kind: string, found: object | undefined, wanted: object): void {
  const own = (found ?? {}) as Values;
  const other = reread(layoutOf(kind), wanted) as Values;
  for (const name of Object.keys(wanted).filter(each => (wanted as Values)[each] !== undefined)) {
    if (!isSame(own[name], other[name])) differences.change(`data.${name}`, own[name], other[name] ?? false);
  }
}

/** Those of the settings by name, in a form that can be sent. */
export function pickData(names: readonly string[], data: object | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data ?? {}).filter(([name]) => names.includes(name)));
}

/** The layout of IFLA_INFO_DATA. Types allow `data` for kinds that have one only. */
function layoutOf(kind: string): Codec<unknown, unknown> {
  const layout = (linkKinds as Readonly<Record<string, AnyCodec>>)[kind];
  if (layout === undefined) throw new TypeError(`data: the settings of kind ${JSON.stringify(kind)} are not known`);
  return layout as Codec<unknown, unknown>;
}

/** What is a flag in requests the kernel may report as 0 and 1, or leave out. */
function isSame(found: unknown, wanted: unknown): boolean {
  if (wanted === true || wanted === undefined) return Boolean(found) === Boolean(wanted);
  if (isMasked(found) && isMasked(wanted)) return isSameUnderMask(found, wanted);
  return isDeepStrictEqual(found, wanted);
}

/** Bits, and which of them are meant: `struct ifla_vlan_flags`. */
interface Masked {
  readonly flags: readonly unknown[];
  readonly mask: readonly unknown[];
}

function isMasked(value: unknown): value is Masked {
  const { flags, mask } = (value ?? {}) as Partial<Masked>;
  return Array.isArray(flags) && Array.isArray(mask);
}

const isSameUnderMask = (found: Masked, wanted: Masked): boolean =>
  wanted.mask.every(bit => typeof bit === 'number' || found.flags.includes(bit) === wanted.flags.includes(bit));
