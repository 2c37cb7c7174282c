import type { Container } from '../container.ts';
import { fileIn } from '../files.ts';
import { around } from '../random.ts';
import { imageOf, log, type World } from '../world.ts';
import { set } from './metric-families.ts';
import type { Program } from './program.ts';
import { showBreaker } from './worker-calls.ts';
import { databaseAnswers, dropConnections, flush } from './worker-database.ts';
import { say, type Work } from './worker-log.ts';
import { redisAnswers } from './worker-redis.ts';
import { readSettings } from './worker-settings.ts';
import type { Breaker, WorkerProcess } from './worker-state.ts';

const MAIN = 'app.main';
const MODEL = 'app.services.inference_service';
/** Python, its libraries and the model. */
const RESIDENT_BYTES = 185 * 1024 * 1024;
/** An entry of the log that waits for the database. */
const ENTRY_BYTES = 1600;

const closed = (): Breaker => ({ state: 'closed', failures: 0, successes: 0, lastFailureAt: 0 });

/** What a worker's process takes of the memory. */
export function workerBytes({ ballastBytes, buffered }: WorkerProcess): number {
  return RESIDENT_BYTES + ballastBytes + buffered * ENTRY_BYTES;
}

/** Another program of the host's network listens on the port already. */
function portTaken(world: World, container: Container, port: number): boolean {
  if (container.networkMode !== 'host') return false;
  return [...world.containers.values()].some(
    (other) =>
      other !== container &&
      other.state === 'running' &&
      other.ports.some((one) =>
        other.networkMode === 'host' ? one.containerPort === port : one.hostPort === port,
      ),
  );
}

function begin(work: Work, worker: WorkerProcess): void {
  const { container, settings, world } = work;
  const labels = { worker_id: settings.workerId };
  const { registry } = worker;
  const info = { app_name: settings.appName, version: settings.version, ...labels };
  say(work, 'INFO', MAIN, 'Starting Falcon ML Inference Platform', { version: settings.version });
  set(registry, 'app_info', info, work.at, 1);
  set(registry, 'db_connection_pool_size', labels, work.at, settings.postgresPoolSize);
  showBreaker(work, worker, 'postgres');
  showBreaker(work, worker, 'redis');
  say(work, 'INFO', MAIN, 'Connecting to Redis...');
  const redis = redisAnswers(work, worker);
  if (!redis) missing(work, worker, 'Redis', 'Redis (cache and idempotency disabled)');
  say(work, 'INFO', MAIN, 'Connecting to database...');
  const database = databaseAnswers(work);
  if (!database) missing(work, worker, 'database', 'database (logging will be buffered)');
  if (worker.crash !== null) return;
  loadModel(work, worker);
  if (!portTaken(world, container, settings.port)) return;
  const where = `('0.0.0.0', ${settings.port})`;
  const words = `[Errno 98] error while attempting to bind on address ${where}: address already in use`;
  say(work, 'ERROR', MAIN, words);
  worker.crash = { at: work.at, exitCode: 1 };
}

function missing(work: Work, worker: WorkerProcess, words: string, otherwise: string): void {
  say(work, 'ERROR', MAIN, `Failed to connect to ${words}: no answer`);
  if (work.settings.requireDependencies) {
    say(work, 'ERROR', MAIN, `Cannot start without ${words}`);
    worker.crash ??= { at: work.at, exitCode: 1 };
  } else say(work, 'WARNING', MAIN, `Continuing without ${otherwise}`);
}

function loadModel(work: Work, worker: WorkerProcess): void {
  const { container, settings, world } = work;
  say(work, 'INFO', MAIN, 'Loading ML model...');
  if (fileIn(world, container, settings.modelPath) !== null) {
    say(work, 'INFO', MODEL, `Model loaded successfully from ${settings.modelPath}`);
  } else {
    const words = `Model file not found at ${settings.modelPath}, will create dummy model`;
    say(work, 'WARNING', MODEL, words);
    say(work, 'INFO', MODEL, 'Creating dummy model for demonstration');
  }
  const seconds = (worker.readyAt - worker.startedAt) / 2000;
  const labels = { worker_id: settings.workerId };
  set(worker.registry, 'model_load_duration_seconds', labels, work.at, seconds);
}

/** Starts a worker; whatever its log says of the start is written at once. */
function startWorker(world: World, container: Container): WorkerProcess {
  const env = { ...imageOf(world, container)?.env, ...container.env };
  const { settings, problems } = readSettings(env);
  const at = world.now;
  const startMs = around(world, 2500, 0.1);
  const worker: WorkerProcess = {
    kind: 'falcon-worker',
    startedAt: at,
    readyAt: at + startMs,
    settings,
    breakers: { redis: closed(), postgres: closed() },
    registry: new Map(),
    crash: null,
    announced: false,
    busyUntil: at,
    ballastBytes: 0,
    buffered: 0,
    redisConnection: null,
    postgresPool: null,
  };
  const work: Work = { world, container, settings, at };
  const lacks = imageOf(world, container)?.release.missingModule;
  if (lacks !== undefined) {
    const words = `ModuleNotFoundError: No module named '${lacks}'`;
    log(world, container, words, { stream: 'stderr' });
    worker.crash = { at: at + 300, exitCode: 1 };
  } else if (problems.length > 0) {
    const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'}`;
    const words = `pydantic_core._pydantic_core.ValidationError: ${count} for Settings`;
    for (const line of `${words}\n${problems.join('\n')}`.split('\n')) {
      log(world, container, line, { stream: 'stderr' });
    }
    worker.crash = { at: at + 400, exitCode: 1 };
  } else begin(work, worker);
  return worker;
}

/** What a worker does by itself as time passes. */
function tickWorker(world: World, container: Container, worker: WorkerProcess): void {
  if (worker.announced || worker.crash !== null || world.now < worker.readyAt) return;
  worker.announced = true;
  const work: Work = { world, container, settings: worker.settings, at: worker.readyAt };
  say(work, 'INFO', MAIN, 'Application startup complete');
}

/** What it does when it is asked to end. */
function endWorker(world: World, container: Container, worker: WorkerProcess): void {
  const work: Work = { world, container, settings: worker.settings, at: world.now };
  say(work, 'INFO', MAIN, 'Starting graceful shutdown...');
  flush(work, worker);
  say(work, 'INFO', MAIN, 'Graceful shutdown complete');
}

/** What `/readyz` answers; it always says 200. */
export function readiness(world: World, container: Container, worker: WorkerProcess) {
  const work: Work = { world, container, settings: worker.settings, at: world.now };
  const redis_available = redisAnswers(work, worker);
  const database_available = databaseAnswers(work);
  return {
    tookMs: work.at - world.now,
    checks: { model_loaded: true, redis_available, database_available },
  };
}

export const falconWorker: Program<WorkerProcess> = {
  start: startWorker,
  tick: tickWorker,
  end: endWorker,
  died: (world, _container, worker) => dropConnections(world, worker),
  bytes: (_world, worker) => workerBytes(worker),
  pids: () => 14,
  well: (worker, now) => worker.crash === null && now >= worker.readyAt,
};
