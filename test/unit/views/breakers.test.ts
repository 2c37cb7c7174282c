import { afterEach, describe, expect, test } from 'vitest';

import type { Breaker } from '../../../src/domain/breaker.ts';
import type { LiveState } from '../../../src/live/state.ts';
import { breakersSummary } from '../../../views/present/breakers.ts';
import type { Line } from '../../../views/present/line.ts';
import { full } from '../../fixtures/full.ts';
import { NOW } from '../../fixtures/live.ts';
import { fakePorts, fakeRun, quietBoard } from '../../fixtures/run.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { openStage, type Stage } from './stage.ts';

const plain = (line: Line) => line.map((span) => ('text' in span ? span.text : '<>')).join('');

function breaker(name: string, change: Partial<Breaker> = {}): Breaker {
  const state = change.state ?? 'closed';
  return {
    name,
    source: 'worker-1',
    state,
    since: NOW - 3 * 86_400_000,
    changeSeen: true,
    failures: null,
    nextAttempt: null,
    dialect: 'number',
    stale: false,
    instances: ['worker-1', 'worker-2'].map((source) => ({ source, state })),
    ...change,
  };
}

const redis = breaker('redis', {
  state: 'open',
  since: NOW - 130_000,
  failures: 37,
  nextAttempt: NOW + 12_000,
  instances: [
    { source: 'worker-1', state: 'open' },
    { source: 'worker-2', state: 'half-open' },
    { source: 'worker-3', state: 'closed' },
  ],
});
const mail = breaker('mail', {
  state: 'open',
  changeSeen: false,
  since: NOW - 60_000,
  dialect: 'events',
  stale: true,
});

test('the title counts what is not closed, and says nothing while all are well', () => {
  expect(plain(breakersSummary([breaker('a'), breaker('b')]))).toBe('');
  const half = breaker('c', { state: 'half-open' });
  expect(plain(breakersSummary([redis, half, breaker('a')]))).toBe('1 of 3 open, 1 half-open');
  expect(plain(breakersSummary([half]))).toBe('1 half-open');
});

describe.each([
  [80, 24],
  [120, 40],
] as const)('on a screen of %i×%i', (columns, rows) => {
  const open: Stage[] = [];
  afterEach(async () => {
    for (const stage of open.splice(0)) await stage.close();
  });
  async function show(live: LiveState): Promise<Stage> {
    const clock = createFakeClock(NOW);
    const ports = fakePorts({ clock, live, board: quietBoard, run: fakeRun() });
    const stage = await openStage(ports, columns, rows);
    open.push(stage);
    return stage;
  }
  const live = { ...full, breakers: [breaker('postgres'), mail, redis] };
  const size = `${columns}x${rows}`;
  const lineOf = (stage: Stage, name: string) =>
    stage.lines().find((line) => line.includes(` ${name} `)) ?? '';

  test('the panel tells state, how long, where, failures and the next try', async () => {
    const stage = await show(live);
    stage.picture(`${size}-overview-breakers`);
    await stage.press('3', 'Enter');
    stage.picture(`${size}-breakers`);
    expect(stage.text()).toContain('2 of 3 open');
    expect(lineOf(stage, 'redis')).toMatch(
      /✖ redis +OPEN +2m10s +on 1 of 3 +37 failures +try in 12s/,
    );
    expect(lineOf(stage, 'mail')).toMatch(/✖ mail +was open +>1m +silent/);
    expect(lineOf(stage, 'postgres')).toMatch(/● postgres +closed +3d +on 2 of 2/);
    expect(stage.wrapped()).toBe(0);
  });

  test('a breaker says what its state means and what each instance tells', async () => {
    const stage = await show(live);
    await stage.press('3', 'Enter', '/');
    await stage.send('redis', 1);
    await stage.press('Enter', 'g', 'Enter');
    stage.picture(`${size}-breaker`);
    const words = [
      'calls are refused without being tried',
      '2m10s in this state',
      'in 12s',
      '37 failures',
      'a gauge that stands for the state',
      '1 of 3 open',
      '▲ worker-2  half-open',
    ];
    for (const word of words) expect(stage.text()).toContain(word);
  });

  test('a silent breaker says that its state is the last one known', async () => {
    const stage = await show({ ...live, breakers: [mail] });
    await stage.press('3', 'Enter', 'g', 'Enter');
    for (const word of [
      'none: this is the last known',
      'more than 1m',
      'it was open when it was first seen',
      'not exported',
      'counters of its events',
    ]) {
      expect(stage.text()).toContain(word);
    }
  });

  test('a region without breakers says what would show some', async () => {
    const stage = await show({ ...full, breakers: [] });
    await stage.press('3', 'Enter');
    expect(stage.text()).toContain('well-known metrics are found by themselves');
  });
});
