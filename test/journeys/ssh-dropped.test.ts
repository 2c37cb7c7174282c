import { afterEach, expect, test } from 'vitest';
import { type EngineEvents, recordEvents } from '../harness/engine-events.ts';
import { eventually } from '../harness/eventually.ts';
import { type Desk, type JournalRow, openDesk, rowsOf, slowProof } from '../harness/journey.ts';
import { processesOf } from '../harness/journey-processes.ts';
import { alive, atRestart, dialogOpen, resolved } from '../harness/journey-screen.ts';
import { freeze, healthy } from '../harness/journey-stack.ts';
import { openOverSsh, openSshServer } from '../harness/ssh-console.ts';
import { describeOnStack } from '../harness/suites.ts';
import type { Terminal } from '../harness/terminal.ts';

/** Kills the client, and waits until the console at the other end is gone. */
async function drop(client: Terminal, desk: Desk): Promise<void> {
  client.kill('SIGKILL');
  await client.exit;
  const consoles = () =>
    processesOf(desk.home).filter((line) => line.includes('main.js') && !line.includes('--intent'));
  await eventually(() => consoles().length === 0, { what: 'the console to end' });
}

const heads = (rows: readonly JournalRow[]) => rows.map(({ seq, at, event }) => [seq, at, event]);

describeOnStack('an SSH connection is dropped during a restart', (stack) => {
  afterEach(() => healthy(stack()));

  /** What was recorded is there still, what came after follows it, and Redis was started once. */
  async function toldOnce(
    desk: Desk,
    before: readonly JournalRow[],
    engine: EngineEvents,
  ): Promise<void> {
    const { incident, events } = await desk.journal();
    expect(incident).toMatchObject({ state: 'resolved' });
    expect(heads(events).slice(0, before.length)).toEqual(heads(before));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    for (const once of ['run-started', 'action-intended', 'action-started', 'action-ended']) {
      expect(rowsOf(events, once)).toHaveLength(1);
    }
    expect(rowsOf(events, 'action-ended')[0]).toMatchObject({ outcome: 'done' });
    expect(events.at(-2)).toMatchObject({ event: 'run-finished', verified: true });
    expect(events.at(-1)).toMatchObject({ event: 'incident-closed' });
    expect(await engine.count('falcon-redis', 'start')).toBe(1);
    const { stdout } = await desk.run('incidents', 'show', incident.id);
    for (const told of ['confirmed: ', 'action done', 'verification passed', 'incident closed']) {
      expect(stdout).toContain(told);
    }
    expect(new Set(events.map(({ operator }) => operator))).toEqual(
      new Set([expect.stringMatching(/^\S+@\S+ from 127\.0\.0\.1$/)]),
    );
    expect(stdout).toContain('from 127.0.0.1');
  }

  test('while it acts: the restart goes on, once, and the next session takes it up', async () => {
    const desk = openDesk(stack());
    const server = await openSshServer();
    const first = await openOverSsh(server, desk);
    await alive(first);
    const engine = recordEvents(stack());
    await stack().faults.disconnectRedis();
    await atRestart(first);
    await dialogOpen(first);
    const redis = await freeze(stack(), 'redis');
    await first.press('y');
    await first.until(/stopping falcon-redis/);
    const { events } = await desk.journal();
    expect(rowsOf(events, 'action-ended')).toEqual([]);
    await drop(first, desk);

    const second = await openOverSsh(server, desk);
    await second.until(/▶ Redis down, or its breaker open: (acting|verifying) .*r to return/, {
      withinMs: 30_000,
    });
    redis.resume();
    await second.press('r');
    await resolved(second);
    await toldOnce(desk, events, engine);
  });

  test('while it verifies: the proof is taken up by the next session', async () => {
    const desk = openDesk(stack(), { durations: slowProof });
    const server = await openSshServer();
    const first = await openOverSsh(server, desk);
    await alive(first);
    await stack().faults.killRedis();
    const engine = recordEvents(stack());
    await atRestart(first);
    await dialogOpen(first);
    await first.press('y');
    await first.until(/proof [123] of 3/, { withinMs: 30_000 });
    await drop(first, desk);
    const { events } = await desk.journal();
    expect(rowsOf(events, 'run-finished')).toEqual([]);
    expect(rowsOf(events, 'verification-started')).not.toEqual([]);

    const second = await openOverSsh(server, desk);
    await second.until(/▶ Redis down, or its breaker open: verifying .*r to return/, {
      withinMs: 30_000,
    });
    await second.press('r');
    await resolved(second);
    await toldOnce(desk, events, engine);
  });
});
