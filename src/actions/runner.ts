import { asOperatorError, type ErrorKind, OperatorError } from '../domain/operator-error.ts';
import { redactText } from '../domain/redact.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { FrozenTarget } from '../domain/target.ts';
import { timeLimit } from '../domain/time-limit.ts';
import { event, type JournalEvent } from '../incidents/events.ts';
import type { EventScope, Holder, Journal } from '../incidents/journal.ts';
import { isThisProcess, thisProcess } from '../incidents/liveness.ts';
import type { ChangeContext } from './context.ts';
import { describeHolder, heldBy, lockName } from './locks.ts';
import { parseInput } from './parse-input.ts';
import type { Refusal } from './plan.ts';
import { forbidden, type Policy, raisedBy } from './policy.ts';
import { recordable } from './recordable-result.ts';

type Intended = Extract<JournalEvent, { type: 'action-intended' }>;

/** Lines of output an action may write to the journal; the rest is counted, not kept. */
const OUTPUT_LINES_MAX = 1000;

const SHORT_DIGITS = 12;

/** Failures after which nobody knows whether the change was made. */
const SILENCES: readonly ErrorKind[] = ['unreachable', 'timeout', 'garbage'];

/** A digest or an id by its beginning, as dialogs show them; everything else whole. */
const shortly = (value: string): string =>
  /^[0-9a-f]{32,}$/.test(value) ? value.slice(0, SHORT_DIGITS) : value;

/** Why the targets of now are not those that were confirmed; null when they are. */
function changedSince(
  frozen: readonly FrozenTarget[],
  now: readonly FrozenTarget[],
): string | null {
  for (const before of frozen) {
    const after = now.find((t) => t.kind === before.kind && t.name === before.name);
    if (!after) return `${before.name} is no longer there`;
    for (const [field, value] of Object.entries(before.identity)) {
      const current = after.identity[field];
      if (current !== value) {
        const now = current === undefined ? 'none' : shortly(current);
        return `${before.name} changed after it was confirmed: its ${field} was ${shortly(value)}, now ${now}`;
      }
    }
  }
  if (now.length !== frozen.length)
    return `there are ${now.length} targets now, ${frozen.length} were confirmed`;
  return null;
}

/** Why the policy of this moment forbids what was confirmed under another; null when it does not. */
function deniedNow(policy: Policy, { region, body }: Intended): Refusal | null {
  const { risk, overrides } = raisedBy(policy, { ...body, region });
  if (risk === body.risk) return forbidden(policy, { ...body, region });
  return { refused: `It was confirmed as ${body.risk}: ${overrides.join('; ')}`, mend: null };
}

/**
 * Carries out one intent, once: takes the lock, checks policy and identities again, writes `started`,
 * acts, writes the outcome. Runs in its own process so that no screen's death stops or repeats it.
 * @param ready waits for what targets are found by; the lock is held meanwhile, so that whoever watches
 *   knows that the intent is cared for
 * @returns true when the change was made
 * @throws OperatorError when the intent is unknown, or already begun or ended
 */
export async function runIntent(
  context: ChangeContext,
  policy: Policy,
  intent: string,
  ready: () => Promise<void> = async () => undefined,
): Promise<boolean> {
  const { journal, region, clock } = context;
  const intended = journal
    .events({ types: ['action-intended'] })
    .find((e): e is Intended => e.type === 'action-intended' && e.body.intent === intent);
  if (!intended) throw new OperatorError('missing', `The journal holds no intent ${intent}`);
  const { targets } = intended.body;
  const operator = { ...intended.operator, pid: process.pid };
  const scope = { region: region.name, incident: intended.incident, run: intended.run, operator };
  const names = targets.map((target) => lockName(region.name, target));

  const untouched = (events: readonly JournalEvent[]) =>
    !events.some(
      (e) => (e.type === 'action-started' || e.type === 'action-ended') && e.body.intent === intent,
    );
  const untouchedNow = () =>
    untouched(journal.events({ run: intended.run ?? '', after: intended.seq }));
  const end = (
    outcome: 'done' | 'failed' | 'refused' | 'unknown',
    words: string,
    result: Readonly<Record<string, unknown>> | null = null,
  ) =>
    journal.transact((tx) => {
      const message = redactText(sanitizeLine(words));
      tx.append(scope, [event('action-ended', { intent, outcome, message, result })]);
      for (const name of names) tx.release(name);
    });

  const locked = journal.transact((tx) => {
    if (!untouched(tx.events({ run: intended.run ?? '', after: intended.seq }))) return 'begun';
    const other = heldBy(tx, region.name, targets);
    if (other?.intent === intent) return 'begun';
    if (other) {
      const message = `locked: ${describeHolder(other, clock.now())}`;
      tx.append(scope, [event('action-ended', { intent, outcome: 'refused', message })]);
      return 'locked';
    }
    const holder: Holder = {
      operator: `${operator.name}@${operator.host}`,
      process: thisProcess(),
      purpose: `runs ${intended.body.command}`,
      intent,
      since: clock.now(),
    };
    for (const name of names) tx.hold(name, holder);
    return 'free';
  });
  if (locked === 'begun') throw new OperatorError('failed', `Intent ${intent} was begun before`);
  if (locked === 'locked') return false;

  const action = context.catalogue.action(intended.body.action);
  const denied = deniedNow(policy, intended);
  if (denied || !action) {
    end('refused', denied?.refused ?? `There is no action named ${intended.body.action}`);
    return false;
  }
  await ready();
  const limit = timeLimit(action.timeoutMs);
  const reach = context.reach(limit);
  let begunAt: number | null = null;
  let result: Readonly<Record<string, unknown>> | null = null;
  try {
    const input = parseInput(action.input, intended.body.input, action.id);
    const now = await action.preview(input, reach);
    const changed = changedSince(targets, now.targets);
    if (changed !== null) {
      end('refused', changed);
      return false;
    }
    journal.transact((tx) => {
      const mine = names.every((name) => isThisProcess(tx.holder(name)?.process ?? null));
      if (!mine || !untouched(tx.events({ run: intended.run ?? '', after: intended.seq }))) {
        throw new OperatorError('failed', `Intent ${intent} was ended or taken over meanwhile`);
      }
      tx.append(scope, [event('action-started', { intent, pid: process.pid })]);
    });
    begunAt = clock.now();
    const output = outputTo(journal, scope, intent);
    result = recordable(action, await action.run(input, targets, { ...reach, output }));
  } catch (thrown) {
    const { kind, message } = asOperatorError(thrown);
    // Whoever did not answer may have done it all the same: the world is asked, not guessed.
    const told = thrown instanceof OperatorError && !SILENCES.includes(kind);
    if (begunAt !== null && limit.aborted) {
      end('unknown', `no answer within ${action.timeoutMs / 1000} s: ${message}`);
    } else if (begunAt !== null && !told) {
      end('unknown', message);
    } else if (begunAt === null && !untouchedNow()) {
      return false;
    } else {
      end('failed', message);
    }
    return false;
  }
  end('done', `done in ${((clock.now() - (begunAt ?? intended.at)) / 1000).toFixed(1)} s`, result);
  return true;
}

function outputTo(journal: Journal, scope: EventScope, intent: string): (line: string) => void {
  let lines = 0;
  return (raw) => {
    lines += 1;
    if (lines > OUTPUT_LINES_MAX) return;
    const line = redactText(sanitizeLine(raw));
    try {
      journal.transact((tx) => tx.append(scope, [event('action-output', { intent, line })]));
    } catch {
      // A line that cannot be written must not end a change half made.
    }
  };
}
