import { describe, expect, test } from 'vitest';
import type { Plan, RunController } from '../../../src/engine/controller.ts';
import { createEngineKit, type EngineKit } from '../../harness/engine-kit.ts';

const RUNBOOK = `
id: test/chained
title: The level is wrong
severity: P2
steps:
  - id: level
    check: How high does it stand?
    probe: pump.level
    branches:
      - { when: result.level > 2, because: too high, to: lower }
      - { because: low enough, to: fine }
  - id: after
    check: How high does it stand now?
    probe: pump.level
    branches:
      - { when: result.level < 2, because: it fell, to: start }
      - { because: it did not fall, to: fine }
leaves:
  - id: lower
    do: Lower the level
    action: pump.set-level
    with: { level: 1 }
    impact: less water
    then: start
  - id: start
    do: Start the pump
    action: pump.start
    with: { name: main }
    impact: water flows
    irreversible: water that has flowed stays where it is
  - { id: fine, end: All is well, ends: resolved }
`;

async function planned(run: RunController): Promise<Plan> {
  const plan = await run.plan();
  if ('refused' in plan) throw new Error(plan.refused);
  return plan;
}

/** The first change is done; the run stands at the second. */
async function atSecond(kit: EngineKit): Promise<RunController> {
  const run = kit.open();
  await kit.reach(run, ({ phase }) => phase === 'leaf');
  expect(await run.confirm(await planned(run))).toBeNull();
  await kit.work();
  await kit.reach(run, ({ current, phase }) => current === 'start' && phase === 'leaf');
  return run;
}

describe('a change that follows another', () => {
  test('is not barred by what was to change', async () => {
    const kit = createEngineKit({ runbook: RUNBOOK });
    const run = await atSecond(kit);
    expect(kit.pump.level).toBe(1);
    expect(await run.confirm(await planned(run))).toBeNull();
    await kit.work();
    const state = await kit.reach(run, ({ phase }) => phase === 'finished');
    expect(state.acts.map(({ leaf, state: became }) => [leaf, became])).toEqual([
      ['lower', 'done'],
      ['start', 'done'],
    ]);
  });

  test('rests on what was read since: that bars it when it says otherwise', async () => {
    const kit = createEngineKit({ runbook: RUNBOOK.replace('then: start', 'then: after') });
    const run = await atSecond(kit);
    kit.pump.level = 3;
    expect(await run.plan()).toMatchObject({
      refused: expect.stringContaining('How high does it stand now?'),
    });
    expect(run.state().current).toBe('after');
  });
});
