import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { ChangeRequest } from '../../../src/actions/executor.ts';
import { eventually } from '../../harness/eventually.ts';
import { fillings, openTank, type Tank } from './tank.ts';

const CONSOLE = fileURLToPath(new URL('./console-process.ts', import.meta.url));

function otherConsole(folder: string, ...words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [CONSOLE, folder, ...words], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

const asked: ChangeRequest = {
  run: 'another',
  incident: 'INC-9',
  leaf: 'fill',
  title: 'Fill the tank',
  action: 'tank.fill',
  input: {},
  risk: 'disruptive',
  impact: 'it is full',
  irreversible: null,
  undo: null,
  verify: [],
  evidenceAt: null,
  maxEvidenceAgeMs: 30_000,
  undoOf: null,
};

const has = (tank: Tank, type: 'action-started' | 'run-finished') =>
  tank.journal.events({ types: [type] }).length > 0;

test('two consoles on one target: the other sees who holds it and what he does, and is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-two-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const mine = openTank({ folder, operator: 'ann' });
  onTestFinished(() => mine.journal.close());
  otherConsole(folder, '0', '0', 'holds');
  await eventually(() => has(mine, 'action-started'), {
    what: 'the other to act',
    timeoutMs: 30_000,
  });

  const run = mine.open();
  onTestFinished(() => run.close());
  await eventually(() => run.follower() !== null, { what: 'the driver to be known' });
  expect(run.follower()?.holder).toMatch(/^ops@bastion \(pid \d+\)$/);
  expect(await run.back()).toMatchObject({ refused: expect.stringContaining('drives this run') });
  expect(await run.note('I am here too')).toBeNull();

  // Another run, with a dialog of its own on the same target.
  const signal = new AbortController().signal;
  const change = await mine.executor.prepare(asked, signal);
  if ('refused' in change) throw new Error(change.refused);
  expect(change.plan.heldBy).toMatch(/^ops@bastion runs fill tank, since .*\(pid \d+\)$/);
  const refused = mine.executor.submit(change, {
    typed: null,
    breakGlass: null,
    preceding: [],
    seenSeq: 0,
    operator: mine.context.operator,
    readings: {},
  });
  expect(refused?.refused).toContain('tank is locked: ops@bastion runs fill tank');

  writeFileSync(join(folder, 'go'), '');
  await eventually(() => has(mine, 'run-finished'), {
    what: 'the other to end',
    timeoutMs: 30_000,
  });
  await eventually(() => run.state().outcome !== null, { what: 'the follower to see the end' });
  expect(run.state()).toMatchObject({ outcome: 'resolved' });
  expect(run.state().notes.map(({ text }) => text)).toEqual(['I am here too']);
  expect(fillings(folder)).toBe(1);
});

test('the console that drives dies: the one that follows goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-two-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const mine = openTank({ folder, operator: 'ann' });
  onTestFinished(() => mine.journal.close());
  const other = otherConsole(folder, '0', '0', 'holds');
  await eventually(() => has(mine, 'action-started'), {
    what: 'the other to act',
    timeoutMs: 30_000,
  });
  const run = mine.open();
  onTestFinished(() => run.close());
  await eventually(() => run.follower() !== null, { what: 'the driver to be known' });
  other.kill('SIGKILL');
  writeFileSync(join(folder, 'go'), '');
  await eventually(() => run.state().phase === 'finished', { what: 'the end', timeoutMs: 30_000 });
  expect(run.state()).toMatchObject({ outcome: 'resolved', verified: true });
  expect(fillings(folder)).toBe(1);
});
