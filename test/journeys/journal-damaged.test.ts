import {
  cpSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, expect, test } from 'vitest';
import { recordEvents } from '../harness/engine-events.ts';
import { type Desk, openDesk, rowsOf } from '../harness/journey.ts';
import { atRestart, dialogOpen, recommended, resolved } from '../harness/journey-screen.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';
import type { Terminal } from '../harness/terminal.ts';

const PAGE_BYTES = 4096;

const stateOf = ({ home }: Pick<Desk, 'home'>) => join(home, '.local/state/opsconsole');
const journalOf = (desk: Pick<Desk, 'home'>) => join(stateOf(desk), 'journal.db');

/** Opens the journal behind the program's back; what its log holds is in the file afterwards. */
function tamper(
  desk: Pick<Desk, 'home'>,
  work: (db: DatabaseSync) => void = () => undefined,
): void {
  const db = new DatabaseSync(journalOf(desk));
  try {
    work(db);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}

describeOnStack('a journal that was damaged between two starts', (stack) => {
  afterEach(() => healthy(stack()));

  const restart = ['run', 'falcon/redis-down', '--yes', 'disruptive', '--auto'];

  let kept: { readonly folder: string; readonly events: number } | null = null;
  afterAll(() => {
    if (kept !== null) rmSync(kept.folder, { recursive: true, force: true });
  });

  /** A desk with one incident that ended well just now. */
  async function deskWithNewRecord(): Promise<{ readonly desk: Desk; readonly events: number }> {
    const desk = openDesk(stack());
    await stack().faults.killRedis();
    expect(await desk.run(...restart)).toMatchObject({ code: 0 });
    const { events } = await desk.journal();
    return { desk, events: events.length };
  }

  /** As `deskWithNewRecord`, with a copy of the same record each time. */
  async function deskWithRecord(): Promise<{ readonly desk: Desk; readonly events: number }> {
    if (kept === null) {
      const made = await deskWithNewRecord();
      kept = { folder: mkdtempSync(join(tmpdir(), 'opsconsole-record-')), events: made.events };
      cpSync(stateOf(made.desk), kept.folder, { recursive: true });
      return made;
    }
    const desk = openDesk(stack());
    cpSync(kept.folder, stateOf(desk), { recursive: true });
    return { desk, events: kept.events };
  }

  /** The screen says what is wrong with the record, and where. */
  async function toldOnScreen(desk: Desk, words: RegExp): Promise<Terminal> {
    const terminal = await desk.open({ cols: 160, rows: 40 });
    await terminal.until(words, { withinMs: 30_000 });
    return terminal;
  }

  test('an event that was altered: which one, and what came before it is there', async () => {
    const { desk, events } = await deskWithRecord();
    const at = events - 3;
    tamper(desk, (db) => db.prepare('UPDATE events SET at = at - 60000 WHERE seq = ?').run(at));
    const list = await desk.run('incidents', 'list');
    expect(list).toMatchObject({ code: 0, stdout: expect.stringContaining('INC-1') });
    expect(list.stderr).toContain(`event ${at} was altered, or is missing`);
    const shown = await desk.answer('incidents-show', 'incidents', 'show', 'INC-1');
    expect(shown).toMatchObject({ code: 1, value: { intact: false } });
    expect(shown.value.events).toHaveLength(events);
    const { stdout } = await desk.run('incidents', 'show', 'INC-1');
    expect(stdout).toContain(`altered or truncated at event ${at}`);
    await toldOnScreen(desk, new RegExp(`event ${at} was altered, or is missing`));
  });

  test('an event that is no event any more: the others can be read', async () => {
    const { desk, events } = await deskWithRecord();
    const at = events - 3;
    tamper(desk, (db) => db.prepare("UPDATE events SET body = 'x' WHERE seq = ?").run(at));
    expect(await desk.run('incidents', 'list')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('INC-1'),
      stderr: expect.stringContaining(`event ${at} was altered, or is missing`),
    });
    const shown = await desk.answer('incidents-show', 'incidents', 'show', 'INC-1');
    expect(shown).toMatchObject({ code: 1, value: { intact: false } });
    expect(shown.value.events).toHaveLength(events - 1);
    await toldOnScreen(desk, new RegExp(`event ${at} was altered, or is missing`));
  });

  test('an end that was cut off: told, and its numbers are never given again', async () => {
    // Its last proof goes on, within the time that it had.
    const { desk, events } = await deskWithNewRecord();
    const at = events - 2;
    tamper(desk, (db) => db.prepare('DELETE FROM events WHERE seq >= ?').run(at));
    const shown = await desk.answer('incidents-show', 'incidents', 'show', 'INC-1');
    expect(shown).toMatchObject({ code: 1, value: { intact: false } });
    expect(shown.value.events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: at - 1 }, (_, index) => index + 1),
    );
    await toldOnScreen(desk, new RegExp(`event ${at} was altered, or is missing`));
    // The run whose end is missing is taken up where it stood, behind the gap, which stays to be seen.
    const engine = recordEvents(stack());
    expect(await desk.run(...restart)).toMatchObject({ code: 0 });
    const later = await desk.answer('incidents-show', 'incidents', 'show', 'INC-1');
    expect(later).toMatchObject({ code: 1, value: { intact: false } });
    const added = later.value.events.slice(at - 1).map(({ seq }) => seq);
    expect(added).toEqual(added.map((_, index) => events + 1 + index));
    expect(rowsOf(later.value.events, 'run-finished')).toHaveLength(1);
    expect(await engine.count('falcon-redis', 'start')).toBe(0);
  });

  test('a file that was cut short: its intact part is read, and nothing is changed', async () => {
    const { desk, events } = await deskWithRecord();
    await stack().faults.killRedis();
    expect(await desk.run(...restart)).toMatchObject({ code: 0 });
    tamper(desk);
    const file = journalOf(desk);
    truncateSync(file, statSync(file).size - 3 * PAGE_BYTES);
    const before = readFileSync(file);

    const list = await desk.run('incidents', 'list');
    expect(list).toMatchObject({ code: 0, stdout: expect.stringContaining('INC-1') });
    const [, intact] =
      /journal \S+ is damaged .*first (\d+) events are intact/.exec(list.stderr) ?? [];
    expect(Number(intact)).toBeGreaterThan(0);
    expect(Number(intact)).toBeLessThan(2 * events);
    const shown = await desk.answer('incidents-show', 'incidents', 'show', 'INC-1');
    expect(shown).toMatchObject({ code: 1, value: { intact: false } });
    const length = Math.min(events, Number(intact));
    expect(shown.value.events.map(({ seq }) => seq)).toEqual(
      Array.from({ length }, (_, index) => index + 1),
    );

    const terminal = await toldOnScreen(desk, /journal .*is damaged/);
    await stack().faults.killRedis();
    const engine = recordEvents(stack());
    const refused = await desk.run(...restart);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(/Nothing can be recorded: .*mv \S+journal\.db \S+damaged/);
    // What is left of the record ends within a run: the overview returns to it.
    await terminal.until(/Redis down, or its breaker open/);
    await terminal.press('r');
    await terminal.until(/Nothing can be recorded/);
    expect(await engine.count('falcon-redis', 'start')).toBe(0);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('a file that holds something else: told with the mend, left as it is, and replaced', async () => {
    const { desk } = await deskWithRecord();
    tamper(desk);
    const file = journalOf(desk);
    writeFileSync(file, 'not what it was\n'.repeat(1000));
    await stack().faults.killRedis();
    const engine = recordEvents(stack());
    const refused = await desk.run(...restart);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(/journal \S+ .*(not a database|damaged).*mv \S+journal\.db/);
    const terminal = await desk.open({ cols: 120, rows: 40 });
    await recommended(terminal);
    await terminal.press('r');
    await terminal.until('The runbook is not opened');
    await terminal.until('not a database');
    expect(await engine.count('falcon-redis', 'start')).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/^not what it was/);

    // As the words say: out of the way with it, and a new one is begun.
    renameSync(file, `${file}.damaged`);
    await terminal.press('Esc');
    await atRestart(terminal);
    await dialogOpen(terminal);
    await terminal.press('y');
    await resolved(terminal);
    expect(await engine.count('falcon-redis', 'start')).toBe(1);
    expect((await desk.journal()).incident).toMatchObject({ state: 'resolved' });
  });
});
