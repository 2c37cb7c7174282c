import { createHash } from 'node:crypto';
import type { Container } from '../container.ts';
import { around, roll } from '../random.ts';
import { imageOf, type World } from '../world.ts';
import { increase, observe } from './metric-families.ts';
import { logRequest } from './worker-database.ts';
import { say, type Work } from './worker-log.ts';
import { checkIdempotency, getCache, setCache, storeIdempotency } from './worker-redis.ts';
import type { WorkerProcess } from './worker-state.ts';

const ROUTES = 'app.api.routes';
const MIB = 1024 * 1024;

/** One request for an inference. */
export interface InferRequest {
  readonly text: string;
  readonly requestId: string;
  readonly idempotencyKey: string | null;
}

/** An answer, so long after the request. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly tookMs: number;
}

interface Prediction {
  readonly prediction: string;
  readonly confidence: number;
  readonly probabilities: Readonly<Record<string, number>>;
}

const WORDS = {
  negative: ['terrible', 'bad', 'worst', 'horrible'],
  neutral: ['okay', 'fine', 'average', 'normal'],
  positive: ['great', 'awesome', 'amazing', 'good'],
} as const;

/** Classifies a text by the words in it; the same text always gives the same answer. */
function predict(text: string): Prediction {
  const words = text.trim().toLowerCase().split(/\s+/);
  const scores = Object.entries(WORDS).map(([label, known]) => {
    const hits = words.filter((word) => (known as readonly string[]).includes(word)).length;
    return { label, score: Math.exp((0.9 * hits) / Math.sqrt(words.length)) };
  });
  const total = scores.reduce((sum, { score }) => sum + score, 0);
  const best = scores.reduce((a, b) => (b.score > a.score ? b : a));
  return {
    prediction: best.label,
    confidence: best.score / total,
    probabilities: Object.fromEntries(scores.map(({ label, score }) => [label, score / total])),
  };
}

/** The hash under which an answer is cached: that of Python's sorted, ASCII-only JSON. */
function hashOf(text: string): string {
  const ascii = JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return createHash('sha256').update(`{"text": ${ascii}}`).digest('hex');
}

/**
 * Waits for the one thread, and keeps it for so long. While a request waits for an answer of somebody else's
 * the thread is free for others: what it computes after that counts from when it came.
 */
function compute(work: Work, worker: WorkerProcess, cameAt: number, ms: number): void {
  const doneAt = Math.max(cameAt, worker.busyUntil) + ms;
  worker.busyUntil = doneAt;
  work.at = Math.max(work.at + ms, doneAt);
  work.container.cpuMs += ms;
}

function growMemory(work: Work, worker: WorkerProcess): void {
  const { settings } = work;
  worker.ballastBytes += settings.leakMb * MIB;
  if (!settings.debugMemoryGrowth || settings.debugMemoryGrowthMb <= 0) return;
  worker.ballastBytes += settings.debugMemoryGrowthMb * MIB;
  const extra = { ballast_mb: settings.debugMemoryGrowthMb };
  say(work, 'WARNING', ROUTES, 'DEBUG: Memory ballast added', extra);
}

type Found = { readonly hit: boolean; readonly found: Prediction } | { readonly error: string };

function find(work: Work, worker: WorkerProcess, request: InferRequest, cameAt: number): Found {
  const hash = hashOf(request.text);
  const cached = getCache(work, worker, hash);
  const request_id = request.requestId;
  if (cached !== null) {
    const found = JSON.parse(cached) as Prediction;
    const extra = { request_id, input_hash: hash, prediction: found.prediction };
    say(work, 'INFO', ROUTES, 'Cache hit', extra);
    return { hit: true, found };
  }
  const release = imageOf(work.world, work.container)?.release;
  const begunAt = work.at;
  compute(
    work,
    worker,
    cameAt,
    around(work.world, release?.inferenceMs ?? 50) + work.settings.inferenceBusyMs,
  );
  if (roll(work.world) < (release?.errorShare ?? 0)) {
    return {
      error: 'X has 512 features, but LogisticRegression is expecting 384 features as input.',
    };
  }
  const found = predict(request.text);
  const labels = { worker_id: work.settings.workerId };
  observe(worker.registry, 'model_inference_batch_size', labels, work.at, 1);
  const { prediction, confidence } = found;
  const extra = { request_id, inference_time_ms: work.at - begunAt, prediction, confidence };
  say(work, 'INFO', ROUTES, 'Inference completed', extra);
  setCache(work, worker, hash, JSON.stringify(found));
  return { hit: false, found };
}

function refuse(work: Work, worker: WorkerProcess, request: InferRequest, message: string): Answer {
  const { workerId: worker_id } = work.settings;
  const error_type = 'ValueError';
  const extra = { request_id: request.requestId, error_type, error_message: message };
  say(work, 'ERROR', ROUTES, `Inference failed: ${message}`, extra);
  const labels = { cache_hit: 'false', status: 'error', worker_id };
  increase(worker.registry, 'inference_requests_total', labels, work.at);
  increase(worker.registry, 'inference_errors_total', { error_type, worker_id }, work.at);
  const detail = { error: message, error_type, worker_id, request_id: request.requestId };
  return { status: 500, body: { detail }, tookMs: 0 };
}

function again(work: Work, worker: WorkerProcess, before: string): Answer {
  const { workerId: worker_id } = work.settings;
  logRequest(work, worker);
  const labels = { cache_hit: 'idempotency', status: 'success', worker_id };
  increase(worker.registry, 'inference_requests_total', labels, work.at);
  return { status: 200, body: { ...JSON.parse(before), idempotency_hit: true }, tookMs: 0 };
}

/** Idempotency, cache, model, cache, idempotency, log: in this order, each as far as it goes. */
function answer(work: Work, worker: WorkerProcess, request: InferRequest): Answer {
  const { settings } = work;
  const begunAt = work.at;
  compute(work, worker, begunAt, around(work.world, 1.2));
  const key = settings.idempotencyEnabled ? request.idempotencyKey : null;
  const before = key === null ? null : checkIdempotency(work, worker, key);
  if (before !== null) return again(work, worker, before);
  const found = find(work, worker, request, begunAt);
  if ('error' in found) {
    logRequest(work, worker);
    return refuse(work, worker, request, found.error);
  }
  const body = {
    ...found.found,
    cache_hit: found.hit,
    worker_id: settings.workerId,
    processing_time_ms: work.at - begunAt,
    idempotency_hit: false,
  };
  if (key !== null) storeIdempotency(work, worker, key, JSON.stringify(body));
  logRequest(work, worker);
  const labels = { cache_hit: found.hit ? 'True' : 'False', worker_id: settings.workerId };
  const all = { ...labels, status: 'success' };
  increase(worker.registry, 'inference_requests_total', all, work.at);
  const seconds = body.processing_time_ms / 1000;
  observe(worker.registry, 'inference_duration_seconds', labels, work.at, seconds);
  growMemory(work, worker);
  return { status: 200, body, tookMs: 0 };
}

/** Answers a request that reaches a worker at `at`. */
export function infer(
  world: World,
  container: Container,
  worker: WorkerProcess,
  request: InferRequest,
  at: number,
): Answer {
  const work: Work = { world, container, settings: worker.settings, at };
  const answered = answer(work, worker, request);
  container.receivedBytes += 600 + request.text.length;
  container.sentBytes += 900;
  return { ...answered, tookMs: work.at - at };
}
