/** What conditions and templates may name. */
export interface Scope {
  readonly result?: unknown;
  /** In the `until` of a verification: the result of its first sample. */
  readonly first?: unknown;
  readonly signals?: Readonly<Record<string, unknown>>;
  /** By id of a step: the result last read there. */
  readonly steps?: Readonly<Record<string, unknown>>;
  /** By id of an input: its typed value. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly run?: Readonly<Record<string, unknown>>;
}
