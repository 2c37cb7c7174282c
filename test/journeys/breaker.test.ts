import { test } from 'vitest';
import { openDesk } from '../harness/journey.ts';
import { alive, bothSizes, gone, neverScrolled, panelBecomes } from '../harness/journey-screen.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';

describeOnStack('the breaker to redis', (stack) => {
  test('redis is killed: it opens, its alert rises; redis is back: it closes by itself', async () => {
    await healthy(stack());
    const desk = openDesk(stack(), { durations: { 'alert-later': '2s' } });
    const terminals = await bothSizes(desk);
    for (const terminal of terminals) {
      await alive(terminal);
      await terminal.until(/● redis +closed/);
    }
    await stack().faults.killRedis();
    for (const terminal of terminals) {
      await terminal.until(/✖ redis +OPEN/, { withinMs: 20_000 });
      await terminal.until(/✖ redis +exited 137/);
      await panelBecomes(terminal, 'CACHE', /✖ lost/);
      await terminal.press('8', 'Enter');
      await terminal.until(/▲ +CircuitBreakerOpen .*redis/, { withinMs: 20_000 });
      await terminal.press('Esc', '3', 'Enter', 'g', 'Enter');
      await terminal.until(/breaker redis +(?:OPEN|half-open)/);
      await terminal.until(/Instances/);
      await terminal.press('Esc', 'Esc');
    }
    await stack().faults.startRedis();
    for (const terminal of terminals) {
      await terminal.until(/● redis +closed/, { withinMs: 30_000 });
      await panelBecomes(terminal, 'CACHE', /^live$/);
      await terminal.until('no alert', { withinMs: 30_000 });
      await gone(terminal, 'OPEN');
      neverScrolled(terminal);
    }
  });
});
