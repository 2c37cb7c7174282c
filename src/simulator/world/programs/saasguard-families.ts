import { counter, gauge, histogram } from './family-kinds.ts';
import type { Family } from './metric-families.ts';

const FINE = [
  0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 7.5, 10, 30,
  60,
];

/** The families of SaaSGuard's api, in the order `/metrics` writes them. */
export const saasguardFamilies: readonly Family[] = [
  counter('http_requests_total', 'Total number of requests by method, status and handler.'),
  histogram(
    'http_request_duration_highr_seconds',
    'Latency with many buckets but no API specific labels. Made for more accurate percentile calculations.',
    FINE,
  ),
  histogram(
    'http_request_duration_seconds',
    'Latency with only few buckets by handler. Made to be only used if aggregation by handler is important.',
    [0.1, 0.5, 1],
  ),
  gauge('saasguard_drift_psi_max', 'Highest PSI over all monitored features'),
  gauge('saasguard_drift_psi_by_feature', 'PSI of each monitored feature'),
  gauge('saasguard_drift_ks_max_statistic', 'Highest KS statistic over all monitored features'),
  gauge('saasguard_drift_ks_pvalue_min', 'Lowest KS p-value over all monitored features'),
];
