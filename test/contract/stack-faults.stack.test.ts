import { Client } from 'pg';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';
import { emptyDatabase } from '../stack/database-disk.ts';
import type { Stack } from '../stack/stack.ts';

const inspected = async (stack: Stack, name: string, format: string) =>
  (await stack.docker(['inspect', '--format', format, name])).stdout.trim();

async function logsOf(stack: Stack, name: string): Promise<string> {
  const { stdout, stderr } = await stack.docker(['logs', '--tail', '200', name]);
  return `${stdout}\n${stderr}`;
}

/** Statuses of some requests. */
async function asked(stack: Stack, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const response = await fetch(`${await stack.containerUrl('worker-1', 8000)}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: `a text of its own ${n} ${process.hrtime.bigint()}` }),
    });
    statuses.push(response.status);
  }
  return statuses;
}

async function metric(stack: Stack, name: string): Promise<number> {
  const text = await (await fetch(`${await stack.containerUrl('worker-1', 8000)}/metrics`)).text();
  const found = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))];
  return found.reduce((sum, [, value]) => sum + Number(value), 0);
}

async function rows<T extends object>(stack: Stack, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: stack.postgresUrl });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

describeOnStack('the faults of the stack', (stack) => {
  afterEach(async () => {
    await healthy(stack());
  });

  test('a value the settings refuse is a crash loop that names it', async () => {
    await stack().faults.crashByConfiguration();
    const said = await logsOf(stack(), 'falcon-worker-1');
    expect(said).toContain('1 validation error for Settings');
    expect(said).toMatch(/POSTGRES_POOL_SIZE[\s\S]*input_value='twenty'/);
  });

  test('a start script that waits for nobody is a crash loop that names its dependency', async () => {
    await stack().faults.crashByDependency();
    expect(await logsOf(stack(), 'falcon-worker-1')).toContain('Failed to connect to Redis');
  });

  test('a taken port is a crash loop, until its holder is stopped', async () => {
    await stack().faults.crashByPort();
    expect(await logsOf(stack(), 'falcon-worker-3')).toContain(
      "while attempting to bind on address ('0.0.0.0', 18000): address already in use",
    );
    await stack().docker(['rm', '--force', 'debug-shell']);
    await eventually(
      async () =>
        (await inspected(stack(), 'falcon-worker-3', '{{.State.Health.Status}}')) === 'healthy',
      { what: 'worker-3 to be healthy', timeoutMs: 60_000 },
    );
  });

  test('a bad release fails a share of its requests, and the one before is still there', async () => {
    await stack().faults.deployBad({ share: 1 });
    await eventually(async () => (await asked(stack(), 1)).includes(500), {
      what: 'a request to fail',
      timeoutMs: 20_000,
    });
    const before = await inspected(stack(), 'falcon-worker:1.0.0', '{{.Id}}');
    expect(await inspected(stack(), 'falcon-worker-1', '{{.Image}}')).not.toBe(before);
  });

  test('a full disk refuses new requests, and has room when old ones are deleted', async () => {
    await stack().faults.setWorkerEnv({ LOG_BUFFER_LIMIT: '5' });
    expect(await stack().faults.fillDatabase()).toBeGreaterThan(10_000);
    await eventually(async () => (await metric(stack(), 'dropped_logs_total')) > 0, {
      what: 'log entries to be dropped',
      timeoutMs: 30_000,
    });
    expect(await logsOf(stack(), 'falcon-worker-1')).toMatch(/No space left on device/);
    await rows(stack(), "DELETE FROM inference_logs WHERE created_at < now() - interval '30 days'");
    await rows(stack(), 'VACUUM inference_logs');
    await eventually(
      async () => {
        const recent = "created_at > (now() AT TIME ZONE 'UTC') - interval '3 seconds'";
        const [found] = await rows<{ n: string }>(
          stack(),
          `SELECT count(*) AS n FROM inference_logs WHERE ${recent}`,
        );
        return Number(found?.n) > 0;
      },
      { what: 'requests to be logged again', timeoutMs: 30_000 },
    );
    await emptyDatabase(stack().postgresUrl);
  });

  test('a crowd of sessions takes every connection but those kept for its mending', async () => {
    const crowd = await stack().faults.crowdPostgres();
    const [found] = await rows<{ n: string }>(
      stack(),
      "SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = 'nightly-report' AND state = 'active'",
    );
    expect(Number(found?.n)).toBe(crowd.pids.length);
    expect(crowd.pids.length).toBeGreaterThan(20);
    await crowd.leave();
  });
});
