import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { smallDisk } from '../contract/host/small-disk.ts';
import { recordEvents } from '../harness/engine-events.ts';
import { eventually } from '../harness/eventually.ts';
import { type Desk, openDesk, rowsOf } from '../harness/journey.ts';
import { runnerOf } from '../harness/journey-processes.ts';
import { alive, atRestart, dialogOpen, recommended, resolved } from '../harness/journey-screen.ts';
import { freeze, healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';

/** A state folder on a disk of its own, which can be filled to its last byte and emptied again. */
interface StateDisk {
  readonly folder: string;
  fill(): void;
  empty(): void;
  writable(is: boolean): void;
}

async function stateDisk({ home }: Pick<Desk, 'home'>): Promise<StateDisk> {
  const folder = join(home, '.local/state/opsconsole');
  mkdirSync(folder, { recursive: true });
  const disk = await smallDisk(folder, '8m');
  onTestFinished(() => disk.end());
  const filler = join(folder, 'filler');
  return {
    folder,
    fill() {
      for (const size of [65_536, 4096, 512, 1]) {
        try {
          for (;;) writeFileSync(filler, 'x'.repeat(size), { flag: 'a' });
        } catch {
          // Not one piece of this size more.
        }
      }
    },
    empty: () => rmSync(filler),
    writable(is) {
      execFileSync('mount', ['-o', `remount,${is ? 'rw' : 'ro'}`, folder]);
    },
  };
}

describeOnStack('the journal cannot be written', (stack) => {
  afterEach(() => healthy(stack()));

  test('a full disk: refused before anything is done; with room again the same key works', async () => {
    const desk = openDesk(stack());
    const disk = await stateDisk(desk);
    const terminal = await desk.open({ cols: 120, rows: 40 });
    await alive(terminal);
    await stack().faults.killRedis();
    const engine = recordEvents(stack());
    await atRestart(terminal);
    await dialogOpen(terminal);
    disk.fill();
    await terminal.press('y');
    await terminal.until(/Nothing was changed\. The journal .*/);
    await terminal.until(/free space/);
    expect(await engine.count('falcon-redis', 'start')).toBe(0);

    disk.empty();
    await terminal.press('Esc');
    await dialogOpen(terminal);
    await terminal.press('y');
    await resolved(terminal);
    const { events } = await desk.journal();
    expect(rowsOf(events, 'action-intended')).toHaveLength(1);
    expect(await engine.count('falcon-redis', 'start')).toBe(1);
  });

  test('a disk that fills while it acts: the outcome is looked for once there is room', async () => {
    const desk = openDesk(stack());
    const disk = await stateDisk(desk);
    const terminal = await desk.open({ cols: 120, rows: 40 });
    await alive(terminal);
    const engine = recordEvents(stack());
    await stack().faults.disconnectRedis();
    await atRestart(terminal);
    await dialogOpen(terminal);
    const redis = await freeze(stack(), 'redis');
    await terminal.press('y');
    await terminal.until(/stopping falcon-redis/);
    const intended = rowsOf((await desk.journal()).events, 'action-intended');
    const runner = await runnerOf(String(intended[0]?.['intent']));
    disk.fill();
    redis.resume();
    const gone = () => !existsSync(`/proc/${runner}`);
    await eventually(gone, { what: 'the runner to end', timeoutMs: 60_000 });
    disk.empty();
    await resolved(terminal);
    const { events } = await desk.journal();
    expect(rowsOf(events, 'action-started')).toHaveLength(1);
    expect(rowsOf(events, 'action-ended')).toEqual([
      expect.objectContaining({ outcome: 'unknown' }),
    ]);
    expect(rowsOf(events, 'action-settled')).toEqual([expect.objectContaining({ state: 'done' })]);
    expect(await engine.count('falcon-redis', 'start')).toBe(1);
  });

  test('a read-only folder: the console looks, the run is refused; writable again, r opens it', async () => {
    const desk = openDesk(stack());
    const disk = await stateDisk(desk);
    disk.writable(false);
    await stack().faults.killRedis();
    const engine = recordEvents(stack());
    const headless = await desk.run('run', 'falcon/redis-down', '--yes', 'disruptive', '--auto');
    expect(headless.code).toBe(4);
    expect(headless.stderr).toMatch(/The journal \S+ cannot be written: .*; .*--state/);

    const terminal = await desk.open({ cols: 120, rows: 40 });
    await recommended(terminal);
    await terminal.press('r');
    await terminal.until('The runbook is not opened');
    await terminal.until('cannot be written');
    await terminal.until('free space or make the folder writable');
    expect(await engine.count('falcon-redis', 'start')).toBe(0);

    disk.writable(true);
    await terminal.press('Esc');
    await atRestart(terminal);
    await dialogOpen(terminal);
    await terminal.press('y');
    await resolved(terminal);
    expect(await engine.count('falcon-redis', 'start')).toBe(1);
    expect((await desk.journal()).incident).toMatchObject({ state: 'resolved' });
  });
});
