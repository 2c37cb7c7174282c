import type { Severity } from './severity.ts';

/** How much of a region answers: all its sources, some of them, or none. */
export type RegionReach = 'connecting' | 'alive' | 'partly' | 'lost';

/** A region as a whole, in the few things that tell whether it needs somebody. Unknown is null. */
export interface RegionStanding {
  readonly name: string;
  /** The pack that describes it. */
  readonly system: string | null;
  /** True for the region that this console looks at. */
  readonly current: boolean;
  readonly reach: RegionReach;
  /** When it came to stand so, as far as this console has seen; epoch ms. */
  readonly since: number;
  /** When any of its sources answered last, epoch ms. */
  readonly observedAt: number | null;
  /** Its most severe alert, firing before pending. */
  readonly worst: {
    readonly name: string;
    readonly severity: Severity;
    readonly firing: boolean;
    readonly summary: string;
    readonly since: number;
  } | null;
  /** Alerts that fire. */
  readonly firing: number;
  readonly breakers: { readonly open: number; readonly total: number };
  /** The largest lag of replication that any of its databases tells, ms. */
  readonly lagMs: number | null;
  /** When the first of its certificates ends, epoch ms. */
  readonly certificateEnds: number | null;
  /** Tags of the images its first role runs, or what its checks tell, e.g. `v1.4.2`; several during a release. */
  readonly versions: readonly string[];
  /** Why what does not answer does not, and what to do next. */
  readonly error: { readonly message: string; readonly mend: string | null } | null;
}
