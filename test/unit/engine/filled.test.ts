import { expect, onTestFinished, test } from 'vitest';
import { createEngineKit } from '../../harness/engine-kit.ts';

const RUNBOOK = `
id: test/level
title: The level is wrong
severity: P2
steps:
  - id: level
    check: How high does it stand?
    probe: pump.level
    with: { of: main }
    branches:
      - { when: result.level > 1, because: too high, to: away }
      - { because: low enough, to: fine }
leaves:
  - { id: away, escalate: Call the plumber, reason: 'It stands at {{steps.level.level}}' }
  - { id: fine, end: All is well, ends: resolved }
`;

test('a text of the runbook is filled with what the run has read', async () => {
  const kit = createEngineKit({ runbook: RUNBOOK });
  const run = kit.open();
  onTestFinished(() => run.close());
  await kit.reach(run, ({ current }) => current === 'away');
  expect(run.filled('It stands at {{steps.level.level}}{{nothing}}')).toBe('It stands at 3');
});
