import { describe, expect, test } from 'vitest';
import { RUNNER_START_MS_MAX } from '../../../src/actions/recovery.ts';
import { OperatorError } from '../../../src/domain/operator-error.ts';
import type { Plan, RunController } from '../../../src/engine/controller.ts';
import type { JournalEvent } from '../../../src/incidents/events.ts';
import { createEngineKit, type EngineKit } from '../../harness/engine-kit.ts';

const atLeaf = (kit: EngineKit, run: RunController) =>
  kit.reach(run, ({ phase }) => phase === 'leaf');

async function planned(run: RunController): Promise<Plan> {
  const plan = await run.plan();
  if ('refused' in plan) throw new Error(plan.refused);
  return plan;
}

const types = (kit: EngineKit, run: RunController): readonly JournalEvent['type'][] =>
  kit.context.journal.events({ run: run.state().id }).map(({ type }) => type);

describe('a run from its first step to its proof', () => {
  test('walks what only observes unasked, and stops at the leaf', async () => {
    const kit = createEngineKit();
    const run = kit.open();
    const state = await atLeaf(kit, run);
    expect(state.current).toBe('start');
    expect(state.path.map(({ step }) => step)).toEqual(['state', 'start']);
    expect(state.path[0]?.taken).toMatchObject({
      to: 'start',
      because: 'it is stopped',
      by: 'recommendation',
      overridden: false,
    });
    expect(kit.intents).toEqual([]);
  });

  test('acts once confirmed, verifies each proof in turn and ends resolved', async () => {
    const kit = createEngineKit();
    const run = kit.open();
    await atLeaf(kit, run);
    expect(await run.confirm(await planned(run))).toBeNull();
    expect(run.state().phase).toBe('acting');
    expect(await kit.work()).toBe(true);
    await kit.reach(run, ({ verification }) => verification?.index === 1);
    kit.signals['flow'] = 2;
    const state = await kit.reach(run, ({ phase }) => phase === 'finished');
    expect(state).toMatchObject({ outcome: 'resolved', verified: true });
    expect(state.verification).toMatchObject({ before: { flow: '0' }, now: { flow: '2' } });
    expect(types(kit, run).filter((type) => type === 'action-started')).toHaveLength(1);
    expect(kit.context.journal.verify().intact).toBe(true);
  });

  test('output is redacted and carries no control sequences', async () => {
    const kit = createEngineKit();
    const run = kit.open();
    await atLeaf(kit, run);
    await run.confirm(await planned(run));
    await kit.work();
    const state = await kit.reach(run, ({ acts }) => acts[0]?.state === 'done');
    expect(state.acts[0]?.output).toEqual(['password=•••• starting']);
  });

  test('a verification that fails leaves the run stuck, and the way on is declared', async () => {
    const kit = createEngineKit();
    const run = kit.open();
    await atLeaf(kit, run);
    await run.confirm(await planned(run));
    await kit.work();
    const state = await kit.reach(run, ({ phase }) => phase === 'stuck');
    expect(state.verification).toMatchObject({ index: 1, state: 'failed' });
    expect(state.verification?.latest).toContain('flow: 0');
    expect(await run.proceed()).toBeNull();
    expect(run.state().current).toBe('help');
    expect(await run.proceed()).toBeNull();
    expect(run.state()).toMatchObject({ phase: 'finished', outcome: 'escalated' });
    const escalated = kit.context.journal.events({ types: ['escalated'] })[0];
    expect(escalated?.body).toMatchObject({
      contacts: ['plumber'],
      message: expect.stringContaining(`(P2).\nnothing else is left (${run.state().incident})\n`),
      answerDueAt: kit.clock.now() + 3_600_000,
    });
  });

  test('an ask is never answered by itself; the other choice is recorded as overriding', async () => {
    const kit = createEngineKit();
    kit.pump.state = 'running';
    const run = kit.open();
    const asked = await kit.reach(run, ({ phase }) => phase === 'deciding');
    expect(asked.current).toBe('choose');
    expect(asked.path.at(-1)?.recommended?.to).toBe('start');
    expect(await run.proceed('nothing')).toBeNull();
    expect(run.state().path.at(-2)?.taken).toMatchObject({ by: 'operator', overridden: true });
    expect(await run.proceed()).toBeNull();
    expect(run.state()).toMatchObject({ phase: 'finished', outcome: 'false-alarm' });
  });

  test('a step whose evidence could not be read goes on once it can be', async () => {
    const kit = createEngineKit();
    kit.pump.state = 'out of reach';
    const run = kit.open();
    const doubt = await kit.reach(run, ({ phase }) => phase === 'deciding');
    expect(doubt.path.at(-1)?.evidence?.error).toBe('no way there');
    expect(await run.proceed()).toMatchObject({ refused: expect.stringContaining('no way on') });
    kit.pump.state = 'stopped';
    await run.reread();
    expect(run.state()).toMatchObject({ phase: 'leaf', current: 'start' });
  });

  test('going back holds the step until the operator goes on', async () => {
    const kit = createEngineKit();
    const run = kit.open();
    await atLeaf(kit, run);
    expect(await run.back()).toBeNull();
    const held = await kit.reach(run, ({ phase }) => phase === 'deciding');
    expect(held.current).toBe('state');
    await kit.clock.advance(5000);
    expect(run.state().current).toBe('state');
    expect(await run.proceed()).toBeNull();
    expect(run.state().current).toBe('start');
  });
});

