import { event, type JournalEvent, type NewEvent } from '../../../src/incidents/events.ts';

/** When the fault of these tests happened, epoch ms. */
export const BROKEN_AT = 1_700_000_000_000;

/** Writes events as a journal would hold them: each at its second after the fault, of its run. */
export function written(
  ...lines: readonly (readonly [afterSeconds: number, run: string | null, event: NewEvent])[]
): readonly JournalEvent[] {
  return lines.map(([afterSeconds, run, given], index) => ({
    ...given,
    seq: index + 1,
    at: BROKEN_AT + afterSeconds * 1000,
    region: 'drill',
    incident: 'INC-1',
    run,
    operator: { name: 'ops', host: 'ashburn-1', from: null },
    hash: '',
  }));
}

export const started = (runbook: string): NewEvent =>
  event('run-started', { runbook, title: runbook, text: '', inputs: {} });

export const entered = (step: string): NewEvent =>
  event('step-entered', { step, title: step, held: false });

export const wentBack = (from: string, to: string): NewEvent => event('went-back', { from, to });

export const jumped = (from: string, to: string): NewEvent =>
  event('jumped', { from, to, overridden: true });

export const intended = (leaf: string, undoOf: string | null = null): NewEvent =>
  event('action-intended', {
    intent: `of ${leaf}`,
    leaf,
    action: 'compose.restart',
    input: {},
    targets: [],
    command: 'docker compose restart',
    risk: 'disruptive',
    impact: '',
    evidenceAt: null,
    before: {},
    readings: {},
    undoOf,
  });

type Finished = Extract<NewEvent, { type: 'run-finished' }>['body'];

export const finished = (
  outcome: Finished['outcome'],
  leaf: string,
  verified: boolean | null,
): NewEvent => event('run-finished', { outcome, leaf, verified });
