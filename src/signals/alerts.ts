import { type Alert, alertKey } from '../domain/alert.ts';
import { formatSignal } from '../domain/format.ts';
import type { Labels } from '../domain/metrics.ts';
import { severities } from '../domain/severity.ts';
import { renderText } from '../templates/template.ts';
import type { AlertDefinition } from './definition.ts';
import type { EvaluatedSignal } from './reading.ts';

/** How long an alert stays as it is while nothing tells any more whether its condition holds. */
export const ALERT_UNKNOWN_KEPT_MS = 15 * 60_000;
export const ALERTS_MAX = 200;
const SUMMARY_CHARACTERS_MAX = 200;

/** The alerts, and since when some of them rest on nothing that answers. */
export interface AlertsState {
  /** Pending and firing, most severe first. */
  readonly alerts: readonly Alert[];
  /** By alert key, epoch ms. */
  readonly unknownSince: ReadonlyMap<string, number>;
}

export const noAlerts: AlertsState = { alerts: [], unknownSince: new Map() };

type Verdict = 'holds' | 'clear' | 'unknown';

/** An alert that is up stays up until its value is past `clear`, so that it does not flap. */
function judge(definition: AlertDefinition, reading: EvaluatedSignal, up: boolean): Verdict {
  const { condition } = definition;
  const { value } = reading;
  if (value === null || reading.stale) return 'unknown';
  if (condition.kind === 'health') {
    return reading.state === 'warning' || reading.state === 'critical' ? 'holds' : 'clear';
  }
  if (condition.kind === 'is') return condition.words.includes(String(value)) ? 'holds' : 'clear';
  if (typeof value !== 'number') return 'clear';
  const bound = up ? condition.clear : condition.threshold;
  const holds = condition.kind === 'above' ? value > bound : value < bound;
  return holds ? 'holds' : 'clear';
}

interface Words {
  readonly definition: AlertDefinition;
  readonly text: string;
}
/** A reading keeps its identity while it does not change: its words need not be made again. */
const summaries = new WeakMap<EvaluatedSignal, Words>();

function summarize(definition: AlertDefinition, reading: EvaluatedSignal): string {
  const known = summaries.get(reading);
  if (known?.definition === definition) return known.text;
  const { labels, detail, threshold } = reading;
  const view = { value: formatSignal(reading), labels, detail, threshold };
  const rendered = renderText(definition.summary, { result: view });
  const text = rendered.slice(0, SUMMARY_CHARACTERS_MAX);
  summaries.set(reading, { definition, text });
  return text;
}

/** As `alertKey`, made once for every reading and name. */
const keys = new WeakMap<EvaluatedSignal, Map<string, string>>();

function keyOf(name: string, reading: EvaluatedSignal): string {
  const known = keys.get(reading) ?? new Map<string, string>();
  const key = known.get(name) ?? alertKey({ name, labels: reading.labels });
  keys.set(reading, known.set(name, key));
  return key;
}

type BySignal = ReadonlyMap<string, readonly EvaluatedSignal[]>;
const grouped = new WeakMap<readonly EvaluatedSignal[], BySignal>();

function readingsBySignal(readings: readonly EvaluatedSignal[]): BySignal {
  const known = grouped.get(readings) ?? Map.groupBy(readings, ({ id }) => id);
  grouped.set(readings, known);
  return known;
}

/** True when another look at the same readings changes nothing, however much later it is. */
export function isSettled({ alerts, unknownSince }: AlertsState): boolean {
  return unknownSince.size === 0 && alerts.every(({ state }) => state === 'firing');
}

function raised(
  definition: AlertDefinition,
  reading: EvaluatedSignal,
  before: Alert | undefined,
  now: number,
): Alert {
  const since = before?.since ?? Math.min(now, reading.since ?? now);
  const { severity, forMs } =
    (reading.state === 'critical' ? definition.critical : undefined) ?? definition;
  const fires = before?.state === 'firing' || now - since >= forMs;
  return {
    name: definition.name,
    labels: reading.labels,
    state: fires ? 'firing' : 'pending',
    since,
    severity,
    summary: summarize(definition, reading),
  };
}

function mostSevereFirst(a: Alert, b: Alert): number {
  const severity = severities.indexOf(a.severity) - severities.indexOf(b.severity);
  if (severity !== 0) return severity;
  if (a.state !== b.state) return a.state === 'firing' ? -1 : 1;
  return a.since - b.since || (alertKey(a) < alertKey(b) ? -1 : 1);
}

const hasLabels = (labels: Labels) => Object.keys(labels).length > 0;

/** A reading without labels or value stands for every label set of its signal. */
function wholeUnknown(definition: AlertDefinition, readings: readonly EvaluatedSignal[]): boolean {
  return readings.some(
    ({ id, value, labels }) => id === definition.signal && value === null && !hasLabels(labels),
  );
}

/**
 * Moves the alerts on by one look at the readings: pending at once, firing after `forMs`, gone when
 * the condition clears. Where nothing answers an alert stays as it is, for a bounded time. Where two
 * definitions of one name cover a reading, the first decides.
 *
 * @param now epoch ms
 */
export function foldAlerts(
  previous: AlertsState,
  definitions: readonly AlertDefinition[],
  readings: readonly EvaluatedSignal[],
  now: number,
): AlertsState {
  const before = new Map(previous.alerts.map((alert) => [alertKey(alert), alert]));
  const alerts: Alert[] = [];
  const unknownSince = new Map<string, number>();
  const decided = new Set<string>();

  const keep = (key: string, alert: Alert | undefined) => {
    const since = previous.unknownSince.get(key) ?? now;
    if (!alert || now - since >= ALERT_UNKNOWN_KEPT_MS) return;
    alerts.push(alert);
    unknownSince.set(key, since);
  };

  const bySignal = readingsBySignal(readings);
  for (const definition of definitions) {
    const wanted = Object.entries(definition.labels);
    for (const reading of bySignal.get(definition.signal) ?? []) {
      if (!wanted.every(([label, value]) => reading.labels[label] === value)) continue;
      const key = keyOf(definition.name, reading);
      if (decided.has(key)) continue;
      decided.add(key);
      const alert = before.get(key);
      const verdict = judge(definition, reading, alert !== undefined);
      if (verdict === 'unknown') keep(key, alert);
      else if (verdict === 'holds') alerts.push(raised(definition, reading, alert, now));
    }
  }
  for (const [key, alert] of before) {
    const definition = definitions.find(({ name }) => name === alert.name);
    if (decided.has(key) || !definition || !wholeUnknown(definition, readings)) continue;
    keep(key, alert);
  }
  return { alerts: alerts.sort(mostSevereFirst).slice(0, ALERTS_MAX), unknownSince };
}
