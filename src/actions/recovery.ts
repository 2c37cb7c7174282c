import { asOperatorError } from '../domain/operator-error.ts';
import { event, type NewEvent } from '../incidents/events.ts';
import type { EventScope, JournalTransaction } from '../incidents/journal.ts';
import { isAlive } from '../incidents/liveness.ts';
import type { Settlement } from '../integrations/contract.ts';
import type { Act } from './act.ts';
import type { ChangeContext } from './context.ts';
import { lockName } from './locks.ts';
import { parseInput } from './parse-input.ts';

/**
 * How long a runner may take from its intent to its lock before it counts as never begun. It does nothing
 * until then but start, which takes a host seconds that has far more to do than it can.
 */
export const RUNNER_START_MS_MAX = 20_000;

function runnerLives(tx: JournalTransaction, region: string, act: Act): boolean {
  return act.targets.some((target) => {
    const holder = tx.holder(lockName(region, target));
    return holder !== null && holder.intent === act.intent && isAlive(holder.process);
  });
}

/**
 * Ends an act whose runner is gone: `not-done` if it provably never began, else `unknown`. Does
 * nothing while the runner lives or may still begin. One transaction, so a late runner finds the end
 * written and does not begin.
 */
export function reap(context: ChangeContext, scope: EventScope, act: Act): void {
  const { journal, clock, region } = context;
  journal.transact((tx) => {
    const since = tx.events({ run: scope.run ?? '', types: ['action-started', 'action-ended'] });
    const mine = since.filter((e) => 'intent' in e.body && e.body.intent === act.intent);
    if (mine.some((e) => e.type === 'action-ended')) return;
    if (runnerLives(tx, region.name, act)) return;
    const begun = mine.some((e) => e.type === 'action-started');
    const held = act.targets.some(
      (target) => tx.holder(lockName(region.name, target))?.intent === act.intent,
    );
    if (!begun && !held && clock.now() - act.intendedAt < RUNNER_START_MS_MAX) return;
    const ended: NewEvent = begun
      ? event('action-ended', {
          intent: act.intent,
          outcome: 'unknown',
          message: 'its runner died while it acted; whether the change was made is being checked',
        })
      : event('action-ended', {
          intent: act.intent,
          outcome: 'not-done',
          message: 'its runner never began: nothing was changed',
        });
    tx.append(scope, [ended]);
    for (const target of act.targets) {
      const name = lockName(region.name, target);
      if (tx.holder(name)?.intent === act.intent) tx.release(name);
    }
  });
}

/** Asks the world whether an act of unknown outcome was carried out. Never acts again. */
export async function settle(
  context: ChangeContext,
  act: Act,
  input: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Settlement> {
  const action = context.catalogue.action(act.action);
  if (!action) return { state: 'unknown', because: `there is no action named ${act.action}` };
  try {
    const startedAt = act.startedAt ?? act.intendedAt;
    const parsed = parseInput(action.input, input, action.id);
    return await action.settle(parsed, act.targets, startedAt, context.reach(signal));
  } catch (thrown) {
    return { state: 'unknown', because: asOperatorError(thrown).message };
  }
}
