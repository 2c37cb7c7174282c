import type { Operator } from '../domain/operator.ts';
import type { Runbook } from '../runbooks/graph.ts';
import { event } from './events.ts';
import type { Journal } from './journal.ts';
import { foldIncidents, type Incident } from './summary.ts';

/** Why an incident is opened. */
export interface Occasion {
  readonly alerts: readonly string[];
  /** When the oldest of these alerts began, epoch ms. */
  readonly alertedAt: number | null;
}

/** Opens incidents and runs, one of each at a time for a runbook and a region. */
export interface Desk {
  incidents(): readonly Incident[];
  /** The unfinished run of this runbook, or a new one in an open or new incident. */
  openRun(
    runbook: Runbook,
    occasion: Occasion,
  ): { readonly run: string; readonly resumed: boolean };
}

/** The types of events an incident's summary is made of. */
const SUMMARY = [
  'incident-opened',
  'incident-closed',
  'run-started',
  'run-finished',
  'run-reopened',
] as const;

/** Every incident of a region, as the journal tells them. */
export function incidentsOf(journal: Journal, region: string): readonly Incident[] {
  return foldIncidents(journal.events({ types: SUMMARY })).filter((i) => i.region === region);
}

export function createDesk(
  journal: Journal,
  region: string,
  operator: Operator,
  newId: () => string,
): Desk {
  return {
    incidents: () => incidentsOf(journal, region),
    openRun(runbook, occasion) {
      return journal.transact((tx) => {
        const open = foldIncidents(tx.events({ types: SUMMARY })).filter(
          (i) => i.region === region && i.closedAt === null,
        );
        const mine = open.find((i) => i.runs.some((run) => run.runbook === runbook.id));
        const unfinished = mine?.runs.find(
          (run) => run.runbook === runbook.id && run.endedAt === null,
        );
        if (unfinished) return { run: unfinished.id, resumed: true };
        const run = newId();
        const incident = mine?.id ?? tx.nextIncidentId();
        const { id, title, text, severity, start } = runbook;
        if (!mine) {
          const { alerts, alertedAt } = occasion;
          tx.append({ region, incident, run: null, operator }, [
            event('incident-opened', { title, severity, alerts: [...alerts], alertedAt }),
          ]);
        }
        const startTitle = runbook.nodes.get(start)?.title ?? start;
        tx.append({ region, incident, run, operator }, [
          event('run-started', { runbook: id, title, text, inputs: {} }),
          event('step-entered', { step: start, title: startTitle, held: false }),
        ]);
        return { run, resumed: false };
      });
    },
  };
}
