import { attr, attributes } from './attributes.js';
import type { Codec, Shape } from './codec.js';
import { byDirection } from './direction.js';
import type { Scalar } from './scalar.js';
import { type Odd, struct } from './struct.js';

/** Named numbers, as many of them as the kernel that sent them knows. */
export type Words<N extends string, T> = { [K in N]?: T } & Odd;

/**
 * An array of numbers whose index has a meaning: `names[0]` belongs to index `first` of the kernel's enumeration.
 * Decodes to an object. Longer arrays of newer kernels keep their tail, shorter ones lack the last names.
 */
export function words<const N extends string, T>(
  prefix: string,
  base: Scalar<T>,
  names: readonly N[],
): Codec<Words<N, T>> & { readonly shape: Shape } {
  const fields = Object.fromEntries(names.map(name => [name, base]));
  return struct(`${prefix}*`, prefix, fields, { hot: true }) as unknown as Codec<Words<N, T>> & {
    readonly shape: Shape;
  };
}

/**
 * What the kernel sends as an array and takes as nested attributes, each numbered by its index plus one:
 * IFLA_INET_CONF.
 */
export function wordsOrAttributes<const N extends string>(
  prefix: string,
  base: Scalar<number>,
  names: readonly N[],
): Codec<Words<N, number>> {
  const sent = words(prefix, base, names);
  const asked = attributes(
    prefix,
    Object.fromEntries(names.map((name, i) => [name, attr(i + 1, base)])),
  ) as unknown as typeof sent;
  return byDirection(asked, sent);
}
