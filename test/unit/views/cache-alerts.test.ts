import { afterEach, describe, expect, test } from 'vitest';

import { alertsTable } from '../../../src/console/tables/alerts.ts';
import { cacheTable, cacheTroubles } from '../../../src/console/tables/cache.ts';
import type { Cache } from '../../../src/domain/cache.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import { createHistory } from '../../../src/live/history.ts';
import { signalSeries } from '../../../src/live/series.ts';
import type { LiveState } from '../../../src/live/state.ts';
import { type GraphOptions, graph } from '../../../views/present/graph.ts';
import { cacheFact } from '../../fixtures/cache.ts';
import { fact, healthy, NOW, redisDead, source } from '../../fixtures/live.ts';
import { fakePorts, fakeRun, quietBoard, suggestion } from '../../fixtures/run.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { openStage, type Stage } from './stage.ts';

const open: Stage[] = [];
afterEach(async () => {
  for (const stage of open.splice(0)) await stage.close();
});

async function show(live: LiveState, columns = 120, rows = 40) {
  const clock = createFakeClock(NOW);
  const ports = fakePorts({ clock, live, board: quietBoard, run: fakeRun() });
  const stage = await openStage(ports, columns, rows);
  open.push(stage);
  return stage;
}

const withCache = (change: Partial<Cache>): LiveState => ({
  ...healthy,
  facts: { ...healthy.facts, redis: fact('redis', 'cache', cacheFact(change)) },
});

function notice(id: string, change: Partial<Notice> = {}): Notice {
  return {
    id,
    name: 'DiskFull',
    labels: { alertname: 'DiskFull', severity: 'critical', host: 'db-1' },
    state: 'firing',
    since: NOW - 600_000,
    severity: 'critical',
    summary: 'disk is full',
    silence: null,
    inhibitedBy: [],
    runbookUrl: null,
    ...change,
  };
}

const withNotices = (...notices: readonly Notice[]): LiveState => ({
  ...redisDead,
  sources: { ...redisDead.sources, am: source('am', 'notices') },
  facts: { ...redisDead.facts, am: fact('am', 'notices', notices) },
});

describe('what is wrong with a cache that answers', () => {
  test.each([
    [{}, []],
    [
      { usedMemoryBytes: 100, maxMemoryBytes: 100, policy: 'noeviction' },
      ['critical full, and nothing may be evicted: writes fail'],
    ],
    [
      { usedMemoryBytes: 95, maxMemoryBytes: 100, policy: 'noeviction' },
      ['warning 95 % full, and nothing may be evicted'],
    ],
    [{ usedMemoryBytes: 95, maxMemoryBytes: 100 }, []],
    [{ clients: 95, maxClients: 100 }, ['warning 95 of 100 clients']],
    [
      {
        clients: 95,
        maxClients: 100,
        master: { address: 'm:1', link: 'down', downSeconds: 3, lagSeconds: null, copying: false },
      },
      ['critical the link to its master m:1 is down', 'warning 95 of 100 clients'],
    ],
    [
      {
        replicas: [
          { address: 'r:1', state: 'online', lagSeconds: 1, lagBytes: 0 },
          { address: 'r:2', state: 'wait_bgsave', lagSeconds: null, lagBytes: null },
          { address: 'r:3', state: 'online', lagSeconds: 30, lagBytes: 5 },
        ],
      },
      [
        'warning replica r:2 is not online: wait_bgsave',
        'warning replica r:3 was last heard 30 s ago',
      ],
    ],
  ] as [Partial<Cache>, string[]][])('%j', (change, words) => {
    const told = cacheTroubles(cacheFact(change));
    expect(told.map((trouble) => `${trouble.health} ${trouble.words}`)).toEqual(words);
  });

  test('ranks its row', () => {
    const health = (change: Partial<Cache>) =>
      cacheTable.rows(withCache(change)).map((row) => cacheTable.health(row));
    expect(health({})).toEqual(['ok']);
    expect(health({ clients: 95, maxClients: 100 })).toEqual(['warning']);
  });
});

