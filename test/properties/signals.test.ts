import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BreakerState } from '../../src/domain/breaker.ts';
import type { Health } from '../../src/domain/health.ts';
import { dialectsFor } from '../../src/signals/breaker-dialects.ts';
import { evaluateBreakers } from '../../src/signals/breakers.ts';
import { evaluateSignals } from '../../src/signals/evaluate.ts';
import { counterIncrease } from '../../src/signals/increase.ts';
import { histogramQuantile } from '../../src/signals/quantile.ts';
import { selectionOf } from '../../src/signals/selection.ts';
import { finished } from '../../src/signals/sliced.ts';
import { numberHealth } from '../../src/signals/thresholds.ts';
import { createWindows } from '../../src/signals/window.ts';
import { sample, selector, signal } from '../unit/signals/make.ts';

/** Every number a hostile exporter can send: NaN, infinities, -0, the smallest and the largest. */
const hostile = fc.double();
const point = fc.record({
  value: fc.option(hostile, { nil: null }),
  restarted: fc.boolean(),
});
const count = fc.nat(1_000_000);

describe('increase', () => {
  it('is never negative and never NaN, whatever is sent', () => {
    fc.assert(
      fc.property(fc.array(point), (points) => {
        const increase = counterIncrease(points);
        expect(increase === null || increase >= 0).toBe(true);
      }),
    );
  });

  it('of a counter that only rises is last minus first', () => {
    fc.assert(
      fc.property(fc.array(count, { minLength: 2 }), (list) => {
        const rising = list.sort((a, b) => a - b);
        const points = rising.map((value) => ({ value, restarted: false }));
        expect(counterIncrease(points)).toBe((rising.at(-1) ?? 0) - (rising[0] ?? 0));
      }),
    );
  });

  it('over any resets is what the instance really counted between the scrapes', () => {
    const run = fc.array(fc.nat(1000), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 6 }), (runs) => {
        let counted = 0;
        let first = true;
        const points = runs.flatMap((steps, index) => {
          let value = 0;
          return steps.map((step, position) => {
            value += step;
            if (!first) counted += step;
            first = false;
            return { value, restarted: index > 0 && position === 0 };
          });
        });
        const increase = counterIncrease(points);
        expect(increase).toBe(points.length < 2 ? null : counted);
      }),
    );
  });
});

describe('quantile', () => {
  const bounds = fc.uniqueArray(fc.double({ min: 0.001, max: 1e6, noNaN: true }), {
    minLength: 1,
    maxLength: 20,
  });
  const histogram = bounds.chain((les) =>
    fc.tuple(
      fc.constant(les.sort((a, b) => a - b)),
      fc.array(count, { minLength: les.length + 1, maxLength: les.length + 1 }),
    ),
  );
  const buckets = ([les, counts]: [number[], number[]]) => {
    let total = 0;
    return [...les, Number.POSITIVE_INFINITY].map((le, index) => {
      total += counts[index] ?? 0;
      return { le, count: total };
    });
  };

  it('lies between 0 and the highest finite bound and rises with the quantile', () => {
    const unit = fc.double({ min: 1e-9, max: 1, noNaN: true });
    fc.assert(
      fc.property(histogram, unit, unit, (shape, a, b) => {
        const low = histogramQuantile(Math.min(a, b), buckets(shape));
        const high = histogramQuantile(Math.max(a, b), buckets(shape));
        if (low === null || high === null) return expect(low).toBe(high);
        const slack = 1e-9 * Math.max(1, high);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high + slack).toBeGreaterThanOrEqual(low);
        expect(high).toBeLessThanOrEqual((shape[0].at(-1) ?? 0) + slack);
      }),
    );
  });

  it('is null or finite for hostile buckets', () => {
    const bucket = fc.record({ le: hostile, count: hostile });
    fc.assert(
      fc.property(fc.array(bucket), hostile, (list, quantile) => {
        const value = histogramQuantile(quantile, list);
        expect(value === null || !Number.isNaN(value)).toBe(true);
      }),
    );
  });
});

