import * as z from 'zod';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { shellWord } from '../../domain/shell-word.ts';
import { steadyMs } from '../../domain/time-limit.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { OpenRedis } from './client.ts';
import { cli, roleInput, withRedis } from './role.ts';
import { countKeys, keysInput } from './scan.ts';

/** A probe runs unasked: it does not look through more than this. */
const LOOKED_MAX = 1_000_000;
const SAMPLE_MAX = 10;
const PINGS_MAX = 50;

const databaseWords = (db: number) => (db === 0 ? '' : ` -n ${db}`);

/** `redis.keys`: how many keys fit a pattern. */
export function keysProbe(open: OpenRedis): Probe {
  return defineProbe({
    id: 'redis.keys',
    title: 'Redis: keys by pattern',
    input: z.strictObject(keysInput),
    result: z.object({
      /** Keys that fit; of those looked at, when it is not complete. */
      matching: z.number(),
      /** All keys of the database. */
      total: z.number(),
      /** False when there are too many keys to look through. */
      complete: z.boolean(),
      /** Names of up to ten of them. */
      sample: z.array(z.string()),
    }),
    command: ({ db, pattern, ...role }, context) =>
      `${cli(role, context)}${databaseWords(db)} --scan --pattern ${shellWord(pattern)} | wc -l`,
    read: (input, context) =>
      withRedis(open, input, context, async (call) => {
        await call('SELECT', String(input.db));
        const total = Number(await call('DBSIZE'));
        const counted = await countKeys(call, input.pattern, LOOKED_MAX, SAMPLE_MAX);
        const { complete, keys, sample } = counted;
        return { matching: keys, total, complete, sample: sample.map(sanitizeLine) };
      }),
  });
}

/** `redis.latency`: how fast it answers PING, one after the other on one connection. */
export function latencyProbe(open: OpenRedis): Probe {
  return defineProbe({
    id: 'redis.latency',
    title: 'Redis: latency',
    input: z.strictObject({
      ...roleInput,
      times: z.coerce.number().int().min(1).max(PINGS_MAX).default(10),
    }),
    result: z.object({
      times: z.number(),
      minMs: z.number(),
      medianMs: z.number(),
      maxMs: z.number(),
    }),
    command: (input, context) => `${cli(input, context)} --latency`,
    read: (input, context) =>
      withRedis(open, input, context, async (call) => {
        // The first answer's time would include the connection's.
        await call('PING');
        const timesMs: number[] = [];
        for (let count = 0; count < input.times; count += 1) {
          const startedAt = steadyMs();
          await call('PING');
          timesMs.push(steadyMs() - startedAt);
        }
        timesMs.sort((a, b) => a - b);
        return {
          times: timesMs.length,
          minMs: timesMs[0] ?? 0,
          medianMs: timesMs[Math.floor(timesMs.length / 2)] ?? 0,
          maxMs: timesMs.at(-1) ?? 0,
        };
      }),
  });
}
