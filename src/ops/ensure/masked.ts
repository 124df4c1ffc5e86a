type Bits = readonly unknown[];

/** Bits, and which of them are meant: `struct ifla_vlan_flags`, `struct br_boolopt_multi`. */
export type Masked = Readonly<Record<string, Bits>>;

/** What the kernel calls the two. */
const NAMES = [
  ['flags', 'mask'],
  ['optval', 'optmask'],
] as const;

const namesOf = (value: unknown): (typeof NAMES)[number] | undefined =>
  NAMES.find(names => names.every(name => Array.isArray((value as Masked | undefined)?.[name])));

/** Whether only some bits of a setting are meant. */
export const isMasked = (value: unknown): value is Masked => namesOf(value) !== undefined;

/** What leads from one to the other: the bits that are meant and differ; undefined for none. */
export function maskedChange(from: Masked, to: Masked): Masked | undefined {
  const [on, mask] = namesOf(to)!;
  const bits = differing(to[mask]!, from[on]!, to[on]!);
  return bits.length === 0 ? undefined : { [on]: differing(bits, to[on]!, []), [mask]: bits };
}

/** The bits of a mask that are on in one and not in the other. */
function differing(mask: Bits, one: Bits, other: Bits): Bits {
  const names = mask.filter(bit => typeof bit !== 'number' && one.includes(bit) !== other.includes(bit));
  const nameless = (namelessOf(mask) & (namelessOf(one) ^ namelessOf(other))) >>> 0;
  return nameless === 0 ? names : [...names, nameless];
}

/** Bits without a name are one number, the last of a list. */
const namelessOf = (bits: Bits): number => bits.find(bit => typeof bit === 'number') ?? 0;
