import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { ensurePackages } from '../setup/packages.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import {
  countsOf,
  headersOf,
  logLines,
  namesOf,
  recordedLog,
  recordedMetrics,
  type Series,
  seriesOf,
  shapeOf,
} from './falcon-samples.ts';

const packages = await ensurePackages();
const breakerTimeoutSeconds = 3;
const workers = ['worker-1', 'worker-2', 'worker-3'] as const;
type Worker = (typeof workers)[number];

let stack: Stack;
/** The worker that the start of the stack sent no request to, so that ours are its first. */
let fresh: Worker;

const addresses = new Map<Worker, string>();

async function addressOf(worker: Worker): Promise<string> {
  const known = addresses.get(worker) ?? (await stack.containerUrl(worker, 8000));
  addresses.set(worker, known);
  return known;
}

async function metricsText(worker: Worker): Promise<string> {
  return (await fetch(`${await addressOf(worker)}/metrics`)).text();
}

async function metrics(worker: Worker): Promise<Series> {
  return seriesOf(await metricsText(worker));
}

function breaker(series: Series, worker: Worker, dependency = 'redis'): number | undefined {
  return series.get(`circuit_breaker_state{dependency="${dependency}",worker_id="${worker}"}`);
}

async function ask(worker: Worker, text: string, key?: string) {
  const response = await fetch(`${await addressOf(worker)}/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key ? { 'x-idempotency-key': key } : {}) },
    body: JSON.stringify({ text }),
  });
  return { response, body: (await response.json()) as Record<string, unknown> };
}

async function logs(worker: Worker): Promise<Record<string, unknown>[]> {
  return logLines((await stack.docker(['logs', `falcon-${worker}`])).stdout);
}

/** Sends requests until the breaker of a worker shows a state. */
function drivenTo(worker: Worker, state: number, dependency = 'redis'): Promise<true> {
  let n = 0;
  return eventually(
    async () => {
      n += 1;
      await ask(worker, `driven ${dependency} ${state} ${n}`);
      return breaker(await metrics(worker), worker, dependency) === state;
    },
    { what: `${dependency} breaker of ${worker} to be ${state}`, timeoutMs: 20_000, everyMs: 50 },
  );
}

function breakersAre(state: number): Promise<true> {
  return eventually(
    async () => {
      const all = await Promise.all(
        workers.map(async (worker) => breaker(await metrics(worker), worker)),
      );
      return all.every((seen) => seen === state);
    },
    { what: `all redis breakers to be ${state}`, timeoutMs: 20_000 },
  );
}

function expectLike(text: string, sample: string): void {
  const recorded = recordedMetrics(sample, fresh);
  expect(headersOf(text)).toEqual(headersOf(recorded));
  expect(namesOf(seriesOf(text))).toEqual(namesOf(seriesOf(recorded)));
  expect(countsOf(seriesOf(text))).toEqual(countsOf(seriesOf(recorded)));
}

async function totals() {
  const all = await Promise.all(workers.map((worker) => metrics(worker)));
  const sum = (name: string) =>
    workers.reduce((n, id, i) => n + (all[i]?.get(`${name}{worker_id="${id}"}`) ?? 0), 0);
  return { hits: sum('cache_hits_total'), misses: sum('cache_misses_total') };
}

/** The hit rate over at least 40 lookups from now on. */
async function hitRate(): Promise<number> {
  const before = await totals();
  const after = await eventually(
    async () => {
      const now = await totals();
      return now.hits + now.misses - before.hits - before.misses >= 40 ? now : null;
    },
    { what: '40 cache lookups', timeoutMs: 15_000, everyMs: 250 },
  );
  const hits = after.hits - before.hits;
  return hits / (hits + after.misses - before.misses);
}

const suite = packages.available
  ? 'the stack'
  : `the stack (skipped: ${packages.reason}: ${packages.missing.join(' ')})`;

describe.skipIf(!packages.available)(suite, { timeout: 60_000 }, () => {
  beforeAll(async () => {
    const dir = await mkdtemp(join(tmpdir(), 'opsconsole-stack-test-'));
    stack = await startStack({ dir, env: { breakerTimeoutSeconds, loadRps: 0 } });
    const seen = await Promise.all(
      workers.map(async (worker) => ({
        worker,
        used: /inference_requests_total\{/.test(await metricsText(worker)),
      })),
    );
    const unused = seen.find(({ used }) => !used);
    if (!unused) throw new Error('every worker has had a request already');
    fresh = unused.worker;
  }, 120_000);

  afterAll(() => stack?.stop(), 60_000);

  test('a fresh worker shows the recorded series, and no other', async () => {
    expectLike(await metricsText(fresh), 'startup');
  });

  test('the recorded requests give the recorded counts and logs', async () => {
    for (let i = 0; i < 40; i += 1) await ask(fresh, `recorded text ${i % 5}`, `k-${i % 7}`);
    expectLike(await metricsText(fresh), 'healthy');
    const shapes = new Set((await logs(fresh)).map(shapeOf));
    for (const line of recordedLog('healthy')) expect(shapes).toContain(shapeOf(line));
  });

  test('bodies and headers are those of the original', async () => {
    const url = await addressOf(fresh);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await ready.json()).toMatchObject({
      ready: true,
      worker_id: fresh,
      checks: { model_loaded: true, redis_available: true, database_available: true },
    });
    const { response } = await ask(fresh, '   ');
    expect(response.status).toBe(422);
    expect((await fetch(`${stack.httpUrl}/healthz`)).status).toBe(200);
    expect((await fetch(`${stack.httpUrl}/elsewhere`)).status).toBe(404);
  });

  test('redis killed: the breaker opens as recorded, and stays open without traffic', async () => {
    await stack.faults.killRedis();
    for (let i = 0; i < 10; i += 1) await ask(fresh, `without redis ${i}`);
    const openedMs = performance.now();
    expectLike(await metricsText(fresh), 'redis-stopped');
    const lines = await logs(fresh);
    const shapes = new Set(lines.map(shapeOf));
    for (const line of recordedLog('redis-stopped')) expect(shapes).toContain(shapeOf(line));
    const state = '{{.State.Running}} {{.State.ExitCode}} {{.State.OOMKilled}}';
    const { stdout } = await stack.docker(['inspect', '--format', state, 'falcon-redis']);
    expect(stdout).toBe('false 137 false');
    await stack.faults.startRedis();
    await eventually(() => performance.now() - openedMs > breakerTimeoutSeconds * 1000, {
      what: 'the time of the breaker to be over',
    });
    expect(breaker(await metrics(fresh), fresh)).toBe(1);
  });

  test('redis back: half-open at the next call, closed after three successes', async () => {
    await ask(fresh, 'recovered 0');
    expect(breaker(await metrics(fresh), fresh)).toBe(2);
    for (let i = 1; i < 6; i += 1) await ask(fresh, `recovered ${i}`);
    expectLike(await metricsText(fresh), 'redis-recovered');
    const { body } = await ask(fresh, 'recovered 5');
    expect(body).toMatchObject({ cache_hit: true, worker_id: fresh });
  });

  test('redis hung: no answer in time is a failure, too', async () => {
    await stack.faults.pauseContainer('redis');
    await drivenTo(fresh, 1);
    const ready = await fetch(`${await addressOf(fresh)}/readyz`);
    expect(await ready.json()).toMatchObject({ ready: true, checks: { redis_available: false } });
    await stack.faults.unpauseContainer('redis');
    await drivenTo(fresh, 0);
  });

  test('postgres lost: the buffer drops its oldest, and the stop of the worker flushes it', async () => {
    await stack.docker(['kill', 'falcon-postgres']);
    await drivenTo(fresh, 1, 'postgres');
    const dropped = `dropped_logs_total{worker_id="${fresh}"}`;
    const before = await metrics(fresh);
    expect(before.has(dropped)).toBe(false);
    const ten = Array.from({ length: 10 }, (_, i) => i);
    const label = `dependency="postgres",fallback_type="buffer_log",worker_id="${fresh}"`;
    const after = await eventually(
      async () => {
        for (let i = 0; i < 20; i += 1) await Promise.all(ten.map((n) => ask(fresh, `full ${n}`)));
        const now = await metrics(fresh);
        return now.has(dropped) ? now : null;
      },
      { what: 'a log entry to be dropped', timeoutMs: 30_000, everyMs: 1 },
    );
    const buffered = after.get(`fallback_triggered_total{${label}}`) ?? 0;
    expect(after.get(dropped)).toBe(buffered - 1000);
    const recorded = namesOf(seriesOf(recordedMetrics('buffer-full', fresh)));
    expect(namesOf(after)).toEqual(expect.arrayContaining(recorded));
    await stack.docker(['start', 'falcon-postgres']);
    const up = ['exec', 'falcon-postgres', 'pg_isready', '-U', 'falcon', '-h', '127.0.0.1'];
    await eventually(() => stack.docker(up), { what: 'postgres to be ready' });
    await stack.docker(['stop', `falcon-${fresh}`]);
    const said = (await logs(fresh)).slice(-8).map(shapeOf);
    expect(said).toEqual(recordedLog('shutdown-flush').map(shapeOf));
    await stack.docker(['start', `falcon-${fresh}`]);
    addresses.clear();
    await eventually(() => metrics(fresh), { what: `${fresh} to serve again` });
  });

  test('under load the hit rate is about 80 %, falls with redis and comes back', async () => {
    await stack.setLoad(30);
    await eventually(async () => (await hitRate()) > 0.7, {
      what: 'a warm cache',
      timeoutMs: 20_000,
    });
    await stack.faults.killRedis();
    await breakersAre(1);
    expect(await hitRate()).toBe(0);
    await stack.faults.startRedis();
    await breakersAre(0);
    await eventually(async () => (await hitRate()) > 0.7, {
      what: 'a warm cache',
      timeoutMs: 20_000,
    });
  });
});
