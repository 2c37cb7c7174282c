import type { Executor, PreparedChange } from '../actions/executor.ts';
import type { Runbook } from '../runbooks/graph.ts';
import type { EngineContext } from './context.ts';
import type { Plan, Refusal, RunController } from './controller.ts';
import { decide, effectOf, type RunCommand } from './decide.ts';
import { perform } from './effects.ts';
import { escalation } from './escalation.ts';
import { createFreshness } from './freshness.ts';
import { openLedger } from './ledger.ts';
import { changeOf, undoOf } from './request.ts';

/** How often a dead driver or a dead runner is looked for. */
const BEAT_MS = 1000;

export interface DriverOptions {
  readonly context: EngineContext;
  readonly executor: Executor;
  readonly runbook: Runbook;
  readonly run: string;
  readonly log: (message: string, cause: unknown) => void;
}

const refuse = (refused: string, mend: string | null = null): Refusal => ({ refused, mend });

/**
 * Drives one run: folds its journal, does what the state calls for, writes what came of it. Any number
 * of consoles may open the same run; one drives it, the others follow until it is theirs.
 */
export function openRunController(options: DriverOptions): RunController {
  const { context, executor, runbook } = options;
  const { journal, clock, operator } = context;
  const closing = new AbortController();
  const ledger = openLedger(context, runbook, options.run);
  const freshness = createFreshness(context, ledger, closing.signal);
  const prepared = new WeakMap<Plan, PreparedChange>();
  let busy = false;

  /** Does the effects the state calls for, one after the other, until it waits. */
  async function pump(): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      // The next beat tries again: a journal that is locked or full for a while ends no console.
      if (!closing.signal.aborted) options.log('a run could not go on', thrown);
    }
  }

  async function work(): Promise<void> {
    if (ledger.refresh()) ledger.emit();
    while (!busy && !closing.signal.aborted) {
      const effect = effectOf(runbook, ledger.state());
      if (ledger.notDriving() || effect === null) break;
      const { seq } = ledger.state();
      busy = true;
      try {
        await perform(context, ledger, effect, closing.signal);
      } finally {
        busy = false;
      }
      ledger.refresh();
      if (ledger.state().seq === seq) break;
    }
    if (closing.signal.aborted) return;
    freshness.moved();
    ledger.emit();
  }

  let timer = clock.after(BEAT_MS, beat);
  function beat(): void {
    void pump();
    timer = clock.after(BEAT_MS, beat);
  }

  function command(given: RunCommand): Refusal | null {
    ledger.refresh();
    const other = given.kind === 'note' ? null : ledger.notDriving();
    if (other) return other;
    const decided = decide(runbook, ledger.state(), given);
    if ('refused' in decided) return decided;
    return advance(ledger.commit(decided));
  }

  function advance(committed: boolean): Refusal | null {
    void pump();
    return committed ? null : refuse('The run has moved on meanwhile', 'look again');
  }

  function escalate(): Refusal | null {
    ledger.refresh();
    const { phase } = ledger.state();
    if (phase === 'finished') return refuse('This run has ended', 'press Esc to leave it');
    if (phase === 'acting' || phase === 'unknown') {
      return refuse('An action is under way', 'wait for its outcome, then escalate');
    }
    return (
      ledger.notDriving() ?? advance(ledger.commit(escalation(context, runbook, ledger.state())))
    );
  }

  async function prepare(
    request: Parameters<Executor['prepare']>[0] | Refusal,
  ): Promise<Plan | Refusal> {
    if ('refused' in request) return request;
    const change = await executor.prepare(request, closing.signal);
    if ('refused' in change) return change;
    prepared.set(change.plan, change);
    return change.plan;
  }

  async function plan(): Promise<Plan | Refusal> {
    ledger.refresh();
    const { phase, current } = ledger.state();
    const leaf = runbook.nodes.get(current);
    if (leaf?.kind !== 'do') return refuse('There is nothing to change at this step');
    if (phase !== 'leaf' && phase !== 'stuck') return refuse('An action is under way');
    const other = ledger.notDriving();
    if (other) return other;
    const age = await freshness.renew();
    return 'refused' in age ? age : prepare(changeOf(context, ledger.state(), leaf, age));
  }

  async function confirm(confirmed: Plan, typed?: string): Promise<Refusal | null> {
    const change = prepared.get(confirmed);
    if (!change) return refuse('This dialog is no longer valid', 'open it again');
    ledger.refresh();
    const { phase, current } = ledger.state();
    if (current !== confirmed.leaf || (phase !== 'leaf' && phase !== 'stuck')) {
      return refuse('The run has moved on since this dialog opened', 'look again before you act');
    }
    const refused =
      ledger.notDriving() ??
      executor.submit(change, {
        typed: typed ?? null,
        seenSeq: ledger.state().seq,
        operator,
        readings: context.readings(runbook.watch),
      });
    if (refused === null) prepared.delete(confirmed);
    void pump();
    return refused;
  }

  const unsubscribe = journal.onChange(() => void pump());
  void pump();

  return {
    runbook,
    state: ledger.state,
    subscribe: ledger.subscribe,
    follower: () => (ledger.state().phase === 'finished' ? null : ledger.follower()),
    async proceed(to, by = 'operator') {
      const { phase, current } = ledger.state();
      const here = runbook.nodes.get(current);
      if (!to && phase === 'leaf' && here?.kind === 'escalate') return escalate();
      return command({ kind: 'proceed', to: to ?? null, by });
    },
    plan,
    planUndo: async () => ledger.notDriving() ?? prepare(undoOf(context, ledger)),
    confirm,
    skip: async (reason) => command({ kind: 'skip', reason }),
    back: async () => command({ kind: 'back' }),
    note: async (text) => command({ kind: 'note', text }),
    escalate: async () => escalate(),
    stop: async (outcome) => command({ kind: 'stop', outcome }),
    reread: freshness.reread,
    evidence: freshness.evidence,
    changed: freshness.changed,
    close() {
      closing.abort();
      timer.cancel();
      unsubscribe();
      try {
        ledger.close();
      } catch (thrown) {
        // The lease of a process that has ended is free all the same.
        options.log('the lease of a run could not be released', thrown);
      }
    },
  };
}
