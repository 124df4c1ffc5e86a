import type { AnyCodec, RowShape, Shape } from '../../src/protocol/codec.js';

type Values = Readonly<Record<string, unknown>>;
type Attributes = Extract<Shape, { is: 'attributes' }>;

/** The rows that a decoded value holds, told from the layouts that it was decoded by. */
export function heldRows(codec: AnyCodec, value: unknown, request: boolean): Set<RowShape> {
  const held = new Set<RowShape>();
  visit(codec, value, { held, request, outer: undefined });
  return held;
}

interface Around {
  readonly held: Set<RowShape>;
  readonly request: boolean;
  /** The fixed header of the message around. */
  readonly outer: Values | undefined;
}

function visit({ shape }: AnyCodec, value: unknown, around: Around): void {
  switch (shape?.is) {
    case 'direction':
      return visit(around.request ? shape.request : shape.reply, value, around);
    case 'message': {
      const { attrs, ...header } = value as Values & { attrs: Values };
      return visit(shape.attrs, attrs, { ...around, outer: header });
    }
    case 'records':
      for (const { attrs } of value as readonly { attrs: Values }[]) visit(shape.attrs, attrs, around);
      return;
    case 'attributes':
      return visitSet(shape, value, around);
    default:
  }
}

function visitSet({ rows, row }: Attributes, value: unknown, around: Around): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(row(0)!.layout({})!, item, around);
    return;
  }
  const values = value as Values;
  for (const each of rows.filter(({ name }) => name in values)) {
    around.held.add(each);
    const layout = each.layout(values, around.outer);
    const items = each.many ? (values[each.name] as readonly unknown[]) : [values[each.name]];
    for (const item of items) if (layout !== undefined) visit(layout, item, around);
  }
}
