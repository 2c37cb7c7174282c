import { reach } from '../names.ts';
import type { World } from '../world.ts';
import { increase, observe } from './metric-families.ts';
import { moveDatabase, sendQuery } from './postgres.ts';
import { guarded, type Outcome, retrying } from './worker-calls.ts';
import { say, type Work } from './worker-log.ts';
import type { WorkerProcess } from './worker-state.ts';

const DATABASE = 'app.services.database_service';
const OPERATION = 'log_inference';

/** Connections that a worker's pool keeps open while it writes one row after the other. */
const KEEPS = 2;
/** Stands for those of a server that is gone. */
const LOST = 0;

function insert(work: Work, worker: WorkerProcess): Outcome<true> {
  const { world, settings } = work;
  const { postgresHost, postgresPort } = settings;
  const reached = reach(world, work.container, postgresHost, postgresPort);
  if ('failure' in reached) {
    work.at += 2;
    const refused = reached.failure === 'refused';
    const type = refused ? 'ConnectionRefusedError' : 'gaierror';
    const message = refused
      ? `[Errno 111] Connect call failed ('${postgresHost}', ${postgresPort})`
      : '[Errno -3] Temporary failure in name resolution';
    return { ok: false, type, message, retryable: false };
  }
  const postgres = reached.container.process;
  if (postgres?.kind !== 'postgres') {
    const message = 'unexpected connection_lost() call';
    return { ok: false, type: 'ConnectionError', message, retryable: true };
  }
  const pool = worker.postgresPool;
  const { postgresUser: user, postgresDatabase: database } = settings;
  const client = `172.18.0.${10 + Number(work.container.number)}`;
  const pids = pool?.startedAt === postgres.startedAt ? pool.pids : [];
  const writer = { pids, keeps: KEEPS, user, database, client };
  const lost = pool !== null && pool.startedAt !== postgres.startedAt;
  const server = { process: postgres, state: reached.container.state };
  const told = sendQuery(world, server, { ...writer, pids: lost ? [LOST] : pids }, work.at);
  // The pool hands out a connection that died while it was idle, once more.
  worker.postgresPool = { startedAt: postgres.startedAt, pids: told.pids ?? pids };
  work.at += told.tookMs;
  return told.ok ? { ok: true, value: true } : told;
}

function keep(work: Work, worker: WorkerProcess): void {
  const worker_id = work.settings.workerId;
  say(work, 'WARNING', DATABASE, 'Database unavailable, buffering log entry');
  const labels = { dependency: 'postgres', fallback_type: 'buffer_log', worker_id };
  increase(worker.registry, 'fallback_triggered_total', labels, work.at);
  if (worker.buffered < work.settings.logBufferLimit) {
    worker.buffered += 1;
    return;
  }
  increase(worker.registry, 'dropped_logs_total', { worker_id }, work.at);
  say(work, 'ERROR', DATABASE, 'Log buffer full, dropping oldest entry');
}

/** Logs one request: written, buffered, or lost, as the metrics say. */
export function logRequest(work: Work, worker: WorkerProcess): void {
  const worker_id = work.settings.workerId;
  const begunAt = work.at;
  const done = guarded(work, worker, 'postgres', () =>
    retrying(work, worker, 'db_log_inference', () => insert(work, worker)),
  );
  if (done === null) keep(work, worker);
  else if (!done.ok) {
    say(work, 'ERROR', DATABASE, `Failed to log inference request: ${done.message}`);
  }
  const status = done === null ? 'fallback' : done.ok ? 'success' : 'error';
  const labels = { operation: OPERATION, status, worker_id };
  increase(worker.registry, 'db_operations_total', labels, work.at);
  if (status === 'error') return;
  const tookSeconds = (work.at - begunAt) / 1000;
  const own = { operation: OPERATION, worker_id };
  observe(worker.registry, 'db_operation_duration_seconds', own, work.at, tookSeconds);
}

/** Writes what waits, as a worker does when it is stopped in order. */
export function flush(work: Work, worker: WorkerProcess): void {
  const waiting = worker.buffered;
  if (waiting === 0) return;
  say(work, 'INFO', DATABASE, `Flushing ${waiting} buffered logs`);
  let flushed = 0;
  for (let entry = 0; entry < waiting; entry += 1) if (insert(work, worker).ok) flushed += 1;
  const failed = waiting - flushed;
  worker.buffered = failed;
  const extra = { flushed, failed, remaining: failed };
  say(work, 'INFO', DATABASE, `Flushed ${flushed} logs, ${failed} failed`, extra);
  if (flushed > 0) say(work, 'INFO', 'app.main', `Flushed ${flushed} buffered logs`);
}

/** Ends the connections of a worker that is gone. */
export function dropConnections(world: World, { postgresPool: pool }: WorkerProcess): void {
  if (pool === null) return;
  for (const { process } of world.containers.values()) {
    if (process?.kind !== 'postgres' || process.startedAt !== pool.startedAt) continue;
    for (const pid of pool.pids) moveDatabase(world, process, { kind: 'leave', pid });
  }
}

/** Whether Postgres answers, whatever the breaker says. */
export function databaseAnswers(work: Work): boolean {
  const { postgresHost, postgresPort } = work.settings;
  const reached = reach(work.world, work.container, postgresHost, postgresPort);
  if ('failure' in reached) return false;
  const { process, state } = reached.container;
  return process?.kind === 'postgres' && state === 'running' && process.readyAt <= work.at;
}
