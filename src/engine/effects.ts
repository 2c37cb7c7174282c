import { reap, settle } from '../actions/recovery.ts';
import { event, type NewEvent } from '../incidents/events.ts';
import { evaluateBranches } from '../runbooks/evaluate.ts';
import type { DoLeaf, VerifyLeaf } from '../runbooks/graph.ts';
import { renderMessage } from '../templates/template.ts';
import type { EngineContext } from './context.ts';
import type { Effect } from './effect-of.ts';
import { conclude, enter } from './endings.ts';
import { readStep, tellTurn } from './evidence.ts';
import type { Ledger } from './ledger.ts';
import type { Reading } from './path.ts';
import { scopeOf } from './scope.ts';
import type { Readings, RunState } from './state.ts';
import { watchUntil } from './verify.ts';

/** What a step that is not read writes when it is entered: its recommendation, its draft, its turn. */
function arrival(context: EngineContext, ledger: Ledger): readonly NewEvent[] | null {
  const { runbook } = ledger;
  const state = ledger.state();
  const node = runbook.nodes.get(state.current);
  const place = { runbook, run: state };
  switch (node?.kind) {
    case 'ask': {
      const turn = evaluateBranches(node, scopeOf(context, place));
      return [event('turn-recommended', { step: node.id, turn: turn && tellTurn(turn) })];
    }
    case 'checklist': {
      const turn = { to: node.to, because: 'the checklist is done', sure: true };
      return [event('turn-recommended', { step: node.id, turn })];
    }
    case 'notify': {
      const text = renderMessage(node.text, scopeOf(context, place));
      const recipients = [...node.recipients];
      const turn = { to: node.to, because: 'the message is out', sure: true };
      return [
        event('message-drafted', { step: node.id, recipients, text }),
        event('turn-recommended', { step: node.id, turn }),
      ];
    }
    case 'call': {
      const turn = { to: node.to, because: `it goes on in ${node.runbook}`, sure: true };
      const taken = { step: node.id, ...turn, by: 'recommendation', overridden: false } as const;
      return [event('branch-taken', taken), enter(runbook, node.to)];
    }
    default:
      return null;
  }
}

/** Reads a step: the turn of what is read is taken unasked when it is sure, others are recommended. */
async function read(
  context: EngineContext,
  ledger: Ledger,
  step: string,
  signal: AbortSignal,
): Promise<void> {
  const arriving = arrival(context, ledger);
  if (arriving !== null) {
    ledger.commit(arriving);
    return;
  }
  const node = ledger.runbook.nodes.get(step);
  if (node?.kind !== 'check' && node?.kind !== 'gather') return;
  const { runbook } = ledger;
  const { inputs } = ledger.state();
  const answer = await readStep(context, node, { runbook, run: ledger.state() }, signal);
  signal.throwIfAborted();
  const now = ledger.state();
  if (now.current !== step || now.phase !== 'observing' || now.inputs !== inputs) return;
  ledger.commit(readingEvents(ledger, { step: node, ...answer }));
}

/** What reading the current step writes: its evidence, and its turn unless the operator came back to it. */
export function readingEvents(ledger: Ledger, reading: Reading): readonly NewEvent[] {
  const { step, evidence, turn } = reading;
  const held = ledger.state().path.at(-1)?.held ?? false;
  const events: NewEvent[] = [event('evidence-read', { evidence, recommended: turn })];
  if (turn?.sure && !held) {
    const branch = { step: step.id, ...turn, by: 'recommendation', overridden: false } as const;
    events.push(event('branch-taken', branch), enter(ledger.runbook, turn.to));
  }
  return events;
}

/** Looks after an act whose runner may have died. */
function follow(context: EngineContext, ledger: Ledger, intent: string): void {
  const act = ledger.state().acts.find((candidate) => candidate.intent === intent);
  if (act) reap(context, ledger.scope, act);
}

async function settleAct(
  context: EngineContext,
  ledger: Ledger,
  intent: string,
  signal: AbortSignal,
): Promise<void> {
  const act = ledger.state().acts.find((candidate) => candidate.intent === intent);
  const intended = ledger.intended(intent);
  if (!act || !intended) return;
  const found = await settle(context, act, intended.body.input, signal);
  signal.throwIfAborted();
  ledger.commit([event('action-settled', { intent, ...found })]);
}

