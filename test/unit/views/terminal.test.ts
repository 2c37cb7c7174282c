import { afterEach, describe, expect, test } from 'vitest';

import type { Appearance } from '../../../src/console/appearance.ts';
import { clipboardSequence } from '../../../src/console/clipboard.ts';
import type { ConsolePorts } from '../../../src/console/ports.ts';
import { containersTable } from '../../../src/console/tables/containers.ts';
import type { Container } from '../../../src/domain/container.ts';
import { container, fact, healthy, NOW, redisDead } from '../../fixtures/live.ts';
import { alarmedBoard, fakePorts, fakeRun, verification } from '../../fixtures/run.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { openStage, SHELL_LINES, type Stage } from './stage.ts';

const open: Stage[] = [];
afterEach(async () => {
  for (const stage of open.splice(0)) await stage.close();
});

async function stageOf(
  columns: number,
  rows: number,
  change: Partial<Parameters<typeof fakePorts>[0]> = {},
  appearance: Appearance = { color: true, unicode: true },
) {
  const clock = createFakeClock(NOW);
  const ports = fakePorts({ clock, live: redisDead, board: alarmedBoard, ...change });
  const stage = await openStage(ports, columns, rows, appearance);
  open.push(stage);
  return { stage, clock, ports };
}

describe('the size of the terminal', () => {
  test('changes at any moment, in every screen, and the frame is never larger', async () => {
    const { stage } = await stageOf(120, 40);
    const sizes = [
      [80, 24],
      [200, 60],
      [64, 18],
      [63, 16],
      [40, 10],
      [100, 30],
    ] as const;
    for (const keys of [[], ['1', 'Enter'], ['Esc', 'r'], ['?'], ['Esc', 'i']]) {
      await stage.press(...keys);
      for (const [columns, rows] of sizes) {
        await stage.resize(columns, rows);
        expect(stage.lines()).toHaveLength(rows);
        expect(stage.wrapped(), `${keys} ${columns}`).toBe(0);
        expect(stage.lines()[0]).toMatch(/^ us-ashburn/);
        expect(stage.lines().at(-1)?.trim(), `${keys} ${columns}×${rows}`).not.toBe('');
      }
    }
    expect(stage.screen.counters().scrolledLines).toBe(0);
  });

  test('too small a terminal says so in one line, and comes back', async () => {
    const { stage } = await stageOf(39, 9);
    expect(stage.text().trim()).toBe('too small: 39×9, needs 40×10');
    await stage.resize(80, 24);
    expect(stage.text()).toContain('CONTAINERS');
  });
});

test.each([
  [80, 24],
  [39, 9],
])(
  'the first frame stands where it belongs, whatever the shell wrote before, at %i×%i',
  async (columns, rows) => {
    const { stage } = await stageOf(columns, rows);
    expect(stage.lines()[0]).not.toBe('');
    expect(stage.screen.scrolls()).toEqual([]);
    stage.rendered.unmount();
    await stage.screen.write('');
    expect(stage.lines().slice(0, SHELL_LINES.length)).toEqual(SHELL_LINES);
    const { cursorX, cursorY } = stage.screen.xterm.buffer.active;
    expect([cursorX, cursorY]).toEqual([0, SHELL_LINES.length]);
  },
);

