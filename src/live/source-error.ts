import { formatAge } from '../domain/duration.ts';
import { asOperatorError, OperatorError } from '../domain/operator-error.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { Source, SourceError } from '../domain/source.ts';

const WORDS_CHARACTERS_MAX = 500;

const words = (text: string) => sanitizeLine(text).slice(0, WORDS_CHARACTERS_MAX);

/** Any thrown value as a source's error, safe to draw. */
export function sourceError(thrown: unknown): SourceError {
  const { kind, message, mend } = asOperatorError(thrown);
  return { kind, message: words(message), mend: mend === null ? null : words(mend) };
}

/** True for a failure that a source did not foresee: a fault of this program, worth a log line. */
export function unforeseen(thrown: unknown): boolean {
  return !(thrown instanceof OperatorError);
}

/** The failure of a poll that took longer than its source allows. */
export function timeoutError({ name, timeoutMs }: Pick<Source, 'name' | 'timeoutMs'>) {
  const limit = timeoutMs < 1000 ? `${timeoutMs} ms` : formatAge(timeoutMs);
  return new OperatorError(
    'timeout',
    `${name} did not answer within ${limit}`,
    'it may hang or be overloaded; look at its container and its logs',
  );
}