describe('signals', () => {
  const windowMs = 60_000;
  const total = [selector('total')];
  const definitions = [
    signal('rate', { kind: 'rate', of: total, windowMs }),
    signal('increase', { kind: 'increase', of: total, windowMs }),
    signal('ratio', { kind: 'ratio', of: total, to: total, windowMs }),
    signal('gauge', { kind: 'gauge', of: selector('total') }),
    signal('sum', { kind: 'gauge', of: selector('total'), aggregate: 'sum' }, { scale: 3 }),
    signal('avg', { kind: 'gauge', of: selector('total'), aggregate: 'avg' }),
    signal('age', { kind: 'age', of: selector('total'), since: 'value' }),
    signal('changed', { kind: 'age', of: selector('total'), since: 'change' }),
    signal('seen', { kind: 'age', of: selector('total'), since: 'sample' }),
    signal('count', { kind: 'count', of: total, per: 'series', above: 1 }),
    signal('quantile', { kind: 'quantile', quantile: 0.9, of: selector('t'), windowMs }),
  ];
  const neverNegative = new Set(['rate', 'increase', 'ratio', 'age', 'changed', 'seen', 'count']);
  const scrape = fc.record({
    source: fc.constantFrom('a', 'b'),
    stepMs: fc.integer({ min: -10_000, max: 30_000 }),
    value: hostile,
    le: fc.oneof(fc.constant('+Inf'), fc.string(), hostile.map(String)),
  });

  it('are a finite number or null with a reason, whatever is scraped and however time jumps', () => {
    fc.assert(
      fc.property(fc.array(scrape, { maxLength: 30 }), (scrapes) => {
        const windows = createWindows(selectionOf(definitions));
        let now = 1_000_000;
        for (const { source, stepMs, value, le } of scrapes) {
          now += stepMs;
          windows.scrape(source, [sample('total', value), sample('t_bucket', value, { le })], now);
        }
        for (const reading of finished(
          evaluateSignals(definitions, { windows, sources: {}, now }),
        )) {
          if (reading.value === null) expect(reading.reason).toMatch(/\w/);
          else expect(reading.value).toSatisfy(Number.isFinite);
          if (neverNegative.has(reading.id)) {
            expect(Number(reading.value)).toBeGreaterThanOrEqual(0);
          }
        }
      }),
    );
  });
});

describe('thresholds', () => {
  it('with hysteresis never show less trouble than without, nor more than the margin explains', () => {
    const bound = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(bound, fc.array(bound), fc.double({ min: 0, max: 100 }), (warning, list, m) => {
        const margin = Number.isNaN(m) ? 0 : m;
        const thresholds = { direction: 'above', warning, critical: null, margin } as const;
        let before: Health = 'unknown';
        for (const value of list) {
          const state = numberHealth(thresholds, value, before);
          if (numberHealth(thresholds, value, 'ok') === 'warning') expect(state).toBe('warning');
          if (state === 'warning') expect(value).toBeGreaterThan(warning - margin - 1e-5);
          before = state;
        }
      }),
    );
  });
});

describe('a breaker told by events', () => {
  const counterOf = { open: 'open', closed: 'close', 'half-open': 'halfOpen' } as const;
  const next: Readonly<Record<BreakerState, readonly BreakerState[]>> = {
    closed: ['open'],
    open: ['half-open'],
    'half-open': ['open', 'closed'],
  };
  const seen = fc.record({ turns: fc.nat(4), way: fc.nat(1) });

  it('is in the state it really is in, however many turns it took between two scrapes', () => {
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 20 }), (looks) => {
        const windows = createWindows(selectionOf([]));
        const counts = { open: 0, close: 0, halfOpen: 0 };
        let state = 'closed' as BreakerState;
        for (const [index, { turns, way }] of looks.entries()) {
          for (let turn = 0; turn < turns; turn += 1) {
            const ways = next[state];
            state = ways[(way + turn) % ways.length] ?? 'closed';
            counts[counterOf[state]] += 1;
          }
          const samples = Object.entries(counts).map(([event, value]) =>
            sample('circuit', value, { name: 'b', event }),
          );
          windows.scrape('w1', samples, index * 5000);
        }
        const context = { windows, sources: {}, now: looks.length * 5000 };
        const [breaker] = finished(evaluateBreakers(dialectsFor([]), context, []));
        // Several turns at once may leave half-open and closed alike in their totals.
        const last = looks.at(-1)?.turns ?? 0;
        if (last <= 1 && looks.length > 1 && looks.every(({ turns }) => turns <= 1)) {
          expect(breaker?.state).toBe(state);
        } else if (breaker && state === 'open') expect(breaker.state).toBe('open');
        else if (breaker) expect(breaker.state).not.toBe('open');
      }),
    );
  });
});