describe('what is frozen in the dialog', () => {
  test('a target that changed before the runner acts is refused, and nothing is done', async () => {
    const kit = createEngineKit();
    const run = kit.open();
    await atLeaf(kit, run);
    await run.confirm(await planned(run));
    kit.pump.id = 'c3d4';
    expect(await kit.work()).toBe(false);
    const state = await kit.reach(run, ({ phase }) => phase === 'stuck');
    expect(state.acts[0]).toMatchObject({ state: 'refused' });
    expect(state.acts[0]?.message).toContain('its id was a1b2, now c3d4');
    expect(kit.pump.state).toBe('stopped');
    expect(types(kit, run)).not.toContain('action-started');
  });

  test('evidence that changed before the dialog leads back to the step that says so', async () => {
    const kit = createEngineKit();
    const run = kit.open();
    await atLeaf(kit, run);
    kit.pump.state = 'running';
    const plan = await run.plan();
    expect(plan).toMatchObject({ refused: expect.stringContaining('it runs') });
    expect(run.state().current).toBe('state');
  });

  test('evidence too old when it is confirmed is refused', async () => {
    const kit = createEngineKit();
    const run = kit.open();
    await atLeaf(kit, run);
    const plan = await planned(run);
    await kit.clock.advance(plan.maxEvidenceAgeMs + 1000);
    expect(await run.confirm(plan)).toMatchObject({ refused: expect.stringContaining('old') });
    expect(kit.intents).toEqual([]);
  });

  test('one dialog confirms once', async () => {
    const kit = createEngineKit();
    const run = kit.open();
    await atLeaf(kit, run);
    const plan = await planned(run);
    expect(await run.confirm(plan)).toBeNull();
    expect(await run.confirm(plan)).not.toBeNull();
    expect(kit.intents).toHaveLength(1);
  });

  test('a read-only console changes nothing', async () => {
    const kit = createEngineKit({ policy: { readOnly: true, maxRisk: 'destructive' } });
    const run = kit.open();
    await atLeaf(kit, run);
    const refusal = await run.confirm(await planned(run));
    expect(refusal?.refused).toContain('read-only');
    expect(kit.intents).toEqual([]);
    expect(types(kit, run)).not.toContain('action-intended');
  });
});

