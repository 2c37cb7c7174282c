import { afterEach, expect, test } from 'vitest';
import { type EngineEvents, recordEvents } from '../harness/engine-events.ts';
import { type Desk, openDesk, rowsOf, slowProof } from '../harness/journey.ts';
import { alive, atRestart, dialogOpen, resolved } from '../harness/journey-screen.ts';
import { freeze, healthy, redisContainer } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';
import type { Terminal } from '../harness/terminal.ts';

interface Way {
  readonly name: string;
  end(terminal: Terminal): void;
}

const killed: Way = { name: 'killed', end: (terminal) => terminal.kill('SIGKILL') };
const hungUp: Way = { name: 'hung up on', end: (terminal) => terminal.kill('SIGHUP') };
const terminalLost: Way = { name: 'left without its terminal', end: (t) => t.hangup() };

/** Ends the console and waits until its process is gone. */
async function end(terminal: Terminal, way: Way): Promise<void> {
  way.end(terminal);
  await terminal.exit;
}

describeOnStack('the console is lost around a restart', (stack) => {
  afterEach(() => healthy(stack()));

  /** Everything the journal and the engine must say when the story has ended well. */
  async function restartedOnce(desk: Desk, engine: EngineEvents): Promise<void> {
    const { incident, events } = await desk.journal();
    expect(incident).toMatchObject({ state: 'resolved' });
    expect(rowsOf(events, 'run-started')).toHaveLength(1);
    expect(rowsOf(events, 'action-intended')).toHaveLength(1);
    expect(rowsOf(events, 'action-started')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ event: 'incident-closed' });
    expect(events.at(-2)).toMatchObject({ event: 'run-finished', verified: true });
    expect(await engine.count('falcon-redis', 'start')).toBe(1);
  }

  test.each([hungUp])(
    '$name with the dialog open: nothing is done, and the run is where it was',
    async (way) => {
      const desk = openDesk(stack());
      const first = await desk.open();
      await alive(first);
      await stack().faults.killRedis();
      const engine = recordEvents(stack());
      const before = await redisContainer(stack());
      await atRestart(first);
      await dialogOpen(first);
      await end(first, way);
      expect(rowsOf((await desk.journal()).events, 'action-intended')).toEqual([]);
      expect(await redisContainer(stack())).toEqual(before);

      const second = await desk.open();
      await second.until(/▶ Redis down, or its breaker open: .*r to return/);
      await second.press('r');
      await second.until(/touches +falcon-redis +[0-9a-f]{12}/);
      await dialogOpen(second);
      await second.press('y');
      await resolved(second);
      await restartedOnce(desk, engine);
    },
  );

  test.each([killed, terminalLost])(
    '$name while it acts: the restart goes on, once, and the run is taken up',
    async (way) => {
      const desk = openDesk(stack());
      const first = await desk.open();
      await alive(first);
      const engine = recordEvents(stack());
      await stack().faults.disconnectRedis();
      await atRestart(first);
      await dialogOpen(first);
      const redis = await freeze(stack(), 'redis');
      await first.press('y');
      await first.until(/stopping falcon-redis/);
      await end(first, way);

      const second = await desk.open();
      await second.until(/▶ Redis down, or its breaker open: (acting|verifying) .*r to return/);
      redis.resume();
      await second.press('r');
      await resolved(second);
      await restartedOnce(desk, engine);
    },
  );

  test.each([killed])('$name while it verifies: the proof is taken up and ends', async (way) => {
    const desk = openDesk(stack(), { durations: slowProof });
    const first = await desk.open();
    await alive(first);
    await stack().faults.killRedis();
    const engine = recordEvents(stack());
    await atRestart(first);
    await dialogOpen(first);
    await first.press('y');
    await first.until(/proof [123] of 3/, { withinMs: 30_000 });
    await end(first, way);
    expect(rowsOf((await desk.journal()).events, 'run-finished')).toEqual([]);

    const second = await desk.open();
    await second.until(/▶ Redis down, or its breaker open: verifying .*r to return/);
    await second.press('r');
    await resolved(second);
    await restartedOnce(desk, engine);
  });
});
