import { describe, expect, it } from 'vitest';
import type { Health } from '../../../src/domain/health.ts';
import type { Sample } from '../../../src/domain/metrics.ts';
import type { Computation, Thresholds } from '../../../src/signals/definition.ts';
import { evaluateSignals } from '../../../src/signals/evaluate.ts';
import { INSTANCE_KEPT_INTERVALS, type SourceStates } from '../../../src/signals/instances.ts';
import { START_TIME, selectionOf } from '../../../src/signals/selection.ts';
import { finished } from '../../../src/signals/sliced.ts';
import { numberHealth } from '../../../src/signals/thresholds.ts';
import { createWindows, VANISHED_KEPT_MS } from '../../../src/signals/window.ts';
import { sample, selector, signal } from './make.ts';

type Scrape = readonly [source: string, at: number, ...samples: readonly Sample[]];

const intervalMs = 5000;
const failed = (...names: string[]): SourceStates =>
  Object.fromEntries(names.map((name) => [name, { status: 'failed', intervalMs }]));

function read(
  computation: Computation,
  scrapes: readonly Scrape[],
  now: number,
  sources: SourceStates = {},
  rest: Parameters<typeof signal>[2] = {},
) {
  const definition = signal('x', computation, rest);
  const windows = createWindows(selectionOf([definition]));
  for (const [source, at, ...samples] of scrapes) windows.scrape(source, samples, at);
  return finished(evaluateSignals([definition], { windows, sources, now }))[0];
}

describe('a gauge of several instances', () => {
  const scrapes: Scrape[] = [
    ['w1', 0, sample('depth', 1), sample('depth', 2, { q: 'a' })],
    ['w2', 0, sample('depth', 6)],
  ];
  it.each([
    [undefined, 6],
    ['max', 6],
    ['min', 1],
    ['sum', 9],
    ['avg', 3],
  ] as const)('is by %s', (aggregate, value) => {
    const by = aggregate === undefined ? {} : { aggregate };
    expect(read({ kind: 'gauge', of: selector('depth'), ...by }, scrapes, 0)?.value).toBe(value);
  });

  it('is scaled, and unknown when that overflows', () => {
    const of = { kind: 'gauge', of: selector('depth') } as const;
    expect(read(of, scrapes, 0, {}, { scale: 0.5 })?.value).toBe(3);
    expect(read(of, scrapes, 0, {}, { scale: Number.MAX_VALUE })).toMatchObject({
      value: null,
      reason: 'its scale makes it overflow',
    });
  });
});

describe('an age', () => {
  const now = 1_700_000_100_000;
  const run = (...values: number[]): Scrape => [
    'w1',
    now,
    ...values.map((value, n) => sample('last_run', value, { n: String(n) })),
  ];
  const age = { kind: 'age', of: selector('last_run'), since: 'value' } as const;

  it('is the time since the time that the gauge tells, the oldest speaking', () => {
    expect(read(age, [run(now / 1000 - 20, now / 1000 - 100)], now)?.value).toBe(100);
    const youngest = { ...age, aggregate: 'min' } as const;
    expect(read(youngest, [run(now / 1000 - 20, now / 1000 - 100)], now)?.value).toBe(20);
  });

  it('moves in steps, is never below 0, and reads milliseconds with a scale', () => {
    expect(read(age, [run(now / 1000 - 24)], now)?.value).toBe(20);
    expect(read(age, [run(now / 1000 + 60)], now)?.value).toBe(0);
    const inMs = { ...age, timestampScale: 0.001 };
    expect(read(inMs, [run(now - 60_000)], now)?.value).toBe(60);
  });

  it('is unknown for what has not happened yet, or what nobody tells', () => {
    expect(read(age, [run(0)], now)?.reason).toBe('last_run is 0: it has not happened yet');
    expect(read(age, [['w1', now]], now)?.reason).toBe('no instance reports last_run');
    expect(read(age, [], now)?.reason).toBe('no source of metrics has answered yet');
  });

  it('is the time since a value was seen to change', () => {
    const change = { ...age, since: 'change' } as const;
    const scrapes: Scrape[] = [
      ['w1', 0, sample('last_run', 7)],
      ['w1', 5000, sample('last_run', 8)],
      ['w1', 10_000, sample('last_run', 8)],
      ['w1', 15_000, sample('last_run', 8)],
    ];
    expect(read(change, scrapes, 15_000)?.value).toBe(10);
    expect(read(change, scrapes.slice(1), 15_000)?.value).toBe(10);
  });

  it('is the time since a series was last there, whether its instance answers or not', () => {
    const seen = { ...age, since: 'sample' } as const;
    const scrapes: Scrape[] = [
      ['w1', 0, sample('last_run', 1)],
      ['w2', 30_000, sample('last_run', 1)],
      ['w1', 60_000],
    ];
    expect(read(seen, scrapes, 60_000)?.value).toBe(60);
    expect(read(seen, scrapes.slice(1, 2), 90_000, failed('w2'))).toMatchObject({
      value: 60,
      stale: false,
    });
    const late: Scrape = ['w1', VANISHED_KEPT_MS + 1];
    expect(read(seen, [...scrapes, late], VANISHED_KEPT_MS + 1)?.value).toBe(870);
  });
});

