import { redact } from './redact.ts';

function difference(value: unknown, kept: unknown, path: string): string | null {
  if (Object.is(value, kept)) return null;
  if (typeof value !== 'object' || value === null) return path;
  if (typeof kept !== 'object' || kept === null) return path;
  const fields = kept as Readonly<Record<string, unknown>>;
  for (const [name, inner] of Object.entries(value)) {
    const found = difference(inner, fields[name], path === '' ? name : `${path}.${name}`);
    if (found !== null) return found;
  }
  return null;
}

/**
 * What of a value the journal would hide, by its dotted path; null when all of it is kept. A change is
 * carried out from the journal: what is hidden there never reaches the one who makes it.
 */
export function hiddenPart(value: unknown): string | null {
  return difference(value, redact(value), '');
}

/** The value of a setting as it may be shown: a mask where its name or its text says it is a secret. */
export function shownValue(name: string, value: string): string {
  const shown = (redact({ [name]: value }) as Readonly<Record<string, unknown>>)[name];
  return typeof shown === 'string' ? shown : '';
}
