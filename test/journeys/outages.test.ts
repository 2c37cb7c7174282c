import { afterEach, expect, test } from 'vitest';
import { openDesk } from '../harness/journey.ts';
import { goOn, panelBecomes } from '../harness/journey-screen.ts';
import { freeze, healthy } from '../harness/journey-stack.ts';
import { keyBytes } from '../harness/keys.ts';
import { describeOnStack } from '../harness/suites.ts';
import type { Terminal } from '../harness/terminal.ts';

const SIZE = { cols: 120, rows: 40 };
/** Longer than a panel may say `live` without an answer. */
const SECONDS = 5;
/** A key never waits for a source: their limit is longer than this. */
const KEY_WITHIN_MS = 1900;

async function keysAnswer(terminal: Terminal): Promise<void> {
  for (const key of ['2', 'Enter', 'j', 'Esc', '?', 'Esc']) {
    terminal.send(keyBytes(key));
    await terminal.settled({ withinMs: KEY_WITHIN_MS });
  }
}

describeOnStack('something is absent, killed, hung and back', (stack) => {
  afterEach(() => healthy(stack()));

  test('the engine killed, and absent when another console starts', async () => {
    const desk = openDesk(stack());
    const terminal = await desk.open(SIZE);
    await terminal.until('● live');
    await stack().faults.killEngine();
    await panelBecomes(terminal, 'CONTAINERS', /✖ lost/);
    expect(terminal.text()).toMatch(/docker\.sock\b/);
    await goOn(terminal, SECONDS, ['METRICS', 'BREAKERS', 'CACHE', 'CHECKS']);
    await keysAnswer(terminal);

    const late = await desk.open(SIZE);
    await panelBecomes(late, 'CONTAINERS', /✖ lost/);
    expect(late.text()).toMatch(/docker\.sock\b/);
    await keysAnswer(late);

    await stack().faults.startEngine();
    for (const screen of [terminal, late]) await screen.until('● live', { withinMs: 40_000 });
  });

  test('the engine hung: it did not answer, the rest goes on, keys are served', async () => {
    const desk = openDesk(stack());
    const terminal = await desk.open(SIZE);
    await terminal.until('● live');
    const engine = await stack().faults.hangEngine();
    try {
      await panelBecomes(terminal, 'CONTAINERS', /✖ lost/);
      expect(terminal.text()).toMatch(/✖ .*did not answer within/);
      await goOn(terminal, SECONDS, ['METRICS', 'BREAKERS', 'CACHE', 'CHECKS']);
      await keysAnswer(terminal);
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
    await goOn(terminal, SECONDS, ['CONTAINERS', 'METRICS', 'CHECKS']);
    await stack().faults.startRedis();
    await panelBecomes(terminal, 'CACHE', /live/);

    const redis = await freeze(stack(), 'redis');
    await panelBecomes(terminal, 'CACHE', /✖ lost/);
    expect(terminal.text()).toMatch(/✖ .*did not answer within/);
    await goOn(terminal, SECONDS, ['CONTAINERS', 'METRICS', 'CHECKS']);
    await keysAnswer(terminal);
    redis.resume();
    await panelBecomes(terminal, 'CACHE', /live/);
    await terminal.until('no alert', { withinMs: 40_000 });
  });

  test('one worker hung: its numbers are missed, those of the others go on', async () => {
    const desk = openDesk(stack());
    const terminal = await desk.open(SIZE);
    await terminal.until('● live');
    const worker = await freeze(stack(), 'worker-2');
    await panelBecomes(terminal, 'METRICS', /✖ lost \S+, 2 of 3 live/);
    await terminal.until(/✖ worker-2 did not answer within/);
    await goOn(terminal, SECONDS, ['CONTAINERS', 'CACHE', 'CHECKS']);
    await keysAnswer(terminal);
    worker.resume();
    await panelBecomes(terminal, 'METRICS', /live$/);
    await terminal.until('● live', { withinMs: 40_000 });
  });
});
