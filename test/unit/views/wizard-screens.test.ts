import { afterEach, describe, expect, test } from 'vitest';
import type { BoardState } from '../../../src/console/ports.ts';
import type { LiveState } from '../../../src/live/state.ts';
import { NOW, redisDead } from '../../fixtures/live.ts';
import {
  act,
  alarmedBoard,
  doneAct,
  type FakePorts,
  type FakeRun,
  fakePorts,
  fakeRun,
  plan,
  verification,
  visit,
} from '../../fixtures/run.ts';
import { runsAt } from '../../fixtures/wizard.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { openStage, type Stage } from './stage.ts';

let open: Stage | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});

const sizes = [
  [80, 24],
  [120, 40],
] as const;

async function show(
  [columns, rows]: readonly [number, number],
  run: FakeRun,
  change: Partial<FakePorts> = {},
  live: LiveState = redisDead,
  board: BoardState = alarmedBoard,
) {
  const clock = createFakeClock(NOW);
  const ports = Object.assign(fakePorts({ clock, live, board, run }), change);
  open = await openStage(ports, columns, rows);
  return { stage: open, clock, ports };
}

const details = Array.from({ length: 60 }, (_, index) =>
  index % 2 === 0 ? `-DEBUG_${index}=true` : `+DEBUG_${index}=false`,
);

describe.each(sizes)('the wizard at %i×%i', (columns, rows) => {
  const at = `${columns}x${rows}`;
  const size = [columns, rows] as const;

  const cases: readonly [string, () => FakeRun, readonly string[], readonly string[]][] = [
    [
      'gather',
      runsAt.gather,
      [],
      [
        '✔ containers  running 6 · exited 1',
        '✖ cache       connection refused',
        '➜ 1  Go back to the image before',
        'disruptive',
        '2  Tell the owners',
        'then up to disruptive',
      ],
    ],
    [
      'checklist',
      runsAt.checklist,
      ['Space'],
      ['[x] Announce it', '▸ [ ] Pause', '1 of 3 done', 's goes on with a reason'],
    ],
    [
      'notify',
      () => runsAt.notify(),
      [],
      ['draft', 'lead, owners', 'Next word at 12:30', 'send…', 'c copies it'],
    ],
    [
      'input',
      runsAt.input,
      [],
      ['asks for input', 'Address to block', 'proposed', '⏎ gives the values'],
    ],
    [
      'form-choices',
      runsAt.input,
      ['Enter'],
      ['Values for this step', '▸ 1.4.2', '1.3.9', 'typing narrows the list'],
    ],
    [
      'form-field',
      runsAt.input,
      ['Enter', 'Enter', '1', '0', '.', 'x'],
      ['▲ it is no address', '203.0.113.7', '✔ Image to go back to'],
    ],
    ['leaf', runsAt.leaf, [], ['afterwards: Prove it', 'if it fails: Nothing more', 'other ways']],
    ['jump', runsAt.leaf, ['J'], ['Jump to a step', 'Quick health check', 'checklist']],
    ['hand-over', runsAt.leaf, ['H'], ['Hand this run over', 'Who takes it']],
  ];
  test.each(cases)('%s', async (name, run, keys, words) => {
    const { stage } = await show(size, run());
    await stage.press('r', ...keys);
    stage.picture(`${at}-kind-${name}`);
    for (const word of words) expect(stage.text()).toContain(word);
    expect(stage.wrapped()).toBe(0);
  });

  test('a leaf that was passed by is not told as done', async () => {
    const turn = { to: 'flush-cache', because: 'chosen by the operator', sure: true };
    const left = visit({
      step: 'restart-redis',
      evidence: null,
      recommended: null,
      taken: { ...turn, by: 'operator', overridden: false },
    });
    const run = fakeRun({ current: 'flush-cache', path: [visit(), left] });
    const { stage } = await show(size, run);
    await stage.press('r');
    expect(stage.text()).toMatch(/– Restart Redis[\s\S]*not done/);
    expect(stage.text()).not.toContain('✔ Restart Redis');
  });

  test('a proof tells the number it watches, how it went, and when it ends', async () => {
    const proof = verification({
      signal: 'p95',
      history: [
        { at: NOW - 14_000, holds: false, value: 1.4 },
        { at: NOW - 8000, holds: false, value: 0.9 },
        { at: NOW - 2000, holds: false, value: 0.2 },
      ],
    });
    const run = fakeRun({ phase: 'verifying', acts: [doneAct], verification: proof });
    const { stage } = await show(size, run);
    await stage.press('r');
    stage.picture(`${at}-kind-verifying`);
    expect(stage.text()).toContain('p95  ███▆▆▆▂  0.61 s');
    expect(stage.text()).toMatch(/7 samples {3}not yet; given up in 1m16s/);
  });

  test('output streams; all of it is read with L, from its end', async () => {
    const output = Array.from({ length: 90 }, (_, index) => `layer ${index} pulled`);
    const run = fakeRun({ phase: 'acting', acts: [act({ output })] });
    const { stage } = await show(size, run);
    await stage.press('r');
    stage.picture(`${at}-kind-acting`);
    expect(stage.text()).toContain('layer 89 pulled');
    expect(stage.text()).toMatch(/… \d+ lines above: L shows all/);
    await stage.press('L');
    stage.picture(`${at}-kind-output`);
    expect(stage.text()).toContain('layer 89 pulled');
    await stage.press('g');
    expect(stage.text()).toContain('layer 0 pulled');
  });

  test('a diff is scrolled in its dialog; the key that does it stays in sight', async () => {
    const run = fakeRun();
    run.answers.plan = plan({
      details,
      overrides: ['the policy calls this disruptive, not reversible'],
    });
    const { stage, clock } = await show(size, run);
    await stage.press('r', 'Enter');
    await clock.advance(300);
    await stage.settle();
    stage.picture(`${at}-kind-details`);
    expect(stage.text()).toContain('the policy calls this disruptive');
    expect(stage.text()).not.toContain('DEBUG_59');
    await stage.press('G');
    expect(stage.text()).toContain('+DEBUG_59=false');
    expect(stage.text()).toContain('y Restart Redis');
  });

  test('beyond the limit a reason is asked first; a hard limit bars it', async () => {
    const run = fakeRun();
    const words = '3 changes in the last 10m; the policy allows 3';
    run.answers.plan = plan({ overLimit: { words, breakGlass: true } });
    const { stage, clock } = await show(size, run);
    await stage.press('r', 'Enter');
    await clock.advance(300);
    await stage.press('y');
    stage.picture(`${at}-kind-reason`);
    expect(stage.text()).toContain('Why is the limit passed? y');
    expect(stage.text()).toContain(words);
  });

  test('the picker: what fits first with its diagnosis, own keys, and a search', async () => {
    const { stage } = await show(size, fakeRun());
    await stage.press('R');
    stage.picture(`${at}-kind-picker`);
    expect(stage.text()).toContain('d Redis down, or its breaker open');
    expect(stage.text()).toContain('fits now');
    await stage.press('/', 'l', 'a', 't');
    stage.picture(`${at}-kind-picker-search`);
    expect(stage.text()).toContain('High latency');
    expect(stage.text()).not.toContain('d Redis down');
  });

  test('what runbooks rely on and is missing is one line, and V tells all', async () => {
    const rot = [
      {
        runbook: 'falcon/high-latency',
        step: 'slow-query',
        what: 'table inference_logs',
        suggestion: 'it probably means inference_log',
      },
    ];
    const { stage } = await show(size, fakeRun(), {}, redisDead, { ...alarmedBoard, rot });
    stage.picture(`${at}-kind-rot`);
    expect(stage.text()).toContain('1 runbook relies on what is not there');
    await stage.press('V');
    expect(stage.text()).toContain('it probably means inference_log');
  });
});

