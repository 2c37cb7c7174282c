import { describe, expect, test } from 'vitest';
import type { Plan, Refusal, RunController } from '../../../src/engine/controller.ts';
import { createEngineKit, type EngineKit } from '../../harness/engine-kit.ts';

const HEAD = `
id: test/kinds
title: All kinds of steps
severity: P2
`;

const LEAVES = `
leaves:
  - id: lower
    do: Lower the level
    action: pump.set-level
    with: { level: 1 }
    impact: less water
    then: fine
  - { id: fine, end: All is well, ends: resolved }
  - { id: watch, end: Keep an eye on it, ends: watching }
`;

const kitOf = (steps: string, leaves = LEAVES): EngineKit =>
  createEngineKit({ runbook: `${HEAD}${steps}${leaves}` });

const at = (step: string) => (state: { readonly current: string; readonly phase: string }) =>
  state.current === step && state.phase !== 'observing';

async function planned(run: RunController): Promise<Plan> {
  const plan = await run.plan();
  if ('refused' in plan) throw new Error(plan.refused);
  return plan;
}

const events = (kit: EngineKit, run: RunController, type: string) =>
  kit.context.journal.events({ run: run.state().id }).filter((e) => e.type === type);

describe('a gather', () => {
  const steps = `
steps:
  - id: look
    gather: What does the pump say?
    probes:
      state: pump.state
      level: { probe: pump.level, with: { of: main } }
    branches:
      - when: result.state == null
        because: 'out of reach: {{result.errors.state}}'
        to: watch
      - when: result.state.state == "stopped" && result.level.level > 2
        because: 'it stands at {{result.level.level}}'
        to: lower
      - because: nothing is wrong
        to: fine
`;

  test('reads all its probes, and decides on what they say together', async () => {
    const kit = kitOf(steps);
    const run = kit.open();
    const state = await kit.reach(run, at('lower'));
    expect(state.path[0]?.taken).toMatchObject({ to: 'lower', because: 'it stands at 3' });
    expect(state.path[0]?.evidence).toMatchObject({
      command: 'pump state; pump level main',
      error: null,
      result: { state: { state: 'stopped' }, level: { level: 3 }, errors: {} },
    });
  });

  test('a probe that failed is null, with its words beside it', async () => {
    const kit = kitOf(steps);
    kit.pump.state = 'out of reach';
    const run = kit.open();
    const state = await kit.reach(run, ({ phase }) => phase === 'finished');
    expect(state.outcome).toBe('watching');
    expect(state.path[0]?.taken?.because).toBe('out of reach: no way there');
    expect(state.path[0]?.evidence?.result).toMatchObject({
      state: null,
      errors: { state: 'no way there' },
    });
  });

  test('its evidence is read anew before a change, and a change of it leads back', async () => {
    const kit = kitOf(steps);
    const run = kit.open();
    await kit.reach(run, at('lower'));
    kit.pump.level = 1;
    expect(await run.plan()).toMatchObject({
      refused: expect.stringContaining('nothing is wrong'),
    });
    expect(run.state().current).toBe('look');
  });
});

describe('what a step found', () => {
  const steps = `
steps:
  - id: level
    check: How high does it stand?
    probe: pump.level
    branches:
      - { when: result.level > 2, because: too high, to: second }
      - { because: low enough, to: fine }
  - id: second
    check: And the same again?
    probe: pump.level
    with: { of: '{{steps.level.name}}' }
    branches:
      - { when: 'steps["level"].level == result.level', because: the same, to: lower }
      - { because: it moved, to: fine }
`;

  test('is there for later probes, conditions and actions', async () => {
    const kit = kitOf(steps, LEAVES.replace('level: 1', "level: '{{steps.level.level}}'"));
    const run = kit.open();
    await kit.reach(run, at('lower'));
    expect(kit.pump.asked).toEqual(['pump.level main', 'pump.level main']);
    expect((await planned(run)).command).toBe('pump level main 3');
    kit.pump.level = 5;
    // The newest reading counts, not the one the path was walked on.
    expect((await planned(run)).command).toBe('pump level main 5');
  });
});

describe('a checklist', () => {
  const steps = `
steps:
  - id: walk
    manual: Go down to the cellar
    checklist: [Take a lamp, Look at the pump]
    to: lower
`;

  test('waits for the operator, who says that it is done', async () => {
    const kit = kitOf(steps);
    const run = kit.open();
    await kit.reach(run, ({ phase }) => phase === 'deciding');
    await kit.clock.advance(10_000);
    expect(run.state().current).toBe('walk');
    expect(await run.proceed()).toBeNull();
    expect(run.state()).toMatchObject({ current: 'lower', phase: 'leaf' });
    expect(run.state().path[0]?.taken).toMatchObject({
      because: 'the checklist is done',
      by: 'operator',
      overridden: false,
    });
  });

  test('is skipped only with a reason', async () => {
    const kit = kitOf(steps);
    const run = kit.open();
    await kit.reach(run, ({ phase }) => phase === 'deciding');
    expect(await run.skip(' ')).toMatchObject({ refused: expect.stringContaining('reason') });
    expect(await run.skip('no lamp')).toBeNull();
    expect(run.state()).toMatchObject({ current: 'lower' });
    expect(run.state().path[0]?.skipped).toBe('no lamp');
  });
});

