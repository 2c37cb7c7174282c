import type { Report } from '../runbooks/report.ts';
import type { Path } from '../runbooks/yaml-file.ts';
import { SECRET_REFERENCE } from './secret.ts';

const SECRET_FIELD = /^(?:pass(?:word|wd|phrase)?|secret|token|bearer|api[-_]?key)$/i;
/** A URL with a password between its `:` and its `@`. */
const PASSWORD_IN_URL = /^[a-z][a-z0-9+.-]*:\/\/[^\s/@]*:[^\s/]+@/i;
/** Deeper than any section goes. */
const MAX_DEPTH = 8;

/**
 * Reports every secret that is written out; its text is never repeated.
 * @returns the places, so that nothing else is said of them
 */
export function refuseClearSecrets(value: unknown, report: Report, at: Path): readonly Path[] {
  const found: Path[] = [];
  const look = (here: unknown, path: Path): void => {
    if (path.length - at.length > MAX_DEPTH) return;
    if (typeof here === 'object' && here !== null) {
      const parts = Array.isArray(here) ? here.entries() : Object.entries(here);
      for (const [key, inner] of parts) look(inner, [...path, key]);
      return;
    }
    const words = complaint(here, String(path.at(-1) ?? ''));
    if (words === null) return;
    report.error(path, ...words);
    found.push(path);
  };
  look(value, at);
  return found;
}

function complaint(value: unknown, field: string): [message: string, mend: string] | null {
  const isText = typeof value === 'string';
  if (SECRET_FIELD.test(field) && (isText || typeof value === 'number')) {
    if (isText && (SECRET_REFERENCE.test(value) || value === '')) return null;
    return [
      `\`${field}\` is written in clear`,
      `write env:NAME or file:/path here, take the secret out of this file and change it`,
    ];
  }
  if (!isText || !PASSWORD_IN_URL.test(value)) return null;
  return [
    `\`${field}\` holds a password in clear`,
    'take it out of the address, give it as `password: env:NAME` beside it, and change it',
  ];
}
