import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunView } from '../../../src/console/session.ts';
import { tableRows } from '../../../src/console/table.ts';
import { containersTable } from '../../../src/console/tables/containers.ts';
import type { Container } from '../../../src/domain/container.ts';
import { panelStatus } from '../../../src/live/selectors.ts';
import { fitColumns, rowLine } from '../../../views/present/columns.ts';
import { containersSummary, containersView } from '../../../views/present/containers.ts';
import { alertStrip, recommendation } from '../../../views/present/header.ts';
import { shareRows } from '../../../views/present/layout.ts';
import {
  cell,
  cut,
  type Line,
  lineWidth,
  sized,
  spread,
  text,
  textWidth,
  wrap,
} from '../../../views/present/line.ts';
import { clip, steadyWindow, windowOf } from '../../../views/present/list.ts';
import { toAscii } from '../../../views/present/sign.ts';
import { SPARK_BUCKET_MS, sparkline } from '../../../views/present/spark.ts';
import { overallWords, statusWords } from '../../../views/present/status.ts';
import { wizardLines } from '../../../views/present/wizard.ts';
import { alert, container, fact, healthy, NOW, redisDead, source } from '../../fixtures/live.ts';
import { alarmedBoard, diagnosis, fakeRun, plan, suggestion, visit } from '../../fixtures/run.ts';
import { redisDown } from '../../fixtures/runbook-graphs.ts';

const plain = (line: Line) => line.map((span) => ('text' in span ? span.text : '<>')).join('');
const all = (lines: readonly Line[]) => lines.map(plain).join('\n');

describe('a line', () => {
  const words = fc.string({ unit: 'grapheme', maxLength: 60 });
  const width = fc.integer({ min: 0, max: 50 });

  test('is exactly as wide as asked, whatever it carries', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 4 }), width, (parts, columns) => {
        expect(
          lineWidth(
            sized(
              parts.map((part) => text(part)),
              columns,
            ),
          ),
        ).toBe(columns);
      }),
    );
  });

  test('keeps both ends inside its width', () => {
    fc.assert(
      fc.property(words, words, width, (start, end, columns) => {
        expect(lineWidth(spread([text(start)], [text(end)], columns))).toBe(columns);
      }),
    );
  });

  test('ends at the right edge when it is aligned so, wherever it is cut', () => {
    const status: Line = [text('12:03:44Z  ', 'quiet'), text('◌ connecting 3 of 9')];
    expect(plain(spread([text('falcon')], status, 25))).toBe(' 12:03:44Z  ◌ connecting…');
    fc.assert(
      fc.property(fc.array(words, { maxLength: 4 }), width, (parts, columns) => {
        const line = parts.map((part) => text(`${part}!`));
        const shown = cell(line, columns, 'right');
        expect(lineWidth(shown)).toBe(columns);
        if (lineWidth(line) > 0 && columns > 0) expect(plain(shown)).not.toMatch(/ $/);
      }),
    );
  });

  test('wraps into lines that fit, losing no character but space', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200 }),
        fc.integer({ min: 4, max: 40 }),
        (value, columns) => {
          const lines = wrap(value, columns, 1000);
          for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns);
          expect(lines.join('').replace(/\s/g, '')).toBe(plain([text(value)]).replace(/\s/g, ''));
        },
      ),
    );
  });

  test('is cut with a mark, wide characters whole', () => {
    expect(cut('worker-1', 6)).toBe('worke…');
    expect(cut('数据库服务', 6)).toBe('数据…');
    expect(cut('ab', 2)).toBe('ab');
  });

  test('in ASCII is as wide as in signs', () => {
    for (const value of ['● live', '➜ a → b', '█▁▇', '┌─┐', '…']) {
      expect(toAscii(value)).toMatch(/^[\x20-\x7e]*$/);
      expect(toAscii(value)).toHaveLength(textWidth(value));
    }
  });
});

