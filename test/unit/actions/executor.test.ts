import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Policy } from '../../../src/actions/policy.ts';
import { runIntent } from '../../../src/actions/runner.ts';
import type { Plan, RunController } from '../../../src/engine/controller.ts';
import { type Action, defineAction } from '../../../src/integrations/contract.ts';
import { createEngineKit, type EngineKit } from '../../harness/engine-kit.ts';

const open: Policy = { readOnly: false, maxRisk: 'destructive' };
const any = { action: null, target: null, region: null };

const ACTS = `
id: test/acts
title: One change after the other
severity: P2
leaves:
  - { id: one, do: One, action: pump.set-level, with: { level: 1 }, impact: less, then: two }
  - { id: two, do: Two, action: pump.set-level, with: { level: 2 }, impact: less, then: three }
  - { id: three, do: Three, action: pump.set-level, with: { level: 4 }, impact: less, then: done }
  - { id: done, end: Done, ends: resolved }
`;

async function planned(run: RunController): Promise<Plan> {
  const plan = await run.plan();
  if ('refused' in plan) throw new Error(plan.refused);
  return plan;
}

async function atLeaf(kit: EngineKit, leaf?: string): Promise<RunController> {
  const run = kit.open();
  await kit.reach(run, (s) => s.phase === 'leaf' && (leaf === undefined || s.current === leaf));
  return run;
}

async function act(kit: EngineKit, run: RunController, next: string): Promise<void> {
  expect(await run.confirm(await planned(run))).toBeNull();
  await kit.work();
  await kit.reach(run, ({ current, phase }) => current === next && phase !== 'verifying');
}

describe('a policy', () => {
  test('raises the risk, says so, and asks for the name', async () => {
    const policy = { ...open, raise: [{ ...any, target: 'pump-*', risk: 'destructive' as const }] };
    const kit = createEngineKit({ runbook: ACTS, policy });
    const run = await atLeaf(kit);
    const plan = await planned(run);
    expect(plan).toMatchObject({ risk: 'destructive', typedName: 'pump-main' });
    expect(plan.overrides).toEqual(['the policy calls this destructive, not reversible']);
    expect(await run.confirm(plan)).toMatchObject({ refused: expect.stringContaining('Type') });
    expect(await run.confirm(plan, 'pump-main')).toBeNull();
  });

  test('forbids by pattern, in its own words, and nothing is intended', async () => {
    const forbid = [{ ...any, action: 'pump.*', why: 'the cellar is closed' }];
    const kit = createEngineKit({ runbook: ACTS, policy: { ...open, forbid } });
    const run = await atLeaf(kit);
    expect(await run.confirm(await planned(run))).toMatchObject({
      refused: expect.stringContaining('the cellar is closed'),
    });
    expect(kit.intents).toEqual([]);
  });

  test.each([
    ['forbids by now', { ...open, forbid: [{ ...any, why: 'closed' }] }, 'closed'],
    [
      'raises by now',
      { ...open, raise: [{ ...any, risk: 'destructive' as const }] },
      'confirmed as',
    ],
    ['is read-only by now', { ...open, readOnly: true }, 'read-only'],
  ])('that %s stops the runner', async (_name, policy, words) => {
    const kit = createEngineKit({ runbook: ACTS });
    const run = await atLeaf(kit);
    await run.confirm(await planned(run));
    expect(await runIntent(kit.context, policy, kit.intents[0] ?? '')).toBe(false);
    const state = await kit.reach(run, ({ phase }) => phase === 'stuck');
    expect(state.acts[0]).toMatchObject({ state: 'refused' });
    expect(state.acts[0]?.message).toContain(words);
    expect(kit.pump.level).toBe(3);
  });
});

describe('the limit on changes', () => {
  const limited = (breakGlass: boolean): Policy => ({
    ...open,
    changes: [{ most: 1, withinMs: 600_000, breakGlass }],
  });

  test('holds the next one back, until a reason is given, which is recorded', async () => {
    const kit = createEngineKit({ runbook: ACTS, policy: limited(true) });
    const run = await atLeaf(kit);
    await act(kit, run, 'two');
    const plan = await planned(run);
    expect(plan.overLimit?.words).toContain('1 change in the last 10m');
    expect(await run.confirm(plan)).toMatchObject({ refused: plan.overLimit?.words });
    expect(await run.confirm(plan, undefined, ' ')).not.toBeNull();
    expect(kit.intents).toHaveLength(1);
    expect(await run.confirm(plan, undefined, 'the cellar floods')).toBeNull();
    const intended = kit.context.journal.events({ types: ['action-intended'] });
    expect(intended.map(({ body }) => 'breakGlass' in body && body.breakGlass)).toEqual([
      null,
      'the cellar floods',
    ]);
  });

  test('without a glass to break lets nothing through but the undo', async () => {
    const kit = createEngineKit({ runbook: ACTS, policy: limited(false) });
    const run = await atLeaf(kit);
    await act(kit, run, 'two');
    expect(await run.confirm(await planned(run), undefined, 'the cellar floods')).not.toBeNull();
    const undo = await run.planUndo();
    if ('refused' in undo) throw new Error(undo.refused);
    expect(undo.overLimit).toBeNull();
    expect(await run.confirm(undo)).toBeNull();
  });

  test('is over with its time', async () => {
    const kit = createEngineKit({ runbook: ACTS, policy: limited(false) });
    const run = await atLeaf(kit);
    await act(kit, run, 'two');
    await kit.clock.advance(600_000);
    await act(kit, run, 'three');
    expect(kit.pump.level).toBe(2);
  });
});

describe('what is asked of an action', () => {
  const seen: unknown[] = [];
  const secretive: Action = defineAction({
    id: 'pump.choose',
    title: 'Choose',
    risk: 'reversible',
    input: z.strictObject({
      password: z.string().optional(),
      what: z.array(z.string()).optional(),
    }),
    undo: { kind: 'irreversible', why: 'chosen is chosen' },
    timeoutMs: 1000,
    preview: async ({ what }) => ({
      targets: [{ kind: 'command', name: 'x', shortId: '', detail: '', identity: {} }],
      command: 'choose',
      notes: [],
      before: {},
      ...(what === undefined ? { input: { what: ['a', 'b'] } } : {}),
    }),
    async run(input) {
      seen.push(input);
    },
    settle: async () => ({ state: 'unknown', because: '' }),
  });
  const choosing = (input: string) =>
    createEngineKit({
      actions: [secretive],
      runbook: `
id: test/choose
title: Choose
severity: P2
leaves:
  - { id: choose, do: Choose, action: pump.choose, with: ${input}, impact: none, then: done }
  - { id: done, end: Done, ends: resolved }
`,
    });

  test('is narrowed to what its preview found, and carried out so', async () => {
    const kit = choosing('{}');
    const run = await atLeaf(kit);
    await act(kit, run, 'done');
    expect(seen).toEqual([{ what: ['a', 'b'] }]);
  });

  test('is refused when it holds what the journal would hide: the runner could never know it', async () => {
    const run = await atLeaf(choosing('{ password: hunter2, what: [a] }'));
    const plan = await run.plan();
    expect(plan).toMatchObject({ refused: expect.stringContaining('its password holds a secret') });
  });

  test('is refused in words when it does not fit', async () => {
    const kit = createEngineKit({
      runbook: ACTS.replace('{ level: 1 }', "{ level: '{{signals.no}}x' }"),
    });
    const plan = await (await atLeaf(kit)).plan();
    expect(plan).toMatchObject({
      refused: expect.stringMatching(/^pump\.set-level cannot use its input: level: /),
    });
  });
});
