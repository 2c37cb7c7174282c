import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { childHome } from '../harness/child-environment.ts';
import { openConsole } from '../harness/console.ts';
import { eventually } from '../harness/eventually.ts';
import { simulatorIn } from '../harness/journey-processes.ts';
import { atRestart, dialogOpen, gone, resolved } from '../harness/journey-screen.ts';

/** A newcomer waits 25 seconds for something to break, and a minute for the breaker to let a call through. */
const WITHIN_MS = 240_000;

/** Somebody who has nothing: no engine, no configuration, and a folder for what is temporary. */
function newcomer() {
  const home = childHome();
  onTestFinished(home.remove);
  const temporary = join(home.folder, 'tmp');
  mkdirSync(temporary);
  const env = { ...home.env, TMPDIR: temporary, DOCKER_HOST: 'unix:///nowhere/docker.sock' };
  return { env, temporary, left: () => readdirSync(temporary) };
}

test(
  'the demo: all is well, something breaks, the runbook mends it, more is to come, nothing is left',
  async () => {
    const { env, left } = newcomer();
    const terminal = await openConsole({ args: ['demo'], env, cols: 80, rows: 24 });
    await terminal.until(/▸ A simulated region: nothing is real/, { withinMs: 60_000 });
    await terminal.until(/CONTAINERS +6 of 6 up/, { withinMs: 20_000 });
    await terminal.until('no alert');
    await terminal.until(/▸ Something broke\. r opens the runbook/, { withinMs: 60_000 });
    await atRestart(terminal);
    await dialogOpen(terminal);
    await terminal.press('y');
    await terminal.until(/◐ .*00:\d\d of /, { withinMs: 20_000 });
    await terminal.press('Esc', 'q');
    // Nothing of a demo can be taken up again.
    await terminal.until(/This region ends with the screen/);
    await terminal.press('Esc', 'r');
    await resolved(terminal);
    await terminal.press('Esc');
    await terminal.until(/▸ All is well again\. Something of another kind/, { withinMs: 90_000 });
    await terminal.press('q');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(left()).toEqual([]);
  },
  WITHIN_MS,
);

test(
  'the log of the simulated host is a file that the console follows',
  async () => {
    const { env } = newcomer();
    const terminal = await openConsole({ args: ['demo'], env, cols: 120, rows: 24 });
    await terminal.until(/CONTAINERS +6 of 6 up/, { withinMs: 60_000 });
    await terminal.press(':');
    await terminal.type('logs syslog');
    await terminal.press('Enter');
    await terminal.until(/systemd\[1\]: Started docker-/);
    await terminal.until(/dockerd\[612\]: level=warning msg="container exited"/, {
      withinMs: 60_000,
    });
    await terminal.press('Esc', 'q');
  },
  WITHIN_MS,
);

test(
  'the demo’s console is killed: its region goes with it',
  async () => {
    const { env, left } = newcomer();
    const terminal = await openConsole({ args: ['demo'], env });
    await terminal.until(/CONTAINERS +6 of 6 up/, { withinMs: 60_000 });
    expect(left()).toHaveLength(1);
    terminal.kill('SIGKILL');
    await terminal.exit;
    await eventually(() => left().length === 0, { what: 'the simulator to take its folder away' });
  },
  WITHIN_MS,
);

test(
  'the demo’s simulator is stopped: the screen goes on, it can be left, and nothing stays',
  async () => {
    const { env, left, temporary } = newcomer();
    const terminal = await openConsole({ args: ['demo'], env, cols: 80, rows: 24 });
    await terminal.until(/CONTAINERS +6 of 6 up/, { withinMs: 60_000 });
    process.kill(await simulatorIn(temporary), 'SIGSTOP');
    await terminal.until(/CONTAINERS .*(?:stale|lost)/, { withinMs: 30_000 });
    await terminal.press('q');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(left()).toEqual([]);
  },
  WITHIN_MS,
);

test(
  'the demo’s simulator is killed: the screen says that its region has ended, and can be left',
  async () => {
    const { env, left, temporary } = newcomer();
    const terminal = await openConsole({ args: ['demo'], env, cols: 80, rows: 24 });
    await terminal.until(/CONTAINERS +6 of 6 up/, { withinMs: 60_000 });
    process.kill(await simulatorIn(temporary), 'SIGKILL');
    await terminal.until(/┌ ✖ The simulated region has ended/, { withinMs: 20_000 });
    // It takes keys once it has been seen.
    await terminal.until(/│ +Esc close +│/);
    await terminal.press('Esc');
    await gone(terminal, /┌ ✖ The simulated region/);
    await terminal.until(/▸ The simulated region has ended: q leaves/);
    await terminal.press('q');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(left()).toEqual([]);
  },
  WITHIN_MS,
);
