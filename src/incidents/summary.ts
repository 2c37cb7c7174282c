import type { Severity } from '../domain/severity.ts';
import type { JournalEvent } from './events.ts';

/** An incident as the fold of its events. */
export interface Incident {
  readonly id: string;
  readonly region: string;
  readonly title: string;
  readonly severity: Severity;
  readonly openedAt: number;
  readonly openedBy: string;
  /** When the oldest of its alerts began, epoch ms. */
  readonly alertedAt: number | null;
  readonly closedAt: number | null;
  readonly state: 'open' | Extract<JournalEvent, { type: 'incident-closed' }>['body']['state'];
  readonly runs: readonly IncidentRun[];
}

interface IncidentRun {
  readonly id: string;
  readonly runbook: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly outcome: string | null;
  readonly leaf: string | null;
  readonly verified: boolean | null;
}

type Change = (incident: Incident) => Incident;

function opened(e: Extract<JournalEvent, { type: 'incident-opened' }>): Incident {
  const { title, severity, alertedAt } = e.body;
  return {
    id: e.incident,
    region: e.region,
    title,
    severity,
    openedAt: e.at,
    openedBy: `${e.operator.name}@${e.operator.host}`,
    alertedAt,
    closedAt: null,
    state: 'open',
    runs: [],
  };
}

function changeOf(e: JournalEvent): Change {
  switch (e.type) {
    case 'run-started':
      return (incident) => ({
        ...incident,
        runs: [
          ...incident.runs,
          {
            id: e.run ?? '',
            runbook: e.body.runbook,
            startedAt: e.at,
            endedAt: null,
            outcome: null,
            leaf: null,
            verified: null,
          },
        ],
      });
    case 'run-finished':
      return (incident) => ({
        ...incident,
        runs: incident.runs.map((run) =>
          run.id === e.run ? { ...run, ...e.body, endedAt: e.at } : run,
        ),
      });
    case 'run-reopened':
      return (incident) => ({
        ...incident,
        state: 'open',
        closedAt: null,
        runs: incident.runs.map((run) =>
          run.id === e.run
            ? { ...run, endedAt: null, outcome: null, leaf: null, verified: null }
            : run,
        ),
      });
    case 'incident-closed':
      return (incident) => ({ ...incident, state: e.body.state, closedAt: e.at });
    default:
      return (incident) => incident;
  }
}

/** All incidents the events tell of, newest first. */
export function foldIncidents(events: readonly JournalEvent[]): readonly Incident[] {
  const incidents = new Map<string, Incident>();
  for (const e of events) {
    if (e.type === 'incident-opened') incidents.set(e.incident, opened(e));
    const known = incidents.get(e.incident);
    if (known) incidents.set(e.incident, changeOf(e)(known));
  }
  return [...incidents.values()].reverse();
}
