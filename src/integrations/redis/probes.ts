import * as z from 'zod';
import { hitRateOf, rejectsWrites } from '../../domain/cache.ts';
import { formatBytes } from '../../domain/format.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { steadyMs } from '../../domain/time-limit.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { CONNECTION_NAME, type OpenRedis } from './client.ts';
import { decodeInfo, toCache } from './decode.ts';
import { decodeClients, decodeSlowLog, groupClients } from './decode-clients.ts';
import { keysProbe, latencyProbe } from './keys-probe.ts';
import { cli, roleInput, withRedis } from './role.ts';

const MAX_SHOWN_CLIENTS = 10;
const MAX_SLOW_ENTRIES = 128;

const infoResult = z.object({
  reachable: z.boolean(),
  /** Why it is not reachable, in words. Everything below is null then. */
  error: z.string().nullable(),
  latencyMs: z.number().nullable(),
  /** Bytes. */
  usedMemory: z.number().nullable(),
  /** Bytes; 0 means no limit. */
  maxMemory: z.number().nullable(),
  usedMemoryHuman: z.string().nullable(),
  maxMemoryHuman: z.string().nullable(),
  policy: z.string().nullable(),
  evictedTotal: z.number().nullable(),
  clients: z.number().nullable(),
  opsPerSecond: z.number().nullable(),
  /** Hits of all look-ups since Redis started, 0 to 1; null before the first one. */
  hitRate: z.number().nullable(),
  uptimeSeconds: z.number().nullable(),
  /** Full, and told to evict nothing. Nothing is written to find out. */
  rejectsWrites: z.boolean().nullable(),
});

const unreachable = {
  reachable: false,
  latencyMs: null,
  usedMemory: null,
  maxMemory: null,
  usedMemoryHuman: null,
  maxMemoryHuman: null,
  policy: null,
  evictedTotal: null,
  clients: null,
  opsPerSecond: null,
  hitRate: null,
  uptimeSeconds: null,
  rejectsWrites: null,
} as const;

/** `redis.info`: memory, policy, load. A Redis that does not answer is a result, not an error. */
function infoProbe(open: OpenRedis): Probe {
  return defineProbe({
    id: 'redis.info',
    title: 'Redis: memory, policy and load',
    input: z.strictObject(roleInput),
    result: infoResult,
    command: (input, context) => `${cli(input, context)} INFO`,
    async read(input, context) {
      context.bind(input.service);
      try {
        return await withRedis(open, input, context, async (call, client) => {
          await call('PING');
          const startedAt = steadyMs();
          const info = decodeInfo(await call('INFO'), client.where);
          const cache = toCache(info, steadyMs() - startedAt);
          return {
            reachable: true,
            error: null,
            latencyMs: cache.latencyMs,
            usedMemory: cache.usedMemoryBytes,
            maxMemory: cache.maxMemoryBytes,
            usedMemoryHuman: formatBytes(cache.usedMemoryBytes),
            maxMemoryHuman:
              cache.maxMemoryBytes === 0 ? 'no limit' : formatBytes(cache.maxMemoryBytes),
            policy: cache.policy,
            evictedTotal: cache.evictedTotal,
            clients: cache.clients,
            opsPerSecond: cache.opsPerSecond,
            hitRate: hitRateOf(cache),
            uptimeSeconds: cache.uptimeSeconds,
            rejectsWrites: rejectsWrites(cache),
          };
        });
      } catch (thrown) {
        if (!(thrown instanceof OperatorError)) throw thrown;
        return { ...unreachable, error: thrown.message };
      }
    },
  });
}

/** `redis.slowlog`: the last slow commands, and the slowest of them. */
function slowLogProbe(open: OpenRedis): Probe {
  const entry = z.object({
    id: z.number(),
    at: z.number().describe('epoch ms'),
    durationMs: z.number(),
    command: z.string(),
    client: z.string(),
  });
  return defineProbe({
    id: 'redis.slowlog',
    title: 'Redis: slow commands',
    input: z.strictObject({
      ...roleInput,
      count: z.coerce.number().int().min(1).max(MAX_SLOW_ENTRIES).default(20),
    }),
    result: z.object({ entries: z.array(entry), slowest: entry.nullable() }),
    command: (input, context) => `${cli(input, context)} SLOWLOG GET ${input.count}`,
    read: (input, context) =>
      withRedis(open, input, context, async (call) => {
        const entries = [...decodeSlowLog(await call('SLOWLOG', 'GET', String(input.count)))];
        const slowest = entries.toSorted((a, b) => b.durationMs - a.durationMs)[0];
        return { entries, slowest: slowest ?? null };
      }),
  });
}

/** `redis.clients`: who is connected; the ten with the most unread output, then the busiest. */
function clientsProbe(open: OpenRedis): Probe {
  const shown = z.object({
    addr: z.string(),
    name: z.string(),
    command: z.string(),
    idleSeconds: z.number(),
    outputBytes: z.number(),
  });
  return defineProbe({
    id: 'redis.clients',
    title: 'Redis: clients',
    input: z.strictObject(roleInput),
    result: z.object({
      total: z.number(),
      /** Waiting in a blocking command. */
      blocked: z.number(),
      /** Connections by client name, or by address where they have none; the ten with the most. */
      byName: z.array(z.object({ name: z.string(), count: z.number() })),
      top: z.array(shown),
    }),
    command: (input, context) => `${cli(input, context)} CLIENT LIST`,
    read: (input, context) =>
      withRedis(open, input, context, async (call, client) => {
        const clients = decodeClients(await call('CLIENT', 'LIST'));
        const info = decodeInfo(await call('INFO'), client.where);
        const top = clients
          .filter(({ name }) => name !== CONNECTION_NAME)
          .sort((a, b) => b.outputBytes - a.outputBytes || a.idleSeconds - b.idleSeconds);
        return {
          total: clients.length,
          blocked: Number(info.get('blocked_clients') ?? 0),
          byName: groupClients(clients).slice(0, MAX_SHOWN_CLIENTS),
          top: top.slice(0, MAX_SHOWN_CLIENTS),
        };
      }),
  });
}

/** The probes of this integration; `open` is called at each read. */
export function redisProbes(open: OpenRedis): Probe[] {
  return [
    infoProbe(open),
    slowLogProbe(open),
    clientsProbe(open),
    keysProbe(open),
    latencyProbe(open),
  ];
}
