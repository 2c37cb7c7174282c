/** The answer of one HTTP check. A refused connection is a failed source, not a check that is not ok. */
export interface Check {
  readonly name: string;
  readonly url: string;
  readonly ok: boolean;
  readonly status: number;
  readonly latencyMs: number;
  /** Why it is not ok, in words; null when it is. */
  readonly error: string | null;
  /** Small top-level or nested fields worth showing, e.g. `checks.redis_available: false`. */
  readonly fields: Readonly<Record<string, string>>;
}
