import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, type TestContext, test } from 'vitest';
import { systemClock } from '../../../src/domain/clock.ts';
import type { JournalEvent } from '../../../src/incidents/events.ts';
import { openSqliteJournal } from '../../../src/incidents/store/sqlite.ts';
import { COMPILE_CACHE } from '../../harness/child-environment.ts';
import { fillings } from './tank.ts';

// The console, the runner, or both are killed at every boundary of the journal in turn. Whatever was
// killed, a console started anew brings the run to its end, and the tank is filled once.

const CONSOLE = fileURLToPath(new URL('./console-process.ts', import.meta.url));
/** Writing transactions of a console from the opening of a run to its end, and of a runner. */
const CONSOLE_BOUNDARIES = 8;
const RUNNER_BOUNDARIES = 5;

function newFolder({ onTestFinished }: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-killed-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

async function consoleIn(folder: string, ...words: readonly (string | number)[]) {
  const { signal, stdout, stderr } = await execa(
    process.execPath,
    [CONSOLE, folder, ...words.map(String)],
    { reject: false, stdin: 'ignore', env: { NODE_COMPILE_CACHE: COMPILE_CACHE } },
  );
  return { killed: signal === 'SIGKILL', stdout, stderr };
}

function eventsIn(folder: string): readonly JournalEvent[] {
  const journal = openSqliteJournal(join(folder, 'journal.db'), systemClock);
  try {
    expect(journal.verify()).toMatchObject({ intact: true });
    return journal.events({});
  } finally {
    journal.close();
  }
}

/** A console started after the deaths ends the run, with nothing done twice and nothing forgotten. */
async function resumes(folder: string): Promise<readonly JournalEvent[]> {
  const before = eventsIn(folder);
  const again = await consoleIn(folder, 0);
  expect(again.stderr).toBe('');
  expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'resolved' });
  expect(fillings(folder)).toBe(1);
  const events = eventsIn(folder);
  expect(events.slice(0, before.length)).toEqual(before);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const started = events.flatMap((e) => (e.type === 'action-started' ? [e.body.intent] : []));
  expect(new Set(started).size).toBe(started.length);
  // What had ended has ended: only then is the runbook opened anew.
  const runs = before.some(({ type }) => type === 'run-finished') ? 2 : 1;
  expect(events.filter(({ type }) => type === 'run-started')).toHaveLength(runs);
  expect(events.filter(({ type }) => type === 'run-finished')).toHaveLength(runs);
  return events;
}

const numbers = (most: number) => Array.from({ length: most }, (_, index) => index + 1);

test('nobody killed: the number of boundaries is the one that the tests below go over', async (ctx) => {
  const folder = newFolder(ctx);
  const { stdout, stderr } = await consoleIn(folder, 0);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    outcome: 'resolved',
    verified: true,
    written: CONSOLE_BOUNDARIES,
  });
  expect(fillings(folder)).toBe(1);
  const types = eventsIn(folder).map(({ type }) => type);
  const ofRunner = types.filter((type) => type.startsWith('action-') && type !== 'action-intended');
  // And the lock, which is no event.
  expect(ofRunner.length + 1).toBe(RUNNER_BOUNDARIES);
});

describe.concurrent('the console killed', () => {
  test.for(numbers(CONSOLE_BOUNDARIES))('after its writing %i', async (boundary, ctx) => {
    const folder = newFolder(ctx);
    expect((await consoleIn(folder, boundary)).killed).toBe(true);
    await resumes(folder);
  });
});

describe.concurrent('the runner killed', () => {
  test.for(numbers(RUNNER_BOUNDARIES))('after its writing %i', async (boundary, ctx) => {
    const folder = newFolder(ctx);
    const { killed, stdout, stderr } = await consoleIn(folder, 0, boundary);
    expect({ killed, stderr }).toEqual({ killed: false, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'resolved' });
    expect(fillings(folder)).toBe(1);
    eventsIn(folder);
  });

  test.for(['before', 'after'])('in the action, right %s it did its work', async (moment, ctx) => {
    const folder = newFolder(ctx);
    const { stdout } = await consoleIn(folder, 0, 0, moment);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'resolved', verified: true });
    expect(fillings(folder)).toBe(1);
    const settled = eventsIn(folder).flatMap((e) =>
      e.type === 'action-settled' ? [e.body.state] : [],
    );
    // It was asked of the world, not guessed.
    expect(settled).toEqual([moment === 'after' ? 'done' : 'not-done']);
  });
});

describe.concurrent('both killed', () => {
  test.for(numbers(RUNNER_BOUNDARIES))('after the runner’s writing %i', async (boundary, ctx) => {
    const folder = newFolder(ctx);
    expect((await consoleIn(folder, 0, boundary, 'never', 'CONSOLE')).killed).toBe(true);
    await resumes(folder);
  });

  test.for(['before', 'after'])('in the action, right %s it did its work', async (moment, ctx) => {
    const folder = newFolder(ctx);
    expect((await consoleIn(folder, 0, 0, moment, 'CONSOLE')).killed).toBe(true);
    const events = await resumes(folder);
    expect(events.map(({ type }) => type)).toContain('action-settled');
  });
});
