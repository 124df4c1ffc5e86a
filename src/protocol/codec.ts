import type { Source } from './source.js';
import type { Writer } from './writer.js';

/** How one kind of value lies on the wire. `In` is what `write` accepts. */
export interface Codec<T, In = T> {
  /**
   * Decode the value in [start, end). Throws DecodeError and nothing else. `outer` is the decoded
   * fixed header of the message, for layouts that depend on it.
   */
  read(src: Source, start: number, end: number, outer?: object): T;
  /** Append `value`. Padding and the length in front are the caller's business. Throws EncodeError. */
  write(w: Writer, value: In, outer?: object): void;
  /** Whether what `read` returns refers to none of the bytes that it was read from, so that they can be overwritten. */
  readonly detached?: true | undefined;
  /** The value in words, for `explain`; by default as JavaScript shows it. */
  show?(value: T): string;
  /** What this codec is made of, for those who walk bytes without decoding them. */
  readonly shape?: Shape;
  /** For text: whether its canonical form ends in NUL. `replies`: in what the kernel sends, not in requests. */
  readonly terminated?: 'always' | 'never' | 'replies';
  /** For text: fewest and most bytes, the ending NUL not counted. */
  readonly bytes?: readonly [min: number, max: number];
}

/** Any codec, where its values do not matter. */
export type AnyCodec = Codec<unknown, never>;
/** The value a codec's `read` returns. */
export type Decoded<C> = C extends { read(...args: never[]): infer T } ? T : never;
/** The value a codec's `write` takes. */
export type Encodable<C> = C extends { write(w: Writer, value: infer In, ...args: never[]): void } ? In : never;

/** The parts of a composite codec. */
export type Shape =
  | {
      readonly is: 'attributes';
      /** What the kernel puts before the rows' names, `IFLA_`. */
      readonly prefix: string;
      /** The number of the empty attribute, called `IFLA_PAD`, that moves what follows to a multiple of eight. */
      readonly padding?: number | undefined;
      row(type: number): RowShape | undefined;
      readonly rows: readonly RowShape[];
    }
  | { readonly is: 'message'; readonly header: AnyCodec & { readonly size: number }; readonly attrs: AnyCodec }
  | { readonly is: 'records'; readonly header: AnyCodec & { readonly size: number }; readonly attrs: AnyCodec }
  | { readonly is: 'array'; readonly item: AnyCodec & { readonly size: number } }
  | { readonly is: 'struct'; readonly cName: string; readonly size: number; readonly fields: readonly FieldShape[] }
  /** One layout in requests, another in what the kernel sends. */
  | { readonly is: 'direction'; readonly request: AnyCodec; readonly reply: AnyCodec };

/** One attribute of a set. */
export interface RowShape {
  /** The kernel's name, `IFLA_IFNAME`. */
  readonly kernelName: string;
  /** Its name in a decoded value, `ifname`. */
  readonly name: string;
  readonly type: number;
  /** Whether the attribute may come several times, and is an array. */
  readonly many: boolean;
  /** The layout of its payload, given the siblings decoded so far and the message's header. */
  layout(siblings: Readonly<Record<string, unknown>>, outer?: object): AnyCodec | undefined;
  /** The sibling or header field that `layout` looks at. */
  readonly selector?: string | undefined;
  /** Every layout it can have. */
  readonly variants: Readonly<Record<string, AnyCodec>>;
}

/** One field of a C struct. */
export interface FieldShape {
  readonly name: string;
  /** The field's name in the kernel's header. */
  readonly cName: string;
  readonly offset: number;
  readonly size: number;
  readonly codec: AnyCodec;
}

/** Refers to a codec declared later; for layouts that contain themselves. */
export function lazy<T, In>(resolve: () => Codec<T, In>): Codec<T, In> {
  return {
    read: (src, start, end, outer) => resolve().read(src, start, end, outer),
    write: (w, value, outer) => resolve().write(w, value, outer),
    get shape(): Shape {
      return resolve().shape!;
    },
  };
}
