/** What kind of trouble it is; decides the words' tone, the exit code and whether to try again. */
export type ErrorKind = 'unreachable' | 'timeout' | 'denied' | 'missing' | 'garbage' | 'failed';

/**
 * An expected failure in words an operator can act on: what happened, and what to do next.
 * Anything else that is thrown is a fault of this program.
 */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly kind: ErrorKind;
  readonly mend: string | null;

  constructor(kind: ErrorKind, message: string, mend: string | null = null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.mend = mend;
  }
}

/** Any thrown value as an OperatorError, keeping those that already are. */
export function asOperatorError(thrown: unknown): OperatorError {
  if (thrown instanceof OperatorError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new OperatorError('failed', message, null, thrown);
}
