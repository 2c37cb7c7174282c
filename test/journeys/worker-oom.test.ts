import { afterEach, expect, test } from 'vitest';
import { openDesk } from '../harness/journey.ts';
import { alive, bothSizes } from '../harness/journey-screen.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';

describeOnStack('a worker is killed for want of memory', (stack) => {
  afterEach(async () => {
    await stack().faults.recreateWorker(2);
    await healthy(stack());
  });

  test('its row, an alert and its detail say so, though it runs again', async () => {
    const desk = openDesk(stack());
    const terminals = await bothSizes(desk);
    for (const terminal of terminals) await alive(terminal);
    await stack().faults.oomWorker(2);
    for (const terminal of terminals) {
      await terminal.until(/▲ ContainerOutOfMemory falcon-worker-2 was killed/, {
        withinMs: 20_000,
      });
      await terminal.until(/▲ worker-2 +OOM (?:up|starting)/, { withinMs: 20_000 });

      await terminal.press('8', 'Enter');
      await terminal.until(/ContainerOutOfMemory .*worker-2/);
      await terminal.press('Esc', '1', 'Enter', '/');
      await terminal.type('worker-2');
      await terminal.press('Enter', 'g', 'Enter');
      await terminal.until(/container falcon-worker-2/);
      await terminal.until(/state +running, .*want of memory \(OOM\)/);
      await terminal.until(/restarts +\d+, 1 of them in the last 10 minutes/);
      await terminal.press('Esc', 'Esc', 'Esc');
    }

    const { containers } = await desk.ask('status', 'status', '--wait', '10');
    expect(containers.find(({ service }) => service === 'worker-2')).toMatchObject({
      state: 'running',
      memoryLimitBytes: 128 * 1024 * 1024,
    });
  });
});
