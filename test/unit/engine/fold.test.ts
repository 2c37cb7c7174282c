import { expect, test } from 'vitest';
import { fold } from '../../../src/engine/fold.ts';
import type { JournalEvent } from '../../../src/incidents/events.ts';
import { createEngineKit } from '../../harness/engine-kit.ts';

/** Fields that journals of before do not have. */
const LATER: Readonly<Record<string, readonly string[]>> = {
  'action-intended': ['breakGlass'],
  'action-ended': ['result'],
  'verification-started': ['everyMs', 'forMs', 'signal'],
  'verification-sampled': ['holds', 'holdsSince', 'value', 'first'],
};

function asBefore(e: JournalEvent): JournalEvent {
  const later = LATER[e.type] ?? [];
  const body = Object.fromEntries(Object.entries(e.body).filter(([name]) => !later.includes(name)));
  return { ...e, body } as unknown as JournalEvent;
}

test('a journal written before folds to the same run, without what it could not know', async () => {
  const kit = createEngineKit();
  kit.signals['flow'] = 2;
  const run = kit.open();
  await kit.reach(run, ({ phase }) => phase === 'leaf');
  const plan = await run.plan();
  if ('refused' in plan) throw new Error(plan.refused);
  await run.confirm(plan);
  await kit.work();
  const now = await kit.reach(run, ({ phase }) => phase === 'finished');
  const before = fold(kit.runbook, kit.context.journal.events({}).map(asBefore));
  expect(before?.verification).toMatchObject({ forMs: null, signal: null, holdsSince: null });
  expect({ ...before, verification: null }).toEqual({ ...now, verification: null });
});
