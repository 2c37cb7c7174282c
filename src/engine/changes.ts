import type { ChangeRequest, Executor, PreparedChange } from '../actions/executor.ts';
import { OperatorError } from '../domain/operator-error.ts';
import { event } from '../incidents/events.ts';
import type { DoLeaf } from '../runbooks/graph.ts';
import type { EngineContext } from './context.ts';
import type { Plan, Refusal } from './controller.ts';
import type { Freshness } from './freshness.ts';
import type { Ledger } from './ledger.ts';
import { changeOf, messageOf, precheckRefusal, undoOf } from './request.ts';
import type { RunState } from './state.ts';

/** What a run's operator may have changed, and how it is confirmed. */
export interface Changes {
  plan(): Promise<Plan | Refusal>;
  planUndo(): Promise<Plan | Refusal>;
  confirm(plan: Plan, typed?: string, breakGlass?: string): Refusal | null;
}

interface Prepared {
  readonly change: PreparedChange;
  /** The leaf whose precheck must still hold; null where there is none. */
  readonly leaf: DoLeaf | null;
  /** The values it was planned with: another value makes another change. */
  readonly inputs: RunState['inputs'];
}

const refuse = (refused: string, mend: string | null = null): Refusal => ({ refused, mend });

/** Phases in which the last change may be taken back: whenever nothing else is being done. */
const UNDOING: readonly RunState['phase'][] = [
  'input',
  'deciding',
  'leaf',
  'verifying',
  'stuck',
  'finished',
];

/** Whether a run still stands where this change was planned. */
function standsAt(state: RunState, { plan, request }: PreparedChange): boolean {
  if (request.undoOf !== null) return UNDOING.includes(state.phase);
  const phases: readonly RunState['phase'][] = ['leaf', 'stuck', 'deciding'];
  return state.current === plan.leaf && phases.includes(state.phase);
}

export function createChanges(
  context: EngineContext,
  executor: Executor,
  ledger: Ledger,
  freshness: Freshness,
  signal: AbortSignal,
): Changes {
  const { runbook } = ledger;
  const prepared = new WeakMap<Plan, Prepared>();

  async function prepare(
    request: ChangeRequest | Refusal,
    leaf: DoLeaf | null = null,
  ): Promise<Plan | Refusal> {
    if ('refused' in request) return request;
    const { inputs } = ledger.state();
    const change = await executor.prepare(request, signal);
    if ('refused' in change) return change;
    prepared.set(change.plan, { change, leaf, inputs });
    return change.plan;
  }

  async function planLeaf(leaf: DoLeaf): Promise<Plan | Refusal> {
    const age = await freshness.renew();
    if ('refused' in age) return age;
    const place = freshness.place();
    const refused = precheckRefusal(context, place, leaf);
    return refused ?? prepare(changeOf(context, place, leaf, age), leaf);
  }

  /** What cannot be recorded is not done, and that is an answer as any other. */
  function submitted(...given: Parameters<Executor['submit']>): Refusal | null {
    try {
      return executor.submit(...given);
    } catch (thrown) {
      if (!(thrown instanceof OperatorError)) throw thrown;
      return refuse(`Nothing was changed. ${thrown.message}`, thrown.mend);
    }
  }

  function refusedNow(known: Prepared): Refusal | null {
    const state = ledger.state();
    if (!standsAt(state, known.change)) {
      return refuse('The run has moved on since this dialog opened', 'look again before you act');
    }
    if (state.inputs !== known.inputs) {
      return refuse('Other values were given since this dialog opened', 'open it again');
    }
    return known.leaf && precheckRefusal(context, freshness.place(), known.leaf);
  }

  return {
    async plan() {
      ledger.refresh();
      const { phase, current } = ledger.state();
      const node = runbook.nodes.get(current);
      if (node?.kind === 'notify') {
        if (phase !== 'deciding') return refuse('The message is not drafted yet');
        return ledger.notDriving() ?? prepare(messageOf(ledger, node));
      }
      if (node?.kind !== 'do') return refuse('There is nothing to change at this step');
      if (phase === 'input') return refuse('This step asks for input first', 'give it');
      if (phase !== 'leaf' && phase !== 'stuck') return refuse('An action is under way');
      return ledger.notDriving() ?? planLeaf(node);
    },
    async planUndo() {
      ledger.refresh();
      const { phase } = ledger.state();
      if (!UNDOING.includes(phase)) return refuse('An action is under way', 'wait for its outcome');
      return ledger.notDriving() ?? prepare(undoOf(context, ledger));
    },
    confirm(confirmed, typed, breakGlass) {
      const known = prepared.get(confirmed);
      if (!known) return refuse('This dialog is no longer valid', 'open it again');
      ledger.refresh();
      const refused = refusedNow(known) ?? ledger.notDriving();
      if (refused) return refused;
      const { seq, phase } = ledger.state();
      const why = `its last change is taken back (${confirmed.command})`;
      const answer = submitted(known.change, {
        typed: typed ?? null,
        breakGlass: breakGlass ?? null,
        preceding: phase === 'finished' ? [event('run-reopened', { why })] : [],
        seenSeq: seq,
        operator: context.operator,
        readings: context.readings(runbook.watch),
      });
      if (answer === null) prepared.delete(confirmed);
      return answer;
    },
  };
}
