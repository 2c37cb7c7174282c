import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { DatabaseService } from './database-service.ts';
import { Inference, type InferRequest } from './infer.ts';
import { metricsText } from './metrics.ts';
import type { RedisService } from './redis-service.ts';
import { bodyOf, textOf } from './request-body.ts';
import { settings } from './settings.ts';

const worker_id = settings.workerId;
const startedMs = performance.now();

type Body = Readonly<Record<string, unknown>>;

function send(response: ServerResponse, status: number, body: Body): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** The time as Python's naive `datetime` writes it: UTC without a mark. */
function naiveNow(): string {
  return new Date().toISOString().replace('Z', '000');
}

/** The routes and bodies of Falcon. */
class Routes {
  readonly #redis: RedisService;
  readonly #database: DatabaseService;
  readonly #inference: Inference;

  constructor(redis: RedisService, database: DatabaseService) {
    this.#redis = redis;
    this.#database = database;
    this.#inference = new Inference(redis, database);
  }

  async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const given = request.headers['x-request-id'];
    const requestId = typeof given === 'string' ? given : randomUUID();
    response.setHeader('x-request-id', requestId);
    const path = new URL(request.url ?? '/', 'http://worker').pathname;
    const known = ['/infer', '/healthz', '/readyz', '/metrics'].includes(path);
    if (!known) return send(response, 404, { detail: 'Not Found' });
    if (request.method !== (path === '/infer' ? 'POST' : 'GET')) {
      return send(response, 405, { detail: 'Method Not Allowed' });
    }
    if (path === '/infer') return this.#infer(request, response, requestId);
    if (path === '/readyz') return this.#ready(response);
    if (path === '/metrics') return sendMetrics(response);
    const uptime_seconds = (performance.now() - startedMs) / 1000;
    send(response, 200, { status: 'healthy', worker_id, timestamp: naiveNow(), uptime_seconds });
  }

  async #infer(request: IncomingMessage, response: ServerResponse, requestId: string) {
    const parsed = textOf(await bodyOf(request));
    if ('refusal' in parsed) return send(response, 422, parsed.refusal);
    const key = request.headers['x-idempotency-key'];
    const asked: InferRequest = {
      text: parsed.text,
      requestId,
      idempotencyKey: typeof key === 'string' && key !== '' ? key : null,
      clientIp: request.socket.remoteAddress?.replace('::ffff:', '') ?? null,
    };
    const startMs = performance.now();
    try {
      send(response, 200, { ...(await this.#inference.answer(asked)) });
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      await this.#inference.failed(asked, error, performance.now() - startMs);
      const said = { error: error.message, error_type: error.name };
      send(response, 500, { detail: { ...said, worker_id, request_id: requestId } });
    }
  }

  async #ready(response: ServerResponse) {
    const [redis_available, database_available] = await Promise.all([
      this.#redis.isHealthy(),
      this.#database.isHealthy(),
    ]);
    const checks = { model_loaded: true, redis_available, database_available };
    send(response, 200, { ready: true, worker_id, checks, timestamp: naiveNow() });
  }
}

async function sendMetrics(response: ServerResponse): Promise<void> {
  const text = await metricsText();
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  response.end(text);
}

/** The worker's HTTP server. */
export function createWorkerServer(redis: RedisService, database: DatabaseService): Server {
  const routes = new Routes(redis, database);
  return createServer((request, response) => {
    routes.route(request, response).catch((error: Error) => {
      if (response.headersSent) response.destroy(error);
      else send(response, 500, { detail: error.message });
    });
  });
}
