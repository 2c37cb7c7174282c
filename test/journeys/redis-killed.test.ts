import { afterEach, expect, test } from 'vitest';
import { recordEvents } from '../harness/engine-events.ts';
import { expectOrder, openDesk, rowsOf } from '../harness/journey.ts';
import { alive, neverScrolled } from '../harness/journey-screen.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';

describeOnStack('redis is killed', (stack) => {
  afterEach(() => healthy(stack()));

  test.each([
    { cols: 80, rows: 24 },
    { cols: 120, rows: 40 },
  ])('from the alert to the verified end with three keys, at $cols×$rows', async (size) => {
    const desk = openDesk(stack());
    const terminal = await desk.open(size);
    await alive(terminal);
    await terminal.until(/● falcon-redis|● redis/);
    await terminal.until('no alert');

    const engine = recordEvents(stack());
    await stack().faults.killRedis();
    await terminal.until(/✖ (falcon-)?redis +exited 137/);
    // A narrow screen has room for one alert: that of the breaker, once it has opened.
    await terminal.until(/[▲◌] (?:ContainerDown|CircuitBreakerOpen)/);
    await terminal.until(/➜ Redis down, or its breaker open: restart-redis/);

    await terminal.press('r');
    await terminal.until(/Restart Redis +disruptive/);
    await terminal.until(/touches +falcon-redis +[0-9a-f]{12}/);
    await terminal.press('Enter');
    await terminal.until('Restart Redis?');
    await terminal.press('y');
    await terminal.until(/Resolved, verified/, { withinMs: 90_000 });
    await terminal.until(/✔ .*docker.compose.* restart redis/);

    const { incident, events } = await desk.journal();
    expect(incident.state).toBe('resolved');
    expect(incident.runs).toEqual([
      expect.objectContaining({
        runbook: 'falcon/redis-down',
        outcome: 'resolved',
        leaf: 'restart-redis',
        verified: true,
      }),
    ]);
    expectOrder(
      events,
      ...['incident-opened', 'run-started', 'step-entered', 'evidence-read', 'branch-taken'],
      ...['action-intended', 'action-started', 'action-ended', 'verification-started'],
      ...['verification-ended', 'run-finished', 'incident-closed'],
    );
    expect(rowsOf(events, 'action-started')).toHaveLength(1);
    expect(rowsOf(events, 'action-ended')).toEqual([expect.objectContaining({ outcome: 'done' })]);
    expect(rowsOf(events, 'verification-ended').map((row) => row['passed'])).toEqual([
      true,
      true,
      true,
    ]);
    expect(await engine.count('falcon-redis', 'start')).toBe(1);

    await terminal.press('Esc');
    await terminal.until('no alert', { withinMs: 30_000 });
    await terminal.until(/● redis +closed/);
    neverScrolled(terminal);
    await terminal.press('q');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(terminal.terminalRestored()).toBe(true);
  });
});
