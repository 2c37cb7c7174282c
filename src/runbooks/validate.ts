import * as z from 'zod';
import { didYouMean } from '../domain/nearest.ts';
import type { Report } from './report.ts';
import type { Path } from './yaml-file.ts';

type Issue = z.core.$ZodIssue;

/**
 * Checks a part of a file against its schema; what does not fit is reported at its place.
 * @param path where the part stands in the file
 * @param excused leaves an issue out, by its path within the part
 * @returns the parsed value, or null when something does not fit
 */
export function validate<S extends z.ZodType>(
  schema: S,
  value: unknown,
  report: Report,
  path: Path = [],
  excused: (issue: Path) => boolean = () => false,
): z.output<S> | null {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of flatten(parsed.error.issues)) {
    const inner = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    if (!excused(inner)) reportIssue(issue, inner, schema, value, report, path);
  }
  return null;
}

/** Of a union's complaints, those of the branch that came closest. */
function flatten(issues: readonly Issue[]): readonly Issue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union') return [issue];
    const [closest] = issue.errors.toSorted((a, b) => depth(b) - depth(a));
    if (closest === undefined || depth(closest) === 0) return [issue];
    return flatten(closest).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  });
}

function depth(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}

function reportIssue(
  issue: Issue,
  inner: Path,
  schema: z.ZodType,
  value: unknown,
  report: Report,
  path: Path,
): void {
  const at = [...path, ...inner];
  const name = String(at.at(-1) ?? 'the file');
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(schema, inner);
    for (const key of issue.keys) {
      const otherwise = known.length > 0 ? `its fields are ${known.join(', ')}` : 'remove it';
      const mend = didYouMean(key, known, otherwise);
      report.error([...at, key], `unknown field \`${key}\``, mend, 'key');
    }
    return;
  }
  if (issue.code === 'invalid_type' && valueAt(value, inner) === undefined) {
    report.error(at, `\`${name}\` is missing`, `add \`${name}\`: ${wanted(issue.expected)}`);
    return;
  }
  report.error(at, `\`${name}\` ${complaint(issue)}`, mendOf(issue, valueAt(value, inner), report));
}

/** What stands at a path of a value; undefined when nothing does. */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const part of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string | number, unknown>)[part];
  }
  return here;
}

/** The fields an object at this place of the schema may have. */
function fieldsAt(schema: z.ZodType, path: Path): readonly string[] {
  let here: unknown = schema;
  for (const part of path) {
    here = unwrap(here);
    if (here instanceof z.ZodObject) here = here.shape[String(part)];
    else if (here instanceof z.ZodArray) here = here.element;
    else if (here instanceof z.ZodRecord) here = here.valueType;
    else return [];
  }
  here = unwrap(here);
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}

function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodUnion) {
    return schema.options.map(unwrap).find((option) => option instanceof z.ZodObject) ?? schema;
  }
  const wraps =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodNullable;
  return wraps ? unwrap(schema.def.innerType) : schema;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'fields',
  record: 'fields',
};

function wanted(expected: string): string {
  return TYPE_WORDS[expected] ?? expected;
}

function complaint(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${wanted(issue.expected)}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`;
    case 'too_small':
      return issue.origin === 'array' || issue.origin === 'string'
        ? 'must not be empty'
        : `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}`;
    case 'invalid_format':
      return `is not of the form it must have`;
    case 'invalid_union':
      return 'has none of the forms it may have';
    default:
      return issue.message;
  }
}

function mendOf(issue: Issue, actual: unknown, { schemaCommand }: Report): string {
  if (issue.code === 'invalid_format' || issue.code === 'custom') return issue.message;
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    return didYouMean(String(actual ?? ''), values, `write ${values.join(' or ')}`);
  }
  return `see \`${schemaCommand}\` for what may stand here`;
}
