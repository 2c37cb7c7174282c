import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeInfo, toCache } from '../../../src/integrations/redis/decode.ts';
import { decodeSlowLog } from '../../../src/integrations/redis/decode-clients.ts';
import { recentPast } from '../../../src/integrations/redis/recent.ts';

const infoOf = (fields: Readonly<Record<string, string | number>>) =>
  decodeInfo(
    ['redis_version:7.0.15', ...Object.entries(fields).map(([k, v]) => `${k}:${v}`)].join('\r\n'),
    'h:1',
  );

describe('replication', () => {
  it('of a master lists what each replica lacks', () => {
    const cache = toCache(
      infoOf({
        role: 'master',
        master_repl_offset: 1000,
        slave0: 'ip=10.0.0.1,port=6379,state=online,offset=900,lag=1',
        slave1: 'ip=fe80::1,port=6380,state=wait_bgsave,offset=0,lag=-1,type=replica',
      }),
      1,
    );
    expect(cache.master).toBeNull();
    expect(cache.replicas).toEqual([
      { address: '10.0.0.1:6379', state: 'online', lagSeconds: 1, lagBytes: 100 },
      { address: 'fe80::1:6380', state: 'wait_bgsave', lagSeconds: null, lagBytes: 1000 },
    ]);
  });

  it('of a replica tells its link', () => {
    const link = {
      role: 'slave',
      master_host: 'redis-0',
      master_port: 6379,
      master_link_status: 'down',
      master_last_io_seconds_ago: -1,
      master_sync_in_progress: 1,
      master_link_down_since_seconds: 42,
    };
    expect(toCache(infoOf(link), 1)).toMatchObject({
      role: 'replica',
      replicas: [],
      master: {
        address: 'redis-0:6379',
        link: 'down',
        downSeconds: 42,
        lagSeconds: null,
        copying: true,
      },
    });
  });
});

describe('persistence', () => {
  it.each([
    [{ rdb_last_bgsave_status: 'ok', aof_last_write_status: 'ok' }, null],
    [{}, null],
    [{ rdb_last_bgsave_status: 'err' }, 'the last snapshot failed'],
    [
      { rdb_last_bgsave_status: 'err', aof_last_write_status: 'err' },
      'the append-only file cannot be written',
    ],
    [{ aof_last_bgrewrite_status: 'err' }, 'the last rewrite of the append-only file failed'],
  ])('%j', (fields, trouble) => {
    expect(toCache(infoOf(fields), 1).persistence.trouble).toBe(trouble);
  });
});

describe('the last minute', () => {
  const reading = (hits: number, misses: number, evicted = 0, run = 'a') =>
    infoOf({ run_id: run, keyspace_hits: hits, keyspace_misses: misses, evicted_keys: evicted });

  it('is what was counted between two answers', () => {
    const past = recentPast();
    expect(past.add(reading(900, 100), 0)).toEqual({ hitRate: null, evictionsPerSecond: null });
    expect(past.add(reading(901, 103, 10), 5000)).toEqual({ hitRate: 0.25, evictionsPerSecond: 2 });
    expect(past.add(reading(901, 103, 10), 10_000)).toMatchObject({ evictionsPerSecond: 1 });
  });

  it('forgets what is older than a minute', () => {
    const past = recentPast();
    past.add(reading(0, 0), 0);
    past.add(reading(100, 0), 10_000);
    expect(past.add(reading(100, 5), 65_000).hitRate).toBeCloseTo(100 / 105);
    expect(past.add(reading(100, 10), 75_000).hitRate).toBe(0);
  });

  it('starts anew with the server and with its counters', () => {
    const past = recentPast();
    past.add(reading(10, 0), 0);
    expect(past.add(reading(12, 0, 0, 'b'), 5000)).toMatchObject({ hitRate: null });
    expect(past.add(reading(1, 0, 0, 'b'), 10_000)).toMatchObject({ hitRate: null });
  });

  it('is a fraction, whatever is counted', () => {
    const step = fc.record({ hits: fc.nat(100), misses: fc.nat(100), reset: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const past = recentPast();
        let [hits, misses, at] = [0, 0, 0];
        for (const one of steps) {
          hits = one.reset ? 0 : hits + one.hits;
          misses = one.reset ? 0 : misses + one.misses;
          at += 5000;
          const { hitRate } = past.add(reading(hits, misses), at);
          if (hitRate === null) continue;
          expect(hitRate).toBeGreaterThanOrEqual(0);
          expect(hitRate).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('secrets in the slow log', () => {
  const shown = (...words: string[]) =>
    decodeSlowLog([[1, 1_700_000_000, 20_000, words, '10.0.0.1:5', '']])[0]?.command;

  it.each([
    [['AUTH', 'hunter2'], 'AUTH ••••'],
    [['auth', 'me', 'hunter2'], 'auth ••••'],
    [['HELLO', '3', 'AUTH', 'me', 'hunter2'], 'HELLO 3 ••••'],
    [['ACL', 'SETUSER', 'me', 'on', '>hunter2'], 'ACL SETUSER me ••••'],
    [['CONFIG', 'SET', 'requirepass', 'hunter2'], 'CONFIG SET requirepass ••••'],
    [['CONFIG', 'SET', 'maxmemory', '1gb'], 'CONFIG SET maxmemory 1gb'],
    [['GET', 'session:1'], 'GET session:1'],
  ])('%j', (words, command) => {
    expect(shown(...words)).toBe(command);
  });
});
