import { expect, it } from 'vitest';
import { loadRunbookText } from '../../../src/runbooks/build.ts';
import { factsOf } from '../../../src/runbooks/reader.ts';
import { falconPack, realCatalogue } from './falcon.ts';

const load = (line: string) =>
  loadRunbookText(
    `
id: falcon/short
title: A short one
severity: P2
${line}
leaves:
  - { id: fine, end: All is well, ends: resolved }
`,
    'short.yaml',
    factsOf(falconPack()),
    realCatalogue,
  );

it('the target of a runbook is a duration, or one that the pack names', () => {
  expect(load('resolve-within: 15m').runbook?.resolveWithinMs).toBe(15 * 60_000);
  expect(load('resolve-within: answer-p1').runbook?.resolveWithinMs).toBe(60 * 60_000);
  expect(load('').runbook?.resolveWithinMs).toBeNull();
});

it('a target that is no duration is told with its place', () => {
  const { diagnostics, runbook } = load('resolve-within: soon');
  expect(runbook).toBeNull();
  expect(diagnostics).toMatchObject([{ line: 5, message: expect.stringContaining('`soon`') }]);
});