describe('the bytes', () => {
  test('a second that passes redraws only the times, a quiet moment nothing', async () => {
    const { stage, clock } = await stageOf(80, 24);
    const before = stage.screen.counters();
    await stage.settle();
    expect(stage.screen.counters().bytes).toBe(before.bytes);
    await clock.advance(1000);
    await stage.settle();
    const spent = stage.screen.counters().bytes - before.bytes;
    expect(stage.text()).toContain('12:03:45Z');
    expect(spent).toBeGreaterThan(0);
    expect(spent).toBeLessThan(1500);
    expect(stage.screen.counters()).toMatchObject({ clears: 0, scrolledLines: 0 });
  });

  test('no frame is taller than the terminal', async () => {
    const { stage } = await stageOf(80, 24);
    await stage.press('r', 'e', 'Esc', '?', 'G', 'Esc', 'Esc');
    expect(stage.tallestWrite()).toBeLessThanOrEqual(25);
    expect(stage.screen.counters()).toMatchObject({ clears: 0, scrolledLines: 0 });
  });

  test('names and outputs with control sequences are drawn as harmless text', async () => {
    const evil = '\u001b]0;owned\u0007\u001b[2Jevil\u202e\u009b31m';
    const named: Container = container('redis', { name: evil, project: null });
    const live = { ...healthy, facts: { docker: fact('docker', 'containers', [named]) } };
    const run = fakeRun({ phase: 'verifying', verification: verification({ latest: evil }) });
    const { stage } = await stageOf(80, 24, { live, run });
    expect(stage.text()).toContain('evil');
    await stage.press('r');
    expect(stage.text()).toContain('evil');
    expect(stage.screen.counters().clears).toBe(0);
  });

  test('thousands of containers cost no more than what is in sight', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => container(`c-${index}`));
    const live = { ...healthy, facts: { docker: fact('docker', 'containers', many) } };
    const { stage } = await stageOf(80, 24, { live });
    expect(stage.text()).toMatch(/… \d+ more/);
    await stage.press('Enter', 'G');
    expect(stage.text()).toContain('▸');
    expect(stage.screen.counters().bytes).toBeLessThan(40_000);
  });
});

describe('the terminal’s abilities', () => {
  test('without Unicode everything is ASCII and stands in the same place', async () => {
    const plain = { color: true, unicode: false };
    const { stage } = await stageOf(80, 24, {}, plain);
    for (const keys of [[], ['?'], ['Esc', 'R'], ['Esc', 'r'], ['e'], ['Esc', 'p']]) {
      await stage.press(...keys);
      expect(stage.text()).toMatch(/^[\x20-\x7e\n]*$/);
      expect(stage.text()).not.toContain('?????');
    }
    stage.picture('80x24-ascii');
    expect(stage.lines()[0]?.indexOf('12:03:44Z')).toBe(
      (await stageOf(80, 24)).stage.lines()[0]?.indexOf('12:03:44Z'),
    );
  });

  test('without colour no colour is sent, and every state still has its word', async () => {
    const { stage } = await stageOf(80, 24, {}, { color: false, unicode: true });
    const { active } = stage.screen.xterm.buffer;
    for (let row = 0; row < 24; row += 1) {
      const line = active.getLine(row);
      for (let column = 0; column < 80; column += 1) {
        expect(line?.getCell(column)?.isFgDefault()).toBe(true);
      }
    }
    for (const word of ['OPEN', 'exited 137', '503', 'lost']) expect(stage.text()).toContain(word);
  });
});

describe('the clipboard', () => {
  test.each([false, true])('is reached through the terminal (tmux %s)', async (tmux) => {
    const { stage } = await stageOf(80, 24, {}, { color: true, unicode: true, tmux });
    await stage.press('j', 'c');
    const { id = '' } = containersTable.rows(redisDead)[4]?.container ?? {};
    expect(stage.written()).toContain(clipboardSequence(id, tmux));
    expect(stage.text()).toContain('copied falcon-redis');
    expect(stage.screen.counters()).toMatchObject({ clears: 0, scrolledLines: 0 });
  });
});

