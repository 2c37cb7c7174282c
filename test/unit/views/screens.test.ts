import { afterEach, describe, expect, test } from 'vitest';

import type { BoardState } from '../../../src/console/ports.ts';
import type { RunState } from '../../../src/engine/state.ts';
import type { LiveState } from '../../../src/live/state.ts';
import { full, fullDead } from '../../fixtures/full.ts';
import { connecting, empty, engineLost, healthy, NOW, redisDead } from '../../fixtures/live.ts';
import {
  act,
  alarmedBoard,
  doneAct,
  type FakeRun,
  fakePorts,
  fakeRun,
  quietBoard,
  verification,
} from '../../fixtures/run.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { openStage, type Stage } from './stage.ts';

const sizes = [
  [80, 24],
  [120, 40],
] as const;

const open: Stage[] = [];
afterEach(async () => {
  for (const stage of open.splice(0)) await stage.close();
});

async function show(
  size: readonly [number, number],
  live: LiveState,
  board: BoardState = quietBoard,
  run: FakeRun = fakeRun(),
) {
  const clock = createFakeClock(NOW);
  const ports = fakePorts({ clock, live, board, run });
  const stage = await openStage(ports, ...size);
  open.push(stage);
  return { stage, clock, ports, run };
}

/** The frame fills the terminal and never more: nothing scrolled, nothing erased as a whole. */
function expectWhole(stage: Stage, [, rows]: readonly [number, number]) {
  const lines = stage.lines();
  expect(lines).toHaveLength(rows);
  expect(stage.wrapped()).toBe(0);
  expect(stage.screen.counters()).toMatchObject({ clears: 0, scrolledLines: 0 });
  expect(lines[0]).toMatch(/^ (us-ashburn|local)/);
  expect(lines.at(-1)).not.toBe('');
}

