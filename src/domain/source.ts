import type { FactKind, FactOf } from './fact.ts';
import type { ErrorKind } from './operator-error.ts';

export type SourceStatus = 'connecting' | 'live' | 'stale' | 'failed';

/** A source's failure, already sanitized, in words an operator can act on. */
export interface SourceError {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly mend: string | null;
}

/** How a source stands. Failing never clears its facts; `observedAt` tells how old they are. */
export interface SourceState {
  readonly name: string;
  readonly kind: FactKind;
  readonly status: SourceStatus;
  /** When it entered this status, epoch ms. */
  readonly since: number;
  readonly observedAt: number | null;
  readonly error: SourceError | null;
  /** When the next try is due while it fails, epoch ms. */
  readonly retryAt: number | null;
  readonly intervalMs: number;
}

/**
 * The live feed of one kind of fact. The supervisor owns its schedule: it never overlaps polls, times
 * each out, backs off after a failure and aborts `signal` when the source is closed.
 */
export interface Source<K extends FactKind = FactKind> {
  readonly name: string;
  readonly kind: K;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Reads the facts once. Throws OperatorError with what happened and what to do next. */
  poll(signal: AbortSignal): Promise<FactOf<K>>;
  /**
   * Optional change feed: calls `changed` when a poll is worth making now. Resolves or rejects when
   * the feed is lost; the supervisor opens it again after the next successful poll.
   */
  watch?(changed: () => void, signal: AbortSignal): Promise<void>;
  /** Releases connections. Called once. */
  close?(): void;
}
