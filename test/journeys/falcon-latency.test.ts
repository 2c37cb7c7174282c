import { afterEach, expect, test } from 'vitest';
import { recordEvents } from '../harness/engine-events.ts';
import { atRest, LARGE, SMALL } from '../harness/falcon.ts';
import { mend } from '../harness/incident.ts';
import { rowsAt } from '../harness/journey-postgres.ts';
import { healthy, redis } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';

const TITLE = 'Requests are slow';
const RUNBOOK = 'falcon/high-latency';
/** Keeps the one thread of Redis for more than 200 ms. */
const SLOW_SCRIPT = `local began = redis.call('TIME')
repeat
  local now = redis.call('TIME')
until (now[1] - began[1]) * 1000000 + now[2] - began[2] > 200000`;

describeOnStack('requests to Falcon are slow', (stack) => {
  const undo: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const one of undo.splice(0)) await one();
    await healthy(stack());
  });

  test('for the cache forgets at once: answers are kept longer', async () => {
    // A text comes back after more than a second.
    await stack().setLoad(5);
    const { desk, terminal } = await atRest(stack(), LARGE);
    const engine = recordEvents(stack());
    const times = await mend(desk, terminal, {
      name: 'cache forgets at once',
      fault: async () => {
        await stack().faults.setWorkerEnv({ CACHE_TTL_SECONDS: '1' });
        // What is in the cache already keeps its old age limit.
        await redis(stack(), 'FLUSHALL');
        await engine.forget();
      },
      runbookTitle: TITLE,
      runbook: RUNBOOK,
      recommends: 'raise-cache-ttl',
      turns: [
        {
          kind: 'confirm',
          leaf: 'raise-cache-ttl',
          title: 'Keep answers in the cache for 2 h',
          touches: /touches \S*\.env/,
          command: /CACHE_TTL_SECONDS/,
          by: 'Enter',
        },
        {
          kind: 'confirm',
          leaf: 'apply-cache-ttl',
          title: 'Make the workers anew, with answers kept for 2 h',
          touches: /touches falcon-worker-1 [0-9a-f]{12}/,
          command: /docker.compose -p falcon .* --force-recreate .*worker-1/,
        },
      ],
      ends: { leaf: 'apply-cache-ttl' },
    });
    expect(times.keystrokes).toBe(4);
    expect(await engine.count('falcon-worker-1', 'create')).toBe(1);
    const [first = ''] = (await redis(stack(), 'KEYS', 'cache:*')) as string[];
    expect(Number(await redis(stack(), 'TTL', first))).toBeGreaterThan(3600);
  });

  test('for a slow query holds the request logs again and again: it is ended', async () => {
    const { desk, terminal } = await atRest(stack(), SMALL);
    const times = await mend(desk, terminal, {
      name: 'slow query holds the request logs',
      fault: async () => {
        const backfill = await stack().faults.holdUpRequestLogs();
        undo.push(backfill.release);
      },
      runbookTitle: TITLE,
      runbook: RUNBOOK,
      recommends: 'database',
      turns: [
        {
          kind: 'confirm',
          leaf: 'database',
          title: 'End what holds Postgres up',
          touches: /touches .*\d+/,
          command: /pg_terminate_backend/,
        },
      ],
      ends: { leaf: 'database' },
    });
    expect(times.keystrokes).toBe(3);
    const [left] = await rowsAt<{ n: number }>(
      stack().postgresUrl,
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'nightly-backfill'",
    );
    expect(left?.n).toBe(0);
  });

  test('for a slow command in Redis: the slow log names it', async () => {
    const { desk, terminal } = await atRest(stack(), SMALL);
    const times = await mend(desk, terminal, {
      name: 'slow command in Redis',
      fault: () => redis(stack(), 'EVAL', SLOW_SCRIPT, '0'),
      runbookTitle: 'Redis down, or its breaker open',
      runbook: 'falcon/redis-down',
      // One slow command raises no alert.
      recommends: null,
      opens: ['R', 'd'],
      turns: [
        { kind: 'press', at: /▶ Redis is overloaded +ends the run as watching/, keys: ['Enter'] },
      ],
      ends: { leaf: 'inspect-load', outcome: 'watching' },
    });
    expect(times.keystrokes).toBe(3);
    const { events } = await desk.journal();
    const words = JSON.stringify(events);
    expect(words).toMatch(/The slowest command took \d+/);
    expect(words).toContain('EVAL');
  });
});
