import { event, type JournalEvent, type NewEvent } from '../incidents/events.ts';
import type { EventScope } from '../incidents/journal.ts';
import type { Runbook } from '../runbooks/graph.ts';
import type { EngineContext } from './context.ts';
import type { Refusal } from './controller.ts';
import { fold } from './fold.ts';
import { createLease } from './lease.ts';
import type { RunState } from './state.ts';

/** One run's events and the state they fold to, kept in step with the journal. */
export interface Ledger {
  readonly runbook: Runbook;
  readonly scope: EventScope;
  state(): RunState;
  /** Folds what is new in the journal; true when anything was. */
  refresh(): boolean;
  /** Appends only if nobody else moved the run meanwhile; tells the listeners. */
  commit(events: readonly NewEvent[]): boolean;
  /** The event that intended an act of this run. */
  intended(intent: string): Extract<JournalEvent, { type: 'action-intended' }> | null;
  /** Why this console may not move the run; null when it drives it. */
  notDriving(): Refusal | null;
  follower(): { readonly holder: string } | null;
  /** Gives the drive away: this console follows until it takes the run again. */
  yield(): void;
  /** Drives a run that was handed over, if nobody else does by now. */
  take(): Refusal | null;
  emit(): void;
  subscribe(listener: () => void): () => void;
  close(): void;
}

/** Events that may arrive at any moment and move nothing. */
const HARMLESS: readonly NewEvent['type'][] = ['action-output', 'note', 'fact-changed'];

/** @throws Error when the journal holds no such run */
export function openLedger(context: EngineContext, runbook: Runbook, run: string): Ledger {
  const { journal, operator, clock, region } = context;
  const first = fold(runbook, journal.events({ run }));
  if (first === null) throw new Error(`the journal holds no run ${run}`);
  let state: RunState = first;
  const listeners = new Set<() => void>();
  const lease = createLease(journal, run, operator, clock.now);
  const scope = { region: region.name, incident: state.incident, run, operator };
  // Whoever opens a run that was handed over means to take it; whoever has it open is not asked to.
  let willing = state.handedTo !== null;

  const emit = () => {
    for (const listener of [...listeners]) listener();
  };

  function refresh(): boolean {
    const before = state;
    state = fold(runbook, journal.events({ run, after: state.seq }), state) ?? state;
    return state !== before;
  }

  function follower() {
    const other = lease.other();
    if (other) return { holder: `${other.operator} (pid ${other.process.pid})` };
    const { handedTo } = state;
    return handedTo === null || willing
      ? null
      : { holder: `${handedTo.to}, to whom it was handed` };
  }

  function commit(events: readonly NewEvent[]): boolean {
    const written = journal.transact((tx) => {
      const newer = tx.events({ run, after: state.seq });
      if (newer.some(({ type }) => !HARMLESS.includes(type))) return false;
      tx.append(scope, events);
      return true;
    });
    if (refresh()) emit();
    return written;
  }

  function notDriving(): Refusal | null {
    const { handedTo, phase } = state;
    if (handedTo !== null && !willing && phase !== 'finished') {
      return {
        refused: `This run was handed over to ${handedTo.to}`,
        mend: 'take it over to go on here',
      };
    }
    if (!lease.take()) {
      return {
        refused: `${follower()?.holder ?? 'Another console'} drives this run`,
        mend: 'follow it here; it is yours when that console ends',
      };
    }
    if (handedTo !== null) commit([event('taken-over', { from: handedTo.by })]);
    return null;
  }

  return {
    runbook,
    scope,
    state: () => state,
    refresh,
    commit,
    intended(intent) {
      for (const e of journal.events({ run, types: ['action-intended'] })) {
        if (e.type === 'action-intended' && e.body.intent === intent) return e;
      }
      return null;
    },
    notDriving,
    follower,
    yield() {
      willing = false;
      lease.release();
    },
    take() {
      willing = true;
      const other = notDriving();
      if (other) willing = false;
      return other;
    },
    emit,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      listeners.clear();
      lease.release();
    },
  };
}
