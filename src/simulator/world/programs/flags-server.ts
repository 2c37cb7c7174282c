import type { Container } from '../container.ts';
import type { HttpAnswer, HttpRequest } from '../http.ts';
import { around, hex, roll } from '../random.ts';
import { imageOf, log, type World } from '../world.ts';
import { ask, leave, READ, takenShare, WRITE } from './flags-database.ts';
import { EVALUATION_BOUNDS, type FlagsProcess } from './flags-state.ts';
import { jsonAnswer } from './json-answer.ts';
import type { Program } from './program.ts';

const MIB = 1024 * 1024;
const BYTES = 92 * MIB;
/** What its runtime takes of a connection. */
const CONNECTION_BYTES = 128 * 1024;
/** Evaluations until the cache holds what is asked for. */
const WARM_AFTER = 60;
/** Of a warm cache, and of requests that change a flag. */
const [MISS_SHARE, WRITE_SHARE] = [0.02, 0.04];
/** What reading an environment anew takes when every request wants it, ms. */
const STORM_MS = 720;
const RECENT_MAX = 40;
const BAD_SHARE = 0.2;
const POOL_SHARE = 0.9;

type Level = 'INFO' | 'WARN' | 'ERROR';

/** Writes one line of JSON with the keys of slog. */
function say(
  world: World,
  container: Container,
  level: Level,
  msg: string,
  more: Readonly<Record<string, unknown>> = {},
  at = world.now,
): void {
  const record = { time: new Date(at).toISOString(), level, msg, ...more };
  log(world, container, JSON.stringify(record), { at });
}

function start(world: World, container: Container): FlagsProcess {
  const readyAt = world.now + around(world, 1500, 0.1);
  const process: FlagsProcess = {
    kind: 'flags-server',
    startedAt: world.now,
    readyAt,
    crash: null,
    pool: null,
    leaked: [],
    listens: true,
    warmth: 0,
    recent: [],
    counts: {
      ...{ evaluations: 0, hits: 0, misses: 0, waits: 0 },
      buckets: [...EVALUATION_BOUNDS, 0].map(() => 0),
    },
  };
  say(world, container, 'INFO', 'database pool configured', { max_conns: 25, min_conns: 5 });
  const reached = ask(world, container, process, READ, world.now);
  if (reached.ok) {
    say(world, container, 'INFO', 'connected to database');
    say(world, container, 'INFO', 'server starting', { port: 8080 }, readyAt);
  } else {
    say(world, container, 'ERROR', 'failed to ping database', { error: reached.message });
    process.crash = { at: world.now + 1000, exitCode: 1 };
  }
  return process;
}

/** What is asked of the cache, and of the database where it does not know. */
function lookUp(world: World, container: Container, process: FlagsProcess, at: number) {
  const cold = Math.exp(-process.warmth / WARM_AFTER);
  const misses = !process.listens || roll(world) < Math.max(MISS_SHARE, cold);
  process.warmth += 1;
  if (!misses) return { misses, ok: true, tookMs: 0, message: '' };
  const asked = ask(world, container, process, READ, at);
  const stormMs = process.listens ? 0 : around(world, STORM_MS, 0.15);
  return { misses, message: '', ...asked, tookMs: asked.tookMs + stormMs };
}

function counted({ counts }: FlagsProcess, tookMs: number, misses: boolean, waits: boolean) {
  const found = EVALUATION_BOUNDS.findIndex((bound) => tookMs <= bound);
  const place = found < 0 ? EVALUATION_BOUNDS.length : found;
  return {
    evaluations: counts.evaluations + 1,
    hits: counts.hits + Number(!misses),
    misses: counts.misses + Number(misses),
    waits: counts.waits + Number(waits),
    buckets: counts.buckets.with(place, (counts.buckets[place] ?? 0) + 1),
  };
}

const REFUSED = /too many clients|connection slots/;

