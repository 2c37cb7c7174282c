import { describe, expect, it } from 'vitest';
import type { LiveView, SignalSeries } from '../../../src/integrations/contract.ts';
import { signalsProbes } from '../../../src/integrations/signals/probes.ts';
import { read, testContext } from './context.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const STEP_MS = 5000;
const probes = signalsProbes();

/** A worker's past up to now, one value every 5 s. */
function past(worker: string, count: number, value: (n: number) => number): SignalSeries {
  const points = Array.from({ length: count }, (_, n) => ({
    at: NOW - (count - 1 - n) * STEP_MS,
    value: value(n),
  }));
  return { labels: { worker }, points };
}

const series: Readonly<Record<string, readonly SignalSeries[]>> = {
  memory: [
    past('worker-1', 180, (n) => 200 + (n % 30)),
    past('worker-2', 180, (n) => 200 + n),
    past('worker-3', 180, () => 200),
  ],
  fresh: [past('worker-1', 3, (n) => n)],
};
const live: LiveView = {
  signals: () => ({ p95: 1.42, memory: { 'worker-1': 229, 'worker-2': 379 }, breaker: 'open' }),
  series: (signal) => series[signal] ?? [],
};
const context = {
  ...testContext(),
  clock: { now: () => NOW, after: () => ({ cancel: () => undefined }) },
  live,
};

describe('signals as probes', () => {
  it('signals.value tells a number, a word, or a map, and what is not known', async () => {
    const value = (signal: string) => read(probes, 'signals.value', { signal }, context);
    expect(await value('p95')).toEqual({ known: true, value: 1.42 });
    expect(await value('breaker')).toEqual({ known: true, value: 'open' });
    expect(await value('memory')).toMatchObject({ value: { 'worker-1': 229 } });
    expect(await value('toString')).toEqual({ known: false, value: null });
  });

  it('signals.series tells the past of each label within the window', async () => {
    const input = { signal: 'memory', window: '1m' };
    const all = await read(probes, 'signals.series', input, context);
    expect(all).toMatchObject({ known: true, top: { labels: { worker: 'worker-2' }, last: 379 } });
    expect(all['series']).toHaveLength(3);
    expect((all['top'] as { points: unknown[] }).points).toHaveLength(13);
    const one = { signal: 'memory', labels: { worker: 'worker-3' } };
    expect(await read(probes, 'signals.series', one, context)).toMatchObject({
      series: [{ min: 200, max: 200, mean: 200, first: 200 }],
    });
    expect(await read(probes, 'signals.series', { signal: 'nothing' }, context)).toEqual({
      known: false,
      series: [],
      top: null,
    });
  });

  it('signals.trend tells the series that worries most first', async () => {
    const trend = await read(probes, 'signals.trend', { signal: 'memory' }, context);
    expect(trend).toMatchObject({ kind: 'growing', labels: { worker: 'worker-2' }, points: 180 });
    const kinds = (trend['series'] as { kind: string }[]).map(({ kind }) => kind);
    expect(kinds).toEqual(['growing', 'sawtooth', 'stable']);
    const own = { signal: 'memory', labels: { worker: 'worker-1' } };
    expect(await read(probes, 'signals.trend', own, context)).toMatchObject({ kind: 'sawtooth' });
    for (const signal of ['fresh', 'nothing']) {
      expect(await read(probes, 'signals.trend', { signal }, context)).toMatchObject({
        kind: 'unknown',
        perHour: null,
      });
    }
  });

  it('says what a signal that has no value probably means', async () => {
    const trend = probes.find(({ id }) => id === 'signals.trend');
    const needs = (signal: string) => trend?.needs?.(trend.input.parse({ signal }), context);
    expect(await needs('memory')).toMatchObject([{ state: 'ok' }]);
    expect(await needs('memry')).toEqual([
      { what: 'signal memry', found: null, state: 'missing', suggestion: 'did you mean `memory`?' },
    ]);
    expect(await needs('dropped')).toMatchObject([
      { suggestion: expect.stringContaining('absent until they are first used') },
    ]);
  });

  it('is an error where there is no live data', async () => {
    const input = { signal: 'p95' };
    await expect(read(probes, 'signals.value', input, testContext())).rejects.toMatchObject({
      kind: 'missing',
      mend: expect.any(String),
    });
  });
});
