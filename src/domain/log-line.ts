export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What loggers call the parts of a structured line, the most telling name first. */
export const logFieldNames = {
  time: [
    'time',
    'ts',
    'timestamp',
    '@timestamp',
    'asctime',
    '@t',
    't',
    'time_local',
    'time_iso8601',
  ],
  level: ['level', 'severity', 'lvl', 'levelname', 'log.level', 'loglevel', '@l'],
  message: ['msg', 'message', 'event', '@m', '@mt', 'textPayload'],
} as const;

/** One line of a log, parsed as far as it can be; every string is already sanitized. */
export interface LogLine {
  /** Epoch ms: the engine's or journal's own stamp, else the one in the line; null without any. */
  readonly at: number | null;
  /** Who wrote it: container name, unit, file. */
  readonly source: string;
  readonly stream: 'stdout' | 'stderr' | null;
  readonly level: LogLevel | null;
  /** The message of a structured line, else the line as it is, without its own time and level. */
  readonly message: string;
  /** The line as it was written. */
  readonly raw: string;
  /** The fields of a structured line; null for plain text. */
  readonly fields: Readonly<Record<string, unknown>> | null;
}

/** A place log lines come from, that can be followed. */
export interface LogFeed {
  readonly name: string;
  /**
   * Delivers the last `tail` lines, then every new one, in batches, until `signal` is aborted or the
   * log has ended (then it resolves). An empty batch says that the log is open, though it is quiet.
   * Throws OperatorError in words when it cannot be read.
   */
  follow(
    options: { readonly tail: number; readonly sinceMs: number | null },
    deliver: (lines: readonly LogLine[]) => void,
    signal: AbortSignal,
  ): Promise<void>;
}