describe('the cache', () => {
  const sick = withCache({
    usedMemoryBytes: 250 * 1024 * 1024,
    policy: 'noeviction',
    databases: [
      { db: 0, keys: 4211, expires: 4200 },
      { db: 3, keys: 7, expires: 0 },
    ],
    replicas: [{ address: '10.0.0.7:6379', state: 'online', lagSeconds: 1, lagBytes: 2048 }],
    slowLog: [
      {
        id: 1,
        at: NOW - 65_000,
        durationMs: 212.4,
        command: 'KEYS *\u001b]0;owned\u0007',
        client: '10.0.0.9:5123 worker-1',
      },
    ],
  });

  test.each([
    [80, 24],
    [120, 40],
    [160, 48],
  ])('at %i×%i: overview, zoom and detail', async (columns, rows) => {
    const stage = await show(sick, columns, rows);
    expect(stage.text()).toContain('98 % full, and nothing may be evicted');
    await stage.press('5');
    stage.picture(`${columns}x${rows}-cache-zoom`);
    expect(stage.text()).toContain('98 %  250M of 256M');
    await stage.press('j', 'Enter');
    stage.picture(`${columns}x${rows}-cache-detail`);
    for (const words of ['replica', '10.0.0.7:6379  online', '4,211 keys', '12 of 10,000']) {
      expect(stage.text()).toContain(words);
    }
    await stage.press('G');
    expect(stage.text()).toContain('Answers in');
    expect(stage.text()).not.toContain('owned');
    expect(stage.wrapped()).toBe(0);
  });

  test('that there are several of are rows, each with its trouble', async () => {
    const live: LiveState = {
      ...sick,
      sources: { ...sick.sources, sessions: source('sessions', 'cache') },
      facts: { ...sick.facts, sessions: fact('sessions', 'cache', cacheFact()) },
    };
    const stage = await show(live, 160, 48);
    stage.picture('160x48-two-caches');
    const lines = stage.lines();
    expect(lines.some((line) => /▲ redis .*98 %/.test(line))).toBe(true);
    expect(lines.some((line) => /● sessions /.test(line))).toBe(true);
  });

  test('whose slow log may not be read says what would allow it', async () => {
    const stage = await show(withCache({ slowLog: null }));
    await stage.press('5', 'j', 'Enter');
    expect(stage.text()).toContain('+slowlog|get');
  });
});

describe('alerts', () => {
  const silence = { id: 's', by: 'alice', until: NOW + 3_600_000, comment: 'moving data' };
  const live = withNotices(
    notice('f1'),
    notice('f2', { name: 'ZoneSlow', state: 'inhibited', inhibitedBy: ['f1'] }),
    notice('f3', { name: 'Backup', state: 'silenced', silence, severity: 'warning' }),
    notice('f4', { name: 'Odd', runbookUrl: 'https://runbooks/odd', severity: null, labels: {} }),
  );

  test('of this console and of an Alertmanager stand together, the worst first', () => {
    const rows = alertsTable.rows(live);
    expect(rows.slice(-4).map(({ name, health, origin }) => [name, health, origin])).toEqual([
      ['DiskFull', 'critical', 'am'],
      ['ZoneSlow', 'unknown', 'am'],
      ['Backup', 'unknown', 'am'],
      ['Odd', 'warning', 'am'],
    ]);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
    expect(alertsTable.rows(live)[0]).toBe(rows[0]);
  });

  test.each([
    [80, 24],
    [120, 40],
  ])('at %i×%i: list and detail', async (columns, rows) => {
    const stage = await show(live, columns, rows);
    await stage.press('8');
    stage.picture(`${columns}x${rows}-alerts`);
    for (const words of ['DiskFull db-1', 'silenced', '1 inhibited']) {
      expect(stage.text()).toContain(words);
    }
    expect(stage.wrapped()).toBe(0);
    await stage.press('G', 'Enter');
    stage.picture(`${columns}x${rows}-alert-detail`);
    expect(stage.text()).toContain('the Alertmanager am');
    expect(stage.wrapped()).toBe(0);
  });

  test('name the runbook that opens on them', async () => {
    const selectors = [{ name: 'DiskFull', labels: { host: 'db-1' } }];
    const opensOn = { alerts: ['DiskFull'], selectors, when: null };
    const clock = createFakeClock(NOW);
    const runbooks = [{ ...suggestion.runbook, id: 'falcon/disk-full', opensOn }];
    const stage = await openStage(fakePorts({ clock, live, runbooks }), 120, 40);
    open.push(stage);
    await stage.press('8');
    expect(stage.text()).toMatch(/DiskFull db-1 .*falcon\/disk-full +am/);
    expect(stage.text()).toMatch(/Odd .*https:\/\/runbooks\/odd +am/);
  });

  test('say who silenced one, and what inhibits another', async () => {
    const stage = await show(live);
    await stage.press('8', '/');
    await stage.send('Backup');
    await stage.press('Enter', 'j', 'Enter');
    expect(stage.text()).toMatch(/silenced +moving data, by alice, ends in 1h/);
    await stage.press('Esc', '/', 'Ctrl-u');
    await stage.send('ZoneSlow');
    await stage.press('Enter', 'j', 'Enter');
    expect(stage.text()).toMatch(/inhibited by +DiskFull/);
  });
});

