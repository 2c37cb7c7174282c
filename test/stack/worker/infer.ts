import { createHash } from 'node:crypto';
import type { DatabaseService } from './database-service.ts';
import { loggerOf } from './log.ts';
import type { LogEntry } from './log-entry.ts';
import { metrics } from './metrics.ts';
import { type Prediction, predict } from './model.ts';
import type { RedisService } from './redis-service.ts';
import { settings } from './settings.ts';

const log = loggerOf('app.api.routes');
const megabyte = 1024 * 1024;
const ballast: Buffer[] = [];

/** One request for an inference. */
export interface InferRequest {
  text: string;
  requestId: string;
  idempotencyKey: string | null;
  clientIp: string | null;
}

/** The body of a good answer. */
export interface InferAnswer extends Prediction {
  cache_hit: boolean;
  worker_id: string;
  processing_time_ms: number;
  idempotency_hit: boolean;
}

/** The hash under which an answer is cached: that of Python's sorted, ASCII-only JSON. */
function hashOf(text: string): string {
  const ascii = JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return createHash('sha256').update(`{"text": ${ascii}}`).digest('hex');
}

function entryOf(request: InferRequest, rest: Partial<LogEntry>): LogEntry {
  return {
    request_id: request.requestId,
    worker_id: settings.workerId,
    text_hash: hashOf(request.text),
    text_length: request.text.length,
    prediction: null,
    confidence: null,
    probabilities: null,
    cache_hit: false,
    idempotency_hit: false,
    success: true,
    processing_time_ms: null,
    inference_time_ms: null,
    error_type: null,
    error_message: null,
    idempotency_key: request.idempotencyKey,
    client_ip: request.clientIp,
    ...rest,
  };
}

/** Answers requests with the two dependencies it is given. */
export class Inference {
  readonly #redis: RedisService;
  readonly #database: DatabaseService;

  constructor(redis: RedisService, database: DatabaseService) {
    this.#redis = redis;
    this.#database = database;
  }

  /** Idempotency, cache, model, cache, idempotency, log: in this order, each as far as it goes. */
  async answer(request: InferRequest): Promise<InferAnswer> {
    const startMs = performance.now();
    const key = settings.idempotencyEnabled ? request.idempotencyKey : null;
    if (key !== null) {
      const before = await this.#redis.checkIdempotency(key);
      if (before !== null) return this.#again(request, before, startMs);
    }
    const { cacheHit, found, inferenceMs } = await this.#find(request);
    const answer: InferAnswer = {
      ...found,
      cache_hit: cacheHit,
      worker_id: settings.workerId,
      processing_time_ms: performance.now() - startMs,
      idempotency_hit: false,
    };
    if (key !== null) await this.#redis.storeIdempotency(key, JSON.stringify(answer));
    await this.#database.logRequest(
      entryOf(request, {
        ...found,
        cache_hit: cacheHit,
        processing_time_ms: answer.processing_time_ms,
        inference_time_ms: inferenceMs,
      }),
    );
    const label = cacheHit ? 'True' : 'False';
    metrics.requests({ status: 'success', cache_hit: label });
    metrics.duration(answer.processing_time_ms / 1000, { cache_hit: label });
    growMemory();
    return answer;
  }

  /** Counts and logs a failed request. */
  async failed(request: InferRequest, error: Error, processingMs: number): Promise<void> {
    const errorType = error.name;
    log.error(`Inference failed: ${error.message}`, {
      request_id: request.requestId,
      error_type: errorType,
      error_message: error.message,
      processing_time_ms: processingMs,
    });
    await this.#database.logRequest(
      entryOf(request, {
        success: false,
        processing_time_ms: processingMs,
        error_type: errorType,
        error_message: error.message.slice(0, 500),
      }),
    );
    metrics.requests({ status: 'error', cache_hit: 'false' });
    metrics.errors({ error_type: errorType });
  }

  async #again(request: InferRequest, before: string, startMs: number): Promise<InferAnswer> {
    const answer: InferAnswer = { ...JSON.parse(before), idempotency_hit: true };
    const { prediction, confidence, probabilities } = answer;
    const processing_time_ms = performance.now() - startMs;
    await this.#database.logRequest(
      entryOf(request, {
        prediction,
        confidence,
        probabilities,
        idempotency_hit: true,
        processing_time_ms,
      }),
    );
    metrics.requests({ status: 'success', cache_hit: 'idempotency' });
    return answer;
  }

  async #find(request: InferRequest) {
    const hash = hashOf(request.text);
    const cached = await this.#redis.getCache(hash);
    if (cached !== null) {
      const found: Prediction = JSON.parse(cached);
      log.info('Cache hit', {
        request_id: request.requestId,
        input_hash: hash,
        prediction: found.prediction,
      });
      return { cacheHit: true, found, inferenceMs: null };
    }
    const startMs = performance.now();
    const found = await predict(request.text);
    const inferenceMs = performance.now() - startMs;
    log.info('Inference completed', {
      request_id: request.requestId,
      inference_time_ms: inferenceMs,
      prediction: found.prediction,
      confidence: found.confidence,
    });
    await this.#redis.setCache(hash, JSON.stringify(found));
    return { cacheHit: false, found, inferenceMs };
  }
}

function growMemory(): void {
  if (settings.leakMb > 0) ballast.push(Buffer.alloc(settings.leakMb * megabyte, 1));
  if (!settings.debugMemoryGrowth || settings.debugMemoryGrowthMb <= 0) return;
  ballast.push(Buffer.alloc(settings.debugMemoryGrowthMb * megabyte, 1));
  log.warning('DEBUG: Memory ballast added', { ballast_mb: settings.debugMemoryGrowthMb });
}
