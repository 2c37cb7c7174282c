import { describe, expect, test } from 'vitest';
import type { Plan, RunController } from '../../../src/engine/controller.ts';
import { fold } from '../../../src/engine/fold.ts';
import { createEngineKit, type EngineKit } from '../../harness/engine-kit.ts';

const runbook = (leaf: string) => `
id: test/level
title: The level is wrong
severity: P2
steps:
  - id: level
    check: How high does it stand?
    probe: pump.level
    branches:
      - { when: result.level > 2, because: too high, to: lower }
      - { because: low enough, to: fine }
leaves:
  - id: lower
    do: Lower the level
    action: pump.set-level
    with: { level: 1 }
    impact: less water
${leaf}
  - { id: fine, end: All is well, ends: resolved }
`;

const PROVED = `
    verify:
      - { title: It is low, probe: pump.level, until: result.level < 2, within: 10s, every: 1s }
`;

async function atLeaf(kit: EngineKit): Promise<RunController> {
  const run = kit.open();
  await kit.reach(run, ({ phase }) => phase === 'leaf');
  return run;
}

async function planned(plan: Promise<unknown>): Promise<Plan> {
  const answer = (await plan) as Plan | { refused: string };
  if ('refused' in answer) throw new Error(answer.refused);
  return answer;
}

async function resolved(kit: EngineKit): Promise<RunController> {
  const run = await atLeaf(kit);
  expect(await run.confirm(await planned(run.plan()))).toBeNull();
  await kit.work();
  await kit.reach(run, ({ phase }) => phase === 'finished');
  return run;
}

describe('the undo of the last change', () => {
  test('is there after the run has resolved, and opens the incident again', async () => {
    const kit = createEngineKit({ runbook: runbook(PROVED) });
    const run = await resolved(kit);
    expect(run.state()).toMatchObject({ outcome: 'resolved', verified: true });
    const plan = await planned(run.planUndo());
    expect(plan).toMatchObject({ command: 'pump level main 3', undo: 'this is an undo' });
    expect(await run.confirm(plan)).toBeNull();
    expect(run.state()).toMatchObject({ phase: 'acting', outcome: null, endedAt: null });
    await kit.work();
    const state = await kit.reach(run, ({ phase }) => phase === 'stuck');
    expect(kit.pump.level).toBe(3);
    expect(state.acts.map(({ state: became }) => became)).toEqual(['done', 'done']);
    expect(await run.planUndo()).toMatchObject({ refused: expect.stringContaining('already') });
    const events = kit.context.journal.events({});
    expect(fold(kit.runbook, events)).toEqual(run.state());
    expect(events.map(({ type }) => type)).toContain('run-reopened');
  });

  test('a dialog of an undo that was never confirmed leaves the run ended', async () => {
    const kit = createEngineKit({ runbook: runbook(PROVED) });
    const run = await resolved(kit);
    await planned(run.planUndo());
    expect(run.state().phase).toBe('finished');
    expect(kit.context.journal.events({ types: ['run-reopened'] })).toEqual([]);
  });

  test('goes the way the runbook declares before the one of the action', async () => {
    const kit = createEngineKit({
      runbook: runbook(`
    undo: { action: pump.set-level, with: { level: '{{output.was}}9' } }
    then: fine`),
    });
    const run = await resolved(kit);
    expect((await planned(run.planUndo())).command).toBe('pump level main 39');
  });
});

describe('a precheck', () => {
  const precheck = `
    precheck: { when: signals.flow < 1, words: 'Water flows ({{signals.flow}}): wait' }
    then: fine`;

  test('refuses the plan in its words', async () => {
    const kit = createEngineKit({ runbook: runbook(precheck) });
    kit.signals['flow'] = 4;
    const run = await atLeaf(kit);
    expect(await run.plan()).toMatchObject({ refused: 'Water flows (4): wait' });
  });

  test('is asked once more when the dialog is confirmed', async () => {
    const kit = createEngineKit({ runbook: runbook(precheck) });
    const run = await atLeaf(kit);
    const plan = await planned(run.plan());
    kit.signals['flow'] = 4;
    expect(await run.confirm(plan)).toMatchObject({ refused: 'Water flows (4): wait' });
    kit.signals['flow'] = 0;
    expect(await run.confirm(plan)).toBeNull();
  });

  test('that cannot be told refuses too', async () => {
    const kit = createEngineKit({ runbook: runbook(precheck) });
    kit.signals['flow'] = undefined;
    const run = await atLeaf(kit);
    expect(await run.plan()).toMatchObject({ refused: expect.stringContaining('cannot be told') });
  });
});

