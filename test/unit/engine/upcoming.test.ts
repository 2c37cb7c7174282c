import { expect, test } from 'vitest';
import { upcoming } from '../../../src/engine/upcoming.ts';
import { createEngineKit } from '../../harness/engine-kit.ts';

test('what comes next stands with its own risk and the worst that can follow, the recommended first', async () => {
  const kit = createEngineKit();
  kit.pump.state = 'running';
  const run = kit.open();
  const state = await kit.reach(run, ({ phase }) => phase === 'deciding');
  expect(run.upcoming()).toEqual(upcoming(kit.runbook, state));
  expect(
    run.upcoming().map(({ id, risk, worst, recommended }) => [id, risk, worst, recommended]),
  ).toEqual([
    ['start', 'disruptive', 'disruptive', true],
    ['nothing', null, null, false],
  ]);
});

test('a leaf tells what follows when it fails', async () => {
  const kit = createEngineKit();
  const run = kit.open();
  await kit.reach(run, ({ phase }) => phase === 'leaf');
  expect(run.upcoming()).toMatchObject([{ id: 'help', when: 'if it fails', worst: null }]);
});

test('a step before it is judged by all that lies behind', async () => {
  const kit = createEngineKit();
  kit.pump.state = 'out of reach';
  const run = kit.open();
  await kit.reach(run, ({ phase }) => phase === 'deciding');
  expect(run.upcoming()).toMatchObject([
    { id: 'start', when: 'result.state != "running"', worst: 'disruptive', recommended: false },
    { id: 'choose', when: 'it runs', risk: null, worst: 'disruptive' },
  ]);
});
