import type { AnyCodec, FieldShape, RowShape, Shape } from '../../src/protocol/codec.js';
import type { Named } from '../../src/protocol/enumeration.js';

/** A number that a table gives to a name of the kernel's. */
export interface Fact {
  readonly name: string;
  readonly value: number | bigint;
}

/** What the tables say about the kernel. */
export interface Facts {
  /** Attribute numbers. */
  readonly rows: Fact[];
  /** Values of enumerations and flags, numbers of padding. */
  readonly values: Fact[];
  readonly structs: { readonly cName: string; readonly size: number; readonly fields: readonly FieldShape[] }[];
  /** What the names of each set of attributes begin with. */
  readonly prefixes: string[];
  /** The sets themselves. */
  readonly sets: { readonly prefix: string; readonly codec: AnyCodec; readonly rows: readonly RowShape[] }[];
  /** Arrays whose index has a name: the names in order. */
  readonly arrays: (readonly string[])[];
}

/** Everything said by these codecs and all they are made of. */
export function factsOf(roots: readonly AnyCodec[]): Facts {
  const walk = new Walk();
  for (const root of roots) walk.visit(root);
  return walk.facts;
}

type Attributes = Extract<Shape, { is: 'attributes' }>;

class Walk {
  readonly facts: Facts = { rows: [], values: [], structs: [], prefixes: [], sets: [], arrays: [] };
  readonly #seen = new Set<unknown>();

  visit(codec: AnyCodec): void {
    if ('kernelName' in codec) this.#named(codec as AnyCodec & Named);
    const { shape } = codec;
    if (shape === undefined || this.#seen.has(shape)) return;
    this.#seen.add(shape);
    if (shape.is === 'attributes') this.#set(codec, shape);
    else this.#composite(shape);
  }

  #composite(shape: Exclude<Shape, Attributes>): void {
    if (shape.is === 'struct') this.#struct(shape);
    else if (shape.is === 'array') this.visit(shape.item);
    else if (shape.is === 'direction') for (const each of [shape.request, shape.reply]) this.visit(each);
    else for (const each of [shape.header, shape.attrs]) this.visit(each);
  }

  #set(codec: AnyCodec, { prefix, padding, rows }: Attributes): void {
    this.facts.prefixes.push(prefix);
    if (padding !== undefined) this.facts.values.push({ name: `${prefix}PAD`, value: padding });
    this.facts.sets.push({ prefix, codec, rows });
    for (const row of rows) this.#row(row);
  }

  #row(row: RowShape): void {
    this.facts.rows.push({ name: row.kernelName, value: row.type });
    for (const layout of Object.values(row.variants)) this.visit(layout);
  }

  #struct({ cName, size, fields }: Extract<Shape, { is: 'struct' }>): void {
    if (cName.endsWith('*')) this.facts.arrays.push(fields.map(field => field.cName.toUpperCase()));
    else this.facts.structs.push({ cName, size, fields });
    for (const { codec } of fields) this.visit(codec);
  }

  #named(codec: Named): void {
    if (this.#seen.has(codec.values)) return;
    this.#seen.add(codec.values);
    for (const [name, value] of Object.entries(codec.values)) {
      this.facts.values.push({ name: codec.kernelName(name), value });
    }
  }
}
