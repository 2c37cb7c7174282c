import { afterEach, expect, test } from 'vitest';
import { openDesk } from '../harness/journey.ts';
import { bothSizes, failureTold, gone, goOn, panelBecomes } from '../harness/journey-screen.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';
import type { Terminal } from '../harness/terminal.ts';
import type { Pile } from '../stack/postgres-faults.ts';

const OTHERS = ['CONTAINERS', 'CACHE'];

/** From the overview to the session that holds the lock, and back. */
async function seeBlocker(terminal: Terminal, { blocker, waiters }: Pile): Promise<void> {
  await terminal.press('4', 'Enter');
  await terminal.until(new RegExp(`✖ +${blocker} .*idle in tx +blocks 4`));
  await terminal.until(new RegExp(`← (?:${blocker}|${waiters.join('|')})`));
  await terminal.press('/');
  await terminal.type('migrate');
  await terminal.press('Enter', 'g', 'Enter');
  await terminal.until(new RegExp(`session pid ${blocker} +idle in tx`));
  await terminal.until(/state +idle in transaction, and 4 wait for it/);
  await terminal.until(new RegExp(`▸ pid ${blocker} blocks 4`));
  const tree = terminal.lines().filter((line) => /^ [▸ ] +└ pid \d+/.test(line));
  expect(tree).toHaveLength(4);
  for (const waiter of waiters) {
    expect(tree.some((line) => line.includes(`pid ${waiter} `))).toBe(true);
  }
  await terminal.until(/query\n +SELECT pg_backend_pid/);
  await terminal.press('Esc', 'Esc');
}

/** From the list of sessions to one that waits, and back to the overview. */
async function seeWaiter(terminal: Terminal): Promise<void> {
  await terminal.press('/');
  await terminal.type('pile-waiter');
  await terminal.press('Enter', 'g', 'Enter');
  await terminal.until(/session pid \d+ +active/);
  await terminal.until(/waits for +Lock \w+, held by pid \d+/);
  await terminal.until('UPDATE opsconsole_pile SET note = now()::text');
  await terminal.press('Esc', 'Esc', 'Esc');
  await terminal.until(/^ 1 CONTAINERS/m);
}

describeOnStack('the database', (stack) => {
  afterEach(() => healthy(stack()));

  test('sessions pile up: the panel names who blocks; rolled back, it clears', async () => {
    const desk = openDesk(stack());
    const terminals = await bothSizes(desk);
    for (const terminal of terminals) await panelBecomes(terminal, 'DATABASE', /^live$/);
    const pile = await stack().faults.pilePostgres({ waiters: 4, blockerName: 'migrate' });
    try {
      for (const terminal of terminals) {
        await terminal.until(new RegExp(`✖ pid ${pile.blocker} blocks 4 +migrate`));
        await terminal.until(/waiting 4/);
        await seeBlocker(terminal, pile);
        await seeWaiter(terminal);
      }
    } finally {
      await pile.rollback();
    }
    for (const terminal of terminals) {
      await terminal.until(/waiting 0/);
      await gone(terminal, 'blocks');
    }
  });

  test('hung, killed and back: it is said, with the last values; the others go on', async () => {
    const desk = openDesk(stack());
    const terminal = await desk.open({ cols: 120, rows: 40 });
    await panelBecomes(terminal, 'DATABASE', /^live$/);
    await stack().faults.pauseContainer('postgres');
    await panelBecomes(terminal, 'DATABASE', /✖ lost/);
    await goOn(terminal, 4, OTHERS);
    await stack().faults.unpauseContainer('postgres');
    await panelBecomes(terminal, 'DATABASE', /^live$/);

    await stack().docker(['kill', 'falcon-postgres']);
    await panelBecomes(terminal, 'DATABASE', /✖ lost/);
    await terminal.until(/✖ postgres +exited 137/);
    await goOn(terminal, 4, OTHERS);
    await stack().docker(['start', 'falcon-postgres']);
    await panelBecomes(terminal, 'DATABASE', /^live$/);
  });

  test('its password is refused: said with what mends it; the others are alive', async () => {
    // Some text that is there, and not the password.
    const desk = openDesk(stack(), { region: { postgres: { password: 'file:/etc/hostname' } } });
    const terminal = await desk.open({ cols: 120, rows: 40 });
    await panelBecomes(terminal, 'DATABASE', /✖ lost/);
    await failureTold(terminal, /password/);
    await goOn(terminal, 2, [...OTHERS, 'METRICS', 'HOST']);
  });
});
