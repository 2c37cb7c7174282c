import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';
import { follow, type IncidentTimes, type Turn } from './incident-keys.ts';
import { type Desk, expectOrder, type JournalRow, rowsOf } from './journey.ts';
import { neverScrolled } from './journey-screen.ts';
import type { Terminal } from './terminal.ts';

/**
 * The falcon pack's durations, cut to what a test can wait for. The order among them is kept: what is
 * to last is shorter than what it may take.
 */
export const falconDurations = {
  'signal-window': '6s',
  'alert-soon': '2s',
  'alert-later': '2s',
  'alert-late': '2s',
  'alert-last': '2s',
  'postgres-start': '40s',
  'log-proof': '40s',
  'drops-proof': '40s',
  'long-query': '5s',
  'sessions-proof': '20s',
  'workers-start': '60s',
  'trend-window': '15s',
  'memory-settles': '40s',
  // A trend needs eight observations.
  'memory-proof': '12s',
  'slow-query': '4s',
  'latency-recovery': '60s',
  'latency-proof': '4s',
  'cache-recovery': '60s',
  'cache-settled': '4s',
  'worker-start': '90s',
  'no-restart': '4s',
  trial: '40s',
  'trial-length': '5s',
  'model-load': '40s',
} as const;

/** An incident from its fault to its end. */
export interface Incident {
  /** What has happened, for the table of the benchmarks. */
  readonly name: string;
  /** Breaks the stack; returns when it has taken effect. */
  readonly fault: () => Promise<unknown>;
  /** As the overview names it. */
  readonly runbookTitle: string;
  /** `falcon/database-down` */
  readonly runbook: string;
  /** The leaf that the overview recommends; null where the operator opens the runbook himself. */
  readonly recommends: string | null;
  /** The keys that open the runbook; `r` unless told. */
  readonly opens?: readonly string[];
  readonly turns: readonly Turn[];
  /** The node at which the run ends, and how. */
  readonly ends: {
    /** Several where it is a matter of moments which is right. */
    readonly leaf: string | readonly string[];
    readonly outcome?: 'resolved' | 'watching';
  };
  /** From the last confirmation of a leaf to its proof. */
  readonly verifiedWithinMs?: number;
}

/** The events of a kind, each of one intent, and no intent twice. */
function once(rows: readonly JournalRow[], kind: string): readonly JournalRow[] {
  const found = rowsOf(rows, kind);
  const intents = found.map((row) => row['intent']);
  expect(new Set(intents).size, `${kind}: ${intents.join(' ')}`).toBe(intents.length);
  return found;
}

/** The record tells the whole story: every change once, done, and every proof passed. */
async function recorded(desk: Desk, incident: Incident): Promise<void> {
  const { outcome = 'resolved', leaf } = incident.ends;
  const { incident: summary, events } = await desk.journal();
  const verified = outcome === 'resolved' ? true : null;
  expect(summary.runs).toEqual([
    expect.objectContaining({
      runbook: incident.runbook,
      outcome,
      leaf: expect.toBeOneOf([leaf].flat()),
      verified,
    }),
  ]);
  const changes = incident.turns.filter((turn) => turn.kind === 'confirm');
  expect(once(events, 'action-intended').map((row) => row['leaf'])).toEqual(
    changes.map((turn) => turn.leaf),
  );
  expect(once(events, 'action-started')).toHaveLength(changes.length);
  expect(once(events, 'action-ended').map((row) => row['outcome'])).toEqual(
    changes.map(() => 'done'),
  );
  expectOrder(events, 'incident-opened', 'run-started', 'step-entered', 'evidence-read');
  if (changes.length > 0) {
    expectOrder(
      events,
      ...['branch-taken', 'action-intended', 'action-started', 'action-ended'],
      ...['verification-started', 'verification-ended', 'run-finished'],
    );
  }
  if (outcome !== 'resolved') return;
  expect(summary.state).toBe('resolved');
  expect(rowsOf(events, 'verification-ended').map((row) => row['passed'])).not.toContain(false);
  expectOrder(events, 'run-finished', 'incident-closed');
}

/** Where `npm run bench -- --incident` wants to be told what an incident took, a line of JSON each. */
const TIMES_FILE = process.env['OPSCONSOLE_INCIDENT_TIMES'] ?? '';

/**
 * Leads an incident from its fault to its end by keys alone, on a console that shows a healthy region,
 * and holds screen and journal against what is expected.
 *
 * @returns what it took
 */
export async function mend(
  desk: Desk,
  terminal: Terminal,
  incident: Incident,
): Promise<IncidentTimes> {
  const times = await follow(terminal, incident);
  await recorded(desk, incident);
  neverScrolled(terminal);
  const { name, opens = ['r'] } = incident;
  if (TIMES_FILE !== '') {
    appendFileSync(TIMES_FILE, `${JSON.stringify({ name, opens: opens.join(' '), ...times })}\n`);
  }
  return times;
}