describe('a count', () => {
  const count = { kind: 'count', of: [selector('up')], per: 'instance' } as const;
  const scrapes: Scrape[] = [
    ['w1', 0, sample('up', 1, { a: '1' }), sample('up', 1, { a: '2' })],
    ['w2', 0, sample('up', 0)],
  ];

  it('is of series or of instances, with the values that are meant', () => {
    expect(read(count, scrapes, 0)?.value).toBe(2);
    expect(read({ ...count, per: 'series' }, scrapes, 0)?.value).toBe(3);
    expect(read({ ...count, above: 0 }, scrapes, 0)?.value).toBe(1);
    expect(read({ ...count, below: 1 }, scrapes, 0)?.value).toBe(1);
  });

  it('is surely 0 when nothing matches, and leaves out what no longer answers', () => {
    const later = INSTANCE_KEPT_INTERVALS * intervalMs + 1;
    expect(read(count, [['w1', 3]], 3)).toMatchObject({ value: 0, observedAt: 3 });
    expect(read(count, scrapes, later - 1, failed('w1', 'w2'))?.value).toBe(2);
    expect(read(count, scrapes, later, failed('w1', 'w2'))).toMatchObject({
      value: 0,
      stale: false,
    });
    expect(read(count, [], 0)?.value).toBeNull();
  });
});

describe('a quantile', () => {
  const of = selector('rpc_seconds');
  const quantile = { kind: 'quantile', quantile: 0.99, of, windowMs: 60_000 } as const;
  const told = (q: string, value: number) => sample('rpc_seconds', value, { quantile: q });

  it("is a summary's own where there is no histogram, the slowest instance speaking", () => {
    const scrapes: Scrape[] = [
      ['w1', 0, told('0.5', 9), told('0.99', 0.3)],
      ['w2', 0, told('0.990', 0.7), told('0.999', 5)],
    ];
    expect(read(quantile, scrapes, 0)).toMatchObject({ value: 0.7, observedAt: 0 });
  });

  it('is unknown where the summary has no such quantile, or no observation', () => {
    expect(read(quantile, [['w1', 0, told('0.5', 1)]], 0)?.value).toBeNull();
    expect(read(quantile, [['w1', 0, told('0.99', Number.NaN)]], 0)?.value).toBeNull();
  });

  it('is of the histogram where both are there', () => {
    const scrape = (at: number, count: number): Scrape => [
      'w1',
      at,
      told('0.99', 50),
      sample('rpc_seconds_bucket', count, { le: '1' }),
      sample('rpc_seconds_bucket', count, { le: '+Inf' }),
    ];
    expect(read(quantile, [scrape(0, 1), scrape(5000, 5)], 5000)?.value).toBeCloseTo(0.99, 12);
  });
});

