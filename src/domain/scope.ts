/** What conditions and templates may name. */
export interface Scope {
  readonly result?: unknown;
  readonly signals?: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly run?: Readonly<Record<string, unknown>>;
}
