import { describe, expect, it } from 'vitest';
import { signalScope } from '../../../src/signals/conditions-scope.ts';
import { signalKey } from '../../../src/signals/key.ts';
import type { EvaluatedSignal } from '../../../src/signals/reading.ts';
import { cacheSamples } from '../../../src/signals/samples.ts';
import { reading } from './make.ts';

const scope = (...readings: EvaluatedSignal[]) =>
  signalScope({
    signals: Object.fromEntries(readings.map((r) => [signalKey(r.id, r.labels), r])),
  });

describe('signalKey', () => {
  it('is the id, and the labels in the order of their names', () => {
    expect(signalKey('p95', {})).toBe('p95');
    expect(signalKey('breaker', { b: 'x"y', a: '1' })).toBe('breaker{a="1",b="x\\"y"}');
  });
});

describe('signalScope', () => {
  it('gives values, maps by label value, and leaves the unknown out', () => {
    expect(
      scope(
        reading({ value: 1.42 }),
        reading({ id: 'hits', value: null }),
        reading({ id: 'breaker', labels: { dependency: 'redis' }, value: 'open' }),
        reading({ id: 'breaker', labels: { dependency: 'mail' }, value: null }),
        reading({ id: 'depth', labels: { queue: 'q', area: 'a' }, value: 3 }),
      ),
    ).toEqual({ p95: 1.42, breaker: { redis: 'open' }, depth: { 'a,q': 3 } });
  });

  it('takes a hostile label for a name only', () => {
    const hostile = scope(reading({ id: 'breaker', labels: { d: '__proto__' }, value: 'open' }));
    const breaker = hostile['breaker'] as object;
    expect(Object.getPrototypeOf(breaker)).toBe(Object.prototype);
    expect(Object.hasOwn(breaker, '__proto__')).toBe(true);
  });
});

describe('cacheSamples', () => {
  it('names the facts of a cache as an exporter would', () => {
    const samples = cacheSamples({
      usedMemoryBytes: 100,
      maxMemoryBytes: 0,
      clients: 3,
      opsPerSecond: 4,
      hitsTotal: 5,
      missesTotal: 6,
      evictedTotal: 7,
    });
    expect(Object.fromEntries(samples.map(({ name, value }) => [name, value]))).toEqual({
      redis_evicted_keys_total: 7,
      redis_used_memory_bytes: 100,
      redis_max_memory_bytes: 0,
      redis_connected_clients: 3,
      redis_instantaneous_ops_per_sec: 4,
      redis_keyspace_hits_total: 5,
      redis_keyspace_misses_total: 6,
    });
  });
});