describe.each(sizes)('the screen at %i×%i', (...size) => {
  const at = size.join('x');
  test.each([
    ['connecting', connecting, quietBoard, ['connecting…', '◌ connecting 0 of 11']],
    ['empty', empty, quietBoard, ['no system recognised', 'not configured  2 metrics']],
    ['healthy', healthy, quietBoard, ['7 of 7 up', '● live', 'no alert']],
    [
      'redis-dead',
      redisDead,
      alarmedBoard,
      [
        'exited 137, out of memory',
        'restart-redis   3 of 3',
        'agree',
        'r to open',
        '✖ 1 of 11 lost',
      ],
    ],
    ['engine-lost', engineLost, quietBoard, ['the Docker engine does not answer', 'next try in']],
  ] as const)('%s', async (name, live, board, words) => {
    const { stage } = await show(size, live, board);
    stage.picture(`${at}-${name}`);
    for (const word of words) expect(stage.text()).toContain(word);
    expectWhole(stage, size);
  });

  const phases: readonly (readonly [string, Partial<RunState>, readonly string[]])[] = [
    ['leaf', {}, ['Restart Redis', 'disruptive', 'falcon-redis  47357c4bcfa0', 'restart redis…']],
    [
      'deciding',
      { phase: 'deciding', current: 'load', path: [] },
      ['choose a way with o', 'Inspect the load'],
    ],
    [
      'acting',
      { phase: 'acting', acts: [act()] },
      ['acting 00:0', 'goes on if this screen is closed'],
    ],
    [
      'unknown',
      { phase: 'unknown', acts: [act({ state: 'unknown' })] },
      ['never repeated by itself'],
    ],
    [
      'verifying',
      { phase: 'verifying', acts: [doneAct], verification: verification() },
      ['Breaker redis closed?', '00:14 of 01:30', '1.42 s → 0.61 s', 'half-open now, open before'],
    ],
    [
      'stuck',
      {
        phase: 'stuck',
        acts: [doneAct],
        verification: verification({ state: 'failed', latest: 'open' }),
      },
      ['not proved', 'last seen: open', 'goes on with: Escalate'],
    ],
    [
      'finished',
      {
        phase: 'finished',
        acts: [doneAct],
        verification: verification({ state: 'passed' }),
        outcome: 'resolved',
        verified: true,
        endedAt: NOW,
      },
      ['Resolved, verified', 'opsconsole incidents show INC-42', '01:00'],
    ],
  ];
  test.each(phases)('wizard %s', async (name, state, words) => {
    const { stage } = await show(size, redisDead, alarmedBoard, fakeRun(state));
    await stage.press('r');
    stage.picture(`${at}-wizard-${name}`);
    for (const word of words) expect(stage.text()).toContain(word);
    expectWhole(stage, size);
  });

  test('wizard followed', async () => {
    const run = fakeRun();
    run.followedBy = { holder: 'eva@ashburn-1 pid 4242' };
    const { stage } = await show(size, redisDead, alarmedBoard, run);
    await stage.press('r');
    stage.picture(`${at}-wizard-follower`);
    expect(stage.text()).toContain('driven by eva@ashburn-1 pid 4242');
    await stage.press('Enter');
    expect(stage.text()).toContain('you follow it');
    expect(run.calls).toEqual([]);
  });

  test('dialog', async () => {
    const { stage, clock } = await show(size, redisDead, alarmedBoard);
    await stage.press('r', 'Enter');
    expect(stage.text()).toContain('Restart Redis?  disruptive');
    expect(stage.text()).not.toContain('y Restart Redis');
    await clock.advance(300);
    await stage.settle();
    stage.picture(`${at}-dialog`);
    expect(stage.text()).toContain('y Restart Redis');
    expectWhole(stage, size);
  });

  test.each([
    ['help', ['?'], 'Keys'],
    ['picker', ['R'], 'Runbooks'],
    ['zoom', ['1', 'j', 'Enter'], 'published'],
    ['timeline', ['i'], 'incident opened'],
    ['evidence', ['r', 'e'], 'docker inspect falcon-redis'],
    ['preview', ['r', 'p'], 'Nothing is changed by looking'],
    ['frozen', ['z'], 'FROZEN'],
    ['filter', ['/', 'r', 'e', 'd'], '/red'],
  ] as const)('%s', async (name, keys, word) => {
    const { stage } = await show(size, redisDead, alarmedBoard);
    await stage.press(...keys);
    stage.picture(`${at}-${name}`);
    expect(stage.text()).toContain(word);
    expectWhole(stage, size);
  });
});

const wider = [
  [80, 24],
  [100, 30],
  [120, 40],
  [160, 48],
] as const;

describe.each(wider)('every panel at %i×%i', (...size) => {
  const at = size.join('x');
  test.each([
    ['full', full, quietBoard, ['no alert', '42 of 100', 'pid 4711', 'load']],
    ['full-dead', fullDead, alarmedBoard, ['exited 137', 'OPEN', '42 of 100', 'r to open']],
  ] as const)('%s', async (name, live, board, words) => {
    const { stage } = await show(size, live, board);
    stage.picture(`${at}-${name}`);
    for (const word of words) expect(stage.text()).toContain(word);
    expectWhole(stage, size);
  });

  test.each([
    ['containers', ['1', 'j', 'Enter', 'Esc', 'Enter'], 'image'],
    ['zoom', ['2', 'Enter', '1', 'j', 'j', 'Space', 'j', 's'], '1 marked'],
    ['sessions', ['4', 'Enter'], 'transaction'],
    ['alerts', ['8'], 'HighP95Latency'],
    ['columns', ['C'], '[x] image'],
  ] as const)('%s', async (name, keys, word) => {
    const { stage } = await show(size, fullDead, alarmedBoard);
    await stage.press(...keys);
    stage.picture(`${at}-list-${name}`);
    expect(stage.text()).toContain(word);
    expectWhole(stage, size);
  });
});
