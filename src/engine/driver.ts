import type { Executor } from '../actions/executor.ts';
import type { Runbook } from '../runbooks/graph.ts';
import { createChanges } from './changes.ts';
import type { EngineContext } from './context.ts';
import type { Refusal, RunController } from './controller.ts';
import { decide, type RunCommand } from './decide.ts';
import { effectOf } from './effect-of.ts';
import { perform } from './effects.ts';
import { escalation } from './escalation.ts';
import { filled } from './filled.ts';
import { createFreshness } from './freshness.ts';
import { createInputDesk } from './input-desk.ts';
import { openLedger } from './ledger.ts';
import { upcoming } from './upcoming.ts';

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
  const { journal, clock } = context;
  const closing = new AbortController();
  const ledger = openLedger(context, runbook, options.run);
  const freshness = createFreshness(context, ledger, closing.signal);
  const changes = createChanges(context, executor, ledger, freshness, closing.signal);
  const desk = createInputDesk(context, ledger, freshness, closing.signal);
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

  function proceed(...[to, by = 'operator']: Parameters<RunController['proceed']>) {
    const { phase, current } = ledger.state();
    const here = runbook.nodes.get(current);
    if (!to && phase === 'leaf' && here?.kind === 'escalate') return escalate();
    return command({ kind: 'proceed', to: to ?? null, by });
  }

  function handOver(to: string, note: string): Refusal | null {
    const refused = command({ kind: 'hand-over', to, note });
    if (refused === null) ledger.yield();
    ledger.emit();
    return refused;
  }

  function takeOver(): Refusal | null {
    ledger.refresh();
    const refused = ledger.take();
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
    proceed: async (to, by) => proceed(to, by),
    jump: async (to) => command({ kind: 'jump', to }),
    give: async (values) =>
      (await desk.refusal(values)) ?? command({ kind: 'give', values: desk.tidied(values) }),
    inputs: desk.wanted,
    choices: desk.choices,
    plan: changes.plan,
    planUndo: changes.planUndo,
    async confirm(plan, typed, breakGlass) {
      const refused = changes.confirm(plan, typed, breakGlass);
      void pump();
      return refused;
    },
    skip: async (reason) => command({ kind: 'skip', reason }),
    back: async () => command({ kind: 'back' }),
    note: async (text) => command({ kind: 'note', text }),
    copied: async () => command({ kind: 'copied' }),
    handOver: async (to, note) => handOver(to, note),
    takeOver: async () => takeOver(),
    escalate: async () => escalate(),
    stop: async (outcome) => command({ kind: 'stop', outcome }),
    upcoming: () => upcoming(runbook, ledger.state()),
    filled: (template) => filled(context, { runbook, run: ledger.state() }, template),
    reread: freshness.reread,
    evidence: freshness.evidence,
    answersOf: (step) => freshness.evidence().filter((evidence) => evidence.step === step),
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
