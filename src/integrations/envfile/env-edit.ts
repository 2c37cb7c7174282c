import { OperatorError } from '../../domain/operator-error.ts';
import { parseEnv } from './env-lines.ts';

const PLAIN = /^[A-Za-z0-9_./:@%+,=^?-]*$/;
/** C0, DEL, C1, line and paragraph separators. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

function refusal(key: string, why: string, mend: string): OperatorError {
  return new OperatorError('failed', `The value for ${key} ${why}`, mend);
}

/**
 * The value in a form that docker compose, dotenv libraries and shells all read the same.
 * @throws OperatorError('failed') when there is no such form
 */
export function quoteEnv(key: string, value: string): string {
  if (PLAIN.test(value)) return value;
  if (CONTROL.test(value) || !value.isWellFormed()) {
    const mend = 'write it into the file by hand, or give it without them';
    throw refusal(key, 'holds line breaks or control characters', mend);
  }
  if (value.includes('${')) {
    const mend = 'write the value itself, or the reference into the file by hand';
    throw refusal(key, 'holds `${`, which some readers fill in and others do not', mend);
  }
  const escapes = value.includes('\\\\') || value.endsWith('\\');
  if (!value.includes("'") && !escapes) return `'${value}'`;
  if (!/["\\$`]/.test(value)) return `"${value}"`;
  const mend = 'write it into the file by hand, as its reader wants it';
  throw refusal(
    key,
    'mixes quotes or backslashes that readers of env files read differently',
    mend,
  );
}

/** What is to be different in an env file. */
export interface EnvChange {
  readonly set: ReadonlyMap<string, string>;
  readonly unset: readonly string[];
}

/**
 * The text with these keys changed and every other byte as it was. A key that stands several times is
 * changed where it counts: at its last place. A new one is added at the end.
 * @throws OperatorError('failed') when the text or a value cannot be read with certainty
 */
export function editEnv(text: string, { set, unset }: EnvChange): string {
  const parsed = parseEnv(text);
  if (parsed.openQuoteLine !== null) {
    const message = `Line ${parsed.openQuoteLine} of the env file begins a quote that never ends`;
    throw new OperatorError('garbage', message, 'close it first');
  }
  const eol = /\r\n/.test(text) ? '\r\n' : '\n';
  const last = new Map(parsed.assignments.map((one) => [one.key, one]));
  let result = text;
  // From the end, so that places before it stay where they are.
  for (const one of parsed.assignments.toReversed()) {
    if (unset.includes(one.key)) result = result.slice(0, one.start) + result.slice(one.end);
    const value = set.get(one.key);
    if (value === undefined || last.get(one.key) !== one || one.value === value) continue;
    result =
      result.slice(0, one.valueStart) + quoteEnv(one.key, value) + result.slice(one.valueEnd);
  }
  const added = [...set].filter(([key]) => !last.has(key));
  for (const [key, value] of added) {
    const gap = result === '' || result.endsWith('\n') ? '' : eol;
    result += `${gap}${key}=${quoteEnv(key, value)}${eol}`;
  }
  return result;
}
