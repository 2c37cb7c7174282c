import { afterEach, expect, test } from 'vitest';
import { openDesk } from '../harness/journey.ts';
import { healthy, redis } from '../harness/journey-stack.ts';
import { attackBytes, attacked, startRogue } from '../harness/rogue.ts';
import { describeOnStack } from '../harness/suites.ts';
import type { Terminal } from '../harness/terminal.ts';

/** Pages in an overlay at most: more than any text of this journey has. */
const PAGES_MAX = 30;

/** Reads on in an overlay until its text holds the words. */
async function readOnTo(terminal: Terminal, words: string): Promise<void> {
  for (let page = 0; page < PAGES_MAX && !terminal.text().includes(words); page += 1) {
    await terminal.press('PageDown');
    await terminal.settled();
  }
  await terminal.until(words);
}

function attacksIn(bytes: string): readonly string[] {
  return attackBytes.filter((attack) => bytes.includes(attack));
}

describeOnStack('control sequences from outside', (stack) => {
  afterEach(() => healthy(stack()));

  test('never reach the terminal, a pipe or the journal', async () => {
    const rogue = await startRogue(stack());
    const desk = openDesk(stack(), {
      region: { services: { worker: ['worker-1', 'rogue'], gateway: 'rogue' } },
    });
    const terminal = await desk.open({ cols: 120, rows: 40 });
    const titles: string[] = [];
    terminal.screen.xterm.onTitleChange((title) => titles.push(title));
    await terminal.until(/rogue-label +created/);
    await terminal.until(/evil-breaker +OPEN/, { withinMs: 20_000 });
    await terminal.press('6', 'Enter', 'j');
    await terminal.until(/evil-body/);
    await terminal.press('Esc');
    const query = `${attacked('evil-query')} UPDATE opsconsole_pile SET note = note WHERE id = 1`;
    const pile = await stack().faults.pilePostgres({
      waiters: 1,
      blockerName: attacked('evil-client'),
      query: `/* ${query.replace(' UPDATE', ' */ UPDATE')}`,
    });
    await terminal.press('4', 'Enter');
    await terminal.until(/evil-client/);
    await terminal.until(/evil-query/);
    await terminal.press('/');
    await terminal.type('evil-query');
    await terminal.press('Enter', 'g', 'Enter');
    await terminal.until(/session pid \d+/);
    await terminal.until(/evil-query/);
    await terminal.press('Esc', 'Esc', 'Esc');
    await pile.rollback();
    await terminal.press('1', '/');
    await terminal.type('falcon-rogue ');
    await terminal.press('Enter', 'g', 'l');
    await terminal.until(/LOGS +falcon-rogue/);
    await terminal.until(/evil-log/);
    await terminal.press('Enter');
    await terminal.until(/evil-log/);
    await terminal.press('Esc', 'Esc', 'Esc');
    await terminal.until(/^ 1 CONTAINERS/m);
    await rogue.metricsBecome('garbage');
    await terminal.until(/evil-line/);

    await redis(stack(), 'CONFIG', 'SET', 'slowlog-log-slower-than', '0');
    await redis(stack(), 'SET', attacked('evil-key'), '1');
    await redis(stack(), 'CONFIG', 'SET', 'slowlog-log-slower-than', '10000');
    await terminal.press('R');
    await terminal.until('Runbooks');
    await terminal.press('d');
    await terminal.until(/▶ None of the checks names a cause/, { withinMs: 30_000 });
    await terminal.press('e');
    await terminal.until('Evidence');
    await readOnTo(terminal, 'evil-key');
    expect(attacksIn(terminal.raw().toString('latin1'))).toEqual([]);
    expect(titles).toEqual([]);

    const status = await desk.run('status');
    expect(status.stdout).toContain('evil-line');
    const { containers } = await desk.ask('status', 'status');
    expect(containers.map(({ service }) => service)).toContain('evil-service');
    const [incident] = await desk.ask('incidents-list', 'incidents', 'list');
    const shown = await desk.run('incidents', 'show', incident?.id ?? '', '--json');
    expect(shown.stdout).toContain('evil-key');
    for (const { stdout, stderr } of [status, shown]) {
      expect(attacksIn(Buffer.from(stdout + stderr).toString('latin1'))).toEqual([]);
    }
    expect(shown.stdout).not.toContain('owned');
  });
});
