import { expect, test } from 'vitest';
import { openConsole } from '../harness/console.ts';
import type { Desk } from '../harness/journey.ts';
import { bothSizes, panelBecomes } from '../harness/journey-screen.ts';
import { otherProject, startOtherProject } from '../harness/other-project.ts';
import { describeOnStack } from '../harness/suites.ts';
import type { Terminal } from '../harness/terminal.ts';

async function lookAround(terminal: Terminal): Promise<void> {
  await terminal.until(/no system recognised/);
  for (const panel of ['CONTAINERS', 'DATABASE', 'CACHE', 'HOST']) {
    await panelBecomes(terminal, panel, /^live$/);
  }
  await terminal.until(/● web-1 +up \d/);
  await terminal.until(/✖ sick-1 +unhealthy/, { withinMs: 20_000 });
  await terminal.until(/✖ crash-1 +(?:restarting|exited) 3/, { withinMs: 20_000 });
  await terminal.until(/▲ ContainerRestarting/, { withinMs: 30_000 });
  await terminal.press('8', 'Enter');
  await terminal.until(/ContainerRestarting .*crash/);
  await terminal.until(/ContainerUnhealthy .*sick/);
  await terminal.press('Esc');
  for (const other of ['falcon', 'worker']) expect(terminal.text()).not.toContain(other);

  // A panel without a source says what would bring one.
  await terminal.press('6', 'Enter');
  await terminal.until(/checks/i);
  await terminal.press('Esc', '1', 'Enter', '/');
  await terminal.type('crash');
  await terminal.press('Enter', 'g', 'l');
  await terminal.until(/LOGS +shop-crash-1/);
  await terminal.until(/no configuration/);
  await terminal.press('Ctrl-C', 'Ctrl-C');
  expect(await terminal.exit).toEqual({ code: 0, signal: null });
  expect(terminal.terminalRestored()).toBe(true);
}

describeOnStack('no configuration, and a project that no pack describes', (stack) => {
  test('what is alive is shown, the built-in alerts rise', async () => {
    await startOtherProject(stack());
    const env = {
      DOCKER_HOST: stack().dockerHost,
      COMPOSE_PROJECT_NAME: otherProject,
      DATABASE_URL: stack().postgresUrl,
      REDIS_URL: stack().redisUrl,
    };
    const open: Desk['open'] = (size = {}) => openConsole({ ...size, env });
    for (const terminal of await bothSizes({ open })) await lookAround(terminal);
  });
});
