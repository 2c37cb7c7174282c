import { reach } from '../names.ts';
import { queueMs } from '../queue.ts';
import { around } from '../random.ts';
import type { Reply } from '../redis/reply.ts';
import { connect, runCommand } from '../redis/run-command.ts';
import type { RedisProcess } from '../redis/state.ts';
import { increase } from './metric-families.ts';
import { guarded, type Outcome, retrying } from './worker-calls.ts';
import { say, type Work } from './worker-log.ts';
import type { WorkerProcess } from './worker-state.ts';

const REDIS = 'app.services.redis_service';

function connectionIn(worker: WorkerProcess, redis: RedisProcess, work: Work) {
  const held = worker.redisConnection;
  const known = held?.runId === redis.runId ? redis.connections.get(held.id) : undefined;
  if (known !== undefined) return known;
  const port = 40_000 + (redis.nextClientId % 20_000);
  const made = connect(redis, `172.18.0.${10 + Number(work.container.number)}:${port}`, work.at);
  worker.redisConnection = made === null ? null : { runId: redis.runId, id: made.id };
  return made;
}

type Failure = Extract<Outcome<never>, { ok: false }>;

function failure(type: string, message: string, retryable = true): Failure {
  return { ok: false, type, message, retryable };
}

/** Sends a command over the worker's connection. */
function send(work: Work, worker: WorkerProcess, words: readonly string[]): Outcome<Reply> {
  const { world, settings } = work;
  const where = `${settings.redisHost}:${settings.redisPort}`;
  const reached = reach(world, work.container, settings.redisHost, settings.redisPort);
  if ('failure' in reached) {
    work.at += 3;
    const said =
      reached.failure === 'refused'
        ? `Error 111 connecting to ${where}. Connection refused.`
        : `Error -3 connecting to ${where}. Temporary failure in name resolution.`;
    return failure('ConnectionError', said);
  }
  const { process, state, service } = reached.container;
  const waitsMs = queueMs(world, service);
  if (process?.kind !== 'redis' || state === 'paused' || waitsMs > settings.redisTimeoutMs) {
    work.at += settings.redisTimeoutMs;
    return failure('TimeoutError', `Timeout reading from ${where}`);
  }
  if (work.at < process.readyAt) {
    work.at += 2;
    return failure('ConnectionError', `Error 111 connecting to ${where}. Connection refused.`);
  }
  const connection = connectionIn(worker, process, work);
  if (connection === null) return failure('ConnectionError', 'max number of clients reached');
  work.at += waitsMs + around(world, 0.5);
  const bytes = words.map((word) => Buffer.from(word));
  const reply = runCommand(process, connection, bytes, { now: work.at, dice: world });
  const wrong = typeof reply === 'object' && reply !== null && 'error' in reply;
  return wrong ? failure('ResponseError', reply.error, false) : { ok: true, value: reply };
}

function fallback(work: Work, worker: WorkerProcess, words: string, type: string): void {
  say(work, 'WARNING', REDIS, `Redis unavailable, ${words}`);
  const worker_id = work.settings.workerId;
  const labels = { dependency: 'redis', fallback_type: type, worker_id };
  increase(worker.registry, 'fallback_triggered_total', labels, work.at);
}

function call(work: Work, worker: WorkerProcess, operation: string, words: readonly string[]) {
  return guarded(work, worker, 'redis', () =>
    retrying(work, worker, operation, () => send(work, worker, words)),
  );
}

function count(work: Work, worker: WorkerProcess, name: string, labels = {}): void {
  const all = { ...labels, worker_id: work.settings.workerId };
  increase(worker.registry, name, all, work.at);
}

/** The answer cached under a hash; null on a miss, and wherever there is none to be had. */
export function getCache(work: Work, worker: WorkerProcess, hash: string): string | null {
  if (!work.settings.cacheEnabled) return null;
  const got = call(work, worker, 'redis_get_cache', ['GET', `cache:${hash}`]);
  if (got === null) {
    fallback(work, worker, 'proceeding without cache', 'cache_miss');
    count(work, worker, 'cache_misses_total');
    return null;
  }
  if (!got.ok) {
    say(work, 'ERROR', REDIS, `Cache get error: ${got.message}`, { key: hash });
    count(work, worker, 'cache_errors_total', { operation: 'get' });
    return null;
  }
  const found = got.value instanceof Buffer ? got.value.toString() : null;
  count(work, worker, found === null ? 'cache_misses_total' : 'cache_hits_total');
  return found;
}

/** Caches an answer. */
export function setCache(work: Work, worker: WorkerProcess, hash: string, value: string): void {
  if (!work.settings.cacheEnabled) return;
  const words = ['SETEX', `cache:${hash}`, String(work.settings.cacheTtlSeconds), value];
  const done = call(work, worker, 'redis_set_cache', words);
  if (done === null) {
    fallback(work, worker, 'skipping cache set', 'cache_skip');
    return;
  }
  if (done.ok) return;
  say(work, 'ERROR', REDIS, `Cache set error: ${done.message}`, { key: hash });
  count(work, worker, 'cache_errors_total', { operation: 'set' });
}

/** The answer that was given before under an idempotency key. */
export function checkIdempotency(work: Work, worker: WorkerProcess, key: string): string | null {
  const got = call(work, worker, 'redis_check_idempotency', ['GET', `idempotency:${key}`]);
  if (got === null) {
    fallback(work, worker, 'skipping idempotency check', 'idempotency_skip');
  } else if (!got.ok) {
    const extra = { idempotency_key: key };
    say(work, 'ERROR', REDIS, `Idempotency check error: ${got.message}`, extra);
    return null;
  }
  const found = got?.value instanceof Buffer ? got.value.toString() : null;
  count(work, worker, found === null ? 'idempotency_misses_total' : 'idempotency_hits_total');
  if (found !== null) say(work, 'INFO', REDIS, `Idempotency hit for key: ${key}`);
  return found;
}

/** Keeps an answer under an idempotency key. */
export function storeIdempotency(
  work: Work,
  worker: WorkerProcess,
  key: string,
  response: string,
): void {
  const ttl = String(work.settings.idempotencyTtlSeconds);
  const words = ['SETEX', `idempotency:${key}`, ttl, response];
  const done = call(work, worker, 'redis_store_idempotency', words);
  if (done === null) {
    fallback(work, worker, 'skipping idempotency store', 'idempotency_skip');
  } else if (!done.ok) {
    const extra = { idempotency_key: key };
    say(work, 'ERROR', REDIS, `Idempotency store error: ${done.message}`, extra);
  }
}

/** Whether Redis answers, whatever the breaker says. */
export function redisAnswers(work: Work, worker: WorkerProcess): boolean {
  return send(work, worker, ['PING']).ok;
}
