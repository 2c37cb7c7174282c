import type { Change } from '../world/change.ts';
import type { Fault } from '../world/fault.ts';

type Shifts = Readonly<Record<string, number>>;

const shift = (where: 'raw' | 'marts', features: Shifts): Change => ({
  kind: 'warehouse',
  change: { kind: 'shift', where, features },
});

/** Customers behave otherwise, and dbt has seen it. */
const behaviour = (features: Shifts): readonly Change[] => [
  shift('raw', features),
  shift('marts', features),
];

/** So many standard deviations give a PSI of about 0.15, and of about 0.3. */
const MODERATE = 0.36;
const MUCH = 0.56;

/** A program has the file open for writing while dbt begins. */
const dbtHeldOut: readonly Change[] = [
  { kind: 'warehouse', change: { kind: 'set', patch: { heldBy: 'python3 (PID 7712)' } } },
  { kind: 'start', container: 'dbt' },
];

/** And is gone again. */
const dbtLockedOut: readonly Change[] = [
  ...dbtHeldOut,
  { kind: 'warehouse', change: { kind: 'set', patch: { heldBy: null } } },
];

const STALE = shift('marts', { tenure_days: MUCH, days_since_last_event: MUCH });

/** What moves the features that predictions rest on. */
export const driftFaults: readonly Fault[] = [
  {
    id: 'drift-moderate',
    title: 'Customers pay a little more than those the model was trained on',
    changes: behaviour({ mrr: MODERATE }),
  },
  {
    id: 'marts-stale-dbt-failed',
    title: 'dbt could not open DuckDB, and the marts are stale',
    changes: [STALE, ...dbtLockedOut],
  },
  {
    id: 'behaviour-shifted-dbt-failed',
    title: 'dbt could not open DuckDB, and customers behave otherwise as well',
    changes: [...behaviour({ tenure_days: MUCH, tickets_last_30d: -MUCH }), ...dbtLockedOut],
  },
  {
    id: 'behaviour-shifted-no-ticket',
    title: 'Customers stay longer and open fewer tickets, and nobody has written it down',
    changes: [
      ...behaviour({ tenure_days: MUCH, tickets_last_30d: -MUCH }),
      { kind: 'repository', repository: { tickets: [] } },
    ],
  },
  {
    id: 'marts-stale-pipeline-failed',
    title: 'The weekly data pipeline failed, and the marts are stale',
    changes: [STALE, { kind: 'conclude', run: 9103, conclusion: 'failure' }],
  },
  {
    id: 'behaviour-shifted',
    title: 'Customers stay longer and open fewer tickets than they did',
    changes: behaviour({ tenure_days: MUCH, tickets_last_30d: -MUCH }),
  },
  {
    id: 'segment-moved',
    title: 'Many free-tier customers came at once',
    changes: [
      ...behaviour({ mrr: -MUCH }),
      {
        kind: 'warehouse',
        change: {
          kind: 'set',
          patch: {
            tiers: {
              free: { now: 1180, before: 575 },
              starter: { now: 700, before: 905 },
              growth: { now: 390, before: 590 },
              enterprise: { now: 130, before: 226 },
            },
          },
        },
      },
    ],
  },
  {
    id: 'primary-drifts',
    title: 'Customers use the product less than they did',
    changes: behaviour({ events_last_30d: -MUCH }),
  },
  {
    id: 'adoption-drifts',
    title: 'Customers adopt fewer features than they did',
    changes: behaviour({ avg_adoption_score: -MUCH }),
  },
  {
    id: 'systemic-drift',
    title: 'An ingestion that failed has moved four features at once',
    changes: behaviour({
      total_events: -0.9,
      events_last_30d: -0.9,
      events_last_7d: -0.9,
      days_since_last_event: 0.9,
    }),
  },
  {
    id: 'baseline-missing',
    title: 'The drift baseline is gone',
    changes: [],
    removeFiles: ['models/churn_training_baseline.json'],
  },
  {
    id: 'dbt-locked-out',
    title: 'dbt could not open DuckDB: a notebook had it open',
    changes: dbtLockedOut,
  },
  {
    id: 'duckdb-held',
    title: 'A notebook has DuckDB open for writing, and nobody closes it',
    changes: dbtHeldOut,
  },
];
