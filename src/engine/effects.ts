import { reap, settle } from '../actions/recovery.ts';
import { event, type NewEvent } from '../incidents/events.ts';
import { evaluateBranches } from '../runbooks/evaluate.ts';
import type { DoLeaf, VerifyLeaf } from '../runbooks/graph.ts';
import type { EngineContext } from './context.ts';
import { afterVerification, type Effect, enter } from './decide.ts';
import { readStep, tellTurn } from './evidence.ts';
import type { Ledger } from './ledger.ts';
import type { Reading } from './path.ts';
import { scopeOf } from './scope.ts';
import type { Readings, RunState } from './state.ts';
import { watchUntil } from './verify.ts';

/** Reads a step: a check's turn is taken unasked when it is sure, an ask's is only recommended. */
async function read(
  context: EngineContext,
  ledger: Ledger,
  step: string,
  signal: AbortSignal,
): Promise<void> {
  const check = ledger.runbook.nodes.get(step);
  if (check?.kind === 'ask') {
    const turn = evaluateBranches(check, scopeOf(context, ledger.state()));
    ledger.commit([event('turn-recommended', { step, turn: turn && tellTurn(turn) })]);
    return;
  }
  if (check?.kind !== 'check') return;
  const read = await readStep(context, check, ledger.state(), signal);
  signal.throwIfAborted();
  const { current, phase } = ledger.state();
  if (current !== step || phase !== 'observing') return;
  ledger.commit(readingEvents(ledger, { step: check, ...read }));
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

async function verify(
  context: EngineContext,
  ledger: Ledger,
  leaf: DoLeaf | VerifyLeaf,
  index: number,
  signal: AbortSignal,
): Promise<void> {
  const spec = leaf.verify[index];
  if (!spec) return;
  const known = ledger.state().verification;
  if (known?.index !== index || known.state !== 'running') {
    const { title, withinMs } = spec;
    const total = leaf.verify.length;
    const before = readingsBefore(context, ledger);
    const started = { leaf: leaf.id, index, total, title, withinMs, before };
    if (!ledger.commit([event('verification-started', started)])) return;
  }
  const startedAt = ledger.state().verification?.startedAt ?? context.clock.now();
  const watch = () => context.readings(ledger.runbook.watch);
  let told = '';
  const leaving = new AbortController();
  const unsubscribe = ledger.subscribe(() => {
    if (!isVerifying(ledger.state(), leaf.id, index)) leaving.abort();
  });
  const watched = AbortSignal.any([signal, leaving.signal]);
  const result = await watchUntil(context, spec, ledger.state(), startedAt, watched, {
    onSample(samples, latest) {
      const now = watch();
      const words = JSON.stringify([latest, now]);
      if (words === told) return;
      told = words;
      ledger.commit([event('verification-sampled', { index, samples, latest, now })]);
    },
  })
    .catch((thrown: unknown) => {
      if (leaving.signal.aborted && !signal.aborted) return null;
      throw thrown;
    })
    .finally(unsubscribe);
  if (result === null || !isVerifying(ledger.state(), leaf.id, index)) return;
  ledger.commit([event('verification-ended', { index, ...result, now: watch() })]);
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
      ledger.commit(afterVerification(ledger.runbook, ledger.state()));
  }
}
