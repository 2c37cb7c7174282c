import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold } from '../../src/engine/fold.ts';
import type { JournalEvent } from '../../src/incidents/events.ts';
import { createEngineKit, type EngineKit } from '../harness/engine-kit.ts';

/** What a hand may do to a run, in any order. */
const moves = [
  'proceed',
  'back',
  'jump',
  'skip',
  'confirm',
  'work',
  'undo',
  'hand over',
  'take over',
  'escalate',
  'stop',
  'note',
  'wait',
  'die',
] as const;
type Move = (typeof moves)[number];

/** Plays the moves on a fresh engine; refused ones change nothing, as on the screen. */
async function play(list: readonly Move[], readOnly: boolean): Promise<EngineKit> {
  const kit = createEngineKit({ policy: { readOnly, maxRisk: 'destructive' } });
  let run = kit.open();
  for (const move of list) {
    await kit.clock.advance(300);
    if (move === 'proceed') await run.proceed();
    if (move === 'back') await run.back();
    if (move === 'jump') await run.jump('start');
    if (move === 'skip') await run.skip('no time');
    if (move === 'hand over') await run.handOver('ann', '');
    if (move === 'take over') await run.takeOver();
    if (move === 'stop') await run.stop('stopped');
    if (move === 'undo') {
      const plan = await run.planUndo();
      if (!('refused' in plan)) await run.confirm(plan);
    }
    if (move === 'escalate') await run.escalate();
    if (move === 'note') await run.note('something');
    if (move === 'wait') await kit.clock.advance(11_000);
    if (move === 'work' && kit.intents.length > 0) await kit.work().catch(() => false);
    if (move === 'confirm') {
      const plan = await run.plan();
      if (!('refused' in plan)) await run.confirm(plan);
    }
    if (move === 'die') {
      run.close();
      run = kit.open();
    }
  }
  run.close();
  return kit;
}

const eventsByRun = (kit: EngineKit): readonly (readonly JournalEvent[])[] => {
  const events = kit.context.journal.events({});
  const runs = new Set(events.flatMap(({ run }) => run ?? []));
  return [...runs].map((run) => events.filter((e) => e.run === run));
};

const anyMoves = fc.array(fc.constantFrom(...moves), { maxLength: 14 });

test('whatever is pressed, no intent begins twice and nothing begins unintended', async () => {
  await fc.assert(
    fc.asyncProperty(anyMoves, async (list) => {
      const kit = await play(list, false);
      const events = kit.context.journal.events({});
      const started = events.flatMap((e) => (e.type === 'action-started' ? e.body.intent : []));
      const intended = events.flatMap((e) => (e.type === 'action-intended' ? e.body.intent : []));
      expect(new Set(started).size).toBe(started.length);
      for (const intent of started) expect(intended).toContain(intent);
      expect(kit.pump.starts - 1).toBe(started.length);
      expect(kit.context.journal.verify().intact).toBe(true);
    }),
    { numRuns: 40 },
  );
}, 60_000);

test('a read-only console never intends and never changes anything', async () => {
  await fc.assert(
    fc.asyncProperty(anyMoves, async (list) => {
      const kit = await play(list, true);
      expect(kit.context.journal.events({ types: ['action-intended'] })).toEqual([]);
      expect(kit.pump.starts).toBe(1);
    }),
    { numRuns: 20 },
  );
}, 60_000);

test('a run resumed at any event stands where one that was never left stands', async () => {
  await fc.assert(
    fc.asyncProperty(anyMoves, async (list) => {
      const kit = await play(list, false);
      for (const events of eventsByRun(kit)) {
        const whole = fold(kit.runbook, events);
        for (let cut = 1; cut < events.length; cut += 1) {
          const resumed = fold(
            kit.runbook,
            events.slice(cut),
            fold(kit.runbook, events.slice(0, cut)),
          );
          expect(resumed).toEqual(whole);
        }
      }
    }),
    { numRuns: 20 },
  );
}, 60_000);