describe('after a death', () => {
  test('an intent whose runner never began is not done, and a late runner finds it ended', async () => {
    const kit = createEngineKit();
    const first = kit.open();
    await atLeaf(kit, first);
    await first.confirm(await planned(first));
    first.close();
    const second = kit.open();
    expect(second.state().id).toBe(first.state().id);
    await kit.clock.advance(RUNNER_START_MS_MAX + 2000);
    const state = await kit.reach(second, ({ phase }) => phase === 'stuck');
    expect(state.acts[0]?.state).toBe('not-done');
    await expect(kit.work()).rejects.toThrow('begun before');
    expect(kit.pump.state).toBe('stopped');
    expect(await second.proceed()).toBeNull();
    expect(second.state()).toMatchObject({ phase: 'leaf', current: 'start' });
  });

  test('a runner that waits long for the region is not given up while it lives', async () => {
    const kit = createEngineKit();
    const run = kit.open();
    await atLeaf(kit, run);
    await run.confirm(await planned(run));
    const region = Promise.withResolvers<void>();
    const work = kit.work(() => region.promise);
    await kit.clock.advance(2 * RUNNER_START_MS_MAX);
    expect(types(kit, run)).not.toContain('action-ended');
    region.resolve();
    expect(await work).toBe(true);
    expect((await kit.reach(run, ({ acts }) => acts[0]?.state === 'done')).acts).toHaveLength(1);
  });

  test.each([
    ['done', 'verifying'],
    ['not-done', 'stuck'],
    ['unknown', 'stuck'],
  ] as const)('a runner that died acting is settled by the world: %s', async (state, phase) => {
    const kit = createEngineKit();
    const run = kit.open();
    await atLeaf(kit, run);
    await run.confirm(await planned(run));
    kit.pump.settlement = { state, because: 'the pump was looked at' };
    const [intended] = kit.context.journal.events({ types: ['action-intended'] });
    if (intended?.type !== 'action-intended') throw new Error('nothing was intended');
    const { region, incident, operator } = intended;
    const scope = { region, incident, run: intended.run, operator: { ...operator, pid: 0 } };
    kit.context.journal.transact((tx) =>
      tx.append(scope, [
        { type: 'action-started', body: { intent: intended.body.intent, pid: 999_999_999 } },
      ]),
    );
    const settled = await kit.reach(run, (s) => s.acts[0]?.message === 'the pump was looked at');
    expect(settled.acts[0]?.state).toBe(state);
    expect(settled.phase).toBe(phase);
    expect(kit.pump.starts).toBe(1);
    await expect(kit.work()).rejects.toThrow('begun before');
  });

  test('a change that no one answered for is checked, not called failed', async () => {
    const kit = createEngineKit();
    kit.pump.onStart = () => {
      throw new OperatorError('unreachable', 'the connection was closed');
    };
    kit.pump.settlement = { state: 'done', because: 'it was started at noon' };
    const run = kit.open();
    await atLeaf(kit, run);
    await run.confirm(await planned(run));
    await kit.work();
    const state = await kit.reach(run, ({ phase }) => phase === 'verifying');
    expect(state.acts[0]).toMatchObject({ state: 'done', message: 'it was started at noon' });
  });

  test('a run stopped while it verifies stays stopped', async () => {
    const kit = createEngineKit();
    const run = kit.open();
    await atLeaf(kit, run);
    await run.confirm(await planned(run));
    await kit.work();
    await kit.reach(run, ({ verification }) => verification?.index === 1);
    expect(await run.stop('stopped')).toBeNull();
    kit.signals['flow'] = 5;
    await kit.clock.advance(20_000);
    expect(run.state()).toMatchObject({ phase: 'finished', outcome: 'stopped' });
    expect(types(kit, run).at(-1)).toBe('run-finished');
  });

  test('going back from a verification reads the step at once', async () => {
    const kit = createEngineKit();
    const run = kit.open();
    await atLeaf(kit, run);
    await run.confirm(await planned(run));
    await kit.work();
    await kit.reach(run, ({ verification }) => verification?.index === 1);
    expect(await run.back()).toBeNull();
    await kit.clock.advance(2000);
    expect(run.state()).toMatchObject({ phase: 'deciding', current: 'state' });
  });

  test('a console opened anew resumes the verification where its window began', async () => {
    const kit = createEngineKit();
    const first = kit.open();
    await atLeaf(kit, first);
    await first.confirm(await planned(first));
    await kit.work();
    await kit.reach(first, ({ verification }) => verification?.index === 1);
    const began = first.state().verification?.startedAt;
    first.close();
    kit.signals['flow'] = 5;
    const second = kit.open();
    expect(second.state().verification?.startedAt).toBe(began);
    const state = await kit.reach(second, ({ phase }) => phase === 'finished');
    expect(state).toMatchObject({ outcome: 'resolved', verified: true });
  });
});