describe('a verification', () => {
  const lasting = `
    verify:
      - { title: Water flows, until: signals.flow > 1, within: 10s, every: 1s, for: 5s, signal: flow }`;

  async function verifying(kit: EngineKit): Promise<RunController> {
    const run = await atLeaf(kit);
    await run.confirm(await planned(run.plan()));
    await kit.work();
    await kit.reach(run, ({ verification }) => (verification?.samples ?? 0) > 0);
    return run;
  }

  test('that must go on holding begins anew when it breaks', async () => {
    const kit = createEngineKit({ runbook: runbook(lasting) });
    const run = await verifying(kit);
    kit.signals['flow'] = 2;
    await kit.clock.advance(4000);
    expect(run.state()).toMatchObject({ phase: 'verifying', verification: { forMs: 5000 } });
    expect(run.state().verification?.holdsSince).not.toBeNull();
    kit.signals['flow'] = 0;
    await kit.clock.advance(1000);
    expect(run.state().verification?.holdsSince).toBeNull();
    kit.signals['flow'] = 2;
    await kit.clock.advance(4000);
    expect(run.state().phase).toBe('verifying');
    const state = await kit.reach(run, ({ phase }) => phase === 'finished');
    expect(state).toMatchObject({ outcome: 'resolved', verified: true });
    expect(state.verification?.history.map(({ value, holds }) => [value, holds])).toEqual([
      [0, false],
      [2, true],
      [0, false],
      [2, true],
    ]);
  });

  test('that breaks after its window has failed', async () => {
    const kit = createEngineKit({ runbook: runbook(lasting) });
    const run = await verifying(kit);
    await kit.clock.advance(7000);
    kit.signals['flow'] = 2;
    await kit.clock.advance(3000);
    expect(run.state().phase).toBe('verifying');
    kit.signals['flow'] = 0;
    const state = await kit.reach(run, ({ phase }) => phase === 'stuck');
    expect(state.proved).toBe(false);
  });

  test('compares with its first sample, also after the console was opened anew', async () => {
    const kit = createEngineKit({
      runbook: runbook(`
    verify:
      - { title: It falls, probe: pump.level, until: result.level < first.level, within: 20s, every: 1s }`),
    });
    const run = await verifying(kit);
    expect(run.state().verification?.first).toMatchObject({ level: 1 });
    run.close();
    kit.pump.level = 0.5;
    const again = kit.open();
    const state = await kit.reach(again, ({ phase }) => phase === 'finished');
    expect(state.verified).toBe(true);
  });

  test('may be cut short by the undo', async () => {
    const kit = createEngineKit({ runbook: runbook(lasting) });
    const run = await verifying(kit);
    expect(await run.confirm(await planned(run.planUndo()))).toBeNull();
    await kit.work();
    const state = await kit.reach(run, ({ phase }) => phase === 'stuck');
    expect(state.verification).toBeNull();
    expect(kit.pump.level).toBe(3);
  });
});

describe('a run that is handed over', () => {
  test('waits for whoever takes it, and says for whom', async () => {
    const kit = createEngineKit({ runbook: runbook(PROVED) });
    const run = await atLeaf(kit);
    expect(await run.handOver(' ', '')).toMatchObject({
      refused: expect.stringContaining('Nobody'),
    });
    expect(await run.handOver('ann', 'I sleep')).toBeNull();
    expect(run.state().handedTo).toMatchObject({ to: 'ann', by: 'ops', note: 'I sleep' });
    expect(run.follower()?.holder).toContain('ann');
    expect(await run.plan()).toMatchObject({ refused: expect.stringContaining('ann') });
    expect(await run.back()).toMatchObject({ refused: expect.stringContaining('ann') });
    await kit.clock.advance(5000);
    expect(run.state().handedTo).not.toBeNull();
    const closed = kit.context.journal.events({ types: ['incident-closed', 'run-finished'] });
    expect(closed).toEqual([]);
    const hers = kit.open();
    const state = await kit.reach(hers, ({ handedTo }) => handedTo === null);
    expect(state.current).toBe('lower');
    expect(await planned(hers.plan())).toMatchObject({ leaf: 'lower' });
  });

  test('may be taken back', async () => {
    const kit = createEngineKit({ runbook: runbook(PROVED) });
    const run = await atLeaf(kit);
    await run.handOver('ann', '');
    expect(await run.takeOver()).toBeNull();
    expect(run.state().handedTo).toBeNull();
    expect(run.follower()).toBeNull();
    expect(await planned(run.plan())).toMatchObject({ leaf: 'lower' });
  });
});
