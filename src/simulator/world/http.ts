/** A request to a port of a program. */
export interface HttpRequest {
  readonly method: string;
  /** Without what is asked behind `?`. */
  readonly path: string;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly port: number;
  /** It comes from a program in the same container. */
  readonly inside: boolean;
}

/** What it is answered, so long afterwards. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly tookMs: number;
}
