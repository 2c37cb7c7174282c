/** An answer of the server that refuses; it goes to the client as it is. */
export class SqlError extends Error {
  /** SQLSTATE. */
  readonly code: string;
  readonly severity: 'ERROR' | 'FATAL';

  constructor(code: string, message: string, severity: 'ERROR' | 'FATAL' = 'ERROR') {
    super(message);
    this.code = code;
    this.severity = severity;
  }
}

/** A statement that the catalogue's own evaluator does not know; the tables' PostgreSQL may. */
export class NotCovered extends Error {
  /** What a server without such a thing would say. */
  readonly refusal: SqlError;

  constructor(refusal: SqlError) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** For something this evaluator has no notion of. */
export function notCovered(what: string): NotCovered {
  return new NotCovered(new SqlError('0A000', `the simulated server does not know ${what}`));
}
