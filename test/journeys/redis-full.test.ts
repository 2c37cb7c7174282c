import { afterEach, expect, onTestFinished, test } from 'vitest';
import { openDesk, rowsOf } from '../harness/journey.ts';
import { alive, resolved } from '../harness/journey-screen.ts';
import { healthy, redis } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';
import type { Terminal } from '../harness/terminal.ts';

const MEGABYTE = 1024 * 1024;

/** Opens the runbook by its own key, whatever is recommended. */
async function openRunbook(terminal: Terminal): Promise<void> {
  await terminal.press('R');
  await terminal.until('Runbooks');
  await terminal.press('d');
}

describeOnStack('redis is out of memory or overloaded', (stack) => {
  afterEach(() => healthy(stack()));

  const limit = async (policy: string, megabytes: number) => {
    await redis(stack(), 'CONFIG', 'SET', 'maxmemory', `${megabytes}mb`);
    await redis(stack(), 'CONFIG', 'SET', 'maxmemory-policy', policy);
  };
  const maxMemory = async () => {
    const [, value] = (await redis(stack(), 'CONFIG', 'GET', 'maxmemory')) as string[];
    return Number(value);
  };

  test('writes refused: the cache is emptied, once its name is typed', async () => {
    const desk = openDesk(stack());
    const terminal = await desk.open();
    await alive(terminal);
    await limit('noeviction', 32);
    const filled = await stack().faults.fillRedis({ bytes: 64 * MEGABYTE });
    expect(filled.refused).toBe(true);

    await openRunbook(terminal);
    await terminal.until(/▶ Redis is full and refuses writes/, { withinMs: 20_000 });
    await terminal.until(/➜ 1 +Allow Redis 512 MB/);
    await terminal.until(/2 +Empty the cache +destructive/);
    await terminal.press('2');
    await terminal.until(/▶ Empty the cache +destructive/);
    await terminal.until(/touches +\S/);
    await terminal.press('Enter');
    await terminal.until(/Type .+ and Enter/, { withinMs: 20_000 });
    const name = /Type (.+) and Enter/.exec(terminal.text())?.[1] ?? '';

    await terminal.type('y');
    await terminal.press('Enter');
    await terminal.until(`Type ${name} exactly`);
    await terminal.press('Backspace');
    await terminal.type(name);
    await terminal.press('Enter');
    await resolved(terminal);

    const { events } = await desk.journal();
    expect(rowsOf(events, 'action-started')).toHaveLength(1);
    expect(rowsOf(events, 'action-intended')).toEqual([
      expect.objectContaining({ action: 'redis.flush', risk: 'destructive', leaf: 'flush-cache' }),
    ]);
    expect(await redis(stack(), 'EXISTS', 'fill:0', 'fill:1', 'fill:100')).toBe(0);
  });

  test('keys thrown out: more memory, taken back with u after a failed proof', async () => {
    const desk = openDesk(stack(), {
      durations: {
        'breaker-recovery': '4s',
        'breaker-settles': '1s',
        'cache-proof': '4s',
        'signal-window': '60s',
      },
    });
    const terminal = await desk.open();
    await alive(terminal);
    await limit('allkeys-lru', 48);
    await stack().faults.fillRedis({ bytes: 96 * MEGABYTE });
    await terminal.until((lines) => {
      const evictions = /evictions +(\d+)/.exec(lines.join('\n'))?.[1];
      return Number(evictions ?? 0) > 100;
    });

    await openRunbook(terminal);
    await terminal.until(/▶ Redis throws keys out as fast as they come/, { withinMs: 20_000 });
    await terminal.until(/➜ 1 +Allow Redis 512 MB/);
    await terminal.press('Enter');
    await terminal.until(/▶ Allow Redis 512 MB +disruptive/);
    await terminal.until(/from 48M to 512M/);
    await terminal.press('Enter');
    await terminal.until(/y +Allow Redis 512 MB +Esc/, { withinMs: 20_000 });
    // The gateway hangs: no proof can be had through it.
    await stack().faults.pauseContainer('nginx');
    await terminal.press('y');
    await terminal.until(/Allow Redis 512 MB: not proved/, { withinMs: 40_000 });
    expect(await maxMemory()).toBe(512 * MEGABYTE);
    await stack().faults.unpauseContainer('nginx');

    await terminal.press('u');
    await terminal.until(/Undo: Allow Redis 512 MB\?/, { withinMs: 20_000 });
    await terminal.until(/y +Undo: Allow Redis 512 MB/);
    await terminal.press('y');
    await terminal.until(/undo: .*done in/, { withinMs: 30_000 });
    expect(await maxMemory()).toBe(48 * MEGABYTE);
    const undone = rowsOf((await desk.journal()).events, 'action-intended');
    expect(undone[1]?.['undoOf']).toBe(undone[0]?.['intent']);
  });

  test('overloaded: the runbook shows what loads it, and ends watching', async () => {
    // What Redis takes of the processor is told over so long: in a single second others may have it.
    const desk = openDesk(stack(), { durations: { 'source-interval': '5s' } });
    const terminal = await desk.open();
    await alive(terminal);
    const load = await stack().faults.loadRedis();
    let stopped = false;
    const stop = async () => {
      if (!stopped) await load.stop();
      stopped = true;
    };
    onTestFinished(stop);
    await terminal.until(/redis +(?:up \S+|unhealthy) +[1-9]\d+ %/, { withinMs: 30_000 });
    await openRunbook(terminal);
    await terminal.until(/▶ Redis is overloaded +ends the run as watching/, { withinMs: 60_000 });
    await stop();
    // The slow log stands above the points, the step at hand follows them.
    await terminal.until(/\$ redis-cli -h redis INFO/, { withinMs: 40_000 });
    await terminal.press('e');
    await terminal.until(/command: sort load:list/i);
    await terminal.press('Esc');
    await terminal.until(/⏎ end the run/);
    await terminal.press('Enter');
    await terminal.until(/● Watching/, { withinMs: 20_000 });

    const { incident, events } = await desk.journal();
    expect(rowsOf(events, 'action-intended')).toEqual([]);
    expect(rowsOf(events, 'run-finished')).toEqual([
      expect.objectContaining({ outcome: 'watching', leaf: 'inspect-load' }),
    ]);
    expect(incident.closedAt).toBeNull();
  });
});
