import { describe, expect, it } from 'vitest';
import { createHistory } from '../../../src/live/history.ts';
import { containers, usageById } from '../../../src/live/selectors.ts';
import {
  cacheLatencySeries,
  checkLatencySeries,
  cpuSeries,
  memorySeries,
  signalSeries,
} from '../../../src/live/series.ts';
import { BEAT_MS, COALESCE_MS, createLive } from '../../../src/live/store.ts';
import { cacheFact } from '../../fixtures/cache.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import {
  alert,
  breakerSignal,
  container,
  sample,
  selector,
  signal,
  usage,
} from '../signals/make.ts';
import { check } from './fake-source.ts';
import { source } from './sources.ts';

const windowMs = 60_000;
const rate = signal('rate', { kind: 'rate', of: [selector('requests_total')], windowMs });
const evictions = signal('evictions', {
  kind: 'increase',
  of: [selector('redis_evicted_keys_total')],
  windowMs,
});

function setUp() {
  const clock = createFakeClock(1_000_000);
  const history = createHistory();
  const live = createLive({
    region: { name: 'us-ashburn', system: 'falcon' },
    clock,
    history,
    roles: [{ role: 'redis', services: ['redis'] }],
    project: 'falcon',
    signals: [rate, evictions, breakerSignal],
    alerts: [
      alert({
        name: 'CircuitBreakerOpen',
        signal: 'breaker',
        condition: { kind: 'is', words: ['open'] },
        forMs: 5000,
        severity: 'P1',
        summary: 'breaker {{labels.dependency}} {{value}}',
      }),
    ],
  });
  const seen: ReturnType<typeof live.store.getState>[] = [];
  live.store.subscribe((state) => seen.push(state));
  return { clock, history, live, seen, state: live.store.getState };
}

const cache = cacheFact({ latencyMs: 2, evictedTotal: 7 });

const scrape = (open: number, requests: number) => ({
  target: 'w1',
  latencyMs: 1,
  samples: [
    sample('requests_total', requests),
    sample('circuit_breaker_state', open, { dependency: 'redis' }),
    sample('circuit_breaker_state', 0, { dependency: 'postgres' }),
  ],
});

describe('publication', () => {
  it('is at once for the first change, then at most ten times a second, one setState a flush', () => {
    const { clock, live, seen } = setUp();
    live.record('readyz', 'check', check, clock.now());
    expect(seen).toHaveLength(1);
    for (let ms = 0; ms < 1000; ms += 1) {
      clock.tick(1);
      live.record('readyz', 'check', { ...check, latencyMs: ms }, clock.now());
      live.record('healthz', 'check', { ...check, latencyMs: ms }, clock.now());
      expect(clock.pending()).toBeLessThanOrEqual(2);
    }
    expect(seen).toHaveLength(1 + 1000 / COALESCE_MS);
    clock.tick(COALESCE_MS);
    expect(seen).toHaveLength(2 + 1000 / COALESCE_MS);
    expect(seen.at(-1)?.facts['readyz']).toMatchObject({ value: { latencyMs: 999 } });
    clock.tick(COALESCE_MS * 2);
    live.record('readyz', 'check', check, clock.now());
    expect(seen).toHaveLength(3 + 1000 / COALESCE_MS);
  });

  it('does not nest when a listener records', () => {
    const { clock, live, seen } = setUp();
    let depth = 0;
    live.store.subscribe(() => {
      depth += 1;
      expect(depth).toBe(1);
      if (seen.length === 1) live.record('b', 'check', check, clock.now());
      depth -= 1;
    });
    live.record('a', 'check', check, clock.now());
    expect(Object.keys(live.store.getState().facts)).toEqual(['a']);
    clock.tick(COALESCE_MS);
    expect(Object.keys(live.store.getState().facts)).toEqual(['a', 'b']);
  });

  it('does not happen on a beat without a difference', () => {
    const { clock, live, seen } = setUp();
    live.record('w1', 'metrics', scrape(0, 1), clock.now());
    live.record('docker', 'containers', [container('redis')], clock.now());
    clock.tick(COALESCE_MS);
    const before = seen.length;
    clock.tick(20 * BEAT_MS);
    expect(seen).toHaveLength(before);
  });

  it('of the same source state does not happen', () => {
    const { live, seen } = setUp();
    live.source(source('readyz'));
    live.source(source('readyz'));
    live.flush();
    expect(seen).toHaveLength(1);
  });

  it('ends when it is closed', () => {
    const { clock, live, seen } = setUp();
    live.record('readyz', 'check', check, clock.now());
    live.record('readyz', 'check', { ...check, ok: false }, clock.now());
    live.close();
    live.source(source('readyz'));
    clock.tick(10_000);
    expect(seen).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });
});

