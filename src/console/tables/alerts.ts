import { type Alert, alertKey } from '../../domain/alert.ts';
import type { Health } from '../../domain/health.ts';
import { type Labels, labelKey } from '../../domain/metrics.ts';
import type { Notice } from '../../domain/notice.ts';
import type { Severity } from '../../domain/severity.ts';
import type { LiveState } from '../../live/state.ts';
import { joined } from '../joined.ts';
import type { TableModel } from '../table.ts';

/** An alert of this console, or one that an Alertmanager tells of. */
export interface AlertRow {
  readonly key: string;
  readonly name: string;
  /** Without the alert's own name. */
  readonly labels: Labels;
  readonly state: Alert['state'] | Notice['state'];
  /** Epoch ms. */
  readonly since: number;
  /** An Alertmanager's own word where it is no severity of ours; empty where it tells none. */
  readonly severity: string;
  readonly summary: string;
  readonly health: Health;
  /** The Alertmanager's name; null for this console's own. */
  readonly origin: string | null;
  /** Null for this console's own. */
  readonly notice: Notice | null;
}

const critical: ReadonlySet<Severity> = new Set<Severity>(['P0', 'P1']);
/** What people call the worst in their own rules. */
const CRITICAL_WORD =
  /^(?:p0|p1|sev-?[01]|critical|crit|page|pager|emergency|fatal|disaster|high)$/i;

function alertHealth(alert: Pick<Alert, 'severity'>): Health {
  return critical.has(alert.severity) ? 'critical' : 'warning';
}

/** Somebody, or something, has a silenced or inhibited one in hand. */
function noticeHealth({ state, severity }: Notice): Health {
  if (state === 'silenced' || state === 'inhibited') return 'unknown';
  return severity !== null && CRITICAL_WORD.test(severity) ? 'critical' : 'warning';
}

const ofConsole = joined(
  (alert: Alert): AlertRow => ({
    ...alert,
    key: alertKey(alert),
    health: alertHealth(alert),
    origin: null,
    notice: null,
  }),
);

const ofAlertmanager = joined((notice: Notice, origin: string): AlertRow => {
  const { alertname: _, ...labels } = notice.labels;
  const { name, state, since, summary } = notice;
  const key = `${origin}:${notice.id}`;
  const severity = notice.severity ?? '';
  const health = noticeHealth(notice);
  return { key, name, labels, state, since, severity, summary, health, origin, notice };
});

function noticeRows(live: LiveState): readonly AlertRow[] {
  return Object.values(live.facts).flatMap((fact) =>
    fact.kind === 'notices' ? fact.value.map((notice) => ofAlertmanager(notice, fact.source)) : [],
  );
}

/** Own alerts, then the notices of each Alertmanager. */
function rows(live: LiveState): readonly AlertRow[] {
  return [...live.alerts.map((alert) => ofConsole(alert)), ...noticeRows(live)];
}

const firingOf = new WeakMap<LiveState['facts'], readonly AlertRow[]>();

/** What the Alertmanagers say is firing and nobody has silenced, the critical ones first. */
export function firingNotices(live: LiveState): readonly AlertRow[] {
  const known = firingOf.get(live.facts);
  if (known !== undefined) return known;
  const firing = worstFirst(noticeRows(live).filter(({ notice }) => notice?.state === 'firing'));
  firingOf.set(live.facts, firing);
  return firing;
}

function worstFirst(firing: readonly AlertRow[]): readonly AlertRow[] {
  const worst = firing.filter(({ health }) => health === 'critical');
  return worst.length === 0
    ? firing
    : [...worst, ...firing.filter(({ health }) => health !== 'critical')];
}

/** What is alerting: here, and at the Alertmanagers, silenced or not. */
export const alertsTable: TableModel<AlertRow> = {
  panel: 'alerts',
  noun: 'alert',
  rows,
  id: ({ key }) => key,
  name: ({ name }) => name,
  text: ({ name, labels, severity, state, summary, origin }) =>
    [name, labelKey(labels), severity, state, summary, origin ?? ''].join(' '),
  health: ({ health }) => health,
  columns: [
    { id: 'severity', title: 'severity', key: ({ severity }) => severity, firstDescending: false },
    { id: 'name', title: 'alert', key: ({ name }) => name, firstDescending: false },
    { id: 'state', title: 'state', key: ({ state }) => state, firstDescending: false },
    { id: 'since', title: 'since', key: ({ since }) => since, firstDescending: true },
    { id: 'summary', title: 'what', key: ({ summary }) => summary, firstDescending: false },
    { id: 'runbook', title: 'runbook', key: null, firstDescending: false },
    { id: 'origin', title: 'told by', key: ({ origin }) => origin ?? '', firstDescending: false },
  ],
  defaultSort: { column: 'since', descending: true },
};
