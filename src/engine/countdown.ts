import type { Verification } from './state.ts';

/** The clock of a verification: how long it still waits to hold, or has to go on holding. */
export interface Countdown {
  readonly waitsFor: 'holding' | 'going on holding';
  readonly leftMs: number;
  readonly ofMs: number;
}

/** What is left of a verification's window. Pure. @param now epoch ms */
export function countdown(verification: Verification, now: number): Countdown {
  const { holdsSince, forMs, startedAt, withinMs } = verification;
  const [waitsFor, since, ofMs] =
    holdsSince !== null && forMs !== null
      ? (['going on holding', holdsSince, forMs] as const)
      : (['holding', startedAt, withinMs] as const);
  return { waitsFor, leftMs: Math.max(0, since + ofMs - now), ofMs };
}