describe.each([
  [40, 10],
  [64, 18],
] as const)('at %i×%i nothing runs over', (columns, rows) => {
  const cases: readonly [string, () => FakeRun, readonly string[], string][] = [
    ['gather', runsAt.gather, ['r'], 'Quick health check'],
    ['checklist', runsAt.checklist, ['r', 'G'], '▸ [ ] Wake the second'],
    ['notify', () => runsAt.notify(), ['r', 'G'], 'Next word at 12:30'],
    ['choices', runsAt.input, ['r', 'Enter'], '1.5.0'],
    ['field', runsAt.input, ['r', 'Enter', 'Enter', 'x'], 'Address to block'],
    ['picker', () => fakeRun(), ['R', '/', 'l'], 'High latency'],
    ['jump', runsAt.leaf, ['r', 'J', 'j'], '▸   Before the main'],
  ];
  test.each(cases)('%s', async (name, run, keys, words) => {
    const { stage } = await show([columns, rows], run());
    await stage.press(...keys);
    stage.picture(`${columns}x${rows}-kind-${name}`);
    expect(stage.lines()).toHaveLength(rows);
    expect(stage.wrapped()).toBe(0);
    expect(stage.text()).toContain(words);
    expect(stage.lines().at(-1)?.trim()).not.toBe('');
  });

  test('the key that does it stays in sight, however long the plan', async () => {
    const run = fakeRun();
    run.answers.plan = plan({ details });
    const { stage, clock } = await show([columns, rows], run);
    await stage.press('r', 'Enter');
    await clock.advance(300);
    await stage.settle();
    stage.picture(`${columns}x${rows}-kind-details`);
    expect(stage.text()).toContain('y Restart Redis');
    expect(stage.wrapped()).toBe(0);
  });
});

test('a proof that has to last counts the time it has held', async () => {
  const proof = verification({ forMs: 30_000, holdsSince: NOW - 12_000 });
  const run = fakeRun({ phase: 'verifying', acts: [doneAct], verification: proof });
  const { stage } = await show([80, 24], run);
  await stage.press('r');
  expect(stage.text()).toContain('00:12 of 00:30');
  expect(stage.text()).toContain('it has to last, ends in 18s');
});

test('on the lowest screen the dialog names its targets, and scrolls to all it would do', async () => {
  const { stage, clock } = await show([40, 10], fakeRun());
  await stage.press('r', 'Enter');
  await clock.advance(300);
  await stage.settle();
  stage.picture('40x10-kind-confirm');
  expect(stage.text()).toMatch(/touches +falcon-redis/);
  expect(stage.text()).toContain('more   j scrolls');
  expect(stage.text()).toContain('y Restart Redis');
  await stage.press('G');
  expect(stage.text()).toMatch(/evidence +\d/);
  expect(stage.text()).toContain('y Restart Redis');
});

test('an answer that comes after the step was drawn is drawn without a key', async () => {
  const leaf = runsAt.checklist();
  leaf.answersOf = () => [];
  const { stage } = await show([80, 24], leaf);
  await stage.press('r');
  expect(stage.text()).not.toContain('answered late');
  leaf.answersOf = (step) => [
    {
      step,
      probe: 'docker.logs',
      command: 'docker logs',
      result: { said: 'answered late' },
      error: null,
      observedAt: NOW,
      elapsedMs: 1,
    },
  ];
  leaf.tell();
  await stage.settle();
  expect(stage.text()).toContain('answered late');
});
