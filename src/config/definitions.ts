import { formatDiagnostic } from '../runbooks/diagnostic.ts';
import { readAlerts } from '../runbooks/pack-alerts.ts';
import { type Durations, readDurations } from '../runbooks/pack-durations.ts';
import { readSignals } from '../runbooks/pack-signals.ts';
import type { Report } from '../runbooks/report.ts';
import { alertSchema } from '../runbooks/schema-pack.ts';
import { validate } from '../runbooks/validate.ts';
import type { Path } from '../runbooks/yaml-file.ts';
import { ConfigError } from './config-error.ts';
import type { RegionDefinitions } from './plan.ts';
import { configReport, reportWithin } from './region-report.ts';
import type { RegionHead } from './schema.ts';

/**
 * Reads the `signals` and `alerts` of a region. Alerts may name signals of the pack, which is not known
 * yet: their fields are checked at once, what they name when it is.
 * @returns null when the region has none
 */
export function readDefinitions(
  report: Report,
  at: Path,
  { signals: rawSignals, alerts: rawAlerts = [], durations: named }: RegionHead,
): RegionDefinitions | null {
  if (rawSignals === undefined && rawAlerts.length === 0) return null;
  const within = reportWithin(report, at);
  const durations = readDurations(within, named ?? {}, {});
  const signals = readSignals(within, durations, rawSignals ?? []);
  for (const [index, item] of rawAlerts.entries()) {
    validate(alertSchema, item, within, ['alerts', index]);
  }
  return {
    signals,
    alerts(others) {
      const known = [...signals, ...(others ?? [])];
      return resolvedAlerts(report, at, durations, known, rawAlerts, others !== null);
    },
  };
}

function resolvedAlerts(
  { file }: Report,
  at: Path,
  durations: Durations,
  signals: RegionDefinitions['signals'],
  raw: readonly unknown[],
  complete: boolean,
): ReturnType<RegionDefinitions['alerts']> {
  const report = configReport(file);
  const alerts = readAlerts(reportWithin(report, at), durations, signals, raw);
  if (!report.hasErrors || !complete) return alerts;
  throw new ConfigError(report.diagnostics.map(formatDiagnostic).join('\n'));
}
