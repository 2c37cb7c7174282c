import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { SHELL_LINE } from '../harness/console.ts';
import { recordEvents } from '../harness/engine-events.ts';
import { eventually } from '../harness/eventually.ts';
import { openDesk, rowsOf } from '../harness/journey.ts';
import { processesOf } from '../harness/journey-processes.ts';
import {
  alive,
  atRestart,
  dialogOpen,
  goOn,
  panelBecomes,
  resolved,
} from '../harness/journey-screen.ts';
import { freeze, healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';

describeOnStack('leaving the console', (stack) => {
  test.each([
    { way: 'q', leave: ['q'], code: 0 },
    { way: 'Ctrl-C twice', leave: ['Ctrl-C', 'Ctrl-C'], code: 0 },
    { way: 'Ctrl-C twice from a dialog', leave: ['?', 'Ctrl-C', 'Ctrl-C'], code: 0 },
  ])('with $way: the terminal is as it was, no process is left', async ({ leave, code }) => {
    const desk = openDesk(stack());
    const terminal = await desk.open();
    await alive(terminal);
    await terminal.press(...leave);
    expect(await terminal.exit).toEqual({ code, signal: null });
    expect(terminal.terminalRestored()).toBe(true);
    expect(terminal.lines()[0]).toBe(SHELL_LINE);
    expect(processesOf(desk.home)).toEqual([]);
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('by %s: the same', async (signal) => {
    const desk = openDesk(stack());
    const terminal = await desk.open();
    await alive(terminal);
    terminal.kill(signal);
    const { signal: endedBy } = await terminal.exit;
    expect(endedBy).toBeNull();
    expect(terminal.terminalRestored()).toBe(true);
    expect(processesOf(desk.home)).toEqual([]);
  });

  test('its terminal is gone: it ends by itself', async () => {
    const desk = openDesk(stack());
    const terminal = await desk.open();
    await alive(terminal);
    terminal.hangup();
    await terminal.exit;
    await eventually(() => processesOf(desk.home).length === 0, { what: 'no process of it' });
  });

  test('an exception in a panel: the rest goes on; outside of one: the terminal is as it was', async () => {
    const desk = openDesk(stack());
    const state = join(desk.home, 'break-state');
    const breaker = new URL('../harness/fixtures/break-on-signal.ts', import.meta.url);
    const terminal = await desk.open({
      cols: 120,
      rows: 40,
      env: { NODE_OPTIONS: `--import=${breaker.href}`, BREAK_STATE: state },
    });
    await alive(terminal);
    terminal.kill('SIGUSR2');
    await terminal.until(/✖ the panel host cannot be drawn/);
    await terminal.until(/made to fail in a panel/);
    await goOn(terminal, 3, ['CONTAINERS', 'METRICS', 'DATABASE', 'CACHE', 'CHECKS']);
    await terminal.press('1', 'j');
    await terminal.until(/▸ ● \w+ +up/);
    terminal.kill('SIGUSR2');
    await eventually(() => readFileSync(state, 'utf8') === 'whole', { what: 'a whole panel' });
    await terminal.press('Ctrl-L');
    await panelBecomes(terminal, 'HOST', /^live$/);

    terminal.kill('SIGVTALRM');
    const { code, signal } = await terminal.exit;
    expect(signal).toBeNull();
    expect(code).not.toBe(0);
    expect(terminal.terminalRestored()).toBe(true);
    await terminal.until('made to fail outside of everything');
    expect(processesOf(desk.home)).toEqual([]);
  });

  test('into a pipe that nobody reads: a command ends quietly, and leaves no process', async () => {
    const desk = openDesk(stack());
    for (const words of [['status'], ['status', '--json'], ['--once']]) {
      const { code, stderr } = await desk.unread(...words);
      expect([words, code, stderr]).toEqual([words, expect.any(Number), '']);
      expect(processesOf(desk.home)).toEqual([]);
    }
  });

  test('while a run acts: q asks, the runner ends what it began, and the run is taken up', async () => {
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
    await terminal.press('q', 'q');
    await terminal.until(/A run is under way/);
    await terminal.until(/y +leave/);
    await terminal.press('Esc');
    await terminal.until(/▶ Redis down, or its breaker open: acting/);
    await terminal.press('q');
    await terminal.until(/y +leave/);
    await terminal.press('y');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(terminal.terminalRestored()).toBe(true);
    const [left, ...others] = processesOf(desk.home);
    expect([left?.includes('runner'), others]).toEqual([true, []]);
    redis.resume();

    await eventually(() => processesOf(desk.home).length === 0, {
      what: 'the runner to end',
      timeoutMs: 30_000,
    });
    const again = await desk.open();
    await again.until(/r to return/);
    await again.press('r');
    await resolved(again);
    expect(rowsOf((await desk.journal()).events, 'action-started')).toHaveLength(1);
    expect(await engine.count('falcon-redis', 'start')).toBe(1);
  });

  afterEach(async ({ task }) => {
    if (task.name.startsWith('while a run acts')) await healthy(stack());
  });
});
