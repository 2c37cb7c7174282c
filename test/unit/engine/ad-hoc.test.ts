import { describe, expect, test } from 'vitest';
import { adHocRunbook } from '../../../src/engine/ad-hoc.ts';
import { loadRunbookText } from '../../../src/runbooks/build.ts';
import type { Runbook } from '../../../src/runbooks/graph.ts';
import { noFacts } from '../../../src/runbooks/reader.ts';
import { createEngineKit, type EngineKit } from '../../harness/engine-kit.ts';

function asked(
  kit: EngineKit,
  input: Readonly<Record<string, unknown>>,
  title = 'Start pump-main',
) {
  const action = kit.context.catalogue.action('pump.start');
  if (!action) throw new Error('there is no such action');
  return adHocRunbook({ action, input, title, system: 'test' });
}

function runbookFor(kit: EngineKit, input: Readonly<Record<string, unknown>>): Runbook {
  const runbook = asked(kit, input);
  if ('refused' in runbook) throw new Error(runbook.refused);
  return runbook;
}

describe('a change without a runbook', () => {
  test('goes the way of all changes, and its incident is closed with it', async () => {
    const kit = createEngineKit();
    const run = kit.open(runbookFor(kit, { name: 'main' }));
    await kit.reach(run, ({ phase }) => phase === 'leaf');
    const plan = await run.plan();
    if ('refused' in plan) throw new Error(plan.refused);
    expect(plan).toMatchObject({ command: 'pump start main', risk: 'disruptive' });
    expect(plan.undo).toContain('water that has flowed');
    expect(await run.confirm(plan)).toBeNull();
    await kit.work();
    const state = await kit.reach(run, ({ phase }) => phase === 'finished');
    expect(state).toMatchObject({ outcome: 'resolved', verified: null });
    expect(kit.pump.state).toBe('running');
  });

  test('asked for twice is one run; another target is another', () => {
    const kit = createEngineKit();
    const id = (name: string) => runbookFor(kit, { name }).id;
    expect(id('main')).toBe(id('main'));
    expect(id('main')).not.toBe(id('side'));
    const first = kit.open(runbookFor(kit, { name: 'main' })).state().id;
    expect(kit.open(runbookFor(kit, { name: 'main' })).state().id).toBe(first);
    expect(kit.open(runbookFor(kit, { name: 'side' })).state().id).not.toBe(first);
  });

  test.each([['main'], ["it's: {a} #b & *c"], ['- x\n...\n---\nid: y'], ['"\\u001b[2J"']])(
    'its text loads again as the same graph: %j',
    (name) => {
      const kit = createEngineKit();
      const runbook = runbookFor(kit, { name });
      const loaded = loadRunbookText(runbook.text, 'x.yaml', noFacts, kit.context.catalogue);
      expect(loaded.diagnostics.filter(({ level }) => level === 'error')).toEqual([]);
      expect(loaded.runbook?.id).toBe(runbook.id);
      expect(loaded.runbook?.start).toBe(runbook.start);
      expect([...(loaded.runbook?.nodes ?? [])]).toEqual([...runbook.nodes]);
    },
  );

  test('a name with braces is never taken for a place to fill in', () => {
    const kit = createEngineKit();
    expect(asked(kit, { name: '{{signals.flow}}' })).toMatchObject({
      refused: expect.stringContaining('braces'),
    });
  });
});
