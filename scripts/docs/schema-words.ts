/** A JSON Schema as far as the reference reads it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
}

/** One field, its name with the path to it: `entries[].durationMs`. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly default: unknown;
  readonly description: string;
}

function bounds({ minimum, maximum }: JsonSchema): string {
  const known = (bound: number | undefined) =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  if (known(minimum) && known(maximum)) return ` ${minimum} to ${maximum}`;
  return known(minimum) ? `, at least ${minimum}` : '';
}

/** The schema without its `null`, and whether it had one. */
function withoutNull(schema: JsonSchema): {
  readonly schema: JsonSchema;
  readonly nullable: boolean;
} {
  const others = schema.anyOf?.filter(({ type }) => type !== 'null');
  const [only, ...more] = others ?? [];
  if (only !== undefined && more.length === 0 && others?.length !== schema.anyOf?.length) {
    return { schema: only, nullable: true };
  }
  if (Array.isArray(schema.type) && schema.type.includes('null')) {
    const [type = 'null'] = schema.type.filter((name) => name !== 'null');
    return { schema: { ...schema, type }, nullable: true };
  }
  return { schema, nullable: false };
}

/** The type in words: `integer 1 to 20`, `text or null`, `list of objects`. */
function typeWords(given: JsonSchema): string {
  const { schema, nullable } = withoutNull(given);
  const words = plainWords(schema);
  return nullable ? `${words} or null` : words;
}

function plainWords(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => String(value)).join(', ');
  switch (schema.type) {
    case 'string':
      return schema.pattern === undefined ? 'text' : `text like \`${schema.pattern}\``;
    case 'array':
      return `list of ${typeWords(schema.items ?? {})}`;
    case 'object':
      return typeof schema.additionalProperties === 'object' ? 'names with texts' : 'object';
    case 'integer':
    case 'number':
      return `${schema.type}${bounds(schema)}`;
    case 'boolean':
      return 'true or false';
    default:
      return 'anything';
  }
}

/** Every field of an object, those of objects within it included. */
export function fieldsOf(schema: JsonSchema, prefix = ''): readonly Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const { schema: inner } = withoutNull(field);
    const own: Field = {
      name: path,
      type: typeWords(field),
      required: schema.required?.includes(name) ?? false,
      default: field.default,
      description: field.description ?? '',
    };
    if (inner.properties) return [own, ...fieldsOf(inner, `${path}.`)];
    return inner.items?.properties ? [own, ...fieldsOf(inner.items, `${path}[].`)] : [own];
  });
}
