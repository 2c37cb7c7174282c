import { formatAge } from '../domain/duration.ts';
import type { FactKind } from '../domain/fact.ts';
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

/** What to do about what is no container. */
const TIMEOUT_MENDS: Partial<Readonly<Record<FactKind, string>>> = {
  containers: 'the engine may hang or be overloaded; look at its service and its logs',
  usage: 'the engine may hang or be overloaded; look at its service and its logs',
  host: 'this host may be overloaded, or a disk hangs; see top and dmesg',
};

/** The failure of a poll that took longer than its source allows. */
export function timeoutError({
  kind,
  name,
  timeoutMs,
}: Pick<Source, 'kind' | 'name' | 'timeoutMs'>) {
  const limit = timeoutMs < 1000 ? `${timeoutMs} ms` : formatAge(timeoutMs);
  return new OperatorError(
    'timeout',
    `${name} did not answer within ${limit}`,
    TIMEOUT_MENDS[kind] ?? 'it may hang or be overloaded; look at its container and its logs',
  );
}
