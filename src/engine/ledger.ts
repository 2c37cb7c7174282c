import type { JournalEvent, NewEvent } from '../incidents/events.ts';
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
    return other && { holder: `${other.operator} (pid ${other.process.pid})` };
  }

  return {
    runbook,
    scope,
    state: () => state,
    refresh,
    commit(events) {
      const written = journal.transact((tx) => {
        const newer = tx.events({ run, after: state.seq });
        if (newer.some(({ type }) => !HARMLESS.includes(type))) return false;
        tx.append(scope, events);
        return true;
      });
      if (refresh()) emit();
      return written;
    },
    intended(intent) {
      for (const e of journal.events({ run, types: ['action-intended'] })) {
        if (e.type === 'action-intended' && e.body.intent === intent) return e;
      }
      return null;
    },
    notDriving() {
      if (lease.take()) return null;
      return {
        refused: `${follower()?.holder ?? 'Another console'} drives this run`,
        mend: 'follow it here; it is yours when that console ends',
      };
    },
    follower,
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
