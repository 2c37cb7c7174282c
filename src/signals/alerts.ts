import type { Alert } from '../domain/alert.ts';
import { formatSignal } from '../domain/format.ts';
import type { Labels } from '../domain/metrics.ts';
import { severities } from '../domain/severity.ts';
import { renderText } from '../templates/template.ts';
import { type AlertBook, bookOf, judge, type Rule } from './alert-book.ts';
import type { AlertDefinition } from './definition.ts';
import type { EvaluatedSignal } from './reading.ts';
import { createPause, type Sliced } from './sliced.ts';

/** How long an alert stays as it is while nothing tells any more whether its condition holds. */
export const ALERT_UNKNOWN_KEPT_MS = 15 * 60_000;
/** Alerts told of; those beyond, the least severe, stand without being told. */
export const ALERTS_MAX = 200;
const SUMMARY_CHARACTERS_MAX = 200;

/** An alert that is up; the same object while nothing of it changed. */
interface Standing {
  readonly rule: Rule;
  readonly state: Alert['state'];
  readonly severity: Alert['severity'];
  /** Epoch ms. */
  readonly since: number;
}

/** The alerts, and since when some of them rest on nothing that answers. */
export interface AlertsState {
  /** Pending and firing, most severe first; the same list while nothing in it changed. */
  readonly alerts: readonly Alert[];
  /** By alert key, epoch ms. */
  readonly unknownSince: ReadonlyMap<string, number>;
  /** All that are up, by alert key. */
  readonly standing: ReadonlyMap<string, Standing>;
}

export const noAlerts: AlertsState = { alerts: [], unknownSince: new Map(), standing: new Map() };

/** True when another look at the same readings changes nothing, however much later it is. */
export function isSettled({ standing, unknownSince }: AlertsState): boolean {
  if (unknownSince.size > 0) return false;
  for (const { state } of standing.values()) if (state !== 'firing') return false;
  return true;
}

function raised(rule: Rule, before: Standing | undefined, now: number): Standing {
  const { definition, reading } = rule;
  if (before?.rule === rule && before.state === 'firing') return before;
  const since = before?.since ?? Math.min(now, reading.since ?? now);
  const { severity, forMs } =
    (reading.state === 'critical' ? definition.critical : undefined) ?? definition;
  const fires = before?.state === 'firing' || now - since >= forMs;
  const state = fires ? 'firing' : 'pending';
  const same = before?.rule === rule && before.state === state && before.severity === severity;
  return same ? before : { rule, state, severity, since };
}

function mostSevereFirst(a: Standing, b: Standing): number {
  const severity = severities.indexOf(a.severity) - severities.indexOf(b.severity);
  if (severity !== 0) return severity;
  if (a.state !== b.state) return a.state === 'firing' ? -1 : 1;
  return a.since - b.since || (a.rule.key < b.rule.key ? -1 : 1);
}

function summarize({ definition, reading }: Rule): string {
  const { labels, detail, threshold } = reading;
  const view = { value: formatSignal(reading), labels, detail, threshold };
  return renderText(definition.summary, { result: view }).slice(0, SUMMARY_CHARACTERS_MAX);
}

const told = new WeakMap<Standing, Alert>();

/** What is told of a standing alert, made once: words are dear, and most of thousands are never told. */
function tell(standing: Standing): Alert {
  let alert = told.get(standing);
  if (alert === undefined) {
    const { rule, severity, since, state } = standing;
    const { definition, reading } = rule;
    const summary = summarize(rule);
    alert = { name: definition.name, labels: reading.labels, state, since, severity, summary };
    told.set(standing, alert);
  }
  return alert;
}

const equal = (a: Alert, b: Alert) =>
  a.state === b.state &&
  a.since === b.since &&
  a.severity === b.severity &&
  a.summary === b.summary;

/** The alerts to tell, those that come out equal keeping their identity. */
function tellAll(previous: AlertsState, standing: ReadonlyMap<string, Standing>): readonly Alert[] {
  const first = [...standing.values()].sort(mostSevereFirst).slice(0, ALERTS_MAX);
  const alerts = first.map((now) => {
    const alert = tell(now);
    const before = previous.standing.get(now.rule.key);
    const was = before === undefined ? undefined : told.get(before);
    if (was === undefined || !equal(was, alert)) return alert;
    told.set(now, was);
    return was;
  });
  const same =
    alerts.length === previous.alerts.length &&
    alerts.every((alert, index) => alert === previous.alerts[index]);
  return same ? previous.alerts : alerts;
}

function sameStanding(a: ReadonlyMap<string, Standing>, b: ReadonlyMap<string, Standing>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, standing] of b) if (a.get(key) !== standing) return false;
  return true;
}

const hasLabels = (labels: Labels) => Object.keys(labels).length > 0;

/** One look at the readings. */
function createLook(previous: AlertsState, book: AlertBook, now: number) {
  const standing = new Map<string, Standing>();
  const unknownSince = new Map<string, number>();
  const decided = new Set<string>();
  const contested = new Map<string, Rule>();
  const unknownSignals = new Set<string>();

  const keep = (key: string, before: Standing | undefined) => {
    const since = previous.unknownSince.get(key) ?? now;
    if (!before || now - since >= ALERT_UNKNOWN_KEPT_MS) return;
    standing.set(key, before);
    unknownSince.set(key, since);
  };

  const decide = (rule: Rule) => {
    const { definition, key, reading } = rule;
    const before = previous.standing.get(key);
    if (before !== undefined) decided.add(key);
    else if (rule.whileDown === 'clear') return;
    const verdict = before === undefined ? rule.whileDown : judge(definition, reading, true);
    if (verdict === 'unknown') keep(key, before);
    else if (verdict === 'holds') standing.set(key, raised(rule, before, now));
  };

  return {
    at(reading: EvaluatedSignal) {
      // A reading without labels or value stands for every label set of its signal.
      if (reading.value === null && !hasLabels(reading.labels)) unknownSignals.add(reading.id);
      for (const rule of book.rules(reading)) {
        if (!book.contested(rule.definition.name)) decide(rule);
        else if ((contested.get(rule.key)?.place ?? Number.POSITIVE_INFINITY) > rule.place) {
          contested.set(rule.key, rule);
        }
      }
    },
    end(): AlertsState {
      for (const rule of contested.values()) decide(rule);
      for (const [key, before] of previous.standing) {
        const definition = book.named(before.rule.definition.name);
        if (decided.has(key) || !definition || !unknownSignals.has(definition.signal)) continue;
        keep(key, before);
      }
      if (sameStanding(previous.standing, standing)) {
        return { ...previous, unknownSince };
      }
      return { alerts: tellAll(previous, standing), unknownSince, standing };
    },
  };
}

/**
 * Moves the alerts on by one look at the readings: pending at once, firing after `forMs`, gone when
 * the condition clears. Where nothing answers an alert stays as it is, for a bounded time. Where two
 * definitions of one name cover a reading, the first decides.
 *
 * @param definitions the same list at every look: what is known of it is remembered with it
 * @param now epoch ms
 */
export function* foldAlerts(
  previous: AlertsState,
  definitions: readonly AlertDefinition[],
  readings: readonly EvaluatedSignal[],
  now: number,
): Sliced<AlertsState> {
  const look = createLook(previous, bookOf(definitions), now);
  const pause = createPause();
  for (const reading of readings) {
    if (pause.due()) yield;
    look.at(reading);
  }
  yield;
  return look.end();
}
