import type { Container } from '../container.ts';
import { driftBetween, type FeatureDrift } from '../drift.ts';
import { fileIn, userOf } from '../files.ts';
import type { Spreads } from '../warehouse.ts';
import { imageOf, type World } from '../world.ts';
import { sayEvent } from './json-log.ts';
import { set } from './metric-families.ts';
import { openWarehouse } from './saasguard-data.ts';
import type { ApiProcess } from './saasguard-state.ts';

const PSI_ALERT = 0.2;
const PVALUE_ALERT = 0.05;

/** The baseline in a file's text; null where it is none. */
function baselineIn(text: string | null | undefined): Spreads | null {
  try {
    const { features } = JSON.parse(text ?? '') as { features?: Spreads };
    return features ?? null;
  } catch {
    return null;
  }
}

/** What the detector finds; a word where it finds nothing. */
export function findDrift(
  world: World,
  container: Container,
  { settings }: Pick<ApiProcess, 'settings'>,
): readonly FeatureDrift[] | 'baseline_unavailable' | 'check_failed' {
  const { duckdbPath, modelsDir } = settings;
  const file = fileIn(world, container, `${modelsDir}/churn_training_baseline.json`);
  const baseline = baselineIn(file?.text);
  if (baseline === null) return 'baseline_unavailable';
  const opened = openWarehouse(
    world,
    container,
    duckdbPath,
    userOf(imageOf(world, container)),
    false,
  );
  const mart = 'warehouse' in opened ? opened.warehouse.marts.churn : null;
  if (mart === null) return 'check_failed';
  return driftBetween(baseline, mart.features, mart.rows);
}

const round = (value: number) => Number(value.toFixed(4));

function show({ registry }: ApiProcess, found: readonly FeatureDrift[], at: number): void {
  const most = (read: (one: FeatureDrift) => number) => Math.max(0, ...found.map(read));
  set(registry, 'saasguard_drift_psi_max', {}, at, round(most(({ psi }) => psi)));
  for (const { feature, psi } of found) {
    set(registry, 'saasguard_drift_psi_by_feature', { feature }, at, round(psi));
  }
  const statistic = most((one) => one.statistic);
  set(registry, 'saasguard_drift_ks_max_statistic', {}, at, round(statistic));
  const least = Math.min(1, ...found.map(({ pValue }) => pValue));
  set(registry, 'saasguard_drift_ks_pvalue_min', {}, at, round(least));
}

/** What `/health/model` answers: it alone moves the gauges of drift. */
export function modelHealth(world: World, container: Container, api: ApiProcess, at: number) {
  const found = findDrift(world, container, api);
  const own = {
    psi_alert_threshold: PSI_ALERT,
    ks_pvalue_threshold: PVALUE_ALERT,
    checked_at: new Date(at).toISOString(),
  };
  if (typeof found === 'string') {
    const event =
      found === 'check_failed' ? 'drift_detector.check_failed' : 'drift_detector.baseline_missing';
    sayEvent(world, container, 'warning', event, { at });
    return { status: found, max_psi: null, min_ks_pvalue: null, drifted_features: [], ...own };
  }
  show(api, found, at);
  const drifted = found.filter(({ psi }) => psi > PSI_ALERT).map(({ feature }) => feature);
  const max_psi = round(Math.max(0, ...found.map(({ psi }) => psi)));
  const min_ks_pvalue = round(Math.min(1, ...found.map(({ pValue }) => pValue)));
  const level = drifted.length > 0 ? 'warning' : 'info';
  const event = drifted.length > 0 ? 'drift_detector.alert' : 'drift_detector.run_complete';
  sayEvent(world, container, level, event, { at, max_psi, drifted_features: drifted });
  const status = drifted.length > 0 ? 'drift_detected' : 'healthy';
  return { status, max_psi, min_ks_pvalue, drifted_features: drifted, ...own };
}
