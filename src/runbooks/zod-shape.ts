import * as z from 'zod';

/** What a condition can rely on: a scalar, a list, an object with known fields, or nothing known. */
export type Shape =
  | { readonly kind: 'string' | 'double' | 'bool' | 'dyn' }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Shape> };

const DYN: Shape = { kind: 'dyn' };
/** Deeper than this nothing is promised, so that recursive schemas end. */
const MAX_DEPTH = 8;

/** The shape a schema promises. A field that may be null or absent promises nothing. */
export function shapeOf(schema: unknown, depth = 0): Shape {
  if (depth > MAX_DEPTH) return DYN;
  if (schema instanceof z.ZodString || schema instanceof z.ZodEnum) return { kind: 'string' };
  if (schema instanceof z.ZodStringFormat) return { kind: 'string' };
  if (schema instanceof z.ZodNumber) return { kind: 'double' };
  if (schema instanceof z.ZodBoolean) return { kind: 'bool' };
  if (schema instanceof z.ZodLiteral) return literalShape(schema.values);
  if (schema instanceof z.ZodArray) {
    return { kind: 'list', of: shapeOf(schema.element, depth + 1) };
  }
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodReadonly) {
    return shapeOf(schema.def.innerType, depth + 1);
  }
  if (schema instanceof z.ZodObject) return objectShape(schema, depth);
  return DYN;
}

/** The composite result of several probes by name; each is nothing known to conditions' types. */
export function gatheredShape(shapes: ReadonlyMap<string, Shape>): Shape {
  const errors: Shape = {
    kind: 'object',
    fields: new Map([...shapes.keys()].map((as) => [as, DYN])),
  };
  return { kind: 'object', fields: new Map([...shapes, ['errors', errors]]) };
}

function literalShape(values: ReadonlySet<unknown>): Shape {
  const types = new Set([...values].map((value) => typeof value));
  if (types.size !== 1) return DYN;
  const [type] = types;
  if (type === 'string') return { kind: 'string' };
  if (type === 'number') return { kind: 'double' };
  return type === 'boolean' ? { kind: 'bool' } : DYN;
}

function objectShape(schema: z.ZodObject, depth: number): Shape {
  const rest: unknown = schema.def.catchall;
  const closed = rest === undefined || rest instanceof z.ZodNever;
  const fields = Object.entries(schema.shape);
  if (!closed || fields.length === 0) return DYN;
  return {
    kind: 'object',
    fields: new Map(fields.map(([name, field]) => [name, shapeOf(field, depth + 1)])),
  };
}

/**
 * Follows a dotted path.
 * @returns null when the shape allows the path; otherwise the part that is not there and what is
 */
export function missingPart(
  shape: Shape,
  path: readonly string[],
): { readonly part: string; readonly known: readonly string[] } | null {
  let here = shape;
  for (const part of path) {
    if (here.kind === 'dyn') return null;
    if (here.kind === 'list') {
      if (!/^\d+$/.test(part)) return { part, known: [] };
      here = here.of;
      continue;
    }
    if (here.kind !== 'object') return { part, known: [] };
    const next = here.fields.get(part);
    if (next === undefined) return { part, known: [...here.fields.keys()] };
    here = next;
  }
  return null;
}

/** The shape in the words of the expression library: a type name, or fields by name. */
export type CelType = string | { [field: string]: CelType };

export function celTypeOf(shape: Shape): CelType {
  switch (shape.kind) {
    case 'list':
      return shape.of.kind === 'object' || shape.of.kind === 'list'
        ? 'list<dyn>'
        : `list<${shape.of.kind}>`;
    case 'object':
      return Object.fromEntries([...shape.fields].map(([name, of]) => [name, celTypeOf(of)]));
    default:
      return shape.kind;
  }
}
