import type { Spreads, Warehouse } from '../world/warehouse.ts';

/** The features that are watched, as the model was trained on them. */
export const saasguardFeatures: Spreads = {
  mrr: { mean: 184, sd: 96 },
  tenure_days: { mean: 412, sd: 231 },
  total_events: { mean: 5210, sd: 2380 },
  events_last_30d: { mean: 311, sd: 142 },
  events_last_7d: { mean: 74, sd: 38 },
  avg_adoption_score: { mean: 0.58, sd: 0.19 },
  days_since_last_event: { mean: 4.1, sd: 3.2 },
  retention_signal_count: { mean: 6.4, sd: 2.7 },
  integration_connects_first_30d: { mean: 2.2, sd: 1.1 },
  tickets_last_30d: { mean: 1.6, sd: 1.2 },
  high_priority_tickets: { mean: 0.4, sd: 0.6 },
  avg_resolution_hours: { mean: 19, sd: 9 },
};

/** Customers are never quite as they were: so many of its standard deviations each feature has moved. */
const SINCE = [0.04, -0.07, 0.06, -0.05, 0.06, 0.03, -0.07, 0.05, -0.04, 0.07, 0.02, -0.06];

const raw: Spreads = Object.fromEntries(
  Object.entries(saasguardFeatures).map(([name, { mean, sd }], n) => {
    return [name, { mean: mean + (SINCE[n] ?? 0) * sd, sd }];
  }),
);

/** Its DuckDB before dbt has run once. */
export const saasguardWarehouse: Warehouse = {
  customers: 2400,
  tiers: {
    free: { now: 620, before: 575 },
    starter: { now: 940, before: 905 },
    growth: { now: 610, before: 590 },
    enterprise: { now: 230, before: 226 },
  },
  raw,
  marts: { churn: null, expansion: null },
  unsound: null,
  audits: [],
  heldBy: null,
  written: null,
  bulk: 1,
};
