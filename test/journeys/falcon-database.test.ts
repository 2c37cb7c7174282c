import { afterEach, expect, test } from 'vitest';
import { recordEvents } from '../harness/engine-events.ts';
import { atRest, LARGE, SMALL } from '../harness/falcon.ts';
import { mend } from '../harness/incident.ts';
import { rowsAt } from '../harness/journey-postgres.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';
import { emptyDatabase } from '../stack/database-disk.ts';

const TITLE = 'Database down, or log entries lost';
const RUNBOOK = 'falcon/database-down';

describeOnStack('the database of Falcon', (stack) => {
  const undo: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const one of undo.splice(0)) await one();
    await healthy(stack());
  });

  /** Requests of the last seconds that stand in the log: it is written again. */
  const writtenOfLate = async () => {
    const [row] = await rowsAt<{ n: number }>(
      stack().postgresUrl,
      `SELECT count(*)::int AS n FROM inference_logs
       WHERE created_at > (now() AT TIME ZONE 'UTC') - interval '10 seconds'`,
    );
    return row?.n ?? 0;
  };

  test('crashed: it is restarted, and requests are written again', async () => {
    const { desk, terminal } = await atRest(stack(), SMALL);
    const engine = recordEvents(stack());
    const times = await mend(desk, terminal, {
      name: 'Postgres crashed',
      fault: () => stack().faults.killPostgres(),
      runbookTitle: TITLE,
      runbook: RUNBOOK,
      recommends: 'restart-postgres',
      turns: [
        {
          kind: 'confirm',
          leaf: 'restart-postgres',
          title: 'Restart Postgres',
          touches: /touches falcon-postgres [0-9a-f]{12}/,
          command: /docker.compose.* restart postgres/,
        },
      ],
      ends: { leaf: 'buffers-kept' },
    });
    expect(times.keystrokes).toBe(3);
    expect(await engine.count('falcon-postgres', 'start')).toBe(1);
    expect(await writtenOfLate()).toBeGreaterThan(0);
  });

  test('its connections are taken by long queries: they end, and pools are raised', async () => {
    const { desk, terminal } = await atRest(stack(), LARGE);
    const times = await mend(desk, terminal, {
      name: 'connections taken by long queries',
      fault: async () => {
        const crowd = await stack().faults.crowdPostgres();
        undo.push(crowd.leave);
      },
      runbookTitle: TITLE,
      runbook: RUNBOOK,
      recommends: 'terminate-long-queries',
      turns: [
        {
          kind: 'confirm',
          leaf: 'terminate-long-queries',
          title: 'End queries that have run for more than 5s',
          touches: /touches \S/,
          command: /pg_terminate_backend/,
        },
        { kind: 'press', at: /▶ The long queries are gone/, keys: ['Enter'] },
        {
          kind: 'confirm',
          leaf: 'raise-pool-size',
          title: 'Allow each worker 40 connections',
          touches: /touches \S*\.env/,
          command: /POSTGRES_POOL_SIZE/,
          by: 'Enter',
        },
        {
          kind: 'confirm',
          leaf: 'apply-pool-size',
          title: 'Make the workers anew, with 40 connections each',
          touches: /touches falcon-worker-1 [0-9a-f]{12}/,
          command: /docker.compose -p falcon .* --force-recreate .*worker-1/,
        },
      ],
      ends: { leaf: 'apply-pool-size' },
    });
    expect(times.keystrokes).toBe(7);
    const [left] = await rowsAt<{ n: number }>(
      stack().postgresUrl,
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'nightly-report'",
    );
    expect(left?.n).toBe(0);
  });

  test('the disk is full: requests of long ago are deleted, and it is vacuumed', async () => {
    // They drop entries soon.
    await stack().faults.setWorkerEnv({ LOG_BUFFER_LIMIT: '5' });
    const { desk, terminal } = await atRest(stack(), SMALL);
    undo.push(() => emptyDatabase(stack()));
    const times = await mend(desk, terminal, {
      name: 'disk of the database full',
      fault: () => stack().faults.fillDatabase(),
      runbookTitle: TITLE,
      runbook: RUNBOOK,
      recommends: 'purge-old-logs',
      turns: [
        {
          kind: 'confirm',
          leaf: 'purge-old-logs',
          title: 'Delete requests older than 30d',
          touches: /touches \S*inference_logs/,
          command: /DELETE FROM \S*inference_logs/,
          by: 'name',
        },
        {
          kind: 'confirm',
          leaf: 'vacuum-logs',
          title: 'Vacuum the request logs',
          touches: /touches \S*inference_logs/,
          command: /VACUUM .*inference_logs/,
        },
      ],
      ends: { leaf: 'buffers-kept' },
    });
    expect(times.keystrokes).toBeLessThan(40);
    const [old] = await rowsAt<{ n: number }>(
      stack().postgresUrl,
      `SELECT count(*)::int AS n FROM inference_logs
       WHERE created_at < (now() AT TIME ZONE 'UTC') - interval '30 days'`,
    );
    expect(old?.n).toBe(0);
    expect(await writtenOfLate()).toBeGreaterThan(0);
  });

  test('a forgotten transaction holds the request logs: its session is ended', async () => {
    const { desk, terminal } = await atRest(stack(), LARGE);
    const times = await mend(desk, terminal, {
      name: 'request logs locked (database-down)',
      fault: async () => {
        const lock = await stack().faults.lockRequestLogs();
        undo.push(lock.release);
      },
      runbookTitle: TITLE,
      runbook: RUNBOOK,
      recommends: 'end-blocker',
      turns: [
        {
          kind: 'confirm',
          leaf: 'end-blocker',
          title: 'End the session that keeps the others waiting',
          touches: /touches .*\d+/,
          command: /pg_terminate_backend/,
        },
      ],
      // The workers hold entries back once their breakers have opened; before, none is.
      ends: { leaf: ['buffers-kept', 'logged-again'] },
    });
    expect(times.keystrokes).toBe(3);
    const [left] = await rowsAt<{ n: number }>(
      stack().postgresUrl,
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'forgotten-migration'",
    );
    expect(left?.n).toBe(0);
    expect(await writtenOfLate()).toBeGreaterThan(0);
  });
});
