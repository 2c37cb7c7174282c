import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/domain/metrics.ts';
import type { Computation } from '../../../src/signals/definition.ts';
import { evaluateSignals } from '../../../src/signals/evaluate.ts';
import { INSTANCE_KEPT_INTERVALS, type SourceStates } from '../../../src/signals/instances.ts';
import { selectionOf } from '../../../src/signals/selection.ts';
import { finished } from '../../../src/signals/sliced.ts';
import { createWindows } from '../../../src/signals/window.ts';
import { breakerSignal, sample, selector, signal } from './make.ts';

type Scrape = readonly [source: string, at: number, samples: readonly Sample[]];

const intervalMs = 5000;
const live = (...names: string[]): SourceStates =>
  Object.fromEntries(names.map((name) => [name, { status: 'live', intervalMs }]));

function evaluate(
  definition: ReturnType<typeof signal>,
  scrapes: readonly Scrape[],
  now: number,
  sources: SourceStates = live('w1', 'w2'),
) {
  const windows = createWindows(selectionOf([definition]));
  for (const [source, at, samples] of scrapes) windows.scrape(source, samples, at);
  return finished(evaluateSignals([definition], { windows, sources, now }));
}

const bucket = (le: string, value: number) => sample('latency_seconds_bucket', value, { le });
const windowMs = 60_000;

describe('windowed signals', () => {
  const rate: Computation = { kind: 'rate', of: [selector('requests_total')], windowMs };

  it('gives a rate over the time that was really seen, summed over instances', () => {
    const [reading] = evaluate(
      signal('rate', rate),
      [
        ['w1', 0, [sample('requests_total', 100)]],
        ['w2', 2000, [sample('requests_total', 7)]],
        ['w1', 10_000, [sample('requests_total', 150)]],
        ['w2', 7000, [sample('requests_total', 17)]],
      ],
      10_000,
    );
    expect(reading).toMatchObject({ value: 50 / 10 + 10 / 5, observedAt: 7000, reason: null });
  });

  it('counts none of what has not happened once, as long as others of its name are counted', () => {
    const failed = { name: 'requests_total', labels: { status: '5xx' } };
    const definitions = [
      signal('rate', rate),
      signal('failed', { kind: 'increase', of: [failed], windowMs }),
    ];
    const windows = createWindows(selectionOf(definitions));
    const read = (now: number) =>
      finished(evaluateSignals(definitions, { windows, sources: live('w1'), now }))[1];
    const scrape = (at: number, ...samples: readonly Sample[]) => windows.scrape('w1', samples, at);
    const good = (value: number) => sample('requests_total', value, { status: '2xx' });
    scrape(0, good(1));
    expect(read(0)).toMatchObject({ value: null });
    scrape(5000, good(9));
    expect(read(5000)).toMatchObject({ value: 0, observedAt: 5000 });
    scrape(10_000, good(11), sample('requests_total', 2, { status: '5xx' }));
    scrape(15_000, good(12), sample('requests_total', 5, { status: '5xx' }));
    expect(read(15_000)).toMatchObject({ value: 5 });
  });

  it.each<[string, readonly Scrape[], string]>([
    ['nothing was scraped', [], 'no source of metrics has answered yet'],
    ['there is no such series', [['w1', 0, []]], 'no instance has counted requests_total yet'],
    [
      'there was one scrape',
      [['w1', 0, [sample('requests_total', 4)]]],
      'needs two answers inside its window',
    ],
  ])('says why there is no value when %s', (_, scrapes, reason) => {
    const [reading] = evaluate(signal('rate', rate), scrapes, 1000);
    expect(reading).toMatchObject({ value: null, state: 'unknown', observedAt: null, reason });
  });

  it('gives a quantile of all instances together', () => {
    const of = selector('latency_seconds');
    const [reading] = evaluate(
      signal('p50', { kind: 'quantile', quantile: 0.5, of, windowMs }, { unit: 'seconds' }),
      [
        ['w1', 0, [bucket('1.0', 10), bucket('2.0', 10), bucket('+Inf', 10)]],
        ['w2', 0, [bucket('1.0', 0), bucket('2.0', 0), bucket('+Inf', 0)]],
        ['w1', 5000, [bucket('1.0', 12), bucket('2.0', 12), bucket('+Inf', 12)]],
        ['w2', 5000, [bucket('1.0', 0), bucket('2.0', 6), bucket('+Inf', 6)]],
      ],
      5000,
    );
    expect(reading?.value).toBeCloseTo(1 + (4 - 2) / 6, 12);
  });

  it('gives a ratio, with a numerator that was never counted as 0', () => {
    const ratio: Computation = {
      kind: 'ratio',
      of: [selector('errors_total')],
      to: [selector('requests_total')],
      windowMs,
    };
    const scrapes: Scrape[] = [
      ['w1', 0, [sample('requests_total', 10)]],
      ['w1', 5000, [sample('requests_total', 30)]],
    ];
    expect(evaluate(signal('errors', ratio), scrapes, 5000)[0]?.value).toBe(0);
    scrapes.push(['w1', 10_000, [sample('requests_total', 30), sample('errors_total', 5)]]);
    expect(evaluate(signal('errors', ratio), scrapes, 10_000)[0]?.value).toBe(0.25);
    expect(evaluate(signal('errors', ratio), scrapes.slice(1), 10_000)[0]).toMatchObject({
      value: null,
      reason: 'nothing happened in the last 1m',
    });
  });

  it('is unknown, not infinite, when counters overflow', () => {
    const huge = (at: number, value: number): Scrape => [
      'w1',
      at,
      [sample('requests_total', value, { a: '1' }), sample('requests_total', value, { a: '2' })],
    ];
    const increase: Computation = { kind: 'increase', of: [selector('requests_total')], windowMs };
    const scrapes = [huge(0, 0), huge(5000, Number.MAX_VALUE)];
    expect(evaluate(signal('all', increase), scrapes, 5000)[0]?.value).toBeNull();
  });
});

