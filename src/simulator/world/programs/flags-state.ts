/** What a server of flags counts of itself, as it tells a collector. */
interface FlagsCounts {
  readonly evaluations: number;
  readonly hits: number;
  readonly misses: number;
  readonly waits: number;
  /** Evaluations by how long they took, one more than there are bounds. */
  readonly buckets: readonly number[];
}

/** Upper bounds of evaluations, ms. */
export const EVALUATION_BOUNDS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000] as const;

/** The memory of a server of flags. */
export interface FlagsProcess {
  readonly kind: 'flags-server';
  readonly startedAt: number;
  readonly readyAt: number;
  crash: { readonly at: number; readonly exitCode: number } | null;
  /** Its connections, and the Postgres that gave them. */
  pool: { readonly startedAt: number; readonly pids: readonly number[] } | null;
  /** Connections that were taken and never given back. */
  leaked: readonly number[];
  /** Whether it hears what changes; without, its cache holds nothing. */
  listens: boolean;
  /** Evaluations since its cache was empty. */
  warmth: number;
  /** Requests of late that failed, and all of them: the last is the newest. */
  recent: readonly boolean[];
  counts: FlagsCounts;
}

/** The memory of a dashboard. */
export interface DashboardProcess {
  readonly kind: 'dashboard';
  readonly startedAt: number;
  readonly readyAt: number;
}
