import { afterEach, expect, test } from 'vitest';
import { recordEvents } from '../harness/engine-events.ts';
import { openDesk, rowsOf } from '../harness/journey.ts';
import { alive, atRestart, dialogOpen } from '../harness/journey-screen.ts';
import { healthy, redisContainer } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';

describeOnStack('the target changes under the dialog', (stack) => {
  afterEach(() => healthy(stack()));

  test('recreated between dialog and confirmation: refused in words, nothing done', async () => {
    const desk = openDesk(stack());
    const terminal = await desk.open();
    await alive(terminal);
    await stack().faults.killRedis();
    await atRestart(terminal);
    await dialogOpen(terminal);
    const shown = /touches +falcon-redis +([0-9a-f]{12})/.exec(terminal.text())?.[1] ?? '';

    await stack().faults.recreateRedis();
    const recreated = await redisContainer(stack());
    expect(recreated.id.startsWith(shown)).toBe(false);
    const engine = recordEvents(stack());
    await terminal.press('y');
    await terminal.until(/refused, nothing was done|Not done/, { withinMs: 30_000 });
    await terminal.until(/falcon-redis (changed after it was confirmed|is no longer there)/);

    const { events } = await desk.journal();
    expect(rowsOf(events, 'action-started')).toEqual([]);
    expect(rowsOf(events, 'action-ended')).toEqual([
      expect.objectContaining({ outcome: 'refused' }),
    ]);
    expect(await redisContainer(stack())).toEqual(recreated);
    expect(await engine.count('falcon-redis', 'start')).toBe(0);
  });
});