describe('a message', () => {
  const steps = `
steps:
  - id: tell
    notify: Tell the plumber
    recipients: [plumber]
    text: 'The pump of {{run.region}} stands still ({{run.incident}}).'
    to: lower
`;

  test('is drafted, sent as it was shown, and then the run goes on', async () => {
    const kit = kitOf(steps);
    const run = kit.open();
    await kit.reach(run, ({ phase }) => phase === 'deciding');
    const text = 'The pump of cellar stands still (INC-1).';
    expect(run.state().messages).toMatchObject([{ step: 'tell', text, state: 'drafted' }]);
    const plan = await planned(run);
    expect(plan).toMatchObject({ action: 'notify.send', details: [text], leaf: 'tell' });
    expect(await run.confirm(plan)).toBeNull();
    await kit.work();
    const state = await kit.reach(run, ({ messages }) => messages[0]?.state === 'sent');
    expect(kit.pump.sent).toEqual([{ recipients: ['plumber'], text }]);
    expect(state).toMatchObject({ phase: 'deciding', current: 'tell' });
    expect(await run.proceed()).toBeNull();
    expect(run.state().current).toBe('lower');
    // What was sent is no change that could be taken back.
    expect(await run.planUndo()).toMatchObject({ refused: expect.stringContaining('nothing') });
  });

  test('may be copied instead, which is recorded', async () => {
    const kit = kitOf(steps);
    const run = kit.open();
    await kit.reach(run, ({ phase }) => phase === 'deciding');
    expect(await run.copied()).toBeNull();
    expect(run.state().messages[0]?.state).toBe('copied');
    expect(run.state()).toMatchObject({ phase: 'deciding', current: 'tell' });
  });
});

describe('input', () => {
  const steps = `
input:
  - { id: who, title: Who asked for it, type: name }
steps:
  - id: level
    check: How high does it stand?
    probe: pump.level
    input:
      - { id: of, title: Which pump, type: name, default: main }
      - { id: most, title: How high it may stand, type: integer, choices: { probe: pump.level, field: levels } }
    with: { of: '{{inputs.of}}' }
    branches:
      - { when: result.level > inputs.most, because: 'higher than {{inputs.most}}', to: lower }
      - { because: low enough, to: watch }
`;
  const text = steps.replace('input:\n  - { id: who', 'inputs:\n  - { id: who');

  test('is asked for before anything is read, with its default filled in', async () => {
    const kit = kitOf(text);
    const run = kit.open();
    await kit.clock.advance(5000);
    expect(run.state().phase).toBe('input');
    expect(kit.pump.asked).toEqual([]);
    expect(run.inputs().map(({ spec, text: preset }) => [spec.id, preset])).toEqual([
      ['who', null],
      ['of', 'main'],
      ['most', null],
    ]);
    expect(await run.choices('most')).toEqual(['1', '2', '3']);
    expect(await run.proceed()).toMatchObject({ refused: expect.stringContaining('Who asked') });
  });

  test.each([
    [{ most: 'many' }, 'How high it may stand'],
    [{ most: '7' }, 'not among the choices'],
    [{ nothing: '1' }, 'nothing is asked'],
    [{ of: '-rf' }, 'Which pump'],
    [{ of: 'a\u001b[2Jb' }, 'Which pump'],
  ])('%j is refused, and nothing is read', async (values, words) => {
    const kit = kitOf(text);
    const run = kit.open();
    await kit.clock.advance(1000);
    const asked = kit.pump.asked.length;
    const refused = (await run.give(values as Record<string, string>)) as Refusal;
    expect(refused.refused.toLowerCase()).toContain(words.toLowerCase());
    expect(run.state()).toMatchObject({ phase: 'input', inputs: {} });
    expect(kit.pump.asked.filter((call) => call === 'pump.level -rf')).toEqual([]);
    expect(kit.pump.asked.length - asked).toBeLessThanOrEqual(1);
  });

  test('given, the step is read with it; given anew, it is read again', async () => {
    const kit = kitOf(text);
    const run = kit.open();
    await kit.clock.advance(1000);
    expect(await run.give({ who: ' ann ' })).toBeNull();
    expect(run.state().phase).toBe('input');
    expect(await run.give({ of: 'side', most: '2' })).toBeNull();
    const state = await kit.reach(run, at('lower'));
    expect(kit.pump.asked).toContain('pump.level side');
    expect(state.inputs).toEqual({ who: 'ann', of: 'side', most: '2' });
    expect(state.path[0]?.taken?.because).toBe('higher than 2');
    await run.back();
    await kit.reach(run, ({ phase }) => phase === 'deciding');
    expect(await run.give({ most: '3' })).toBeNull();
    const again = await kit.reach(run, ({ phase }) => phase === 'deciding');
    expect(again.path[0]?.recommended).toMatchObject({ to: 'watch' });
  });

  test('another value than the one that was planned with makes the dialog void', async () => {
    const kit = kitOf(text);
    const run = kit.open();
    await kit.clock.advance(1000);
    await run.give({ who: 'ann', of: 'main', most: '2' });
    await kit.reach(run, at('lower'));
    const plan = await planned(run);
    expect(await run.give({ who: 'bob' })).toBeNull();
    expect(await run.confirm(plan)).toMatchObject({ refused: expect.stringContaining('values') });
    expect(kit.intents).toEqual([]);
  });
});

