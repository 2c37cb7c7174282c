import type { z } from 'zod';
import type { Report } from './report.ts';
import { validate } from './validate.ts';
import type { Path } from './yaml-file.ts';

/** An entry of a list whose kinds are told apart by one field, checked against its schema. */
export type Entry<S extends Readonly<Record<string, z.ZodType>>> = {
  [K in keyof S]: { readonly kind: K; readonly value: z.output<S[K]> };
}[keyof S];

/**
 * Finds the kind of an entry by the field that is there, and checks the entry.
 * @param noun the entry in words, e.g. `a step`
 * @returns null when it does not fit; what is wrong is reported
 */
export function readEntry<S extends Readonly<Record<string, z.ZodType>>>(
  schemas: S,
  noun: string,
  raw: unknown,
  report: Report,
  path: Path,
): Entry<S> | null {
  const names = Object.keys(schemas);
  const fields = typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? raw : {};
  const present = names.filter((name) => Object.hasOwn(fields, name));
  const [kind, other] = present;
  if (kind === undefined) {
    const list = names.map((name) => `\`${name}\``).join(', ');
    report.error(path, `${noun} has none of ${list}`, `say what it is by one of ${list}`);
    return null;
  }
  if (other !== undefined) {
    const message = `${noun} cannot be both \`${kind}\` and \`${other}\``;
    report.error([...path, other], message, 'make two of it', 'key');
    return null;
  }
  const schema = schemas[kind];
  const value = schema === undefined ? null : validate(schema, raw, report, path);
  return value === null ? null : ({ kind, value } as Entry<S>);
}