describe('identity', () => {
  it('is kept by what did not change, by id', () => {
    const { clock, live, state } = setUp();
    const take = (...list: ReturnType<typeof container>[]) => {
      live.record('docker', 'containers', list, clock.now());
      live.flush();
      return containers(state());
    };
    const first = take(container('redis'), container('nginx'));
    expect(take(container('redis'), container('nginx'))).toBe(first);
    const moved = take(container('nginx'), container('redis'));
    expect([moved[0], moved[1]]).toEqual([first[1], first[0]]);
    expect(moved[0]).toBe(first[1]);
    const changed = take(container('nginx'), container('redis', { state: 'paused' }));
    expect(changed).not.toBe(moved);
    expect(changed[0]).toBe(moved[0]);
    expect(changed[1]).not.toBe(moved[1]);
  });

  it('is kept by signals, breakers and alerts while others change', () => {
    const { clock, live, state } = setUp();
    live.record('w1', 'metrics', scrape(1, 1), clock.now());
    live.flush();
    const before = state();
    clock.tick(500);
    live.record('docker', 'containers', [container('redis')], clock.now());
    live.flush();
    const after = state();
    expect(after.signals['container{service="redis"}']?.value).toBe('running');
    expect(after.signals['breaker{dependency="redis"}']).toBe(
      before.signals['breaker{dependency="redis"}'],
    );
    expect(after.breakers).toBe(before.breakers);
    expect(after.alerts).toBe(before.alerts);
    expect(after.alerts).toHaveLength(1);
  });

  it('is kept for usage by id', () => {
    const { clock, live, state } = setUp();
    const used = (id: string, cpu: number) => usage(id, { cpu, memoryBytes: 1 });
    live.record('usage', 'usage', [used('a', 0.1), used('b', 0.2)], clock.now());
    live.flush();
    const before = usageById(state());
    live.record('usage', 'usage', [used('b', 0.2), used('a', 0.3)], clock.now());
    live.flush();
    expect(usageById(state()).get('b')).toBe(before.get('b'));
    expect(usageById(state()).get('a')).toMatchObject({ cpu: 0.3 });
  });
});

describe('signals and alerts', () => {
  it('move on by the beat alone: pending becomes firing, windows run empty', () => {
    const { clock, live, state } = setUp();
    live.record('w1', 'metrics', scrape(0, 10), clock.now());
    clock.tick(5000);
    live.record('w1', 'metrics', scrape(1, 60), clock.now());
    live.flush();
    expect(state().signals['rate']?.value).toBe(10);
    expect(state().alerts).toMatchObject([{ name: 'CircuitBreakerOpen', state: 'pending' }]);
    expect(state().breakers).toMatchObject([
      { name: 'postgres', state: 'closed', changeSeen: false },
      { name: 'redis', state: 'open', since: clock.now(), changeSeen: true },
    ]);
    clock.tick(5000);
    expect(state().alerts).toMatchObject([{ name: 'CircuitBreakerOpen', state: 'firing' }]);
    clock.tick(windowMs);
    expect(state().signals['rate']).toMatchObject({ value: null });
  });

  it('come from the cache fact and from containers as well', () => {
    const { clock, live, state } = setUp();
    live.record('redis', 'cache', cache, clock.now());
    clock.tick(5000);
    live.record('redis', 'cache', { ...cache, evictedTotal: 57 }, clock.now());
    const dead = container('redis', { state: 'exited', exitCode: 137, finishedAt: clock.now() });
    live.record('docker', 'containers', [dead], clock.now());
    live.flush();
    expect(state().signals['evictions']?.value).toBe(50);
    expect(state().alerts).toMatchObject([
      { name: 'ContainerDown', labels: { service: 'redis' }, state: 'pending', severity: 'P1' },
    ]);
    clock.tick(30_000);
    expect(state().alerts).toMatchObject([{ name: 'ContainerDown', state: 'firing' }]);
  });

  it('keep facts, and the order of declaration, when a source fails', () => {
    const { clock, live, state } = setUp();
    live.source(source('readyz', { status: 'connecting' }));
    live.source(source('healthz', { status: 'connecting' }));
    live.record('readyz', 'check', check, clock.now());
    live.source(source('readyz', { status: 'failed', since: clock.now() }));
    live.flush();
    expect(Object.keys(state().sources)).toEqual(['readyz', 'healthz']);
    expect(state().facts['readyz']?.value).toEqual(check);
    expect(state().signals['check{name="readyz"}']?.value).toBe('unreachable');
  });
});

describe('history', () => {
  it('gets every observation under its documented name', () => {
    const { clock, history, live } = setUp();
    const at = clock.now();
    live.record('docker', 'containers', [container('redis')], at);
    live.record('usage', 'usage', [usage('a', { cpu: 0.5, memoryBytes: 9 })], at);
    live.record('usage', 'usage', [usage('a', { cpu: null, memoryBytes: 8 })], at);
    live.record('readyz', 'check', check, at);
    live.record('redis', 'cache', cache, at);
    const values = (series: string) => history.points(series).map(({ value }) => value);
    expect(values(cpuSeries('a'))).toEqual([0.5]);
    expect(values(memorySeries('a'))).toEqual([9, 8]);
    expect(values(checkLatencySeries('readyz'))).toEqual([3]);
    expect(values(cacheLatencySeries('redis'))).toEqual([2]);
  });

  it('gets one point of a signal an interval, however many instances and beats there are', () => {
    const { clock, history, live, state } = setUp();
    for (const name of ['w1', 'w2', 'w3']) live.source(source(name, { kind: 'metrics' }));
    for (let round = 0; round < 11; round += 1) {
      for (const name of ['w1', 'w2', 'w3']) {
        live.record(name, 'metrics', scrape(0, round * 10), clock.now());
        clock.tick(5000 / 3);
      }
    }
    const points = history.points(signalSeries('rate'));
    expect(points.length).toBeGreaterThanOrEqual(9);
    expect(points.length).toBeLessThanOrEqual(11);
    expect(points.at(-1)?.value).toBeCloseTo(6, 9);
    expect(state().historyRevision).toBe(history.revision());
  });
});