describe('gauges and states', () => {
  const gauge = signal('memory', { kind: 'gauge', of: selector('memory_bytes') });
  const failed = (name: string): SourceStates => ({ [name]: { status: 'failed', intervalMs } });
  const keptMs = INSTANCE_KEPT_INTERVALS * intervalMs;

  it('takes the largest of all instances, without what is no number', () => {
    const [reading] = evaluate(
      gauge,
      [
        ['w1', 1000, [sample('memory_bytes', 10)]],
        ['w2', 2000, [sample('memory_bytes', 30), sample('memory_bytes', Number.NaN, { a: 'b' })]],
      ],
      2000,
    );
    expect(reading).toMatchObject({ value: 30, observedAt: 1000, stale: false });
  });

  it('lets a failed instance speak for a while beside live ones, then no more', () => {
    const scrapes: Scrape[] = [
      ['w1', 0, [sample('circuit_breaker_state', 1, { dependency: 'redis' })]],
      ['w2', keptMs, [sample('circuit_breaker_state', 0, { dependency: 'redis' })]],
    ];
    const sources = { ...live('w2'), ...failed('w1') };
    const at = (now: number) => evaluate(breakerSignal, scrapes, now, sources)[0];
    expect(at(keptMs)).toMatchObject({ value: 'open', state: 'critical', observedAt: 0 });
    expect(at(keptMs + 1)).toMatchObject({ value: 'closed', state: 'ok', observedAt: keptMs });
  });

  it('keeps the last good value, with its age, when every instance fails', () => {
    const scrapes: Scrape[] = [
      ['w1', 0, [sample('circuit_breaker_state', 1, { dependency: 'redis' })]],
    ];
    expect(evaluate(breakerSignal, scrapes, 3_600_000, failed('w1'))[0]).toMatchObject({
      value: 'open',
      observedAt: 0,
      stale: true,
    });
  });

  it('gives one reading a label, the worst instance speaking', () => {
    const states = (redis: number, postgres: number) => [
      sample('circuit_breaker_state', redis, { dependency: 'redis' }),
      sample('circuit_breaker_state', postgres, { dependency: 'postgres' }),
    ];
    const readings = evaluate(
      breakerSignal,
      [
        ['w1', 0, states(0, 0)],
        ['w2', 0, states(2, 0)],
      ],
      0,
    );
    expect(readings.map(({ labels, value, state }) => [labels, value, state])).toEqual([
      [{ dependency: 'postgres' }, 'closed', 'ok'],
      [{ dependency: 'redis' }, 'half-open', 'warning'],
    ]);
  });

  it('is unknown for a number that has no word', () => {
    const scrapes: Scrape[] = [
      ['w1', 0, [sample('circuit_breaker_state', 7, { dependency: 'redis' })]],
    ];
    expect(evaluate(breakerSignal, scrapes, 0)[0]).toMatchObject({
      value: null,
      reason: 'circuit_breaker_state is 7, which has no name',
    });
  });
});

describe('thresholds', () => {
  const p95 = (direction: 'above' | 'below', value: number) => {
    const definition = signal(
      'p95',
      { kind: 'gauge', of: selector('p95_seconds') },
      {
        unit: 'seconds',
        thresholds: { direction, warning: 1, critical: direction === 'above' ? 5 : 0.2 },
      },
    );
    const [reading] = evaluate(definition, [['w1', 0, [sample('p95_seconds', value)]]], 0);
    return [reading?.state, reading?.threshold];
  };

  it.each([
    ['above', 0.5, 'ok', '> 1 s'],
    ['above', 1, 'ok', '> 1 s'],
    ['above', 1.42, 'warning', '> 1 s'],
    ['above', 6, 'critical', '> 5 s'],
    ['below', 2, 'ok', '< 1 s'],
    ['below', 0.1, 'critical', '< 200 ms'],
  ] as const)('%s: %d is %s, %s', (direction, value, state, words) => {
    expect(p95(direction, value)).toEqual([state, words]);
  });
});
