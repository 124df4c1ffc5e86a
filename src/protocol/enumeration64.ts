import type { KernelNames, Named } from './enumeration.js';
import { outOfRange, shown } from './errors.js';
import { kernelCase } from './names.js';
import { fixed, type Scalar } from './scalar.js';
import type { Source } from './source.js';
import type { Writer } from './writer.js';

/** Names and the 64-bit numbers the kernel gives them. */
export type Names64 = Readonly<Record<string, bigint>>;

/** A 64-bit number that stands for one of several things. */
export interface Enumeration64<V extends Names64>
  extends Scalar<keyof V | bigint, keyof V | bigint | number>,
    Omit<Named, 'values'> {
  readonly values: V;
}

/** As `enumeration`, for 64-bit numbers: decodes to the name, or to a `bigint` where the table has none. */
export function enumeration64<const V extends Names64>(
  base: Scalar<bigint, bigint | number>,
  prefix: string,
  values: V,
  kernelNames: KernelNames = {},
): Enumeration64<V> {
  const byNumber = new Map<bigint, keyof V>();
  for (const name in values) byNumber.set(values[name]!, name);
  const fromRaw = (raw: bigint): keyof V | bigint => byNumber.get(raw) ?? raw;
  return {
    prefix,
    values,
    kernelName: name => kernelNames[name] ?? prefix + kernelCase(name),
    ...fixed<keyof V | bigint, keyof V | bigint | number>({
      size: base.size,
      layout: base.layout,
      get: (src: Source, at: number) => fromRaw(base.get(src, at)),
      fromRaw,
      write(w: Writer, value: keyof V | bigint | number) {
        if (typeof value !== 'string' && typeof value !== 'symbol') return base.write(w, value as bigint | number);
        if (typeof value === 'string' && Object.hasOwn(values, value)) return base.write(w, values[value]!);
        throw outOfRange(`expected one of ${Object.keys(values).join(', ')} or a number, got ${shown(value)}`);
      },
      show: value => (typeof value === 'bigint' ? `0x${value.toString(16)}` : String(value)),
    }),
  };
}