describe('keys', () => {
  test('Ctrl-L draws everything anew', async () => {
    const { stage } = await stageOf(80, 24);
    const before = stage.text();
    await stage.screen.write('\u001b[2J\u001b[5;5Hrubbish on the screen');
    expect(stage.text()).toContain('rubbish');
    await stage.press('Ctrl-l');
    expect(stage.text()).toBe(before);
  });

  test('the palette finds by a few letters, says why not, and does it', async () => {
    const { stage, ports } = await stageOf(80, 24);
    await stage.press(':', 'p', 'o', 'd', 's');
    stage.picture('80x24-palette');
    expect(stage.text()).toContain('not now: no cluster is configured');
    await stage.press('Enter');
    expect(stage.text()).toContain(':pods');
    await stage.press('Ctrl-u', 'd', 'b', 'Enter');
    expect(stage.text()).toContain('4 DATABASE');
    await stage.press(':', 'r', 'e', 'd', 'i', 's', '-', 'd', 'Enter');
    expect(ports.opened).toEqual(['falcon/redis-down']);
  });

  test('a bracketed paste is no keys', async () => {
    const { stage, ports } = await stageOf(80, 24);
    await stage.send('\u001b[200~rRq\r\u001b[201~');
    expect(ports.opened).toEqual([]);
    expect(stage.text()).toContain('pasted text is not taken for keys');
  });

  test('a long unmarked chunk is a paste, a short one keys typed on a slow line', async () => {
    const { stage, ports } = await stageOf(80, 24);
    await stage.send('restart everything now\r');
    expect(ports.opened).toEqual([]);
    await stage.send('r', 1);
    expect(ports.opened).toHaveLength(1);
  });

  test('a filter is typed in the hint bar and narrows the list', async () => {
    const { stage } = await stageOf(80, 24);
    await stage.press('/', 'w', 'o', 'r', 'k');
    expect(stage.lines().at(-1)).toContain('/work');
    expect(stage.text()).not.toContain('postgres  up');
    await stage.press('Enter');
    expect(stage.lines().at(-1)).toContain('? help');
  });

  test('the picker lists what fits first and Enter opens it', async () => {
    const { stage, ports } = await stageOf(80, 24);
    await stage.press('R', 'j', 'Enter');
    expect(ports.opened).toEqual(['falcon/high-latency']);
  });

  test('help scrolls and stops at its ends', async () => {
    const { stage } = await stageOf(80, 24);
    await stage.press('?', 'G');
    expect(stage.text()).toContain('Ctrl-C');
    const last = stage.text();
    await stage.press('j', 'G');
    expect(stage.text()).toBe(last);
    await stage.press('k');
    expect(stage.text()).not.toBe(last);
  });
});

describe('the end', () => {
  test('leaving gives the terminal back', async () => {
    const { stage } = await stageOf(80, 24, { board: { suggestions: [], incidents: [] } });
    expect(stage.screen.modes()).toMatchObject({ alternateScreen: true, bracketedPaste: true });
    await stage.press('q');
    await stage.rendered.waitUntilExit();
    await stage.settle();
    expect(stage.screen.modes()).toMatchObject({
      alternateScreen: false,
      cursorShown: true,
      bracketedPaste: false,
    });
    expect(stage.input.raw).toBe(false);
  });

  test('a fault in a screen is told in its place; the rest goes on, and Ctrl-L tries again', async () => {
    const { stage, ports } = await stageOf(80, 24);
    const faults: string[] = [];
    const timeline = ports.timeline;
    const broken: Partial<ConsolePorts> = {
      timeline: () => {
        throw new Error('the journal makes no sense');
      },
      fault: (error, where) => faults.push(`${where}: ${error.message}`),
    };
    Object.assign(ports, broken);
    await stage.press('i');
    expect(stage.text()).toContain('this screen cannot be drawn');
    expect(stage.text()).toContain('the journal makes no sense');
    expect(stage.lines()[0]).toContain('us-ashburn');
    expect(faults).toEqual(['this screen: the journal makes no sense']);
    Object.assign(ports, { timeline });
    await stage.press('Ctrl-l');
    expect(stage.text()).toContain('incident opened');
    await stage.press('Esc');
    expect(stage.text()).toContain('CONTAINERS');
  });

  test('a fault in a panel leaves the other panels as they are', async () => {
    const { stage, ports } = await stageOf(120, 40, { live: healthy });
    ports.live.setState({
      breakers: [{ ...healthy.breakers[0], instances: null } as never],
    });
    await stage.settle();
    expect(stage.text()).toContain('the panel breakers cannot be drawn');
    expect(stage.text()).toContain('● worker-1');
    await stage.press('2', 'Enter', 'j');
    expect(stage.text()).toContain('▸');
  });

  test('a fault in a view gives the terminal back and is told', async () => {
    const { stage, ports } = await stageOf(80, 24);
    const fault = new Error('the header is broken');
    Object.defineProperty(ports, 'readOnly', {
      get: () => {
        throw fault;
      },
    });
    const exit = expect(stage.rendered.waitUntilExit()).rejects.toBe(fault);
    await expect(stage.press('z')).rejects.toBe(fault);
    await exit;
    await stage.screen.write('');
    expect(stage.screen.modes()).toMatchObject({ alternateScreen: false, cursorShown: true });
    open.length = 0;
  });
});