describe('lists', () => {
  const rows = Array.from({ length: 9 }, (_, index): Line => [text(`row ${index}`)]);

  test('say how many they hide', () => {
    expect(clip(rows, 9)).toHaveLength(9);
    expect(clip(rows, 4).map(plain)).toEqual(['row 0', 'row 1', 'row 2', '     … 6 more']);
    expect(clip(rows, 0)).toEqual([]);
  });

  test('keep the chosen row in sight', () => {
    expect(windowOf(5, 4, 10)).toEqual([0, 5]);
    expect(windowOf(100, 0, 10)).toEqual([0, 10]);
    expect(windowOf(100, 50, 10)).toEqual([45, 55]);
    expect(windowOf(100, 99, 10)).toEqual([90, 100]);
  });

  test('stay where they are while the chosen row is in sight', () => {
    expect(steadyWindow(100, 9, 10, 0)).toEqual([0, 10]);
    expect(steadyWindow(100, 10, 10, 0)).toEqual([5, 15]);
    expect(steadyWindow(100, 5, 10, 5)).toEqual([5, 15]);
    expect(steadyWindow(100, 4, 10, 5)).toEqual([0, 10]);
    expect(steadyWindow(12, 11, 10, 50)).toEqual([2, 12]);
    expect(steadyWindow(4, 3, 10, 50)).toEqual([0, 4]);
  });
});

describe('the rows of the overview', () => {
  const bands = [
    { wants: 7, least: 4 },
    { wants: 4, least: 3 },
    { wants: 3, least: 1 },
  ];

  test('are what everyone wants, with space between, while they last', () => {
    expect(shareRows(30, bands)).toEqual([
      { rows: 8, gap: true },
      { rows: 5, gap: true },
      { rows: 4, gap: false },
    ]);
  });

  test('never exceed what there is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.array(fc.record({ wants: fc.nat(40), least: fc.nat(5), spare: fc.nat(5) }), {
          minLength: 1,
          maxLength: 6,
        }),
        (available, wishes) => {
          const shares = shareRows(available, wishes);
          const used = shares.reduce((sum, { rows, gap }) => sum + rows + (gap ? 1 : 0), 0);
          expect(used).toBeLessThanOrEqual(available);
        },
      ),
    );
  });

  test('are taken from the largest first', () => {
    expect(shareRows(15, bands).map(({ rows }) => rows)).toEqual([6, 5, 4]);
  });
});

describe('status words', () => {
  const status = (change: Parameters<typeof source>[2]) =>
    statusWords(panelStatus([source('docker', 'containers', change)]), NOW);

  test.each([
    [{}, 'live'],
    [{ observedAt: NOW - 4900 }, 'live'],
    [{ observedAt: NOW - 12_000 }, '12s old'],
    [{ status: 'stale', observedAt: NOW - 42_000 }, '▲ 42s old'],
    [{ status: 'failed', since: NOW - 130_000 }, '✖ lost 2m10s'],
    [{ status: 'connecting', observedAt: null }, '◌ connecting…'],
  ] as const)('%o is %s', (change, words) => {
    expect(status(change).text).toBe(words);
  });

  test('the whole is as good as its worst source', () => {
    expect(overallWords(Object.values(healthy.sources)).text).toBe('● live');
    expect(overallWords(Object.values(redisDead.sources)).text).toBe('✖ 1 of 11 lost');
    expect(overallWords([]).text).toBe('○ no source');
  });
});

describe('sparklines', () => {
  const points = [0, 1, 2, 4].map((value, index) => ({ at: index * SPARK_BUCKET_MS, value }));

  test('go from zero to the largest value, newest at the right', () => {
    expect(sparkline(points, 4, 3 * SPARK_BUCKET_MS)).toBe('▁▃▅█');
    expect(sparkline(points, 6, 3 * SPARK_BUCKET_MS)).toBe('  ▁▃▅█');
  });

  test('leave a gap where nothing was seen', () => {
    expect(sparkline(points, 4, 5 * SPARK_BUCKET_MS)).toBe('▅█  ');
    expect(sparkline([], 3, 0)).toBe('   ');
  });
});