/** The numbers before the change, else as they are now. */
function readingsBefore(context: EngineContext, ledger: Ledger): Readings {
  const act = ledger.state().acts.at(-1);
  const intended = act ? ledger.intended(act.intent) : null;
  return intended?.body.readings ?? context.readings(ledger.runbook.watch);
}

/** True while a run stands at this very verification. */
function isVerifying(state: RunState, leaf: string, index: number): boolean {
  const { current, phase, verification } = state;
  return (
    phase === 'verifying' &&
    current === leaf &&
    verification?.index === index &&
    verification.state === 'running'
  );
}

/** Writes that a verification begins, unless it is the one under way. @returns whether it may go on */
function beginVerification(
  context: EngineContext,
  ledger: Ledger,
  leaf: DoLeaf | VerifyLeaf,
  index: number,
): boolean {
  const spec = leaf.verify[index];
  if (!spec) return false;
  if (isVerifying(ledger.state(), leaf.id, index)) return true;
  const { title, withinMs, everyMs, forMs, signal } = spec;
  const total = leaf.verify.length;
  const before = readingsBefore(context, ledger);
  const body = { leaf: leaf.id, index, total, title, withinMs, everyMs, forMs, signal, before };
  return ledger.commit([event('verification-started', body)]);
}

/** An abort when the run no longer stands at this verification. */
function leavingOf(ledger: Ledger, leaf: string, index: number) {
  const leaving = new AbortController();
  const unsubscribe = ledger.subscribe(() => {
    if (!isVerifying(ledger.state(), leaf, index)) leaving.abort();
  });
  return { signal: leaving.signal, unsubscribe };
}

async function verify(
  context: EngineContext,
  ledger: Ledger,
  leaf: DoLeaf | VerifyLeaf,
  index: number,
  signal: AbortSignal,
): Promise<void> {
  const spec = leaf.verify[index];
  if (!spec || !beginVerification(context, ledger, leaf, index)) return;
  const begun = ledger.state().verification;
  const watch = () => context.readings(ledger.runbook.watch);
  let known = '';
  const leaving = leavingOf(ledger, leaf.id, index);
  const result = await watchUntil(context, {
    spec,
    place: { runbook: ledger.runbook, run: ledger.state() },
    startedAt: begun?.startedAt ?? context.clock.now(),
    samples: begun?.samples ?? 0,
    first: begun?.first,
    signal: AbortSignal.any([signal, leaving.signal]),
    onSample({ first, ...told }) {
      const now = watch();
      const words = JSON.stringify([told.latest, now, told.holds, told.value]);
      if (words === known) return;
      known = words;
      const seen = { index, ...told, now };
      const body = first === undefined ? seen : { ...seen, first };
      ledger.commit([event('verification-sampled', body)]);
    },
  })
    .catch((thrown: unknown) => {
      if (leaving.signal.aborted && !signal.aborted) return null;
      throw thrown;
    })
    .finally(leaving.unsubscribe);
  if (result === null || !isVerifying(ledger.state(), leaf.id, index)) return;
  const { passed, samples, latest } = result;
  ledger.commit([event('verification-ended', { index, passed, samples, latest, now: watch() })]);
}

/** Does what a run's state calls for, once, and writes what came of it. */
export async function perform(
  context: EngineContext,
  ledger: Ledger,
  effect: Effect,
  signal: AbortSignal,
): Promise<void> {
  const node = ledger.runbook.nodes.get(ledger.state().current);
  switch (effect.kind) {
    case 'read':
      return read(context, ledger, effect.step, signal);
    case 'follow':
      return follow(context, ledger, effect.intent);
    case 'settle':
      return settleAct(context, ledger, effect.intent, signal);
    case 'verify':
      if (node?.kind !== 'do' && node?.kind !== 'verify') return;
      return verify(context, ledger, node, effect.index, signal);
    case 'conclude':
      ledger.commit(conclude(ledger.runbook, ledger.state()));
  }
}
