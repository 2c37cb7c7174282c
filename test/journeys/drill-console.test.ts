import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { contract } from '../../src/commands/contract.ts';
import { childHome } from '../harness/child-environment.ts';
import { openConsole } from '../harness/console.ts';
import { atRestart, dialogOpen, gone, neverScrolled } from '../harness/journey-screen.ts';
import type { Terminal } from '../harness/terminal.ts';

/** All is well for 20 seconds, and a minute passes before the breaker lets a call through. */
const WITHIN_MS = 300_000;
const SIZE = { cols: 80, rows: 24 } as const;

/** Somebody who practises, without an engine. */
function practising() {
  const home = childHome();
  onTestFinished(home.remove);
  const temporary = join(home.folder, 'tmp');
  mkdirSync(temporary);
  const env = { ...home.env, TMPDIR: temporary, DOCKER_HOST: 'unix:///nowhere/docker.sock' };
  const program = join(import.meta.dirname, '../../bin/opsconsole');
  const run = (...args: readonly string[]) =>
    execa(program, args, { env, extendEnv: false, reject: false });
  return { env, run, left: () => readdirSync(temporary) };
}

/** Entries that the record of such a drill can have. */
const ENTRIES_MAX = 60;

/** Goes from entry to entry until the screen shows it. */
async function playedTo(replay: Terminal, look: RegExp, by = 'Right'): Promise<void> {
  for (let entry = 0; entry < ENTRIES_MAX && !look.test(replay.text()); entry += 1) {
    await replay.press(by);
  }
  await replay.until(look);
}

test(
  'a drill in the console: it breaks, it is mended, the score card tells how; then it is replayed',
  async () => {
    const { env, left, run } = practising();
    const args = ['drill', 'run', 'falcon/redis-killed'];
    const drill = await openConsole({ args, env, ...SIZE });
    await drill.until(/▸ A drill on a simulated region: nothing is real/, { withinMs: 60_000 });
    await drill.until(/CONTAINERS +6 of 6 up/, { withinMs: 20_000 });
    await drill.until(/▸ The drill is on/, { withinMs: 60_000 });
    await atRestart(drill);
    // A wrong turn: back, and to the leaf again.
    await drill.press('b');
    await drill.until(/▶ Is the Redis container running\?/, { withinMs: 20_000 });
    await drill.press('Enter');
    await drill.until(/touches +falcon-redis +[0-9a-f]{12}/, { withinMs: 30_000 });
    await dialogOpen(drill);
    await drill.press('y');
    await drill.until(/falcon\/redis-killed: over, and proved/, { withinMs: 120_000 });
    await drill.until(/acknowledged +\d+s/);
    await drill.until(/verified +\d+m?\d*s/);
    await drill.until(/wrong turns +1/);
    await drill.until(/went back from restart-redis/);
    neverScrolled(drill);
    // The card takes keys once it has been seen.
    await drill.until(/│ +Esc close +│/);
    await drill.press('Esc');
    await drill.until(/✔ Resolved, verified/);
    await drill.press('Esc');
    await drill.until(/▸ The drill is over: q leaves/);
    await drill.press('q');
    expect(await drill.exit).toEqual({ code: 0, signal: null });
    expect(left()).toEqual([]);

    const history = await run('drill', 'history', '--json');
    const [told] = contract['drill-history'].parse(JSON.parse(history.stdout));
    expect(told).toMatchObject({
      id: 'falcon/redis-killed',
      result: 'verified',
      wrongTurns: [{ kind: 'back', step: 'restart-redis' }],
    });
    expect((await run('drill', 'history')).stdout).toMatch(/falcon\/redis-killed +\d+s/);

    const state = join(told?.journal ?? '', '..');
    const replay = await openConsole({ args: ['--state', state, 'replay', 'INC-1'], env, ...SIZE });
    await replay.until(/drill +falcon +replay/, { withinMs: 20_000 });
    await replay.press('Space');
    await replay.until(/○ paused/);
    // The panels show what they showed then.
    await playedTo(replay, /✖ redis +exited 137/, 'Left');
    await replay.press('r');
    await replay.until(/Is the Redis container running\?/);
    await replay.until(/driven by the record/);
    await playedTo(replay, /✔ docker compose -p falcon restart redis/);
    await replay.press('Enter');
    await replay.until(/this is a replay: nothing is done in it/);
    await playedTo(replay, /✔ Resolved, verified/);
    await replay.press('Esc');
    await replay.until(/CONTAINERS +6 of 6 up/);
    await replay.press('Left');
    await gone(replay, '○ its end');
    await replay.press('q');
    expect(await replay.exit).toEqual({ code: 0, signal: null });
    neverScrolled(replay);
  },
  WITHIN_MS,
);

/** Leaves a drill whose score card is seen, and looks that nothing stays of it. */
async function leave(drill: Terminal, left: () => readonly string[]): Promise<void> {
  await drill.until(/│ +Esc close +│/);
  await drill.press('Esc');
  await drill.until(/Esc back/);
  await drill.press('Esc');
  await drill.until(/▸ The drill is over: q leaves/);
  await drill.press('q');
  expect(await drill.exit).toEqual({ code: 0, signal: null });
  expect(left()).toEqual([]);
}

test(
  'a drill that no alert tells of: the runbook is chosen, and its leaf decides',
  async () => {
    const { env, left } = practising();
    const args = ['drill', 'run', 'falcon/redis-overloaded'];
    const drill = await openConsole({ args, env, ...SIZE });
    await drill.until(/▸ Somebody says that something is wrong/, { withinMs: 90_000 });
    await drill.press('R');
    await drill.until(/Redis down, or its breaker open/);
    await drill.press('d');
    await drill.until(/▶ Redis is overloaded +ends the run as watching/, { withinMs: 60_000 });
    await drill.until(/⏎ end the run/, { withinMs: 60_000 });
    await drill.press('Enter');
    await drill.until(/falcon\/redis-overloaded: over, and decided/, { withinMs: 20_000 });
    await drill.until(/decided +\d+s/);
    await leave(drill, left);
  },
  WITHIN_MS,
);

test(
  'a drill that nothing on this host mends: it is handed up',
  async () => {
    const { env, left, run } = practising();
    const args = ['drill', 'run', 'falcon/redis-removed'];
    const drill = await openConsole({ args, env, cols: 120, rows: 40 });
    await drill.until(/▸ The drill is on/, { withinMs: 90_000 });
    await drill.until(/➜ Redis down, or its breaker open: escalate/, { withinMs: 60_000 });
    await drill.press('r');
    await drill.until(/▶ Hand it to the senior SRE/, { withinMs: 20_000 });
    await drill.press('Enter');
    await drill.until(/▸ +Stay +go on with this run/);
    await drill.press('j', 'Enter');
    await drill.until(/falcon\/redis-removed: over, and handed up/, { withinMs: 20_000 });
    await leave(drill, left);
    expect((await run('drill', 'history')).stdout).toMatch(/redis-removed .*handed up +none/);
  },
  WITHIN_MS,
);

test('a drill in the console needs a terminal, and one drill that is known', async () => {
  const { run } = practising();
  const none = await run('drill', 'run', 'falcon/redis-killed');
  expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining('needs a terminal')]);
  const replay = await run('replay', 'INC-1');
  expect([replay.exitCode, replay.stderr]).toEqual([2, expect.stringContaining('a terminal')]);
});
