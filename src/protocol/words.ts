import { attr, attributes } from './attributes.js';
import type { Codec, Decoded, Shape } from './codec.js';
import { byDirection } from './direction.js';
import type { Scalar } from './scalar.js';
import { type Odd, struct } from './struct.js';

/** The names of an array's numbers, in its order, and how each lies in memory: all alike. */
type Names = Readonly<Record<string, Scalar<unknown>>>;

/** Named numbers, as many of them as the kernel that sent them knows. */
export type Words<N extends Names> = { -readonly [K in keyof N]?: Decoded<N[K]> } & Odd;

/** What `words` makes. */
export interface WordsCodec<N extends Names> extends Codec<Words<N>> {
  readonly shape: Shape;
}

/**
 * An array of numbers whose index has a meaning. Decodes to an object. Longer arrays of newer kernels keep their tail,
 * shorter ones lack the last names.
 */
export function words<const N extends Names>(prefix: string, names: N): WordsCodec<N> {
  return struct(`${prefix}*`, prefix, names, { hot: true }) as unknown as WordsCodec<N>;
}

/**
 * What the kernel sends as an array and takes as nested attributes, each numbered by its index plus one:
 * IFLA_INET_CONF.
 */
export function wordsOrAttributes<const N extends Names>(prefix: string, names: N): WordsCodec<N> {
  const sent = words(prefix, names);
  const rows = Object.entries(names).map(([name, codec], i) => [name, attr(i + 1, codec)]);
  const asked = attributes(prefix, Object.fromEntries(rows)) as unknown as typeof sent;
  return byDirection(asked, sent) as unknown as WordsCodec<N>;
}
