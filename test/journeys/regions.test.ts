import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { openDesk, rowsOf } from '../harness/journey.ts';
import {
  alive,
  atRestart,
  dialogOpen,
  failureTold,
  panelBecomes,
  resolved,
} from '../harness/journey-screen.ts';
import { healthy } from '../harness/journey-stack.ts';
import { keyP95, keysStayQuick } from '../harness/key-times.ts';
import { otherProject, startOtherProject } from '../harness/other-project.ts';
import { silentEngine } from '../harness/silent-engine.ts';
import { type SshServer, sshServer } from '../harness/sshd.ts';
import { describeOnStack } from '../harness/suites.ts';

describeOnStack('several regions, one of them dead', (stack) => {
  afterEach(async () => {
    // Beside it stood one that is never well.
    await stack().docker(['rm', '--force', 'shop-sick-1'], { allowFailure: true });
    await healthy(stack());
  });

  test('are shown first, gone to and come back from; what is done is done in the one on the screen', async () => {
    await startOtherProject(stack());
    const desk = openDesk(stack(), {
      others: {
        shop: { docker: stack().dockerHost, project: otherProject },
        away: { docker: await silentEngine() },
        unknown: { docker: stack().dockerHost, system: 'nosuch' },
      },
    });
    const terminal = await desk.open({ cols: 120, rows: 40 });
    // Nobody said which.
    await terminal.until(/0 REGIONS .*2 of 4 alive/, { withinMs: 60_000 });
    await terminal.until(/✖ away +lost \S+ .*did not answer/);
    await terminal.until(/lab {2}here +alive/);
    await terminal.press('Enter');
    await alive(terminal);
    await terminal.until(/✖ away {2}lost/);
    const quietMs = await keyP95(terminal);

    await terminal.press(':');
    await terminal.type('region away');
    await terminal.press('Enter');
    await terminal.until((lines) => /^ away /.test(lines[0] ?? ''));
    await panelBecomes(terminal, 'CONTAINERS', /✖ lost/);
    await failureTold(terminal, /did not answer/);
    await keysStayQuick(terminal, quietMs);

    await terminal.press(':');
    await terminal.type('region shop');
    await terminal.press('Enter');
    await terminal.until(/● web-1 +up \d/, { withinMs: 30_000 });
    await terminal.until(/✖ sick-1 +unhealthy/, { withinMs: 30_000 });

    // What cannot be opened says why, and takes the screen from no other.
    await terminal.press(':');
    await terminal.type('region unknown');
    await terminal.press('Enter');
    await terminal.until(/✖ No pack nosuch is loaded/);

    await terminal.press(':');
    await terminal.type('region lab');
    await terminal.press('Enter');
    await alive(terminal);
    await stack().faults.killRedis();
    await atRestart(terminal);
    await dialogOpen(terminal);
    await terminal.press('y');
    await resolved(terminal);
    const { events, incident } = await desk.journal();
    expect(incident).toMatchObject({ region: 'lab', runs: [{ verified: true }] });
    expect(rowsOf(events, 'action-started')).toHaveLength(1);
    await terminal.press('Esc', 'Ctrl-C', 'Ctrl-C');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(terminal.terminalRestored()).toBe(true);
  });

  test('one of them is reached over SSH: it is gone to, lost with its connection, and comes back', async () => {
    await startOtherProject(stack());
    const server = await sshServer();
    onTestFinished(server.remove);
    await server.start();
    const socket = stack().dockerHost.replace(/^unix:\/\//, '');
    const desk = openDesk(stack(), {
      others: { far: { docker: `ssh://${server.where}${socket}`, project: otherProject } },
    });
    await sshOf(desk.home, server);
    const terminal = await desk.open({ cols: 120, rows: 40 });
    await terminal.until(/0 REGIONS .*2 of 2 alive/, { withinMs: 60_000 });
    await terminal.press(':');
    await terminal.type('region far');
    await terminal.press('Enter');
    await terminal.until(/● web-1 +up \d/, { withinMs: 30_000 });
    const quietMs = await keyP95(terminal);

    await server.kill();
    await panelBecomes(terminal, 'CONTAINERS', /✖ lost/);
    await failureTold(terminal, /ssh|SSH/);
    await keysStayQuick(terminal, quietMs);
    await server.start();
    const lost = (line: string) => line.includes('✖ lost');
    await terminal.until((lines) => !lines.some(lost), { withinMs: 60_000 });
    await terminal.until(/● web-1 +up \d/);

    await terminal.press('Esc', 'Ctrl-C', 'Ctrl-C');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
  });
});

/** Lets the `ssh` of a home know a server: the real one asks the password file where a home is. */
async function sshOf(home: string, { configFile }: SshServer): Promise<void> {
  const folder = join(home, 'bin');
  await mkdir(folder);
  const script = `#!/bin/sh\nexec /usr/bin/ssh -F ${configFile} "$@"\n`;
  await writeFile(join(folder, 'ssh'), script, { mode: 0o755 });
}