describe('containers', () => {
  const rowsOf = (items: readonly Container[]) =>
    containersTable.rows({ ...healthy, facts: { docker: fact('docker', 'containers', items) } });
  const line = (change: Parameters<typeof container>[1], width = 66) => {
    const rows = rowsOf([container('redis', change)]);
    const placed = fitColumns(containersView, rows, { width, zoomed: false, hidden: [] });
    const look = { width, zoomed: false, chosen: false, marked: false };
    return plain(
      rows.flatMap((row) => rowLine(containersTable, containersView, placed, row, look)),
    );
  };

  test.each([
    [{}, '● redis'],
    [{ health: 'unhealthy' }, '✖ redis     unhealthy'],
    [{ health: 'starting' }, '▲ redis     starting'],
    [{ state: 'exited', exitCode: 137, oomKilled: true }, '✖ redis     exited 137, out of memory'],
    [{ state: 'exited', exitCode: 0 }, '▲ redis     exited 0'],
    [{ state: 'restarting', exitCode: 1 }, '✖ redis     restarting 1'],
    [{ state: 'paused' }, '▲ redis     paused'],
  ] as const)('%o', (change, words) => {
    expect(line(change)).toContain(words);
  });

  test('that were there to end are finished, and none of those that are missed', () => {
    const items = [container('redis', { state: 'exited', exitCode: 0 }), container('api', {})];
    const finished = {
      id: 'container',
      title: 'container',
      labels: { service: 'redis' },
      value: 'finished',
      unit: 'state',
      state: 'ok',
      observedAt: NOW,
      threshold: null,
      stale: false,
    } as const;
    const facts = { docker: fact('docker', 'containers', items) };
    const rows = containersTable.rows({ ...healthy, facts, signals: { redis: finished } });
    const placed = fitColumns(containersView, rows, { width: 66, zoomed: false, hidden: [] });
    const look = { width: 66, zoomed: false, chosen: false, marked: false };
    const lines = rows.map((row) =>
      plain(rowLine(containersTable, containersView, placed, row, look)),
    );
    expect(lines[0]).toMatch(/● redis +finished/);
    expect(containersSummary(rows)).toBe('1 of 1 up');
  });

  test('the cause outlives the age where there is no room', () => {
    const dead = { state: 'exited', exitCode: 137, oomKilled: true, finishedAt: NOW } as const;
    expect(line(dead, 66)).toContain('out of memory  <>');
    expect(line(dead, 42)).toContain('out of memory');
    expect(line(dead, 36)).toContain('exited 137, OOM');
  });

  test('names lose the project they share, and keep it among several projects', () => {
    const [a, b] = [container('redis'), container('worker-1')];
    const labels = (items: readonly Container[]) => rowsOf(items).map(({ label }) => label);
    expect(labels([a, b])).toEqual(['redis', 'worker-1']);
    const other = { ...b, project: 'other', id: 'x' };
    expect(labels([a, other])).toEqual(['falcon-redis', 'falcon-worker-1']);
  });

  test('those in trouble stand first', () => {
    const names = (filter: string) =>
      tableRows(containersTable, redisDead, { filter, sort: null }).map(({ label }) => label);
    expect(names('')[0]).toBe('redis');
    expect(names('NGINX')).toEqual(['nginx']);
  });
});