describe('a state told by a label', () => {
  const state: Computation = {
    kind: 'state',
    of: selector('node_state'),
    by: 'node',
    place: { label: 'state', as: 'mark' },
    values: { leader: 'leader', follower: 'follower' },
    worst: ['follower', 'leader'],
  };
  const marks = (leader: number, follower: number): Scrape => [
    'w1',
    0,
    sample('node_state', leader, { node: 'a', state: 'leader' }),
    sample('node_state', follower, { node: 'a', state: 'follower' }),
  ];

  it('is the one that is marked', () => {
    expect(read(state, [marks(1, 0)], 0)).toMatchObject({ value: 'leader', labels: { node: 'a' } });
    expect(read(state, [marks(0, 0)], 0)).toMatchObject({
      value: null,
      reason: 'node_state marks no state of a',
    });
  });
});

it('a state told by events is unknown until one is counted, unless it is a breaker', () => {
  const state: Computation = {
    kind: 'state',
    of: selector('elections_total'),
    by: 'node',
    place: { label: 'event', as: 'event' },
    values: { won: 'leader', lost: 'follower' },
    worst: ['follower', 'leader'],
  };
  const events = (at: number, won: number, lost: number): Scrape => [
    'w1',
    at,
    sample('elections_total', won, { node: 'a', event: 'won' }),
    sample('elections_total', lost, { node: 'a', event: 'lost' }),
  ];
  expect(read(state, [events(0, 4, 4)], 0)).toMatchObject({
    value: null,
    reason: 'elections_total marks no state of a',
  });
  expect(read(state, [events(0, 4, 4), events(5000, 5, 4)], 5000)?.value).toBe('leader');
  expect(read(state, [events(0, 4, 4), events(5000, 5, 5)], 5000)?.value).toBe('follower');
});

describe('thresholds', () => {
  const path = (thresholds: Thresholds, values: readonly number[]) => {
    let before: Health = 'unknown';
    return values.map((value) => {
      before = numberHealth(thresholds, value, before);
      return before;
    });
  };
  const above = { direction: 'above', warning: 100, critical: 200 } as const;

  it('do not flap at their edge: a state gets better once the value is back by the margin', () => {
    expect(path(above, [99, 101, 99, 95.1, 95, 101])).toEqual([
      'ok',
      'warning',
      'warning',
      'warning',
      'ok',
      'warning',
    ]);
    expect(path(above, [201, 191, 190, 96, 94])).toEqual([
      'critical',
      'critical',
      'warning',
      'warning',
      'ok',
    ]);
    const below = { direction: 'below', warning: 100, critical: null, margin: 20 } as const;
    expect(path(below, [100, 99, 119, 120])).toEqual(['ok', 'warning', 'warning', 'ok']);
  });

  it('hold at the bound itself where they are inclusive', () => {
    const inclusive = { ...above, inclusive: true };
    expect(path(inclusive, [99.9, 100, 95.1, 95])).toEqual(['ok', 'warning', 'warning', 'ok']);
    expect(path({ ...inclusive, margin: 0 }, [100, 100, 99.9])).toEqual([
      'warning',
      'warning',
      'ok',
    ]);
  });

  it('at 0 hold as long as the value is above it', () => {
    expect(path({ direction: 'above', warning: 0, critical: null }, [0, 1, 0.001, 0])).toEqual([
      'ok',
      'warning',
      'warning',
      'ok',
    ]);
  });
});

describe('the selection', () => {
  it('names all that a source need bring', () => {
    const names = selectionOf([
      signal('q', { kind: 'quantile', quantile: 0.5, of: selector('rpc_seconds'), windowMs: 1 }),
    ]).names;
    for (const name of ['rpc_seconds', 'rpc_seconds_bucket', START_TIME, 'circuit']) {
      expect(names).toContain(name);
    }
    expect(names).not.toContain('other');
  });
});
