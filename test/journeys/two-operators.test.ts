import { afterEach, expect, test } from 'vitest';
import { recordEvents } from '../harness/engine-events.ts';
import { openDesk, rowsOf } from '../harness/journey.ts';
import { alive, atRestart, dialogOpen, recommended, resolved } from '../harness/journey-screen.ts';
import { freeze, healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';

describeOnStack('two operators, one incident', (stack) => {
  afterEach(() => healthy(stack()));

  test('the second follows, cannot act, and takes over when the first is killed', async () => {
    const desk = openDesk(stack());
    const anna = await desk.open({ env: { SUDO_USER: 'anna' } });
    await alive(anna);
    const engine = recordEvents(stack());
    await stack().faults.disconnectRedis();
    await atRestart(anna);

    const ben = await desk.open({ env: { SUDO_USER: 'ben' } });
    await ben.until(/▶ Redis down, or its breaker open: .*r to return/, { withinMs: 30_000 });
    await ben.press('r');
    await ben.until(/driven by anna@\S+ \(pid \d+\)/);
    await ben.press('Enter');
    await ben.until(/anna@\S+ .*drives this run/);

    const headless = await desk.run('run', 'falcon/redis-down', '--yes', 'disruptive', '--auto');
    expect(headless.stderr).toMatch(/anna@\S+ \(pid \d+\) drives this run/);
    expect(headless.code).toBe(4);

    await dialogOpen(anna);
    const redis = await freeze(stack(), 'redis');
    await anna.press('y');
    await ben.until(/stopping falcon-redis/);
    anna.kill('SIGKILL');
    await anna.exit;
    await ben.until((lines) => !lines.join('\n').includes('driven by anna'), { withinMs: 20_000 });
    redis.resume();
    await resolved(ben);

    const { incident, events } = await desk.journal();
    expect(incident).toMatchObject({ state: 'resolved' });
    expect(rowsOf(events, 'run-started')).toHaveLength(1);
    expect(rowsOf(events, 'action-started')).toHaveLength(1);
    expect(rowsOf(events, 'action-intended')[0]?.operator).toMatch(/^anna@/);
    expect(rowsOf(events, 'run-finished')[0]?.operator).toMatch(/^ben@/);
    expect(await engine.count('falcon-redis', 'start')).toBe(1);
  });

  test('two commands at once: one restarts, the other is refused', async () => {
    const desk = openDesk(stack());
    const ben = await desk.open({ env: { SUDO_USER: 'ben' } });
    await alive(ben);
    await stack().faults.killRedis();
    await recommended(ben);
    const engine = recordEvents(stack());
    const [first, second] = await Promise.all(
      ['anna', 'carl'].map(() =>
        desk.run('run', 'falcon/redis-down', '--yes', 'disruptive', '--auto'),
      ),
    );
    const codes = [first?.code, second?.code].sort();
    expect(codes).toEqual([0, 4]);
    const { events } = await desk.journal();
    expect(rowsOf(events, 'action-started')).toHaveLength(1);
    expect(await engine.count('falcon-redis', 'start')).toBe(1);
    // The screen that only looked on sees the incident end.
    await ben.until('no alert', { withinMs: 30_000 });
  });
});