describe('a call', () => {
  const text = `
id: test/kinds
title: Calls another
severity: P2
steps:
  - { id: other, call: The level, runbook: test/level, returns: after }
  - id: after
    ask: And now?
    branches: [{ because: nothing, to: fine }]
leaves:
  - { id: fine, end: All is well, ends: resolved }
---
id: test/level
title: The level
severity: P2
steps:
  - id: level
    check: How high does it stand?
    probe: pump.level
    branches:
      - { when: result.level > 2, because: too high, to: lower }
      - { because: low enough, to: ok }
leaves:
  - { id: lower, do: Lower it, action: pump.set-level, with: { level: 1 }, impact: less water }
  - { id: ok, end: Nothing to do, ends: resolved }
`;

  test('is passed through, and returns where it says', async () => {
    const kit = createEngineKit({ runbook: text });
    const run = kit.open();
    const state = await kit.reach(run, ({ phase }) => phase === 'leaf');
    expect(state.current).toBe('other:lower');
    expect(state.path.map(({ step }) => step)).toEqual(['other', 'other:level', 'other:lower']);
    await run.confirm(await planned(run));
    await kit.work();
    expect((await kit.reach(run, at('after'))).phase).toBe('deciding');
  });

  test('going back does not stop at it', async () => {
    const kit = createEngineKit({ runbook: text });
    const run = kit.open();
    await kit.reach(run, ({ phase }) => phase === 'leaf');
    await run.back();
    await kit.reach(run, ({ phase }) => phase === 'deciding');
    expect(run.state().current).toBe('other:level');
    expect(await run.back()).toMatchObject({ refused: expect.stringContaining('first') });
  });
});

describe('an end', () => {
  const steps = `
steps:
  - id: level
    check: How high does it stand?
    probe: pump.level
    branches:
      - { when: result.level > 2, because: too high, to: lower }
      - { because: low enough, to: fine }
`;

  test('ends the run, and the incident with it', async () => {
    const kit = kitOf(steps);
    kit.pump.level = 1;
    const run = kit.open();
    const state = await kit.reach(run, ({ phase }) => phase === 'finished');
    expect(state).toMatchObject({ outcome: 'resolved', verified: null, current: 'fine' });
    expect(kit.context.journal.events({ types: ['incident-closed'] })).toHaveLength(1);
  });

  test('after a change that nothing proved it does not say verified', async () => {
    const kit = kitOf(steps);
    const run = kit.open();
    await kit.reach(run, at('lower'));
    await run.confirm(await planned(run));
    await kit.work();
    const state = await kit.reach(run, ({ phase }) => phase === 'finished');
    expect(state).toMatchObject({ outcome: 'resolved', verified: null });
    expect(state.acts[0]).toMatchObject({ state: 'done', result: { level: 1, was: 3 } });
  });

  test('a change without proof and without a way on is watched, not stuck', async () => {
    const kit = kitOf(steps, LEAVES.replace('    then: fine\n', ''));
    const run = kit.open();
    await kit.reach(run, at('lower'));
    await run.confirm(await planned(run));
    await kit.work();
    const state = await kit.reach(run, ({ phase }) => phase === 'finished');
    expect(state).toMatchObject({ outcome: 'watching', verified: null });
    expect(kit.context.journal.events({ types: ['incident-closed'] })).toEqual([]);
  });
});

describe('a jump', () => {
  test('enters any step, is recorded as the operator’s, and is not left unasked', async () => {
    const kit = createEngineKit();
    const run = kit.open();
    await kit.reach(run, ({ phase }) => phase === 'leaf');
    expect(await run.jump('nowhere')).toMatchObject({
      refused: expect.stringContaining('nowhere'),
    });
    expect(await run.jump('help')).toBeNull();
    expect(run.state()).toMatchObject({ current: 'help', phase: 'leaf' });
    expect(await run.jump('state')).toBeNull();
    const state = await kit.reach(run, ({ phase }) => phase === 'deciding');
    expect(state.path.map(({ step }) => step)).toEqual(['state']);
    await kit.clock.advance(5000);
    expect(run.state().current).toBe('state');
    expect(events(kit, run, 'jumped')).toHaveLength(2);
  });
});
