import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseMetrics } from '../../../src/integrations/prometheus/decode.ts';
import { dialectsFor } from '../../../src/signals/breaker-dialects.ts';
import { evaluateBreakers } from '../../../src/signals/breakers.ts';
import type { Computation } from '../../../src/signals/definition.ts';
import { evaluateSignals } from '../../../src/signals/evaluate.ts';
import { selectionOf } from '../../../src/signals/selection.ts';
import { finished } from '../../../src/signals/sliced.ts';
import { createWindows } from '../../../src/signals/window.ts';
import { breakerSignal, selector, signal } from './make.ts';

type Recording = 'startup' | 'healthy' | 'redis-stopped' | 'redis-recovered' | 'buffer-full';

const read = (name: Recording) =>
  parseMetrics(
    readFileSync(new URL(`../../fixtures/falcon/${name}.metrics.txt`, import.meta.url), 'utf8'),
  );

const windowMs = 60_000;
const hits: Computation = {
  kind: 'ratio',
  of: [selector('cache_hits_total')],
  to: [selector('cache_hits_total'), selector('cache_misses_total')],
  windowMs,
};
const definitions = [
  signal('p95', {
    kind: 'quantile',
    quantile: 0.95,
    of: selector('inference_duration_seconds'),
    windowMs,
  }),
  signal('rate', { kind: 'rate', of: [selector('inference_requests_total')], windowMs }),
  signal('hits', hits),
  signal('memory', { kind: 'gauge', of: selector('memory_usage_bytes') }),
  breakerSignal,
];

/** Two recordings of one worker, ten seconds apart. */
function between(before: Recording, after: Recording) {
  const windows = createWindows(selectionOf(definitions));
  windows.scrape('worker-1', read(before), 0);
  windows.scrape('worker-1', read(after), 10_000);
  const sources = { 'worker-1': { status: 'live', intervalMs: 5000 } } as const;
  const context = { windows, sources, now: 10_000 };
  const values = Object.fromEntries(
    finished(evaluateSignals(definitions, context)).map(({ id, labels, value }) => [
      [id, ...Object.values(labels)].join(' '),
      value,
    ]),
  );
  return { values, breakers: finished(evaluateBreakers(dialectsFor(definitions), context, [])) };
}

describe('the recorded worker', () => {
  it('counts what is born with the first requests', () => {
    const { values, breakers } = between('startup', 'healthy');
    expect(values['p95']).toBeCloseTo(0.01 * 0.95, 12);
    expect(values['rate']).toBeCloseTo(40 / 10, 12);
    expect(values['hits']).toBeCloseTo(2 / 7, 12);
    expect(values['memory']).toBe(1.8477056e8);
    expect(breakers.map(({ name, state, failures }) => [name, state, failures])).toEqual([
      ['postgres', 'closed', null],
      ['redis', 'closed', null],
    ]);
  });

  it('shows redis lost: slow requests, no hits, its breaker open after five failures', () => {
    const { values, breakers } = between('healthy', 'redis-stopped');
    expect(values['p95']).toBeCloseTo(0.5 + 0.25 * ((9.5 - 8) / 2), 12);
    expect(values['rate']).toBe(1);
    expect(values['hits']).toBe(0);
    expect(values['breaker redis']).toBe('open');
    expect(values['breaker postgres']).toBe('closed');
    expect(breakers.find(({ name }) => name === 'redis')).toEqual({
      name: 'redis',
      source: 'worker-1',
      state: 'open',
      since: 10_000,
      changeSeen: false,
      failures: 5,
      nextAttempt: null,
      dialect: 'number',
      stale: false,
      instances: [{ source: 'worker-1', state: 'open' }],
    });
  });

  it('shows redis back', () => {
    const { values } = between('redis-stopped', 'redis-recovered');
    expect(values['p95']).toBeCloseTo(0.01 * 0.95, 12);
    expect(values['breaker redis']).toBe('closed');
  });

  it('shows postgres lost while the cache still serves nothing', () => {
    const { values } = between('redis-recovered', 'buffer-full');
    expect(values['breaker postgres']).toBe('open');
    expect(values['rate']).toBeCloseTo((1093 - 21) / 10, 12);
  });
});
