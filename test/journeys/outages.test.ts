import { afterEach, test } from 'vitest';
import { openDesk } from '../harness/journey.ts';
import { alive, failureTold, goOn, panelBecomes, started } from '../harness/journey-screen.ts';
import { freeze, healthy } from '../harness/journey-stack.ts';
import { keyP95, keysStayQuick } from '../harness/key-times.ts';
import { startRogue } from '../harness/rogue.ts';
import { describeOnStack } from '../harness/suites.ts';

const SIZE = { cols: 120, rows: 40 };
/** Longer than a panel may say `live` without an answer. */
const SECONDS = 5;
describeOnStack('something is absent, killed, hung and back', (stack) => {
  afterEach(() => healthy(stack()));

  test('the engine killed, and absent when another console starts', async () => {
    const desk = openDesk(stack());
    const terminal = await desk.open(SIZE);
    await alive(terminal);
    const quietMs = await keyP95(terminal);
    await stack().faults.killEngine();
    await panelBecomes(terminal, 'CONTAINERS', /✖ lost/);
    await failureTold(terminal, /docker\.sock/);
    await goOn(terminal, SECONDS, ['METRICS', 'BREAKERS', 'DATABASE', 'CACHE', 'CHECKS', 'HOST']);
    await keysStayQuick(terminal, quietMs);

    const late = await desk.open(SIZE);
    await panelBecomes(late, 'CONTAINERS', /✖ lost/);
    await failureTold(late, /docker\.sock/);
    await started(late);
    await keysStayQuick(late, quietMs);

    await stack().faults.startEngine();
    for (const screen of [terminal, late]) await screen.until('● live', { withinMs: 40_000 });
  });

  test('the engine hung: it did not answer, the rest goes on, keys are served', async () => {
    const desk = openDesk(stack());
    const terminal = await desk.open(SIZE);
    await alive(terminal);
    const quietMs = await keyP95(terminal);
    const engine = await stack().faults.hangEngine();
    try {
      await panelBecomes(terminal, 'CONTAINERS', /✖ lost/);
      await failureTold(terminal, /did not answer/);
      await goOn(terminal, SECONDS, ['METRICS', 'BREAKERS', 'DATABASE', 'CACHE', 'CHECKS', 'HOST']);
      await keysStayQuick(terminal, quietMs);
    } finally {
      await engine.resume();
    }
    await terminal.until('● live', { withinMs: 40_000 });
  });

  test('redis absent at the start, back, hung, and back', async () => {
    const desk = openDesk(stack());
    await stack().faults.killRedis();
    const terminal = await desk.open(SIZE);
    await panelBecomes(terminal, 'CACHE', /✖ lost/);
    await terminal.until(/never answered/);
    const quietMs = await keyP95(terminal);
    await goOn(terminal, SECONDS, ['CONTAINERS', 'METRICS', 'DATABASE', 'CHECKS', 'HOST']);
    await stack().faults.startRedis();
    await panelBecomes(terminal, 'CACHE', /live/);

    const redis = await freeze(stack(), 'redis');
    await panelBecomes(terminal, 'CACHE', /✖ lost/);
    await failureTold(terminal, /did not answer/);
    await goOn(terminal, SECONDS, ['CONTAINERS', 'METRICS', 'DATABASE', 'CHECKS', 'HOST']);
    await keysStayQuick(terminal, quietMs);
    redis.resume();
    await panelBecomes(terminal, 'CACHE', /live/);
    await terminal.until('no alert', { withinMs: 40_000 });
  });

  test('one worker hung: its numbers are missed, those of the others go on', async () => {
    const desk = openDesk(stack());
    const terminal = await desk.open(SIZE);
    await alive(terminal);
    const quietMs = await keyP95(terminal);
    const worker = await freeze(stack(), 'worker-2');
    await panelBecomes(terminal, 'METRICS', /✖ lost \S+, 2 of 3 live/);
    await failureTold(terminal, /worker-2 did not answer/);
    await goOn(terminal, SECONDS, ['CONTAINERS', 'DATABASE', 'CACHE', 'HOST']);
    await keysStayQuick(terminal, quietMs);
    worker.resume();
    await panelBecomes(terminal, 'METRICS', /live$/);
    await terminal.until('● live', { withinMs: 40_000 });
  });

  test('an endpoint hangs, is slow, breaks off, refuses, talks nonsense: each is said, and mended', async () => {
    const rogue = await startRogue(stack());
    const desk = openDesk(stack(), { region: { services: { worker: ['worker-1', 'rogue'] } } });
    const terminal = await desk.open(SIZE);
    await panelBecomes(terminal, 'METRICS', /^live$/);
    const quietMs = await keyP95(terminal);
    const words = {
      hung: /rogue did not answer within/,
      slow: /rogue did not answer within/,
      reset: /rogue .*(?:broke|cut|closed|reset)/,
      refused: /rogue .*403/,
      garbage: /evil-line/,
    } as const;
    for (const mode of ['hung', 'slow', 'reset', 'refused', 'garbage'] as const) {
      await rogue.metricsBecome(mode);
      await panelBecomes(terminal, 'METRICS', /✖ lost \S+, 1 of 2 live/);
      await failureTold(terminal, words[mode]);
      await goOn(terminal, 2, ['CONTAINERS', 'DATABASE', 'CACHE', 'HOST']);
      await keysStayQuick(terminal, quietMs);
      await rogue.metricsBecome('well');
      await panelBecomes(terminal, 'METRICS', /^live$/);
    }
    await rogue.metricsBecome('large');
    await goOn(terminal, 3, ['METRICS', 'CONTAINERS', 'CACHE']);
    await keysStayQuick(terminal, quietMs);
  });
});
