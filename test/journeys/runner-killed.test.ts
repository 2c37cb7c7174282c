import { afterEach, expect, test } from 'vitest';
import { recordEvents } from '../harness/engine-events.ts';
import { openDesk, rowsOf } from '../harness/journey.ts';
import { runnerOf } from '../harness/journey-processes.ts';
import { alive, atRestart, dialogOpen, resolved } from '../harness/journey-screen.ts';
import { freeze, healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';

const intentOf = (row: { readonly [field: string]: unknown } | undefined) =>
  String(row?.['intent'] ?? '');

describeOnStack('the runner is killed', (stack) => {
  afterEach(() => healthy(stack()));

  test('while it acts: the outcome is unknown, is looked for, and nothing is repeated', async () => {
    const desk = openDesk(stack());
    const terminal = await desk.open();
    await alive(terminal);
    const engine = recordEvents(stack());
    await stack().faults.disconnectRedis();
    await atRestart(terminal);
    await dialogOpen(terminal);
    const redis = await freeze(stack(), 'redis');
    await terminal.press('y');
    await terminal.until(/stopping falcon-redis/);
    const [started] = rowsOf((await desk.journal()).events, 'action-started');
    expect(await runnerOf(intentOf(started))).toBe(started?.['pid']);
    process.kill(Number(started?.['pid']), 'SIGKILL');
    await terminal.until(/The outcome is not known/);
    redis.resume();
    await resolved(terminal);

    const { events } = await desk.journal();
    expect(rowsOf(events, 'action-ended')).toEqual([
      expect.objectContaining({ outcome: 'unknown' }),
    ]);
    expect(rowsOf(events, 'action-settled')).toEqual([expect.objectContaining({ state: 'done' })]);
    expect(rowsOf(events, 'action-started')).toHaveLength(1);
    expect(await engine.count('falcon-redis', 'start')).toBe(1);
  });

  test('before it began: proved never to have begun, and the operator decides anew', async () => {
    const desk = openDesk(stack());
    const terminal = await desk.open();
    await alive(terminal);
    await stack().faults.killRedis();
    const engine = recordEvents(stack());
    await atRestart(terminal);
    await dialogOpen(terminal);
    const hung = await stack().faults.hangEngine();
    try {
      await terminal.press('y');
      const { events } = await desk.journalUntil('the intent', (rows) =>
        rows.some((row) => row.event === 'action-intended'),
      );
      process.kill(await runnerOf(intentOf(rowsOf(events, 'action-intended')[0])), 'SIGKILL');
    } finally {
      await hung.resume();
    }
    await terminal.until(/never to have begun/, { withinMs: 30_000 });
    expect(await engine.count('falcon-redis', 'start')).toBe(0);

    await dialogOpen(terminal);
    await terminal.press('y');
    await resolved(terminal);
    const { events } = await desk.journal();
    expect(rowsOf(events, 'action-ended').map((row) => row['outcome'])).toEqual([
      'not-done',
      'done',
    ]);
    expect(rowsOf(events, 'action-started')).toHaveLength(1);
    expect(await engine.count('falcon-redis', 'start')).toBe(1);
  });
});