describe('the lines under the header', () => {
  test('alerts that do not fit are counted', () => {
    const alerts = ['A', 'B', 'C', 'D'].map((name) => alert(`Alert${name}`));
    const line = alertStrip(alerts, 80);
    expect(lineWidth(line)).toBeLessThanOrEqual(80);
    expect(plain(line)).toMatch(/AlertA .*\+2: 8 lists$/);
    expect(plain(alertStrip([], 80))).toBe(' no alert');
  });

  test.each([
    [alarmedBoard, 'restart-redis   3 of 3 checks agree'],
    [{ ...alarmedBoard, suggestions: [{ ...suggestion, diagnosis: null }] }, 'diagnosing…'],
    [
      {
        ...alarmedBoard,
        suggestions: [
          {
            ...suggestion,
            diagnosis: { ...diagnosis, leaf: null, at: 'load', end: 'operator' as const },
          },
        ],
      },
      'yours to decide: What do the slow log',
    ],
    [
      {
        ...alarmedBoard,
        suggestions: [
          {
            ...suggestion,
            diagnosis: { ...diagnosis, leaf: null, at: 'load', end: 'undecided' as const },
          },
        ],
      },
      'not decided: What do the slow log',
    ],
    [{ suggestions: [], incidents: [] }, ''],
  ])('what to do next', (board, words) => {
    expect(plain(recommendation(board, [], 120))).toContain(words);
  });

  test('broken runbook files are told when nothing else is to be done', () => {
    const wrong = {
      file: 'a.yaml',
      line: 1,
      column: 1,
      level: 'error',
      message: '',
      mend: '',
    } as const;
    const line = recommendation({ suggestions: [], incidents: [] }, [wrong], 80);
    expect(plain(line)).toContain('opsconsole runbooks lint');
  });
});

describe('the wizard in few lines', () => {
  const view = (change: Partial<RunView> = {}, visits = 3): RunView => {
    const path = Array.from({ length: visits }, (_, index) => visit({ step: `s${index}` }));
    const controller = fakeRun({ path });
    return {
      controller,
      state: controller.state(),
      holder: null,
      changed: null,
      preview: { node: 'restart-redis', plan: plan() },
      working: null,
      desk: { place: '', ticked: [], cursor: 0, scroll: 0 },
      fleeting: null,
      adHoc: false,
      told: 0,
      ...change,
    };
  };

  test('a follower and an escalation read sentences, not their templates', () => {
    const node = redisDown.nodes.get('escalate');
    if (node?.kind !== 'escalate') throw new Error('there is no such leaf');
    const nodes = new Map(redisDown.nodes).set(node.id, { ...node, reason: 'Down: {{run.id}}.' });
    const controller = fakeRun({ path: [], current: node.id }, { ...redisDown, nodes });
    const shown = all(wizardLines(view({ controller, state: controller.state() }), 78, 40));
    expect(shown).toContain('Down: .');
    expect(shown).not.toContain('{{');
  });

  test('the current block comes first, the path collapses', () => {
    const tall = all(wizardLines(view(), 78, 40));
    const low = all(wizardLines(view(), 78, 12));
    expect(tall).toContain('Redis is exited');
    expect(low).toContain('3 checks, all sure');
    expect(low).not.toContain('Redis is exited');
    for (const word of ['touches', 'does', 'impact', 'undo', 'verify']) expect(low).toContain(word);
  });

  test('never more lines than there are', () => {
    for (let rows = 1; rows < 40; rows += 1) {
      expect(wizardLines(view({}, 9), 78, rows).length).toBeLessThanOrEqual(rows);
    }
  });

  test('the title stays in sight wherever the block is scrolled', () => {
    for (const scroll of [0, 1, 5, 50]) {
      const desk = { place: '', ticked: [], cursor: 0, scroll };
      const lines = wizardLines(view({ desk }), 78, 10);
      expect(lines).toHaveLength(10);
      expect(plain(lines[1] ?? [])).toContain('▶ Restart Redis');
    }
    const low = { desk: { place: '', ticked: [], cursor: 0, scroll: 50 } };
    expect(all(wizardLines(view(low), 78, 10))).toContain('verify');
  });

  test('says when the evidence has changed, and who drives', () => {
    const changed = 'Is the Redis container running? Redis runs again';
    expect(all(wizardLines(view({ changed }), 78, 30))).toContain('▲ the evidence has changed');
    expect(all(wizardLines(view({ holder: 'eva (pid 7)' }), 78, 30))).toContain('eva (pid 7)');
  });

  test('a plan that was refused stands where its targets would', () => {
    const refused = { refused: 'no container is bound to redis', mend: 'bind the role' };
    const lines = all(
      wizardLines(view({ preview: { node: 'restart-redis', plan: refused } }), 78, 30),
    );
    expect(lines).toContain('no container is bound to redis');
    expect(lines).toContain('bind the role');
  });
});
