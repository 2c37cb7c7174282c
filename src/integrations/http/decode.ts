import { sanitizeLine } from '../../domain/sanitize.ts';

const MAX_FIELDS = 20;
const MAX_FIELD_LENGTH = 80;
const MAX_DEPTH = 6;
const MAX_TEXT_LENGTH = 2000;
const MAX_ENTRIES = 200;

/** A value of a JSON answer; every string in it is safe to show. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

function clean(value: unknown, depth: number): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'string') return sanitizeLine(value).slice(0, MAX_TEXT_LENGTH);
  if (depth >= MAX_DEPTH || typeof value !== 'object') return '…';
  if (Array.isArray(value))
    return value.slice(0, MAX_ENTRIES).map((item) => clean(item, depth + 1));
  const entries = Object.entries(value).slice(0, MAX_ENTRIES);
  return Object.fromEntries(
    entries.map(([name, item]) => [sanitizeLine(name), clean(item, depth + 1)]),
  );
}

/** The answer as JSON, made safe and cut to a bounded size; null when it is not JSON. */
export function decodeJson(text: string): Json {
  try {
    return clean(JSON.parse(text), 0);
  } catch {
    return null;
  }
}

function isScalar(value: Json): value is null | boolean | number | string {
  return value === null || typeof value !== 'object';
}

/**
 * The scalars of a JSON answer by their path, e.g. `checks.redis_available: false`: at most 20, as
 * text of at most 80 characters.
 */
export function flattenFields(json: Json): Readonly<Record<string, string>> {
  const fields = new Map<string, string>();
  const visit = (value: Json, path: string) => {
    if (fields.size >= MAX_FIELDS) return;
    if (isScalar(value)) {
      if (path !== '') fields.set(path, String(value).slice(0, MAX_FIELD_LENGTH));
      return;
    }
    for (const [name, item] of Object.entries(value)) {
      visit(item, path === '' ? name : `${path}.${name}`);
    }
  };
  visit(json, '');
  return Object.fromEntries(fields);
}

/** The value at a path such as `checks.redis_available`; undefined where there is none. */
export function atPath(json: Json, path: string): Json | undefined {
  let value: Json | undefined = json;
  for (const name of path.split('.')) {
    if (value === undefined || isScalar(value)) return undefined;
    value = Object.hasOwn(value, name) ? (value as Record<string, Json>)[name] : undefined;
  }
  return value;
}
