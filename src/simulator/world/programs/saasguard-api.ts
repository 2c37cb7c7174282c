import type { Container } from '../container.ts';
import type { HttpAnswer, HttpRequest } from '../http.ts';
import { around, roll } from '../random.ts';
import type { World } from '../world.ts';
import { log } from '../world.ts';
import { increase, observe } from './metric-families.ts';
import { pageText } from './metrics-text.ts';
import type { Program } from './program.ts';
import { saasguardFamilies } from './saasguard-families.ts';
import { modelHealth } from './saasguard-model.ts';
import { predict, someCustomer } from './saasguard-predict.ts';
import { startApi } from './saasguard-start.ts';
import type { ApiProcess } from './saasguard-state.ts';

const MIB = 1024 * 1024;
const MASTER_BYTES = 60 * MIB;
const WORKER_BYTES = 135 * MIB;
const PORT = 8000;
const VERSION = '0.7.0';
const QUICK_MS = 2;
const DRIFT_MS = 90;

/** What an answer is before anybody waited for it. */
interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly computeMs: number;
  /** The route as the metrics have it. */
  readonly handler: string;
}

interface Visit {
  readonly world: World;
  readonly container: Container;
  readonly api: ApiProcess;
  readonly request: HttpRequest;
  readonly at: number;
}

function ready({ api, world }: Visit): Reply {
  const { churn, expansion } = api.models;
  const marts = world.warehouse?.marts;
  const handler = '/ready';
  const not = (detail: string) => ({ status: 503, body: { detail }, computeMs: QUICK_MS, handler });
  if (churn === null && expansion === null) return not('Model not loaded');
  if (marts?.churn == null && marts?.expansion == null) {
    return not('dbt marts not populated — data pipeline may not have run');
  }
  const body = { status: 'ready', version: VERSION };
  return { status: 200, body, computeMs: QUICK_MS, handler };
}

function customerIn(body: string): string | null {
  try {
    const { customer_id: id } = JSON.parse(body) as { customer_id?: unknown };
    return typeof id === 'string' && id !== '' ? id : null;
  } catch {
    return null;
  }
}

function prediction(visit: Visit, key: 'churn' | 'expansion', handler: string): Reply {
  const { api, at, container, request, world } = visit;
  const customer = customerIn(request.body);
  if (customer === null) {
    const detail = [{ type: 'missing', loc: ['body', 'customer_id'], msg: 'Field required' }];
    return { status: 422, body: { detail }, computeMs: QUICK_MS, handler };
  }
  return { ...predict({ world, container, api, key, customer, at }), handler };
}

type Route = (visit: Visit) => Reply;

const ok = (handler: string, body: unknown): Reply => ({
  status: 200,
  body,
  computeMs: QUICK_MS,
  handler,
});

const GET: Readonly<Record<string, Route>> = {
  '/health': () => ok('/health', { status: 'ok', version: VERSION }),
  '/ready': ready,
  '/health/model': ({ world, container, api, at }) => {
    const body = modelHealth(world, container, api, at);
    return { status: 200, body, computeMs: DRIFT_MS, handler: '/health/model' };
  },
};
const POST: Readonly<Record<string, Route>> = {
  '/predictions/churn': (visit) => prediction(visit, 'churn', '/predictions/churn'),
  '/predictions/upgrade': (visit) => prediction(visit, 'expansion', '/predictions/upgrade'),
};

function reply(visit: Visit): Reply {
  const { method, path } = visit.request;
  const route = (method === 'GET' ? GET : method === 'POST' ? POST : {})[path];
  if (route !== undefined) return route(visit);
  const known = GET[path] !== undefined || POST[path] !== undefined;
  const detail = known ? 'Method Not Allowed' : 'Not Found';
  return { status: known ? 405 : 404, body: { detail }, computeMs: QUICK_MS, handler: 'none' };
}