/** Evaluates flags for a client, or changes one. @returns how long it took, ms */
function take(world: World, container: Container, process: FlagsProcess, at: number): number {
  const { errorShare = 0, inferenceMs: handlerMs = 4 } = imageOf(world, container)?.release ?? {};
  const seen = lookUp(world, container, process, at);
  const writes = roll(world) < WRITE_SHARE;
  const wrote = writes ? ask(world, container, process, WRITE, at) : null;
  const tookMs = around(world, handlerMs, 0.2) + seen.tookMs + (wrote?.tookMs ?? 0);
  const failure = seen.ok ? (wrote?.ok === false ? wrote.message : '') : seen.message;
  const breaks = roll(world) < errorShare;
  const bad = breaks || failure !== '';
  const [path, method] = writes ? ['/v1/flags/checkout-v2', 'PUT'] : ['/v1/evaluate', 'POST'];
  process.counts = counted(process, tookMs, seen.misses, REFUSED.test(failure));
  process.recent = [...process.recent, bad].slice(-RECENT_MAX);
  container.cpuMs += 2 + handlerMs / 4;
  container.receivedBytes += 900;
  container.sentBytes += 2400;
  const request = {
    ...{ request_id: hex(world, 16), method, path, status: bad ? 500 : 200 },
    ...{ duration_ms: Math.round(tookMs * 10) / 10, bytes_out: bad ? 96 : 2210 },
    ...{ remote: `203.0.113.${1 + (world.requests % 40)}`, user_agent: 'featuresignals-go/1.4' },
    ...(failure === '' ? {} : { error: failure }),
  };
  say(world, container, bad ? 'ERROR' : 'INFO', 'request completed', request, at + tookMs);
  return tookMs;
}

/** Somebody without a valid key, once more. */
export function turnAway(world: World, container: Container, remote: string, at: number): void {
  const request = {
    ...{ request_id: hex(world, 16), method: 'POST', path: '/v1/auth/login', status: 401 },
    ...{ duration_ms: 1.1, bytes_out: 62, remote, user_agent: 'python-requests/2.31' },
  };
  say(world, container, 'WARN', 'request completed', request, at);
}

function statusOf(world: World, container: Container, process: FlagsProcess) {
  const asked = ask(world, container, process, READ, world.now);
  const taken = takenShare(world, container) ?? 0;
  const bad = process.recent.filter(Boolean).length / Math.max(1, process.recent.length);
  const told = (name: string, status: string, message?: string) => ({
    ...{ name, status, latency_ms: status === 'down' ? 0 : 1 },
    ...(message === undefined ? {} : { message }),
  });
  const few = taken > POOL_SHARE;
  const services = [
    told('API Server', 'operational'),
    asked.ok ? told('Database', 'operational') : told('Database', 'down', 'connection failed'),
    told('Connection Pool', few ? 'degraded' : 'operational', `${Math.round(taken * 100)}% in use`),
    told('Flag Evaluation Engine', bad > BAD_SHARE ? 'degraded' : 'operational'),
    process.listens
      ? told('Cache', 'operational', '12 environments cached')
      : told('Cache', 'degraded', 'PG LISTEN inactive'),
    told('Real-time Streaming', 'operational'),
  ];
  const has = (status: string) => services.some((service) => service.status === status);
  const status = has('down') ? 'down' : has('degraded') ? 'degraded' : 'operational';
  return { status, services, tookMs: asked.tookMs };
}

function serve(
  world: World,
  container: Container,
  process: FlagsProcess,
  { method, path }: HttpRequest,
): HttpAnswer {
  if (method === 'HEAD') return jsonAnswer(405, { error: 'method not allowed' }, 1);
  if (path === '/health') return jsonAnswer(200, { status: 'ok', service: 'featuresignals' }, 1);
  const region = container.env['REGION'] ?? '';
  if (path === '/v1/status') {
    const { services, status, tookMs } = statusOf(world, container, process);
    const checked_at = new Date(world.now).toISOString();
    const name = `FeatureSignals ${region.toUpperCase()}`;
    return jsonAnswer(200, { region, name, status, services, checked_at }, tookMs);
  }
  return jsonAnswer(404, { error: 'not found', code: 'not_found', request_id: hex(world, 16) }, 1);
}

/** The server of flags of FeatureSignals. */
export const flagsServer: Program<FlagsProcess> = {
  start,
  died: (world, _container, process) => leave(world, process),
  bytes: (_world, { leaked }) => BYTES + leaked.length * CONNECTION_BYTES,
  pids: () => 11,
  well: ({ crash, readyAt }, now) => crash === null && now >= readyAt,
  take,
  serve,
};
