import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { Policy } from '../../../src/actions/policy.ts';
import { exitCodes } from '../../../src/commands/exit-codes.ts';
import { type RunOptions, runCommand } from '../../../src/commands/run.ts';
import type { Program } from '../../../src/composition/compose.ts';
import { createHistory } from '../../../src/live/history.ts';
import { empty } from '../../fixtures/live.ts';
import { createEngineKit, type EngineKit } from '../../harness/engine-kit.ts';
import { keptOutput } from './output.ts';

const RUNBOOK = `
id: test/level
title: The level is wrong
severity: P2
steps:
  - id: level
    check: How high does it stand?
    probe: pump.level
    input:
      - { id: of, title: Which pump, type: name, default: main }
      - { id: most, title: How high it may stand, type: integer }
    with: { of: '{{inputs.of}}' }
    branches:
      - { when: result.level > inputs.most, because: too high, to: tell }
      - { because: low enough, to: walk }
  - id: tell
    notify: Tell the plumber
    recipients: [plumber]
    text: 'The pump {{inputs.of}} stands at {{steps.level.level}}.'
    to: lower
  - id: walk
    manual: Go and look
    checklist: [Take a lamp]
    to: fine
leaves:
  - { id: lower, do: Lower it, action: pump.set-level, with: { level: 1 }, impact: less, then: fine }
  - { id: fine, end: All is well, ends: resolved }
`;

const asked: RunOptions = {
  auto: true,
  yes: 'reversible',
  target: null,
  inputs: { most: '2' },
  dryRun: false,
  waitMs: 0,
};

function programOf(kit: EngineKit): Program {
  const { context, executor } = kit;
  const stateDirectory = mkdtempSync(join(tmpdir(), 'opsconsole-state-'));
  onTestFinished(() => rmSync(stateDirectory, { recursive: true, force: true }));
  const parts = {
    stateDirectory,
    history: createHistory(),
    context,
    executor,
    region: context.region,
    operator: context.operator,
    policy: kit.policy,
    pack: { runbooks: [kit.runbook] },
    live: { store: createStore(() => empty), flush: () => undefined },
    log: { file: null, info: () => undefined, error: () => undefined },
    look: async () => undefined,
  };
  return parts as unknown as Program;
}

/** Runs the command, with a runner that does what it is given, until it ends. */
async function run(kit: EngineKit, change: Partial<RunOptions> = {}) {
  const output = keptOutput(true);
  let ids = 0;
  const newId = () => `run-${++ids}`;
  const never = new AbortController().signal;
  const options = { ...asked, ...change };
  let code: number | null = null;
  const ended = runCommand(programOf(kit), output, kit.runbook.id, options, newId, never).then(
    (ending) => {
      code = ending;
    },
  );
  let worked = 0;
  while (code === null) {
    await kit.clock.advance(250);
    if (kit.intents.length > worked) {
      worked = kit.intents.length;
      await kit.work();
    }
  }
  await ended;
  const lines = output.written.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code: code as number | null, lines, last: lines.at(-1), notes: output.notes.join('\n') };
}

describe('run ID without a screen', () => {
  test('gives its inputs, sends its message, changes, and tells every event', async () => {
    const kit = createEngineKit({ runbook: RUNBOOK });
    const { code, lines, last } = await run(kit);
    expect(code).toBe(exitCodes.done);
    expect(last).toEqual({ event: 'finished', outcome: 'resolved', leaf: 'fine', verified: null });
    expect(kit.pump.level).toBe(1);
    expect(kit.pump.sent).toEqual([
      { recipients: ['plumber'], text: 'The pump main stands at 3.' },
    ]);
    expect(lines.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['input-given', 'message-drafted', 'action-ended', 'run-finished']),
    );
    const told = kit.context.journal.events({});
    expect(lines.slice(0, -1).map(({ seq }) => seq)).toEqual(told.map(({ seq }) => seq));
  });

  test('an input that nobody gave is asked for by its option', async () => {
    const kit = createEngineKit({ runbook: RUNBOOK });
    const { code, notes } = await run(kit, { inputs: {} });
    expect(code).toBe(exitCodes.refused);
    expect(notes).toContain('--input most=');
    expect(notes).not.toContain('--input of=');
  });

  test.each([
    [{ most: 'many' }, 'How high it may stand'],
    [{ colour: 'red' }, 'colour'],
  ])('an input that cannot be is a wrong usage, and opens nothing: %j', async (inputs, words) => {
    const kit = createEngineKit({ runbook: RUNBOOK });
    const { code, notes } = await run(kit, { inputs: inputs as Record<string, string> });
    expect(code).toBe(exitCodes.usage);
    expect(notes).toContain(words);
    expect(kit.context.journal.events({})).toEqual([]);
  });

  test('a message that is not confirmed is not sent, and the run waits there', async () => {
    const kit = createEngineKit({ runbook: RUNBOOK });
    const { code, notes, last } = await run(kit, { yes: null });
    expect(code).toBe(exitCodes.refused);
    expect(last).toMatchObject({ outcome: 'refused', leaf: 'tell' });
    expect(notes).toContain('--yes reversible');
    expect(kit.pump.sent).toEqual([]);
  });

  test('a checklist needs people', async () => {
    const kit = createEngineKit({ runbook: RUNBOOK });
    const { code, last } = await run(kit, { inputs: { most: '9' } });
    expect(code).toBe(exitCodes.refused);
    expect(last).toMatchObject({ outcome: 'refused', leaf: 'walk' });
  });

  test('a reached limit asks for a reason, which is recorded', async () => {
    const limit = { most: 1, withinMs: 600_000, breakGlass: true };
    const policy: Policy = { readOnly: false, maxRisk: 'destructive', changes: [limit] };
    const kit = createEngineKit({ runbook: RUNBOOK, policy });
    expect((await run(kit)).code).toBe(exitCodes.done);
    kit.pump.level = 3;
    const held = await run(kit);
    expect(held).toMatchObject({ code: exitCodes.refused, last: { leaf: 'lower' } });
    expect(held.notes).toContain('--break-glass');
    const { code } = await run(kit, { breakGlass: 'the cellar floods' });
    expect(code).toBe(exitCodes.done);
    const intended = kit.context.journal.events({ types: ['action-intended'] });
    expect(intended.at(-1)?.body).toMatchObject({ breakGlass: 'the cellar floods' });
  });

  test('dry: the dialog it would open, and nothing written', async () => {
    const kit = createEngineKit({
      runbook: RUNBOOK.replace(/ {2}- id: tell[\s\S]*to: lower\n/, '').replace(
        'to: tell }',
        'to: lower }',
      ),
    });
    const { code, lines } = await run(kit, { dryRun: true });
    expect(code).toBe(exitCodes.done);
    expect(lines[0]).toMatchObject({ event: 'planned', details: ['- level 3', '+ level 1'] });
    expect(kit.context.journal.events({})).toEqual([]);
    const unfilled = await run(kit, { dryRun: true, inputs: {} });
    expect(unfilled.code).toBe(exitCodes.refused);
    expect(unfilled.notes).toContain('--input most=');
  });
});