describe('a series drawn large', () => {
  const points = (values: readonly number[], stepMs = 5000) =>
    values.map((value, index) => ({ at: NOW + index * stepMs, value }));
  const options: GraphOptions = {
    width: 180,
    height: 4,
    bounds: [],
    worst: 'most',
    tone: 'accent',
    format: (value) => value.toFixed(1),
  };
  const drawn = (values: readonly number[], change: Partial<GraphOptions> = {}, stepMs = 5000) =>
    graph(points(values, stepMs), { ...options, ...change }).map((line) =>
      line.map((span) => ('text' in span ? span.text : '')).join(''),
    );

  test('goes from zero to the most, with both on the axis and the span beneath', () => {
    expect(drawn([0, 2, 4]).map((line) => line.trimEnd())).toEqual([
      `         4.0 ┤${' '.repeat(179)}█`,
      `             │${' '.repeat(179)}█`,
      `             │${' '.repeat(178)}██`,
      `         0.0 ┤${' '.repeat(177)}▁██`,
      `              15m before${' '.repeat(158)}last reading`,
    ]);
  });

  test('begins above zero when the values lie close together', () => {
    const lines = drawn([100, 101, 102]);
    expect(lines[0]).toContain('102.0 ┤');
    expect(lines[3]).toContain('98.0 ┤');
  });

  test('draws a bound that is near as a line, and leaves a far one out', () => {
    const bound = { value: 5, tone: 'bad' as const };
    const near = drawn([0, 2, 4], { bounds: [bound] });
    expect(near[0]).toMatch(/5\.0 ┤┄+▂$/);
    const crossed = drawn([0, 4, 8], { bounds: [bound] });
    expect(crossed[1]).toMatch(/5\.0 ┤┄+█$/);
    expect(drawn([0, 1, 1], { bounds: [bound] }).join('')).not.toContain('┄');
  });

  test('colours what is beyond a bound, and only that', () => {
    const tones = (worst: 'most' | 'least') => {
      const bounds = [{ value: 5, tone: 'bad' as const }];
      const last = graph(points([2, 4, 8]), { ...options, bounds, worst })[3] ?? [];
      return last
        .filter((span) => 'text' in span && /[▁-█]/.test(span.text))
        .map(({ tone }) => tone);
    };
    expect(tones('most')).toEqual(['accent', 'bad']);
    expect(tones('least')).toEqual(['bad', 'accent']);
  });

  test('keeps a spike that shares its column, whichever way is bad', () => {
    const narrow = { width: 10, height: 1 };
    expect(drawn([1, 9, 1, 1], narrow)[0]).toContain('█');
    const low = drawn([9, 1, 9, 9], { ...narrow, worst: 'least' });
    expect(low[0]?.trimEnd().endsWith('█')).toBe(true);
  });

  test('has no gaps where readings come every 15 s, and one where they stopped', () => {
    const steady =
      drawn(
        Array.from({ length: 20 }, () => 1),
        {},
        15_000,
      )[3] ?? '';
    expect(steady.trimEnd()).toMatch(/┤ +[█▁]{16,20}$/);
    const stopped = [...points([1, 1, 1]), { at: NOW + 300_000, value: 1 }];
    const line =
      graph(stopped, options)[3]
        ?.map((s) => ('text' in s ? s.text : ''))
        .join('') ?? '';
    expect(line).toMatch(/███ {47,}█$/);
  });

  test('says that there is nothing yet', () => {
    expect(drawn([])).toEqual(['   no number has been seen yet']);
    expect(drawn([Number.NaN])).toEqual(['   no number has been seen yet']);
    expect(drawn([0, 0, 0]).at(-2)).toContain('▁▁▁');
  });

  test('is the detail of a signal', async () => {
    const [key = '', reading] =
      Object.entries(redisDead.signals).find(([, { id }]) => id === 'p95') ?? [];
    expect(reading).toBeDefined();
    const history = createHistory();
    for (let n = 0; n < 180; n += 1) {
      const value = 0.4 + (n / 180) ** 2;
      history.add(signalSeries('p95', reading?.labels), { at: NOW - (180 - n) * 5000, value });
    }
    const clock = createFakeClock(NOW);
    for (const [columns, rows] of [
      [80, 24],
      [120, 40],
    ] as const) {
      const fakes = fakePorts({ clock, live: redisDead, board: quietBoard, run: fakeRun() });
      const ports = { ...fakes, history };
      const stage = await openStage(ports, columns, rows);
      open.push(stage);
      await stage.press('2', 'j', 'Enter');
      stage.picture(`${columns}x${rows}-metric-detail`);
      expect(stage.text()).toMatch(/least 400 ms {3}most 1\.39 s {3}mean/);
      expect(stage.text()).toContain('last reading');
      expect(stage.wrapped()).toBe(0);
    }
    expect(key).not.toBe('');
  });
});

test('what an Alertmanager says is firing stands in the strip, the silenced does not', async () => {
  const quiet = notice('2', { name: 'Hushed', state: 'silenced' });
  const notices = fact('am', 'notices', [quiet, notice('1')]);
  const stage = await show({
    ...healthy,
    sources: { ...healthy.sources, am: source('am', 'notices') },
    facts: { ...healthy.facts, am: notices },
  });
  expect(stage.text()).toContain('▲ DiskFull disk is full');
  expect(stage.text()).not.toContain('no alert');
  expect(stage.text()).not.toContain('Hushed');
});
