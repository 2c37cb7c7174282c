import { describe, expect, it } from 'vitest';
import { hitRateOf, rejectsWrites } from '../../../src/domain/cache.ts';
import { sizeBytes } from '../../../src/integrations/redis/config-set.ts';
import { decodeInfo, flushesOf, toCache } from '../../../src/integrations/redis/decode.ts';
import {
  decodeClients,
  decodeSlowLog,
  groupClients,
} from '../../../src/integrations/redis/decode-clients.ts';
import { redisFailure } from '../../../src/integrations/redis/failure.ts';
import { fixture, jsonFixture } from './fixtures.ts';

const info = fixture('redis/info.txt').toString('utf8');
const cache = toCache(decodeInfo(info, 'h:1'), 1.5);

describe('INFO', () => {
  it('becomes a cache', () => {
    expect(cache).toMatchObject({
      latencyMs: 1.5,
      version: '7.0.15',
      role: 'master',
      maxMemoryBytes: 256 * 1024 * 1024,
      policy: 'allkeys-lru',
      clients: 1,
      hitsTotal: 1,
      missesTotal: 1,
      evictedTotal: 0,
      keys: 3,
    });
    expect(cache.usedMemoryBytes).toBeGreaterThan(500_000);
    expect(hitRateOf(cache)).toBe(0.5);
    expect(hitRateOf({ ...cache, hitsTotal: 0, missesTotal: 0 })).toBeNull();
  });

  it('says when writes are refused', () => {
    const full = { ...cache, usedMemoryBytes: cache.maxMemoryBytes };
    expect(rejectsWrites(full)).toBe(false);
    expect(rejectsWrites({ ...full, policy: 'noeviction' })).toBe(true);
    expect(rejectsWrites({ ...full, policy: 'noeviction', maxMemoryBytes: 0 })).toBe(false);
  });

  it('of a replica and with hostile values is safe', () => {
    const text =
      'redis_version:7\u001b[31m\r\nrole:slave\r\nmaxmemory_policy:\u001b]0;x\u0007lru\r\n';
    const other = toCache(decodeInfo(text, 'h:1'), 1);
    expect(other).toMatchObject({ version: '7', role: 'replica', policy: 'lru', keys: 0 });
  });

  it('while loading is an error with the progress', () => {
    const loading = `${info}loading:1\r\nloading_loaded_perc:43.21\r\n`.replace('loading:0', '');
    expect(() => decodeInfo(loading, 'h:1')).toThrow(
      expect.objectContaining({
        kind: 'failed',
        message: 'Redis at h:1 is still loading its data, 43 % done',
      }),
    );
  });

  it('of something else is garbage', () => {
    for (const answer of [null, '', 'HTTP/1.1 400 Bad Request', ['x']]) {
      expect(() => decodeInfo(answer, 'h:1')).toThrow(expect.objectContaining({ kind: 'garbage' }));
    }
  });

  it('counts flushes', () => {
    expect(flushesOf(fixture('redis/commandstats.txt').toString('utf8'))).toBe(0);
    expect(flushesOf(fixture('redis/commandstats-flushed.txt').toString('utf8'))).toBe(2);
  });
});

describe('the slow log', () => {
  const entries = decodeSlowLog(jsonFixture('redis/slowlog.json'));

  it('has times in ms, the command and the client', () => {
    const get = entries.find(({ command }) => command === 'GET nothing');
    expect(get).toMatchObject({
      at: expect.any(Number),
      client: expect.stringMatching(/^127\.0\.0\.1:\d+ opsconsole$/),
    });
    expect(get?.at).toBeGreaterThan(1_700_000_000_000);
    expect(get?.durationMs).toBeLessThan(1000);
  });

  it('shows hostile values cut and without control sequences', () => {
    const set = entries.find(({ command }) => command.startsWith('SET'));
    expect(set?.command).toMatch(/^SET cache:1 red x+/);
    expect(set?.command.length).toBeLessThanOrEqual(200);
  });
});

describe('CLIENT LIST', () => {
  it('becomes entries, and groups by name or host', () => {
    const [own] = decodeClients(fixture('redis/client-list.txt').toString('utf8'));
    expect(own).toMatchObject({ name: 'opsconsole', command: 'client|list', outputBytes: 0 });
    const clients = decodeClients(
      [
        'id=1 addr=10.0.0.1:1 name= idle=5 cmd=get omem=0',
        'id=2 addr=10.0.0.1:2 name= idle=1 cmd=keys omem=900',
        'id=3 addr=10.0.0.2:1 name=w\u001b[31m1 idle=0 cmd=set omem=0',
        'no client at all',
      ].join('\n'),
    );
    expect(clients).toHaveLength(3);
    expect(clients[1]).toEqual({
      addr: '10.0.0.1:2',
      name: '',
      command: 'keys',
      idleSeconds: 1,
      outputBytes: 900,
    });
    expect(groupClients(clients)).toEqual([
      { name: '10.0.0.1', count: 2 },
      { name: 'w1', count: 1 },
    ]);
  });
});

describe('failures of Redis', () => {
  const reply = (message: string) =>
    redisFailure(Object.assign(new Error(message), { name: 'ReplyError' }), 'h:1');

  it('are told in words', () => {
    expect(reply('NOAUTH Authentication required.')).toMatchObject({
      kind: 'denied',
      message: 'Redis at h:1 wants a password',
    });
    expect(reply('WRONGPASS invalid username-password pair')).toMatchObject({ kind: 'denied' });
    expect(reply('ERR invalid password').message).toBe('Redis at h:1 refuses the password');
    expect(reply('LOADING Redis is loading the dataset in memory').message).toContain('loading');
    expect(reply('MISCONF Redis is configured to save').message).toContain('cannot save to disk');
    expect(reply('OOM command not allowed').message).toContain('memory is full');
    expect(reply('ERR \u001b[31mstrange').message).toBe('Redis at h:1: ERR strange');
  });
});

describe('sizes', () => {
  it('mean what they mean to Redis', () => {
    expect(sizeBytes('512mb')).toBe(536_870_912);
    expect(sizeBytes('512MB')).toBe(536_870_912);
    expect(sizeBytes('1k')).toBe(1000);
    expect(sizeBytes('268435456')).toBe(268_435_456);
    expect(sizeBytes('1g')).toBe(1_000_000_000);
  });
});
