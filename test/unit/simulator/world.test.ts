import { beforeAll, describe, expect, it } from 'vitest';
import { falconFaults } from '../../../src/simulator/systems/falcon-faults.ts';
import type { World } from '../../../src/simulator/world/world.ts';
import {
  breakers,
  changed,
  falconWorld,
  hitRate,
  later,
  one,
  sessionsOf,
  total,
} from './falcon-world.ts';

const MIB = 1024 * 1024;

describe('a world of Falcon', () => {
  let calm: World;
  beforeAll(async () => {
    calm = await falconWorld();
  });
  const of = (id: string) => falconFaults.find((fault) => fault.id === id)?.changes ?? [];
  const meanSeconds = (before: World, after: World) => {
    const name = 'inference_duration_seconds';
    const sum = (world: World) =>
      [...world.containers.values()].reduce((all, { process }) => {
        if (process?.kind !== 'falcon-worker') return all;
        const series = [...(process.registry.get(name)?.values() ?? [])];
        return all + series.reduce((own, { value }) => own + value, 0);
      }, 0);
    return (sum(after) - sum(before)) / (total(after, name) - total(before, name));
  };

  it('is the same for the same seed, and another for another', async () => {
    const again = later(await falconWorld(), 30);
    const same = later(calm, 30);
    expect([...again.containers.values()].map(({ id }) => id)).toEqual([...same.containers.keys()]);
    expect(total(again, 'cache_hits_total')).toBe(total(same, 'cache_hits_total'));
    expect(again.dice).toBe(same.dice);
    const other = later(await falconWorld(2), 30);
    expect(total(other, 'cache_hits_total')).not.toBe(total(same, 'cache_hits_total'));
  });

  it('leaves the world before a step as it was', () => {
    const hits = total(calm, 'cache_hits_total');
    const { state } = one(calm, 'redis');
    later(changed(calm, ...of('redis-killed')), 30);
    expect(total(calm, 'cache_hits_total')).toBe(hits);
    expect(one(calm, 'redis').state).toBe(state);
  });

  it('is well: healthy, most look-ups hit, nobody fails', () => {
    const after = later(calm, 60);
    expect([...after.containers.values()].map(({ health }) => health?.status)).toEqual(
      Array(6).fill('healthy'),
    );
    expect(hitRate(calm, after)).toBeGreaterThan(0.7);
    expect(total(after, 'inference_requests_total', { status: 'error' })).toBe(0);
    expect(breakers(after, 'redis')).toEqual(['closed', 'closed', 'closed']);
  });

  it('opens the breakers when Redis is killed, and does not heal by itself', () => {
    const broken = later(changed(calm, ...of('redis-killed')), 10);
    expect(breakers(broken, 'redis')).toEqual(['open', 'open', 'open']);
    const longAfter = later(broken, 300);
    expect(hitRate(broken, longAfter)).toBe(0);
    expect(meanSeconds(broken, longAfter)).toBeGreaterThan(3 * meanSeconds(calm, later(calm, 60)));
    expect(breakers(longAfter, 'redis')).not.toContain('closed');
    expect(one(longAfter, 'redis').state).toBe('exited');
  });

  it('opens the breakers of a hung Redis after one round of timeouts: its workers wait side by side', () => {
    const hung = changed(calm, ...of('redis-hung'));
    // Three tries of five seconds each.
    expect(breakers(later(hung, 14), 'redis')).toEqual(['open', 'open', 'open']);
    const mended = changed(later(hung, 14), { kind: 'unpause', container: 'redis' });
    expect(breakers(later(mended, 80), 'redis')).toEqual(['closed', 'closed', 'closed']);
  });

  it('refills an empty cache after a restart: the hit rate falls, then recovers', () => {
    const broken = later(changed(calm, ...of('redis-killed')), 20);
    const mended = changed(broken, { kind: 'start', container: 'redis' });
    const soon = later(mended, 20);
    // The breaker lets nothing through within its minute, whatever became of Redis.
    expect(breakers(soon, 'redis')).toEqual(['open', 'open', 'open']);
    const first = later(soon, 55);
    expect(breakers(first, 'redis')).toEqual(['closed', 'closed', 'closed']);
    const full = later(first, 120);
    const much = later(full, 60);
    expect(hitRate(soon, first)).toBeLessThan(hitRate(full, much));
    expect(hitRate(full, much)).toBeGreaterThan(0.7);
  });

  it('breaks again after each repair where what broke it goes on, and is well in between', () => {
    const kill = { kind: 'kill', container: 'redis', byHand: true } as const;
    const recurrence = { name: 'killer', everyMs: 60_000, changes: [kill] };
    const broken = later(changed(calm, kill, { kind: 'recur', recurrence }), 10);
    expect(one(broken, 'redis').state).toBe('exited');
    const mended = later(changed(broken, { kind: 'start', container: 'redis' }), 20);
    expect(one(mended, 'redis').state).toBe('running');
    const again = later(mended, 60);
    expect(one(again, 'redis')).toMatchObject({ state: 'exited', exitCode: 137 });
    // What is down cannot be killed: that it comes to nothing ends nothing.
    const much = later(changed(later(again, 120), { kind: 'start', container: 'redis' }), 60);
    expect(one(much, 'redis').state).toBe('exited');
  });

  it('is not helped by the wrong remedy', () => {
    const broken = later(changed(calm, ...of('redis-killed')), 20);
    const restarted = changed(broken, { kind: 'restart', container: 'postgres', withinMs: 1000 });
    const after = later(restarted, 120);
    expect(breakers(after, 'redis')).not.toContain('closed');
  });

  it('keeps entries while Postgres is down, drops the oldest when there is no more room', () => {
    const broken = later(changed(calm, ...of('postgres-killed')), 240);
    expect(breakers(broken, 'postgres')).not.toContain('closed');
    expect(total(broken, 'dropped_logs_total')).toBeGreaterThan(0);
    expect(total(broken, 'inference_requests_total', { status: 'error' })).toBe(0);
  });

  it('kills what passes the limit of its container, and the engine starts it again', () => {
    const broken = later(changed(calm, ...of('worker-out-of-memory')), 40);
    const { exitCode, restartCount } = one(broken, 'worker-1');
    expect(restartCount).toBeGreaterThan(2);
    expect(exitCode).toBe(137);
    const room = { memoryBytes: 1024 * MIB, memorySwapBytes: 1024 * MIB };
    const raised = changed(broken, {
      kind: 'update',
      container: 'worker-1',
      limits: room,
      restart: null,
    });
    expect(one(later(raised, 120), 'worker-1')).toMatchObject({ state: 'running' });
  });

  it('evicts under allkeys-lru, and refuses under noeviction', () => {
    const full = changed(calm, ...of('redis-full'));
    const after = later(full, 30);
    const { process } = one(after, 'redis');
    expect(process).toMatchObject({ kind: 'redis', evicted: 0 });
    expect(total(after, 'cache_errors_total', { operation: 'set' })).toBeGreaterThan(0);
    const roomy = changed(full, {
      kind: 'redis-set',
      container: 'redis',
      name: 'maxmemory-policy',
      value: 'allkeys-lru',
    });
    const redis = one(later(roomy, 30), 'redis').process;
    expect(redis?.kind === 'redis' ? redis.evicted : 0).toBeGreaterThan(0);
  });

  it('waits when it has more to do than it can', () => {
    const before = later(
      changed(calm, { kind: 'load', load: { perSecond: 60, repeatedShare: 0 } }),
      30,
    );
    expect(meanSeconds(before, later(before, 30))).toBeGreaterThan(0.3);
  });

  it('makes room for others when somebody holds all connections of Postgres', () => {
    const broken = later(changed(calm, ...of('pool-exhausted')), 20);
    expect(breakers(broken, 'postgres')).toEqual(['open', 'open', 'open']);
    const pids = sessionsOf(broken, 'report');
    const ends = pids.map((pid) => ({ kind: 'terminate', pid }) as const);
    const freed = changed(
      broken,
      ...ends.map((change) => ({ kind: 'postgres', container: 'postgres', change }) as const),
    );
    expect(breakers(later(freed, 90), 'postgres')).toEqual(['closed', 'closed', 'closed']);
  });
});
