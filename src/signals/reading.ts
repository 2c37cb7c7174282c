import type { SignalReading } from '../domain/signal.ts';

/** A reading with what the alerts need beyond the value itself. */
export interface EvaluatedSignal extends SignalReading {
  /** Why there is no value, in words; null when there is one. */
  readonly reason: string | null;
  /** Which thing exactly, e.g. `worker-2 exited 137`; null when the labels say it all. */
  readonly detail: string | null;
  /** Since when its value is known to hold, epoch ms; null when only the console's own watch can tell. */
  readonly since: number | null;
}
