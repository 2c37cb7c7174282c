import { describe, expect, it } from 'vitest';
import { trendOf } from '../../../src/domain/trend.ts';
import { createHistory } from '../../../src/live/history.ts';
import { createLive } from '../../../src/live/store.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { sample, selector, signal } from '../signals/make.ts';
import { source } from './sources.ts';

const STEP_MS = 5000;
const memory = selector('memory_usage_bytes');

function region(aggregate: 'max' | 'sum' = 'max') {
  const clock = createFakeClock(1_000_000);
  const history = createHistory();
  const live = createLive({
    region: { name: 'local', system: null },
    clock,
    history,
    roles: [],
    signals: [signal('memory', { kind: 'gauge', of: memory, aggregate })],
    alerts: [],
  });
  return {
    live,
    history,
    /** One scrape of each instance, and what was published of it. */
    scraped(values: Readonly<Record<string, number>>) {
      clock.tick(STEP_MS);
      for (const [name, value] of Object.entries(values)) {
        live.source(source(name, { kind: 'metrics', observedAt: clock.now() }));
        const samples = [sample('memory_usage_bytes', value, { worker_id: name })];
        live.record(name, 'metrics', { target: name, latencyMs: 1, samples }, clock.now());
      }
      live.flush();
    },
    fails(name: string) {
      const error = { kind: 'unreachable', message: 'refused', mend: null } as const;
      live.source(source(name, { kind: 'metrics', status: 'failed', error }));
      live.flush();
    },
  };
}

/** A worker that is ended at its limit each time, and begins so many observations after the others. */
const tooth = (n: number, period: number) => 200 + (n % period) * 20;

describe('the past of each instance', () => {
  it('tells what the largest of all does not: none of them grows, though its floors climb', () => {
    const { live, history, scraped } = region();
    // In step at first; then each falls a little later than the one before.
    for (let n = 0; n < 180; n += 1) {
      scraped({ w1: tooth(n, 40), w2: tooth(n, 42), w3: tooth(n, 44) });
    }
    expect(trendOf(history.points('signal:memory'))).toMatchObject({
      kind: 'growing',
      because: expect.stringContaining('higher floor'),
    });
    const each = live.instances('memory');
    expect(each.map(({ labels }) => labels)).toEqual(
      ['w1', 'w2', 'w3'].map((name) => ({ worker_id: name, instance: name })),
    );
    expect(each.map(({ points }) => trendOf(points).kind)).toEqual(Array(3).fill('sawtooth'));
  });

  it('is not told of one that is gone', () => {
    const { live, scraped, fails } = region();
    for (let n = 0; n < 10; n += 1) scraped({ w1: 100, w2: 100 + n });
    expect(live.instances('memory')).toHaveLength(2);
    for (let n = 0; n < 5; n += 1) scraped({ w1: 100 });
    fails('w2');
    expect(live.instances('memory').map(({ labels }) => labels['instance'])).toEqual(['w1']);
  });

  it('is not kept of a single instance, of too many, nor where all are added up', () => {
    const alone = region();
    alone.scraped({ w1: 1 });
    expect(alone.live.instances('memory')).toEqual([]);
    const crowd = region();
    crowd.scraped(Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`w${n}`, n])));
    expect(crowd.live.instances('memory')).toEqual([]);
    const sum = region('sum');
    sum.scraped({ w1: 1, w2: 2 });
    expect(sum.live.instances('memory')).toEqual([]);
    expect(sum.live.instances('nothing')).toEqual([]);
  });
});