/** Waits for the first worker that is free. @returns how long all of it took, ms */
function worked(api: ApiProcess, container: Container, at: number, computeMs: number): number {
  const first = api.busyUntil.indexOf(Math.min(...api.busyUntil));
  const endsAt = Math.max(at, api.busyUntil[first] ?? at) + computeMs;
  api.busyUntil = api.busyUntil.with(first, endsAt);
  container.cpuMs += computeMs;
  return endsAt - at;
}

function count(
  { registry }: ApiProcess,
  { handler, status }: Reply,
  method: string,
  at: number,
  ms: number,
) {
  const labels = { handler, method };
  increase(
    registry,
    'http_requests_total',
    { ...labels, status: `${Math.floor(status / 100)}xx` },
    at,
  );
  observe(registry, 'http_request_duration_highr_seconds', {}, at, ms / 1000);
  observe(registry, 'http_request_duration_seconds', labels, at, ms / 1000);
}

/** The header that lets a page of another origin read the answer. */
function origin({ settings }: ApiProcess, { headers }: HttpRequest): HttpAnswer['headers'] {
  const from = headers['origin'];
  if (from === undefined || !settings.origins.includes(from)) return {};
  return { 'access-control-allow-origin': from, vary: 'Origin' };
}

function serve(
  world: World,
  container: Container,
  api: ApiProcess,
  request: HttpRequest,
  at: number,
): HttpAnswer | null {
  if (!request.inside && (api.settings.insideOnly || request.port !== PORT)) return null;
  if (request.method === 'GET' && request.path === '/metrics') {
    const own = { startedAt: api.startedAt, bytes: bytesOf(api) };
    const body = pageText(saasguardFamilies, api.registry, container, own, (moment) => moment);
    const type = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
    return { status: 200, headers: type, body, tookMs: worked(api, container, at, QUICK_MS) };
  }
  const answer = reply({ world, container, api, request, at });
  const slow =
    container.limits.nanoCpus === null ? 1 : Math.max(1, 1e9 / container.limits.nanoCpus);
  const tookMs = worked(api, container, at, around(world, answer.computeMs * slow));
  count(api, answer, request.method, at, tookMs);
  const line = {
    event: 'http.request',
    level: 'info',
    timestamp: new Date(at + tookMs).toISOString(),
  };
  const told = { method: request.method, path: request.path, status: answer.status };
  const duration_ms = Number(tookMs.toFixed(1));
  log(world, container, JSON.stringify({ ...line, ...told, duration_ms }), { at: at + tookMs });
  container.receivedBytes += 500 + request.body.length;
  container.sentBytes += 700;
  const headers = { 'content-type': 'application/json', ...origin(api, request) };
  return { status: answer.status, headers, body: JSON.stringify(answer.body), tookMs };
}

function bytesOf({ settings }: ApiProcess): number {
  return MASTER_BYTES + settings.workers * WORKER_BYTES;
}

/** One of the requests of the load, as its mix has them. */
function fromLoad(world: World): HttpRequest | null {
  const { mix = [] } = world.load;
  const chosen = roll(world) * mix.reduce((sum, { weight }) => sum + weight, 0);
  let passed = 0;
  const kind = mix.find(({ weight }) => {
    passed += weight;
    return chosen < passed;
  });
  if (kind === undefined) return null;
  const fill = (text: string) => text.replace('{customer}', () => someCustomer(world));
  const { body = '', method, path } = kind;
  return { method, path: fill(path), body: fill(body), headers: {}, port: PORT, inside: false };
}

export const saasguardApi: Program<ApiProcess> = {
  start: startApi,
  end(world, container) {
    const words = `[${new Date(world.now).toISOString()}] [1] [INFO] Handling signal: term`;
    log(world, container, words, { stream: 'stderr' });
  },
  bytes: (_world, api) => bytesOf(api),
  pids: (_world, { settings }) => 1 + settings.workers * 5,
  children: (_world, { command }, { settings }) =>
    Array.from({ length: settings.workers }, () => command.join(' ')),
  well: (api, now) => api.crash === null && now >= api.readyAt,
  take(world, container, api, at) {
    const request = fromLoad(world);
    if (request === null) return null;
    return serve(world, container, api, request, at)?.tookMs ?? null;
  },
  serve,
};
